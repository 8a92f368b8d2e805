"""Tests of segaudit.auditing.session."""
