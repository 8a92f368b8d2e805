"""Tests of segaudit.schemas."""
