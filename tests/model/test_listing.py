"""What a dataset's files are called, and how many cases there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from segaudit.model import CaseFiles
from segaudit.model.listing import Listing, fold, leftover, stem


@pytest.mark.parametrize(
    ("name", "expected"),
    [("liver.nii.gz", "liver"), ("LIVER.NII", "LIVER"), ("a.nii.nii.gz", "a.nii"), (".nii.gz", ""), ("liver.npz", "")],
)
def test_stem(name: str, expected: str) -> None:
    """The name before .nii or .nii.gz; other files have none."""
    assert stem(name) == expected


@pytest.mark.parametrize(("name", "found"), [("x.TMP", True), ("liver.nii.gz", False), ("tmp", False)])
def test_leftovers(name: str, *, found: bool) -> None:
    """In any letter case."""
    assert bool(leftover(name)) is found
    assert fold("E\u0301") == "é"


@pytest.mark.parametrize(
    ("cases", "extent"),
    [
        ((), "are none"),
        (("s0001",), "is only s0001"),
        (("s0001", "s0002"), "are s0001 to s0002"),
        (("s0001", "s0002", "s0009"), "are s0001 to s0009"),
    ],
)
def test_extent(cases: tuple[str, ...], extent: str) -> None:
    """The first and the last case, for a sentence that begins with ``there``."""
    files = tuple(CaseFiles(case=case, folder=case, masks={"liver": f"{case}/liver.nii.gz"}) for case in cases)
    listing = Listing(root=Path(), cases=files)
    assert listing.extent == extent
    assert listing.structures == ({"liver"} if cases else frozenset())


def test_the_names_of_a_class_list() -> None:
    """Masks and values take them in any letter case; of two that are the same, the later one keeps its own."""
    masks = {"LIVER": "a", "Liver": "b", "tumour": "c"}
    labels: dict[str, tuple[int, ...]] = {"LIVER": (1,), "Liver": (2,), "tumour": (3,)}
    case = CaseFiles(case="s0001", folder="s0001", masks=masks, labels=labels)
    named = case.named({"liver": "liver", "TUMOUR": "lesion"})
    assert named.masks == {"Liver": "b", "TUMOUR": "c", "liver": "a"}
    assert named.labels == {"Liver": (2,), "TUMOUR": (3,), "liver": (1,)}
    assert named.anatomy == {"TUMOUR": "lesion"}
    assert CaseFiles(case="s0001", folder="", masks=masks).named({}).labels == {}


def test_files_are_read_once() -> None:
    """The CT, further channels and the masks, whose label map is one file."""
    masks = {"liver": "labels/a.nii.gz", "spleen": "labels/a.nii.gz"}
    case = CaseFiles(case="a", folder="", ct="a_0000.nii.gz", further={"MR": "a_0001.nii.gz", "PET": ""}, masks=masks)
    assert case.paths == ("a_0000.nii.gz", "a_0001.nii.gz", "labels/a.nii.gz")
