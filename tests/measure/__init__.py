"""Tests of segaudit.measure."""
