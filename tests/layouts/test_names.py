"""Names of files: letter case and Unicode forms, endings, leftovers, bytes that are not text."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from segaudit.layouts import discover
from segaudit.model import CaseFiles, UnexpectedFile
from segaudit.model.listing import LEFTOVERS, leftover, stem
from tests.support.folders import make


def test_names_count_in_any_letter_case_and_unicode_form(tmp_path: Path) -> None:
    """Folders, files and endings are recognised in any spelling; structures take the class list's spelling."""
    decomposed = unicodedata.normalize("NFD", "Üterus")
    make(tmp_path, "META.CSV", "S0001/CT.NII.GZ", "S0001/Segmentations/Vertebrae_c1.nii.GZ")
    make(tmp_path, f"S0001/Segmentations/{decomposed}.nii.gz")
    listing = discover(tmp_path).named({"vertebrae_C1": "vertebrae_C1", "üterus": "uterus"})
    assert listing.metadata == "META.CSV"
    (case,) = listing.cases
    assert (case.case, case.folder, case.ct) == ("s0001", "S0001", "S0001/CT.NII.GZ")
    assert case.masks == {
        "vertebrae_C1": "S0001/Segmentations/Vertebrae_c1.nii.GZ",
        "üterus": f"S0001/Segmentations/{decomposed}.nii.gz",
    }


def test_class_list_in_another_unicode_form() -> None:
    """A structure is recognised in any Unicode form of the class list and of the file."""
    case = CaseFiles(case="s0001", folder="s0001", masks={"üterus": "x"})
    decomposed = unicodedata.normalize("NFD", "Üterus")
    assert case.named({decomposed: decomposed}).masks == {decomposed: "x"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("liver.nii.gz", "liver"),
        ("LIVER.NII", "LIVER"),
        ("a.b.nii.gz", "a.b"),
        ("a.nii.nii.gz", "a.nii"),
        ("liver.nii.gz.part", ""),
        (".nii.gz", ""),
        ("liver", ""),
    ],
)
def test_stem(name: str, expected: str) -> None:
    """The stem is the name before .nii or .nii.gz, including dots; other files have none."""
    assert stem(name) == expected


LEFT_BEHIND = [
    "._liver.nii.gz",
    "__MACOSX",
    ".DS_Store",
    "THUMBS.DB",
    "desktop.ini",
    "s0001 (1)",
    "meta (2).csv",
    "s0001 (10)",
    "liver (11).nii.gz",
    "aorta.nii.gz.part",
    "s0002.zip.crdownload",
    "s0003.zip.download",
    "ct.nii.gz.tmp",
]


def test_leftovers(tmp_path: Path) -> None:
    """Leftovers of programs are unexpected files with advice, beside cases and inside them, folders or files."""
    make(tmp_path, "s0001/ct.nii.gz", *LEFT_BEHIND, *(f"s0001/{name}" for name in LEFT_BEHIND))
    make(tmp_path / "s0002.download", "ct.nii.gz")
    listing = discover(tmp_path)
    assert [case.case for case in listing.cases] == ["s0001"]
    assert [unexpected.path for unexpected in listing.unexpected_files] == sorted([*LEFT_BEHIND, "s0002.download"])
    assert [unexpected.path for unexpected in listing.cases[0].unexpected_files] == sorted(
        f"s0001/{name}" for name in LEFT_BEHIND
    )
    assert {leftover(name) for name in LEFT_BEHIND} == set(LEFTOVERS.values())


@pytest.mark.parametrize("name", ["liver.nii.gz", "patient (2 visits)", "s0001 (1) first.csv", "(1).csv", "partial"])
def test_no_leftovers(name: str) -> None:
    """Ordinary names are not leftovers."""
    assert leftover(name) == ""


def test_two_spellings_of_one_structure_stay_apart(tmp_path: Path) -> None:
    """The correct spelling gets the name; the other one keeps its own, and will be an unknown mask."""
    make(tmp_path, "s0001/segmentations/Liver.nii.gz", "s0001/segmentations/liver.nii.gz")
    (case,) = discover(tmp_path).named({"liver": "liver"}).cases
    assert sorted(case.masks) == ["Liver", "liver"]


def test_two_folders_of_one_case(tmp_path: Path) -> None:
    """The folder that is named like the case's id is the case, the other one is unexpected."""
    decomposed = unicodedata.normalize("NFD", "Zoë")
    make(tmp_path, *(f"{folder}/ct.nii.gz" for folder in ("S0001", "s0001", decomposed, "Zoë")))
    listing = discover(tmp_path)
    assert [case.folder for case in listing.cases] == ["Zoë", "s0001"]
    assert listing.unexpected_files == (UnexpectedFile("S0001", 0), UnexpectedFile(decomposed, 0))


def test_two_spellings_of_one_place(tmp_path: Path) -> None:
    """The promised spelling of metadata, CT and mask folder wins, the other one is unexpected."""
    make(tmp_path, "META.CSV", "meta.csv", "s0001/CT.nii.gz", "s0001/ct.nii.gz")
    make(tmp_path, "s0001/Segmentations/", "s0001/segmentations/liver.nii.gz")
    listing = discover(tmp_path)
    (case,) = listing.cases
    assert (listing.metadata, case.ct) == ("meta.csv", "s0001/ct.nii.gz")
    assert case.masks == {"liver": "s0001/segmentations/liver.nii.gz"}
    assert listing.unexpected_files == (UnexpectedFile("META.CSV", 0),)
    assert case.unexpected_files == (UnexpectedFile("s0001/CT.nii.gz", 0), UnexpectedFile("s0001/Segmentations", 0))


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    """A file whose name is not valid text is unexpected; its name is escaped."""
    make(tmp_path, "s0001/ct.nii.gz", "s0001/segmentations/liver.nii.gz")
    (tmp_path / "s0001" / "segmentations" / os.fsdecode(b"caf\xe9.nii.gz")).touch()
    (case,) = discover(tmp_path).cases
    assert list(case.masks) == ["liver"]
    assert case.unexpected_files == (UnexpectedFile("s0001/segmentations/caf\\udce9.nii.gz", 0),)


def test_folder_whose_name_is_not_utf8(tmp_path: Path) -> None:
    """A case folder and a document with such names are unexpected; their names are escaped."""
    make(tmp_path, "s0001/ct.nii.gz", os.fsdecode(b"caf\xe9/ct.nii.gz"), os.fsdecode(b"caf\xe9.txt"))
    listing = discover(tmp_path)
    assert [case.case for case in listing.cases] == ["s0001"]
    assert listing.unexpected_files == (UnexpectedFile("caf\\udce9", 0), UnexpectedFile("caf\\udce9.txt", 0))
