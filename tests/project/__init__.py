"""Tests of the project: packages, layers, services."""
