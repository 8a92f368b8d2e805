"""Helpers that tests of several folders share: records, volumes, datasets."""
