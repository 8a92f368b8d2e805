"""Tests of segaudit.layouts."""
