"""Files that are read at once: up to a size, and regular ones alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from segaudit.measure.small_file import read_small


@pytest.mark.parametrize(("size", "whole"), [(0, True), (9, True), (10, True), (11, False)])
def test_size(tmp_path: Path, size: int, *, whole: bool) -> None:
    """As many bytes as there may be at most; of a larger file the message says what was expected."""
    file = tmp_path / "a.json"
    file.write_bytes(b"x" * size)
    if whole:
        assert read_small(file, 10, "expected 10") == b"x" * size
    else:
        with pytest.raises(OSError, match=r"^it has 11 bytes, expected 10$"):
            read_small(file, 10, "expected 10")


def test_no_file(tmp_path: Path) -> None:
    """A folder, nothing, and a path that no file can have."""
    with pytest.raises(OSError, match="not a regular file"):
        read_small(tmp_path, 10, "")
    with pytest.raises(FileNotFoundError):
        read_small(tmp_path / "a", 10, "")
    with pytest.raises(ValueError, match="null"):
        read_small(tmp_path / "a\0b", 10, "")
