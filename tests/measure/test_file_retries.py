"""Files that are read again, because a network may have changed them on the way."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from segaudit.measure import file as reading
from segaudit.model import File
from segaudit.model.records import Fault
from segaudit.testing.records import healthy_file

FAULT = Fault("corrupt", "CRC differs")


@pytest.mark.parametrize(
    ("pauses", "digests", "read", "faults"),
    [
        (2, ["whole"], 1, ()),
        (0, ["a"], 1, (FAULT,)),
        (2, ["a", "a"], 2, (FAULT,)),
        (2, ["a", "whole"], 2, ()),
        (2, ["a", "b", "whole"], 3, ()),
        (2, ["a", "b", "a"], 3, (FAULT,)),
        (2, ["a", "b", "c"], 3, "3 readings"),
        (2, ["a", "", ""], 3, "2 readings"),
        (2, ["", "", ""], 3, (FAULT,)),
        (2, ["", "a", "a"], 3, (FAULT,)),
    ],
)
def test_readings(
    monkeypatch: pytest.MonkeyPatch, pauses: int, digests: list[str], read: int, faults: tuple[Fault, ...] | str
) -> None:
    """A fault counts where two readings have the same bytes, and a whole one ends them; else the file is unreadable."""
    waited, left = list[float](), iter(digests)

    def once(_root: Any, file: File, *_others: Any) -> tuple[File, str | None]:  # noqa: ANN401 (what is not looked at)
        digest = next(left)
        whole = digest == "whole"
        return replace(file, digest=digest, faults=() if whole else (FAULT,)), "voxels" if whole else None

    monkeypatch.setattr(reading, "_read", once)
    monkeypatch.setattr(reading, "retry_pauses_s", lambda _: (0.5,) * pauses)
    monkeypatch.setattr(time, "sleep", waited.append)
    found, result = reading.read_file(Path(), healthy_file(), lambda _stream, _header: None)
    assert len(digests) - len([*left]) == read
    assert waited == [0.5] * (read - 1)
    assert bool(result) is not bool(faults)
    if isinstance(faults, str):
        ((fault,), header, digest) = found.faults, found.header, found.digest
        assert (fault.kind, faults in fault.detail, header, digest) == ("unreadable", True, None, "")
    else:
        assert found.faults == faults


def test_the_same_file(tmp_path: Path) -> None:
    """It has the bytes and the length that were read; what is gone or cannot be opened is another one."""
    (tmp_path / "a.nii").write_bytes(b"0123456789")
    (tmp_path / "b.nii").write_bytes(b"0123456780")
    known, _ = reading.read_file(tmp_path, healthy_file(path="a.nii"), lambda _stream, _header: None)
    assert reading.same_file(tmp_path, known)
    for changes in (
        {"size": 11},
        {"read_bytes": 9},
        {"digest": "0"},
        {"path": "b.nii"},
        {"path": "c.nii"},
        {"path": "\0"},
        {"path": "."},
    ):
        assert not reading.same_file(tmp_path, replace(known, **changes))
