"""Links that lead nowhere, folders without permission, and paths that are no dataset."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import segaudit
from segaudit.layouts import discover
from segaudit.model import CaseFiles, UnexpectedFile
from segaudit.model.errors import DatasetError
from tests.support.folders import make
from tests.support.systems import pipes


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
        (("a.zip",), "no cases found, the folder holds 1 archive (a.zip): unpack it first; expected"),
        (("a.txt", "b.TAR.GZ", "c.zip"), "the folder holds 2 archives (b.TAR.GZ, c.zip): unpack them first; expected"),
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


def test_folder_of_masks(tmp_path: Path) -> None:
    """The message names the dataset and the case that they belong to."""
    make(tmp_path, "my data/s0001/segmentations/liver.nii.gz", "my data/s0001/ct.nii.gz")
    with pytest.raises(DatasetError) as caught:
        discover(tmp_path / "my data" / "s0001" / "segmentations")
    found = f"this is the folder of a single case's masks: audit its dataset '{tmp_path}/my data', with --cases s0001;"
    assert found in str(caught.value)
    (tmp_path / "my data" / "s0001" / "ct.nii.gz").unlink()
    with pytest.raises(DatasetError, match="no cases found, the folder holds liver"):
        discover(tmp_path / "my data" / "s0001" / "segmentations")


@pipes
def test_a_pipe_with_the_name_of_an_archive(tmp_path: Path) -> None:
    """It is not waited for."""
    os.mkfifo(tmp_path / "data.zip")
    with pytest.raises(DatasetError, match="cannot list it: not a regular file"):
        segaudit.audit(tmp_path / "data.zip")


def test_path_that_is_no_folder(tmp_path: Path) -> None:
    """A wrong path and a file have different messages."""
    make(tmp_path, "file")
    with pytest.raises(DatasetError, match="there is no such folder"):
        discover(tmp_path / "nowhere")
    with pytest.raises(DatasetError, match="it is a file"):
        discover(tmp_path / "file")


def test_links_out_of_the_dataset(tmp_path: Path) -> None:
    """Cases, folders of masks and files that lie elsewhere are read and named; other names there are not given."""
    store, root = tmp_path / "store", tmp_path / "data"
    make(store, "s0001/ct.nii.gz", "s0001/private.txt", "masks/liver.nii.gz", "masks/secret.pdf", "ct.nii.gz")
    make(root, "s0002/ct.nii.gz", "s0003/segmentations/liver.nii.gz", "s0004/ct.nii.gz")
    (root / "s0001").symlink_to(store / "s0001")
    (root / "s0002" / "segmentations").symlink_to(store / "masks")
    (root / "s0003" / "ct.nii.gz").symlink_to(store / "ct.nii.gz")
    (root / "s0004" / "segmentations").symlink_to("../s0003/segmentations")
    cases = {case.case: case for case in discover(root).cases}
    assert {name: case.outside for name, case in cases.items()} == {
        "s0001": ("s0001",),
        "s0002": ("s0002/segmentations",),
        "s0003": ("s0003/ct.nii.gz",),
        "s0004": (),
    }
    assert [case.unexpected_files for case in cases.values()] == [(), (), (), ()]
    assert cases["s0002"].masks == {"liver": "s0002/segmentations/liver.nii.gz"}
    (root / "again").symlink_to(root)
    (tmp_path / "alias").symlink_to(root)
    assert [case.outside for case in discover(tmp_path / "alias").cases][3] == ()


def test_links_beside_the_cases(tmp_path: Path) -> None:
    """The table and documents; not what has a finding of its own, as cases and folders without a place."""
    store, root = tmp_path / "store", tmp_path / "data"
    make(store, "meta.csv", "README.md", ".hidden", "other/a.txt", "s0001/ct.nii.gz", "stray.nii.gz")
    make(root, "s0002/ct.nii.gz", "LICENSE", "notes/a.txt")
    for name in ("meta.csv", "README.md", "other", "s0001", "stray.nii.gz"):
        (root / name).symlink_to(store / name)
    (root / "copying").symlink_to("LICENSE")
    listing = discover(root)
    assert listing.outside == ("README.md", "meta.csv")
    assert [file.path for file in listing.unexpected_files] == ["notes", "other", "stray.nii.gz"]


@pytest.mark.parametrize("name", ["dataset.json", "splits_final.json", "imagesTr", "labelsTr"])
def test_links_in_another_layout(tmp_path: Path, name: str) -> None:
    """Its folders and descriptions."""
    root = tmp_path / "data"
    make(root, "imagesTr/a_0000.nii.gz", "labelsTr/a.nii.gz", "splits_final.json")
    (root / "dataset.json").write_text(
        '{"channel_names": {"0": "CT"}, "labels": {"background": 0, "liver": 1}, "file_ending": ".nii.gz"}'
    )
    assert discover(root).outside == ()
    (root / name).rename(tmp_path / name)
    (root / name).symlink_to(tmp_path / name)
    assert discover(root).outside == (name,)
