"""Whether a kept record is that of a case: each name, role and meaning is compared, and then the bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from segaudit.measure import measure_case, same_bytes
from segaudit.model import Case, CaseFiles, UnexpectedFile
from segaudit.model.reading import Reading
from segaudit.testing.volumes import Made

FULL = Made(np.ones((4, 4, 4), np.uint8))
NAMES = ("ct", "a", "b", "pet")
FILES = CaseFiles(
    case="s1",
    folder="S1",
    ct="ct.nii",
    masks={"a": "a.nii", "b": "b.nii"},
    anatomy={"b": "liver"},
    further={"0001": "pet.nii", "0002": ""},
    ending=".nii",
    unexpected_files=(UnexpectedFile("notes", 1),),
    outside=("link",),
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with some files."""
    folder = tmp_path_factory.mktemp("case")
    for name in (*NAMES, "other"):
        FULL.write(folder / f"{name}.nii")
    return folder


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"unlabelled": True, "unnumbered": True, "label_map_missing": "labels/s1.nii", "reading": Reading(max_runs=99)},
        {"ct_missing": "images/s1.nii"},
    ],
)
def test_what_is_kept_of_a_listing(root: Path, changes: dict[str, object]) -> None:
    """All that says which files there are, and what they mean."""
    files = replace(FILES, **changes)
    found = measure_case(root, files)
    missing = ("ct_missing", "label_map_missing")
    same = ("case", "folder", "ending", *missing, "unlabelled", "unnumbered", "unexpected_files", "outside")
    assert [getattr(found, name) for name in same] == [getattr(files, name) for name in same]
    assert found.reading == files.reading
    assert (found.ct and found.ct.file.path, [each.path for each in found.further]) == ("ct.nii", ["pet.nii"])
    assert found.channels_missing == ("0002",)
    masks = [(each.structure, each.file.path, each.file.structure, each.anatomy, each.voxels) for each in found.masks]
    assert masks == [("a", "a.nii", "a", "", 64), ("b", "b.nii", "b", "liver", 64)]
    assert {file.case for file in found.files} == {"s1"}
    assert (found.label_map, found.reference, found.overlaps_counted) == (None, "ct.nii", True)


@pytest.fixture(scope="module")
def kept(root: Path) -> Case:
    """Return what was measured of them."""
    return measure_case(root, FILES)


@pytest.mark.parametrize(
    "change",
    [
        {"folder": "s1"},
        {"ct": ""},
        {"ct": "pet.nii", "further": {"0001": "ct.nii", "0002": ""}},
        {"masks": {"a": "a.nii"}},
        {"masks": {"a": "b.nii", "b": "a.nii"}},
        {"masks": {"a": "a.nii", "b": "other.nii"}},
        {"masks": {"a": "a.nii", "c": "b.nii"}},
        {"anatomy": {}},
        {"anatomy": {"b": "spleen"}},
        {"anatomy": {"b": "liver", "a": "spleen"}},
        {"labels": {"a": (1,), "b": (2,)}},
        {"ignored": (3,)},
        {"further": {"0001": "pet.nii"}},
        {"further": {"0001": "", "0002": ""}},
        {"further": {"0001": "other.nii", "0002": ""}},
        {"ending": ".nii.gz"},
        {"ct_missing": "images/s1.nii"},
        {"label_map_missing": "labels/s1.nii"},
        {"unlabelled": True},
        {"unnumbered": True},
        {"unexpected_files": ()},
        {"outside": ()},
        {"reading": Reading(max_voxels=1000)},
    ],
    ids=str,
)
def test_another_case(root: Path, kept: Case, change: dict[str, object]) -> None:
    """One thing that differs makes another record."""
    assert same_bytes(root, FILES, kept)
    assert not same_bytes(root, replace(FILES, **change), kept)


@pytest.mark.parametrize("name", NAMES)
def test_other_bytes(tmp_path: Path, name: str) -> None:
    """Each of the files counts."""
    for each in NAMES:
        FULL.write(tmp_path / f"{each}.nii")
    kept = measure_case(tmp_path, FILES)
    assert same_bytes(tmp_path, FILES, kept)
    Made(np.zeros((4, 4, 4), np.uint8)).write(tmp_path / f"{name}.nii")
    assert not same_bytes(tmp_path, FILES, kept)
