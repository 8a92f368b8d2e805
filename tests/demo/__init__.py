"""Tests of segaudit.demo."""
