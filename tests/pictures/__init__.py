"""Tests of segaudit.pictures."""
