"""Tests of segaudit.model."""
