"""Audit a CT segmentation dataset before its release, and a copy of it after the download."""
