"""Tests of segaudit.places."""
