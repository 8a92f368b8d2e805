"""Tests of segaudit.executors."""
