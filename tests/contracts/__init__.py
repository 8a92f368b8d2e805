"""Tests of segaudit.contracts."""
