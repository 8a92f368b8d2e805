"""The roles of a dataset's files, for all kinds of folders."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from segaudit.layouts import discover
from segaudit.model import CaseFiles, UnexpectedFile
from segaudit.model.errors import DatasetError
from segaudit.model.listing import LEFTOVERS, leftover, stem


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
    assert listing.unexpected_files == ()
    assert listing.structures == {"liver"}


def test_steps_into_the_top_folder_of_an_archive(tmp_path: Path) -> None:
    """A dataset is found below its archive's top folder, with or without junk beside it."""
    make(tmp_path, "Totalsegmentator_dataset/s0001/ct.nii.gz", "__MACOSX/x", ".DS_Store")
    assert discover(tmp_path).root == tmp_path / "Totalsegmentator_dataset"


def test_names_count_in_any_letter_case_and_unicode_form(tmp_path: Path) -> None:
    """Folders, files and endings are recognised in any spelling; structures take the class list's spelling."""
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


def test_class_list_in_another_unicode_form() -> None:
    """A structure is recognised in any Unicode form of the class list and of the file."""
    case = CaseFiles(case="s0001", folder="s0001", masks={"üterus": "x"})
    decomposed = unicodedata.normalize("NFD", "Üterus")
    assert case.named([decomposed]).masks == {decomposed: "x"}


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
    (case,) = discover(tmp_path).named(["liver"]).cases
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


@pytest.mark.parametrize("target", ["itself", "nowhere"])
@pytest.mark.parametrize("name", ["loop", "meta.csv", "s0009", ".hidden", "README.md"])
def test_links_that_lead_nowhere(tmp_path: Path, name: str, target: str) -> None:
    """A circular or broken link is unexpected under any name; the cases beside it are listed."""
    make(tmp_path, "s0001/ct.nii.gz")
    (tmp_path / name).symlink_to(name if target == "itself" else target)
    listing = discover(tmp_path)
    assert listing.cases == (CaseFiles(case="s0001", folder="s0001", ct="s0001/ct.nii.gz"),)
    assert (listing.metadata, listing.unexpected_files) == ("", (UnexpectedFile(name, 0),))


def test_mask_folder_that_leads_nowhere(tmp_path: Path) -> None:
    """A case whose mask folder is a circular link keeps its CT."""
    make(tmp_path, "s0001/ct.nii.gz")
    (tmp_path / "s0001" / "segmentations").symlink_to("segmentations")
    (case,) = discover(tmp_path).cases
    unexpected_files = (UnexpectedFile("s0001/segmentations", 0),)
    assert case == CaseFiles(case="s0001", folder="s0001", ct="s0001/ct.nii.gz", unexpected_files=unexpected_files)


def test_folder_with_only_a_loop(tmp_path: Path) -> None:
    """A circular link is named in the contents of a folder without cases."""
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(DatasetError, match="no cases found, the folder holds loop;"):
        discover(tmp_path)


def test_links_are_followed(tmp_path: Path) -> None:
    """A dataset may consist of links; a broken link stays listed, so that reading it reports the error."""
    store = make(tmp_path / "store", "a/ct.nii.gz")
    root = make(tmp_path / "root", "meta.csv")
    (root / "s0001").symlink_to(store / "a")
    (root / "s0002").mkdir()
    (root / "s0002" / "ct.nii.gz").symlink_to("nowhere")
    assert [case.ct for case in discover(root).cases] == ["s0001/ct.nii.gz", "s0002/ct.nii.gz"]


def test_folders_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case without permission is reported as such, another folder is unexpected; the other cases are listed."""
    make(tmp_path, "s0001/ct.nii.gz", "s0002/ct.nii.gz", "patient_7/ct.nii.gz")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith(("s0001", "patient_7")):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    listing = discover(tmp_path)
    first, second = listing.cases
    assert first.error == f"cannot list {tmp_path}/s0001: Permission denied"
    assert second.ct == "s0002/ct.nii.gz"
    assert listing.unexpected_files == (UnexpectedFile("patient_7", 0),)


def test_path_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path that cannot be accessed is refused with the system's reason."""

    def refuse(_: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_dir", refuse)
    with pytest.raises(DatasetError, match="cannot list it: Permission denied"):
        discover(tmp_path)


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
    """The message says what was found instead, and what was expected."""
    make(tmp_path, *paths)
    with pytest.raises(DatasetError) as caught:
        discover(tmp_path)
    assert found in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path))
    assert "expected meta.csv and folders such as s0001/" in str(caught.value)


def test_path_that_is_no_folder(tmp_path: Path) -> None:
    """A wrong path and a file have different messages."""
    make(tmp_path, "file")
    with pytest.raises(DatasetError, match="there is no such folder"):
        discover(tmp_path / "nowhere")
    with pytest.raises(DatasetError, match="it is a file"):
        discover(tmp_path / "file")


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


@pytest.mark.parametrize("folder", ["v1-example", "v2-masks"])
def test_real_data_has_no_unexpected_files(real_data: Path, folder: str) -> None:
    """Released cases have no unexpected files."""
    listing = discover(real_data / folder)
    assert (listing.unexpected_files, [case.unexpected_files for case in listing.cases]) == ((), [()])
