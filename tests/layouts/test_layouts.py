"""The roles of a dataset's files, for all kinds of folders."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from segaudit.layouts import discover
from segaudit.model import CaseFiles, UnexpectedFile
from segaudit.model.errors import DatasetError
from segaudit.places.archive import Archive
from tests.support.folders import make


def test_lists_cases_masks_and_metadata(tmp_path: Path) -> None:
    """A plain dataset is listed by case id, with paths relative to it."""
    make(tmp_path, "meta.csv", "s0002/ct.nii.gz", "s0001/ct.nii.gz", "s0001/segmentations/liver.nii.gz")
    listing = discover(tmp_path)
    assert listing.metadata == "meta.csv"
    assert listing.cases == (
        CaseFiles(
            case="s0001",
            folder="s0001",
            ct="s0001/ct.nii.gz",
            masks={"liver": "s0001/segmentations/liver.nii.gz"},
        ),
        CaseFiles(case="s0002", folder="s0002", ct="s0002/ct.nii.gz"),
    )
    assert listing.unexpected_files == ()
    assert listing.structures == {"liver"}


def test_steps_into_the_top_folder_of_an_archive(tmp_path: Path) -> None:
    """A dataset is found below its archive's top folder, with or without junk beside it."""
    make(tmp_path, "Totalsegmentator_dataset/s0001/ct.nii.gz", "__MACOSX/x", ".DS_Store")
    assert discover(tmp_path).root == tmp_path / "Totalsegmentator_dataset"


def test_unexpected_files_inside_a_case(tmp_path: Path) -> None:
    """Junk, twins and other volumes are listed; none of them is taken for a mask."""
    masks = "s0001/segmentations"
    make(tmp_path, "s0001/ct.nii.gz", f"{masks}/liver.nii.gz", f"{masks}/liver.nii", f"{masks}/._liver.nii.gz")
    make(tmp_path, f"{masks}/spleen (1).nii.gz", f"{masks}/aorta.nii.gz.part", "s0001/notes.txt", "s0001/mri.nii.gz")
    (case,) = discover(tmp_path).cases
    assert case.masks == {"liver": f"{masks}/liver.nii.gz"}
    assert case.unexpected_files == (
        UnexpectedFile("s0001/mri.nii.gz", 0),
        UnexpectedFile("s0001/notes.txt", 0),
        UnexpectedFile(f"{masks}/._liver.nii.gz", 0),
        UnexpectedFile(f"{masks}/aorta.nii.gz.part", 0),
        UnexpectedFile(f"{masks}/liver.nii", 0, twin=f"{masks}/liver.nii.gz"),
        UnexpectedFile(f"{masks}/spleen (1).nii.gz", 0),
    )


def test_unexpected_files_beside_the_cases(tmp_path: Path) -> None:
    """Anything that could be a case, a volume or junk is listed, and every folder is."""
    unexpected_files = [".DS_Store", "code", "empty", "meta (1).csv", "more", "s0010", "stray.nii.gz"]
    make(tmp_path, "s0001/ct.nii.gz", "meta.csv", ".DS_Store", "meta (1).csv", "s0010", "stray.nii.gz")
    make(tmp_path, "code/run.py", "empty/", "more/liver.nii.gz")
    assert [unexpected.path for unexpected in discover(tmp_path).unexpected_files] == unexpected_files


def test_documents_beside_the_cases(tmp_path: Path) -> None:
    """Documents, scripts and hidden folders are not unexpected."""
    make(tmp_path, "s0001/ct.nii.gz", "meta.csv", "LICENSE", "README.md", "notes.txt", "run.py", ".gitignore")
    make(tmp_path, ".git/HEAD", ".dvc/cache/liver.nii.gz")
    assert discover(tmp_path).unexpected_files == ()


def test_cases_with_other_names(tmp_path: Path) -> None:
    """A folder with a CT or masks is a case, whatever its name."""
    make(tmp_path, "patient_7/ct.nii.gz", "patient_8/segmentations/liver.nii.gz")
    assert [case.case for case in discover(tmp_path).cases] == ["patient_7", "patient_8"]


@pytest.mark.parametrize("folder", ["v1-example", "v2-masks"])
def test_real_data_has_no_unexpected_files(real_data: Path, folder: str) -> None:
    """Released cases have no unexpected files."""
    listing = discover(real_data / folder)
    assert (listing.unexpected_files, [case.unexpected_files for case in listing.cases]) == ((), [()])


def test_an_atlas_in_parts(tmp_path: Path) -> None:
    """Where folders are datasets, the message names them, in whatever layout, and what to do."""
    for number in range(1, 8):
        make(tmp_path, f"part{number}/BDMAP_0000000{number}/ct.nii.gz")
    make(tmp_path, "notes/read.txt")
    with pytest.raises(DatasetError) as raised:
        discover(tmp_path)
    assert str(raised.value) == (
        f"{tmp_path}: no cases found here, but 7 folders are datasets (part1, part2, part3, part4, part5, ...): audit "
        f"each by itself, such as {tmp_path / 'part1'}, or move their cases into one folder to have them compared with "
        "each other"
    )


def test_a_dataset_beside_other_folders(tmp_path: Path) -> None:
    """A single one below is named."""
    make(tmp_path, "data/s0001/ct.nii.gz", "scripts/run.py")
    with pytest.raises(DatasetError, match=r"but the folder data is a dataset: audit .*data$"):
        discover(tmp_path)


def test_parts_beside_a_table(tmp_path: Path) -> None:
    """A table of all cases hides no parts; a dataset whose folders are all missing has none."""
    make(tmp_path, "meta.csv")
    assert discover(tmp_path).cases == ()
    make(tmp_path, "part1/s0001/ct.nii.gz", "part2/s0002/ct.nii.gz")
    with pytest.raises(DatasetError, match=r"but 2 folders are datasets \(part1, part2\): audit each by itself"):
        discover(tmp_path)


@pytest.mark.parametrize(
    ("other", "advice"),
    [
        ("two/s0002/ct.nii.gz", r"2 folders are datasets \(one, two\): unpack it, and audit each by itself, or move"),
        ("two/read.txt", "the folder one is a dataset: unpack the archive, and audit one$"),
    ],
)
def test_parts_in_an_archive(tmp_path: Path, other: str, advice: str) -> None:
    """A folder of an archive cannot be named as a dataset: the archive is to be unpacked."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("one/s0001/ct.nii.gz", other):
            archive.writestr(name, b"")
    with pytest.raises(DatasetError, match=advice):
        discover(Archive.at(tmp_path / "a.zip"))
