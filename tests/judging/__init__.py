"""Tests of segaudit.judging."""
