"""Tests of segaudit.cli."""
