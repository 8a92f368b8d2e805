"""Tests of segaudit.testing."""
