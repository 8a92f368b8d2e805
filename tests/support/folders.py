"""Folders of empty files."""

from __future__ import annotations

from pathlib import Path


def make(root: Path, *paths: str) -> Path:
    """Make empty files, and folders where a path ends with a slash."""
    for path in paths:
        target = root / path
        (target if path.endswith("/") else target.parent).mkdir(parents=True, exist_ok=True)
        if not path.endswith("/"):
            target.touch()
    return root
