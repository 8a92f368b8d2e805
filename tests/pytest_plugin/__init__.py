"""Tests of segaudit.pytest_plugin."""
