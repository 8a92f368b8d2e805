"""What is kept of CTs: what they are compared by, wherever it is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from segaudit.dataset import scans
from segaudit.dataset.scans import Scans
from segaudit.model import Ct
from segaudit.testing.records import healthy_ct


def cts(thumbnails: list[bytes]) -> list[Ct]:
    """Return CTs with these thumbnails."""
    one = replace(healthy_ct(), fingerprint=bytes(range(16)))
    return [replace(one, case=f"s{at}", thumbnail=thumbnail) for at, thumbnail in enumerate(thumbnails)]


@pytest.mark.parametrize("in_memory", [1, 64, 1 << 20])
def test_kept(in_memory: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All fields are those of the record, also of an empty thumbnail, and in any order of reading."""
    monkeypatch.setattr(scans, "IN_MEMORY", in_memory)
    given, kept = cts([b"abc" * 20, b"", b"d", b"ef" * 50]), Scans(tmp_path)
    for ct in given:
        kept.add(ct)
    for ct, scan in reversed(list(zip(given, kept.kept, strict=True))):
        assert (scan.case, scan.blank, scan.digest, scan.step_hu) == (ct.case, ct.blank, ct.digest, ct.step_hu)
        assert (scan.thumbnail, scan.fingerprint) == (ct.thumbnail, ct.fingerprint)


@given(st.lists(st.binary(max_size=9), max_size=5))
def test_reading_while_adding(thumbnails: list[bytes]) -> None:
    """What was added can be read at any time."""
    kept = Scans()
    for at, ct in enumerate(cts(thumbnails)):
        kept.add(ct)
        assert [scan.thumbnail for scan in kept.kept] == thumbnails[: at + 1]


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file goes with the CTs."""
    monkeypatch.setattr(scans, "IN_MEMORY", 1)
    kept = Scans(tmp_path)
    kept.add(cts([b"abc"])[0])
    (scan,) = kept.kept
    del kept
    assert scan.thumbnail == b"abc"
    del scan
    assert list(tmp_path.iterdir()) == []
