"""The cases that ``dataset`` of ``dataset.json`` lists for version 2 of nnU-Net, whose files may lie anywhere."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from segaudit.layouts import discover
from segaudit.model import CaseFiles, Training, UnexpectedFile
from segaudit.model.errors import DatasetError
from segaudit.model.listing import Flaw
from segaudit.places import located
from tests.support.folders import make
from tests.support.nnunet import VERSION_1, VERSION_2, described

IMAGE, LABEL = "imagesTr/a_0000.nii.gz", "labelsTr/a.nii.gz"


def entry(image: str = IMAGE, label: str = LABEL) -> dict[str, Any]:
    """Return an entry of the list."""
    return {"images": [image], "label": label}


def listing_cases(root: Path, cases: dict[str, Any], *paths: str, **keys: object) -> Path:
    """Write a dataset that lists its cases, of empty files."""
    root.mkdir(exist_ok=True)
    counted = {"file_ending": ".nii.gz", "numTraining": len(cases)}
    return described(root, VERSION_2 | counted | {"dataset": cases} | keys, *paths)


def roles(root: Path) -> dict[str, tuple[str, str]]:
    """Return the CT and the label map of each case."""
    return {case.case: (case.ct, case.masks.get("liver", "")) for case in discover(root).cases}


@pytest.mark.parametrize(
    "folders", [("imagesTr", "labelsTr"), ("images", "labels"), ("x/images", "x/labels"), ("", "")]
)
def test_any_folder(tmp_path: Path, folders: tuple[str, str]) -> None:
    """The files are those of the list, under its names, and their folders are known."""
    image, label = (
        str(Path(folder) / name) for folder, name in zip(folders, ("7.nii.gz", "seg_7.nii.gz"), strict=True)
    )
    listing_cases(tmp_path, {"first": entry(image, label)}, image, label)
    listing = discover(tmp_path)
    assert listing.cases == (
        CaseFiles(
            case="first",
            folder="",
            ct=image,
            masks={"liver": label},
            labels={"liver": (1,)},
            ending=".nii.gz",
        ),
    )
    assert (listing.unexpected_files, listing.flaws) == ((), ())
    assert listing.training == Training("dataset.json", 1, 1)


def test_the_same_cases_as_in_the_folders(tmp_path: Path) -> None:
    """A complete list of what the folders have leads to the same listing as none."""
    paths = [f"{path}.nii.gz" for case in "ab" for path in (f"imagesTr/{case}_0000", f"labelsTr/{case}")]
    make(tmp_path, *paths, "imagesTs/c_0000.nii.gz", "imagesTr/a_0000.nii", "imagesTr/.DS_Store")
    cases = {case: entry(f"imagesTr/{case}_0000.nii.gz", f"./labelsTr/{case}.nii.gz") for case in "ab"}
    described(tmp_path, VERSION_2 | {"file_ending": ".nii.gz", "numTraining": 2})
    from_folders = discover(tmp_path)
    listing_cases(tmp_path, cases)
    assert discover(tmp_path) == from_folders
    assert from_folders.cases[0].unexpected_files == (UnexpectedFile("imagesTr/a_0000.nii", 0, twin=IMAGE),)
    assert [each.path for each in from_folders.unexpected_files] == ["imagesTr/.DS_Store"]


def test_archive(tmp_path: Path) -> None:
    """A list in a ZIP archive, also without the usual folders."""
    root = listing_cases(tmp_path / "D", {"a": entry("i/1.nii.gz", "s/1.nii.gz")}, "i/1.nii.gz", "s/1.nii.gz")
    listing = discover(located(Path(shutil.make_archive(str(tmp_path / "packed"), "zip", root))))
    assert [(case.ct, case.masks["liver"]) for case in listing.cases] == [("i/1.nii.gz", "s/1.nii.gz")]
    assert (listing.unexpected_files, listing.flaws) == ((), ())


OUTSIDE = [
    "../Dataset002_Other/imagesTr/a_0000.nii.gz",
    "/data/a_0000.nii.gz",
    "$nnUNet_raw_unset/Dataset001/imagesTr/a_0000.nii.gz",
    "D:/data/a_0000.nii.gz",
    "..\\Dataset002_Other\\a_0000.nii.gz",
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_images_outside(tmp_path: Path, path: str) -> None:
    """Nothing is missing in such a case; one message says that it is not audited, without the path."""
    cases = {"a": entry(path), "b": entry("imagesTr/b_0000.nii.gz", "labelsTr/b.nii.gz")}
    listing_cases(tmp_path, cases, LABEL, "imagesTr/b_0000.nii.gz", "labelsTr/b.nii.gz")
    listing = discover(tmp_path)
    assert [case.case for case in listing.cases] == ["b"]
    text = "dataset lists 1 case (a) with images outside of the dataset: not audited"
    assert listing.flaws == (Flaw("outside", "dataset.json", text),)
    assert listing.training == Training("dataset.json", 2, 2)


@pytest.mark.parametrize("path", OUTSIDE)
def test_label_maps_outside(tmp_path: Path, path: str) -> None:
    """The image is audited, and no masks are expected."""
    listing_cases(tmp_path, {"a": entry(label=path)}, IMAGE, LABEL)
    (case,) = discover(tmp_path).cases
    assert (case.ct, case.masks, case.label_map_missing, case.unlabelled) == (IMAGE, {}, "", True)
    text = "dataset lists 1 case (a) with label maps outside of the dataset: only the images are audited"
    assert discover(tmp_path).flaws == (Flaw("outside", "dataset.json", text),)


def test_nothing_inside(tmp_path: Path) -> None:
    """The audit ends with the reason; test images are audited all the same."""
    root = listing_cases(tmp_path / "Dataset001", {case: entry(f"../x/{case}_0000.nii.gz", "/y") for case in "ab"})
    with pytest.raises(DatasetError, match=r"lists 2 cases \(a, b\) with images outside .*; audit the datasets that"):
        discover(root)
    make(root, "imagesTs/c_0000.nii.gz")
    assert roles(root) == {"c": ("imagesTs/c_0000.nii.gz", "")}


@pytest.mark.parametrize(
    "image", ["{root}/{own}", "../Dataset001/{own}", "$RAW/Dataset001/{own}", "${{RAW}}/Dataset001/{own}"]
)
def test_ways_round_into_the_dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, image: str) -> None:
    """An absolute path, a sibling's way back and a variable may lead to a file of the dataset."""
    root = tmp_path / "Dataset001"
    monkeypatch.setenv("RAW", str(tmp_path))
    make(root, IMAGE, LABEL)
    listing_cases(root, {"a": entry(image.format(root=root, own=IMAGE))})
    assert roles(root) == {"a": (IMAGE, LABEL)}
    monkeypatch.chdir(root)
    assert roles(Path()) == {"a": (IMAGE, LABEL)}
    listing_cases(root, {"a": entry(image.format(root=root, own="imagesTr/z_0000.nii.gz"))})
    case, _beside = discover(root).cases
    assert (case.ct, case.ct_missing, discover(root).flaws) == ("", "imagesTr/z_0000.nii.gz", ())


def test_files_that_are_not_there(tmp_path: Path) -> None:
    """A case lacks them; one without any file is none, and the list alone names what it would have."""
    cases = {"a": entry(label="labelsTr/z.nii.gz"), "b": entry("imagesTr/b_0000.nii.gz", "labelsTr/b.nii.gz")}
    listing_cases(tmp_path, cases, IMAGE)
    (case,) = discover(tmp_path).cases
    assert (case.case, case.ct, case.label_map_missing) == ("a", IMAGE, "labelsTr/z.nii.gz")
    said = "dataset lists 2 files (imagesTr/b_0000.nii.gz, labelsTr/b.nii.gz), which are not there"
    assert discover(tmp_path).flaws == (Flaw("list", "dataset.json", said),)


def test_channels_that_are_not_there(tmp_path: Path) -> None:
    """The case lacks them, and the list contradicts nothing."""
    channels = {"channel_names": {"0": "CT", "1": "PET"}}
    listing_cases(tmp_path, {"a": {"images": [IMAGE, "x.nii.gz"], "label": LABEL}}, IMAGE, LABEL, **channels)
    (case,) = discover(tmp_path).cases
    assert (case.ct_missing, case.further, discover(tmp_path).flaws) == ("", {"0001 PET": ""}, ())


@pytest.mark.parametrize(
    ("beside", "cases"),
    [
        ("imagesTr/b_0000.nii.gz", {"b": ("imagesTr/b_0000.nii.gz", "")}),
        ("imagesTr/b.nii.gz", {"b": ("imagesTr/b.nii.gz", "")}),
        ("imagesTr/b_0007.nii.gz", {}),
        ("imagesTr/a_0007.nii.gz", {}),
        ("imagesTr/a.nii.gz", {"a_Tr": ("imagesTr/a.nii.gz", "")}),
        ("labelsTr/a_reader2.nii.gz", {}),
    ],
)
def test_files_beside_the_list(tmp_path: Path, beside: str, cases: dict[str, tuple[str, str]]) -> None:
    """Nothing is missing, superfluous or named wrongly where nnU-Net does not look; images are audited."""
    listing_cases(tmp_path, {"a": entry()}, IMAGE, LABEL, beside)
    assert roles(tmp_path) == {"a": (IMAGE, LABEL)} | cases
    listing = discover(tmp_path)
    assert (listing.unexpected_files, listing.flaws) == ((), ())
    for case in listing.cases:
        whole = (case.label_map_missing, case.unnumbered, case.unexpected_files, case.unlabelled)
        assert whole == ("", False, (), case.case != "a")


def test_a_pair_beside_the_list(tmp_path: Path) -> None:
    """An image with its label map is a case, under another id if the list has it, whichever channels it has."""
    channels = {"channel_names": {"0": "CT", "1": "PET"}}
    cases = {"b": {"images": [IMAGE, "imagesTr/a_0001.nii.gz"], "label": LABEL}}
    paths = (IMAGE, LABEL, "imagesTr/a_0001.nii.gz", "imagesTr/b_0000.nii.gz", "labelsTr/b.nii.gz")
    listing_cases(tmp_path, cases, *paths, **channels)
    assert roles(tmp_path) == {"b": (IMAGE, LABEL), "b_Tr": ("imagesTr/b_0000.nii.gz", "labelsTr/b.nii.gz")}
    assert [case.further for case in discover(tmp_path).cases] == [{"0001 PET": "imagesTr/a_0001.nii.gz"}, {}]


@pytest.mark.parametrize(
    ("image", "label", "ending"),
    [
        (IMAGE, LABEL, ".nii.gz"),
        ("imagesTr/a_0000.nii", LABEL, ""),
        (IMAGE, "labelsTr/a.nii", ""),
    ],
)
def test_endings(tmp_path: Path, image: str, label: str, ending: str) -> None:
    """No ending is asked for where the list names a file with another one, nor beside the list."""
    listing_cases(tmp_path, {"a": entry(image, label)}, image, label, "imagesTr/b_0000.nii")
    assert [(case.case, case.ending) for case in discover(tmp_path).cases] == [("a", ending), ("b", "")]


def test_the_id_of_a_case_that_is_not_audited(tmp_path: Path) -> None:
    """An image beside the list has another one."""
    listing_cases(tmp_path, {"a": entry("../x.nii.gz"), "b": entry("no.nii.gz", "no.nii.gz")}, IMAGE, LABEL)
    make(tmp_path, "imagesTs/b_0000.nii.gz")
    assert roles(tmp_path) == {"a_Tr": (IMAGE, ""), "b_Ts": ("imagesTs/b_0000.nii.gz", "")}


def test_channels_in_the_order_of_the_list(tmp_path: Path) -> None:
    """The numbers in names do not count."""
    images = ["pet.nii.gz", "ct_0000.nii.gz"]
    channels = {"channel_names": {"1": "CT", "0": "PET"}}
    listing_cases(tmp_path, {"a": {"images": images, "label": "seg.nii.gz"}}, *images, "seg.nii.gz", **channels)
    (case,) = discover(tmp_path).cases
    assert (case.ct, case.further) == ("ct_0000.nii.gz", {"0000 PET": "pet.nii.gz"})


@pytest.mark.parametrize(
    ("images", "said"),
    [
        ([IMAGE, "imagesTr/a_0001.nii.gz"], []),
        ([IMAGE], ['1 of 1 cases ("a"), expected 2']),
        ([], ['1 of 1 cases ("a"), expected 2']),
        ([IMAGE, "imagesTr/a_0001.nii.gz", "../x.nii.gz"], ['1 of 1 cases ("a"), expected 2']),
    ],
)
def test_number_of_images(tmp_path: Path, images: list[str], said: list[str]) -> None:
    """It is refused unless there is one for each channel, wherever they lie."""
    channels = {"channel_names": {"0": "CT", "1": "PET"}}
    listing_cases(
        tmp_path, {"a": {"images": images, "label": LABEL}}, IMAGE, LABEL, "imagesTr/a_0001.nii.gz", **channels
    )
    make(tmp_path, "imagesTs/t_0000.nii.gz")
    found = [flaw.text for flaw in discover(tmp_path).flaws or () if flaw.kind == "description"]
    assert found == [f"has a dataset with another number of images for {each} as in channel_names" for each in said]


@pytest.mark.parametrize("name", ["", "\ud800", "x/y", ".."])
def test_odd_ids(tmp_path: Path, name: str) -> None:
    """Whatever the list calls a case can be stored and written."""
    listing_cases(tmp_path, {name: entry()}, IMAGE, LABEL)
    (case,) = discover(tmp_path).cases
    assert case.case
    assert case.case.encode()


def test_odd_paths(tmp_path: Path) -> None:
    """What is not Unicode, or no path, is not there."""
    cases = {"a": entry(label="\ud800.nii.gz"), "b": entry("\0.nii.gz", "x" * 9999)}
    cases["c"] = entry("\0/\0.nii.gz", f"{'x' * 9999}/\ud800/a.nii.gz")
    listing_cases(tmp_path, cases, IMAGE)
    assert [case.label_map_missing for case in discover(tmp_path).cases] == ["\\ud800.nii.gz"]


def test_listed_files_of_other_folders(tmp_path: Path) -> None:
    """A test image that the list names is no test case as well."""
    paths = [f"{path}.nii.gz" for case in "ab" for path in (f"imagesTs/{case}_0000", f"labelsTs/{case}")]
    listing_cases(tmp_path, {"a": entry(*paths[:2])}, *paths, "imagesTs/a_0000.nii")
    assert roles(tmp_path) == {"a": (paths[0], paths[1]), "b": (paths[2], paths[3])}
    assert [len(case.unexpected_files) for case in discover(tmp_path).cases] == [1, 0]
    assert discover(tmp_path).unexpected_files == ()


def test_other_forms(tmp_path: Path) -> None:
    """A list without the form for nnU-Net, and version 1, leave the cases to the folders."""
    make(tmp_path, IMAGE, LABEL, "imagesTr/b_0000.nii.gz", "labelsTr/b.nii.gz")
    away = {"image": "../x.nii.gz", "label": "../y.nii.gz"}
    for description in (
        VERSION_2 | {"dataset": [away]},
        VERSION_2 | {"dataset": {"a": away}},
        VERSION_1 | {"dataset": {"a": entry()}},
    ):
        described(tmp_path, description)
        assert [case.case for case in discover(tmp_path).cases] == ["a", "b"]


@pytest.mark.parametrize("description", ["{", "[]", json.dumps(VERSION_2), json.dumps(VERSION_2 | {"dataset": []})])
def test_no_list_and_no_folders(tmp_path: Path, description: str) -> None:
    """It is no dataset of nnU-Net."""
    (tmp_path / "dataset.json").write_text(description)
    with pytest.raises(DatasetError, match="no cases found"):
        discover(tmp_path)
