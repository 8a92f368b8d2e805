"""Tests of segaudit.dataset."""
