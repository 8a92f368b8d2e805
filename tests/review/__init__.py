"""Tests of segaudit.review."""
