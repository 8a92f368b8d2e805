"""Tests of segaudit.reports."""
