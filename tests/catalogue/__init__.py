"""Tests of segaudit.catalogue."""
