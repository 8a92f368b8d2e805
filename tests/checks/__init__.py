"""Tests of segaudit.checks."""
