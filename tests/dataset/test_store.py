"""Records on disk are used only if they are undamaged and of the same files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from segaudit.dataset import store as store_module
from segaudit.dataset.store import Store, fingerprint, seal
from segaudit.model import Case, CaseFiles
from tests.support.systems import linux

CASE = Case(case="s0001", folder="s0001", labelled_voxels=7)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store with one case under the fingerprint "mark"."""
    store = Store(tmp_path / "deep" / "measurements")
    store.keep("s0001", seal(CASE, "mark"))
    return store


def test_returns_what_was_kept(store: Store) -> None:
    """A stored record is returned unchanged, and no unfinished file is left."""
    assert store.load("s0001", "mark") == CASE
    assert [path.name for path in store.folder.iterdir()] == ["s0001.msgpack"]


def test_does_not_believe_another_fingerprint_or_case(store: Store) -> None:
    """A record of other files or of another case is not used."""
    assert store.load("s0001", "other") is None
    assert store.load("s0002", "mark") is None


def test_does_not_believe_another_version(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cases with records of another version are measured again, never misread."""
    monkeypatch.setattr(store_module, "VERSION", "0")
    assert store.load("s0001", "mark") is None


@pytest.mark.parametrize("damage", ["cut", "empty", "other", "flipped"])
def test_does_not_believe_a_damaged_record(store: Store, damage: str) -> None:
    """A case with a damaged record, for example after a crash, is measured again."""
    path = store.folder / "s0001.msgpack"
    record = path.read_bytes()
    flipped = record.replace(b"labelled", b"labelleD")
    path.write_bytes({"cut": record[:-5], "empty": b"", "other": b"\x90", "flipped": flipped}[damage])
    assert store.load("s0001", "mark") is None
    assert not store.holds("s0001", "mark")


@linux
def test_fingerprint_of_a_file_that_the_system_makes_up(tmp_path: Path) -> None:
    """It is constant: the file is not read, and its status is another one for each process."""
    files = CaseFiles(case="s0001", folder="s0001", ct="ct.nii.gz")
    marks = set()
    for process in ("self", "1"):
        (tmp_path / "ct.nii.gz").unlink(missing_ok=True)
        (tmp_path / "ct.nii.gz").symlink_to(f"/proc/{process}/status")
        marks.add(fingerprint(tmp_path, files))
    assert len(marks) == 1


def test_fingerprint_changes_with_files(tmp_path: Path) -> None:
    """Size, time, path and presence of a file count; reading it does not."""
    files = CaseFiles(case="s0001", folder="s0001", ct="ct.nii.gz", masks={"liver": "liver.nii.gz"})
    ct, mask = tmp_path / files.ct, tmp_path / files.masks["liver"]
    marks = [fingerprint(tmp_path, files)]
    ct.write_bytes(b"1")
    marks.append(fingerprint(tmp_path, files))
    mask.write_bytes(b"1")
    marks.append(fingerprint(tmp_path, files))
    mask.write_bytes(b"22")
    marks.append(fingerprint(tmp_path, files))
    os.utime(mask, ns=(0, 0))
    marks.append(fingerprint(tmp_path, files))
    marks.append(fingerprint(tmp_path, CaseFiles(case="s0001", folder="s0001", ct="ct.nii.gz")))
    assert len(set(marks)) == len(marks)
    mask.read_bytes()
    assert fingerprint(tmp_path, files) == marks[4]
