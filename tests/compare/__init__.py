"""Tests of segaudit.compare."""
