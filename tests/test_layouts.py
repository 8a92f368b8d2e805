"""Which files of a dataset are what, whatever the folder looks like."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from segaudit.layouts import DatasetError, discover
from segaudit.model import CaseFiles, Stranger


def make(root: Path, *paths: str) -> Path:
    """Make empty files, and folders where a path ends with a slash."""
    for path in paths:
        target = root / path
        (target if path.endswith("/") else target.parent).mkdir(parents=True, exist_ok=True)
        if not path.endswith("/"):
            target.touch()
    return root


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
    assert listing.strangers == ()
    assert listing.structures == {"liver"}


def test_steps_into_the_top_folder_of_an_archive(tmp_path: Path) -> None:
    """A dataset is found below the one folder that its archive was unpacked with, junk beside it or not."""
    make(tmp_path, "Totalsegmentator_dataset/s0001/ct.nii.gz", "__MACOSX/x", ".DS_Store")
    assert discover(tmp_path).root == tmp_path / "Totalsegmentator_dataset"


def test_names_count_in_any_letter_case_and_unicode_form(tmp_path: Path) -> None:
    """Folders, files and endings are known by what they say; structures take the class list's spelling."""
    decomposed = unicodedata.normalize("NFD", "Üterus")
    make(tmp_path, "META.CSV", "S0001/CT.NII.GZ", "S0001/Segmentations/Vertebrae_c1.nii.GZ")
    make(tmp_path, f"S0001/Segmentations/{decomposed}.nii.gz")
    listing = discover(tmp_path).named(["vertebrae_C1", "üterus"])
    assert listing.metadata == "META.CSV"
    (case,) = listing.cases
    assert (case.case, case.folder, case.ct) == ("s0001", "S0001", "S0001/CT.NII.GZ")
    assert case.masks == {
        "vertebrae_C1": "S0001/Segmentations/Vertebrae_c1.nii.GZ",
        "üterus": f"S0001/Segmentations/{decomposed}.nii.gz",
    }


def test_two_spellings_of_one_structure_stay_apart(tmp_path: Path) -> None:
    """The right spelling keeps the name; the other one stays what it is, and will be an unknown mask."""
    make(tmp_path, "s0001/segmentations/Liver.nii.gz", "s0001/segmentations/liver.nii.gz")
    (case,) = discover(tmp_path).named(["liver"]).cases
    assert sorted(case.masks) == ["Liver", "liver"]


def test_two_folders_of_one_case(tmp_path: Path) -> None:
    """The second folder of a case is a stranger."""
    make(tmp_path, "S0001/ct.nii.gz", "s0001/ct.nii.gz")
    listing = discover(tmp_path)
    assert [case.folder for case in listing.cases] == ["S0001"]
    assert listing.strangers == (Stranger("s0001", 0),)


def test_strangers_inside_a_case(tmp_path: Path) -> None:
    """Junk, twins and other volumes are listed; none of them is taken for a mask."""
    masks = "s0001/segmentations"
    make(tmp_path, "s0001/ct.nii.gz", f"{masks}/liver.nii.gz", f"{masks}/liver.nii", f"{masks}/._liver.nii.gz")
    make(tmp_path, f"{masks}/spleen (1).nii.gz", f"{masks}/aorta.nii.gz.part", "s0001/notes.txt", "s0001/mri.nii.gz")
    (case,) = discover(tmp_path).cases
    assert case.masks == {"liver": f"{masks}/liver.nii.gz"}
    assert case.strangers == (
        Stranger("s0001/mri.nii.gz", 0),
        Stranger("s0001/notes.txt", 0),
        Stranger(f"{masks}/._liver.nii.gz", 0),
        Stranger(f"{masks}/aorta.nii.gz.part", 0),
        Stranger(f"{masks}/liver.nii", 0, twin=f"{masks}/liver.nii.gz"),
        Stranger(f"{masks}/spleen (1).nii.gz", 0),
    )


def test_strangers_beside_the_cases(tmp_path: Path) -> None:
    """Junk and stray volumes are listed; a licence or a readme is nobody's stranger."""
    make(tmp_path, "s0001/ct.nii.gz", "meta.csv", "LICENSE", "README.md", ".DS_Store", "meta (1).csv", "stray.nii.gz")
    names = [stranger.path for stranger in discover(tmp_path).strangers]
    assert names == [".DS_Store", "meta (1).csv", "stray.nii.gz"]


def test_cases_with_other_names(tmp_path: Path) -> None:
    """A folder that holds a CT or masks is a case, whatever its name."""
    make(tmp_path, "patient_7/ct.nii.gz", "code/run.py")
    assert [case.case for case in discover(tmp_path).cases] == ["patient_7"]


def test_links_are_followed(tmp_path: Path) -> None:
    """A dataset of links is a dataset; a broken link stays listed, so that reading it can say so."""
    store = make(tmp_path / "store", "a/ct.nii.gz")
    root = make(tmp_path / "root", "meta.csv")
    (root / "s0001").symlink_to(store / "a")
    (root / "s0002").mkdir()
    (root / "s0002" / "ct.nii.gz").symlink_to("nowhere")
    assert [case.ct for case in discover(root).cases] == ["s0001/ct.nii.gz", "s0002/ct.nii.gz"]


def test_case_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without permission is told as such; the other cases are listed."""
    make(tmp_path, "s0001/ct.nii.gz", "s0002/ct.nii.gz")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("s0001"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    first, second = discover(tmp_path).cases
    assert first.error == f"cannot list {tmp_path}/s0001: Permission denied"
    assert second.ct == "s0002/ct.nii.gz"


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        ((), "no cases found, the folder is empty"),
        (("ct.nii.gz", "segmentations/liver.nii.gz"), "this is the folder of a single case: audit its dataset"),
        (("a.txt", "b/c.txt"), "no cases found, the folder holds a.txt, b/"),
        (("a", "b", "c", "d", "e", "f"), "the folder holds a, b, c, d, e ..."),
    ],
)
def test_folder_of_other_things(tmp_path: Path, paths: tuple[str, ...], found: str) -> None:
    """The message says what is there instead, and what was expected."""
    make(tmp_path, *paths)
    with pytest.raises(DatasetError) as caught:
        discover(tmp_path)
    assert found in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path))
    assert "expected meta.csv and folders such as s0001/" in str(caught.value)


def test_path_that_is_no_folder(tmp_path: Path) -> None:
    """A wrong path and a file are told apart."""
    make(tmp_path, "file")
    with pytest.raises(DatasetError, match="there is no such folder"):
        discover(tmp_path / "nowhere")
    with pytest.raises(DatasetError, match="it is a file"):
        discover(tmp_path / "file")


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    """A name that no report could hold is a stranger, written with escapes."""
    make(tmp_path, "s0001/ct.nii.gz", "s0001/segmentations/liver.nii.gz")
    (tmp_path / "s0001" / "segmentations" / os.fsdecode(b"caf\xe9.nii.gz")).touch()
    (case,) = discover(tmp_path).cases
    assert list(case.masks) == ["liver"]
    assert case.strangers == (Stranger("s0001/segmentations/caf\\udce9.nii.gz", 0),)
