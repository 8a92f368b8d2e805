"""Files that are written together: all of them, or none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from segaudit.model.whole import write_together, write_whole


def test_parts_are_joined(tmp_path: Path) -> None:
    """Each file holds its parts in order, and replaces the old one."""
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(b"old")
    assert write_together({one: iter([b"a", b"", b"b"]), other: []}) == (one, other)
    assert (one.read_bytes(), other.read_bytes()) == (b"ab", b"")
    assert sorted(tmp_path.iterdir()) == [one, other]


def test_nothing_is_replaced_if_one_fails(tmp_path: Path) -> None:
    """The old files are unchanged, nothing is left behind, and the error is that of the parts."""

    def failing() -> Iterator[bytes]:
        yield b"half"
        raise ZeroDivisionError("of the renderer")

    old = write_whole(tmp_path / "old", b"old")
    with pytest.raises(ZeroDivisionError, match="of the renderer"):
        write_together({old: [b"new"], tmp_path / "new": failing()})
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("old", b"old")]


def test_an_error_names_the_file(tmp_path: Path) -> None:
    """And not its temporary file."""
    with pytest.raises(OSError, match="No such file") as caught:
        write_whole(tmp_path / "missing" / "file", b"")
    assert caught.value.filename == str(tmp_path / "missing" / "file")
