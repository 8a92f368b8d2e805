"""What nnU-Net and MONAI stop at, in descriptions, encodings and names, and what they accept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from segaudit.layouts import discover
from segaudit.model.listing import Flaw
from tests.support.folders import make
from tests.support.nnunet import FILES, VERSION_1, WHOLE, described, flaws

OTHER_LIST = 'has a dataset of another form, expected {"CASE": {"images": ["FILE"], "label": "FILE"}}'


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"labels": {"background": 0, "liver": 1, "spleen": 2, "ignore": 3}}, []),
        ({"labels": {"background": 0, "whole": [1, 2], "core": 2}, "regions_class_order": [1, 2]}, []),
        ({"labels": {"background": 0, "liver": [1]}}, []),
        ({"labels": {"liver": 1, "background": 0}}, []),
        ({"labels": {"air": 0, "liver": 1}}, ["has no label background of value 0"]),
        ({"labels": {"background": [0], "liver": 1}}, ["has no label background of value 0"]),
        (
            {"labels": {"background": 0, "liver": 1, "spleen": 2, "colon": 4}},
            ["has labels that do not count up one by one: 4 follow after a gap"],
        ),
        (
            {"labels": {"background": 0, "liver": 2}},
            ["has labels that do not count up one by one: 2 follow after a gap"],
        ),
        ({"labels": {"liver": 1}}, ["has no label background of value 0"]),
        (
            {"labels": {"background": 0, "ignore": 1, "liver": 2}},
            [
                "has labels that do not count up one by one: 2 follow after a gap",
                "has 1 for ignore, expected 3, the one after the last label",
            ],
        ),
        (
            {"labels": {"background": 0, "liver": 1, "ignore": 255}},
            ["has 255 for ignore, expected 2, the one after the last label"],
        ),
        (
            {"labels": {"background": 0, "whole": [1, 2], "core": 2}},
            ['has regions ("whole") and no regions_class_order'],
        ),
        (
            {"labels": {"background": 0, "whole": [1, 2], "core": 2}, "regions_class_order": [1]},
            ["has a regions_class_order that does not name a value for each of 2 labels"],
        ),
        ({"dataset": {"a": {"images": ["imagesTr/a_0000.nii.gz"], "label": "labelsTr/a.nii.gz"}}}, []),
        ({"dataset": [{"image": "imagesTr/a_0000.nii.gz", "label": "labelsTr/a.nii.gz"}]}, [OTHER_LIST]),
        ({"dataset": {"a": {"images": ["imagesTr/a_0000.nii.gz"]}}}, [OTHER_LIST]),
        ({"dataset": {"a": {"images": "imagesTr/a_0000.nii.gz", "label": "labelsTr/a.nii.gz"}}}, [OTHER_LIST]),
    ],
)
def test_descriptions(tmp_path: Path, changes: dict[str, Any], said: list[str]) -> None:
    """Labels count up from the background, ``ignore`` is the last, and regions have an order."""
    assert flaws(tmp_path, WHOLE | changes) == said


@pytest.mark.parametrize("key", ["file_ending", "numTraining"])
def test_a_key_that_is_missing(tmp_path: Path, key: str) -> None:
    """Version 2 of nnU-Net asks for it, although it has a usual value."""
    assert flaws(tmp_path, {k: v for k, v in WHOLE.items() if k != key}) == [f"lacks {key}"]


def test_version_1_is_not_judged(tmp_path: Path) -> None:
    """The Decathlon has no channel names, and may have gaps."""
    labels = {"0": "background", "1": "liver", "4": "colon"}
    assert flaws(tmp_path, VERSION_1 | {"labels": labels}) == []


ENCODINGS = [
    ("utf-8", []),
    ("utf-8-sig", ["begins with a byte order mark"]),
    ("utf-16", ["is written in UTF-16"]),
    ("utf-16-le", ["is written in UTF-16-LE"]),
    ("utf-32", ["is written in UTF-32"]),
]
EXPECTED = ", expected UTF-8 without a byte order mark, which nnU-Net and MONAI read: save it in that form"


@pytest.mark.parametrize("description", [WHOLE, VERSION_1])
@pytest.mark.parametrize(("encoding", "said"), ENCODINGS)
def test_encoding_of_the_description(
    tmp_path: Path, description: dict[str, Any], encoding: str, said: list[str]
) -> None:
    """Programs read UTF-8 without a byte order mark; the audit reads the others, too, and reports them."""
    make(tmp_path, *FILES)
    (tmp_path / "dataset.json").write_text(json.dumps(description), encoding)
    assert discover(tmp_path).flaws == tuple(Flaw("description", "dataset.json", f"{text}{EXPECTED}") for text in said)


@pytest.mark.parametrize(("encoding", "said"), ENCODINGS)
def test_encoding_of_folds(tmp_path: Path, encoding: str, said: list[str]) -> None:
    """They are compared with the cases all the same."""
    (tmp_path / "splits_final.json").write_text(json.dumps([{"train": ["a"], "val": ["z"]}]), encoding)
    assert flaws(tmp_path, WHOLE, kind="list") == [
        *(f"{text}{EXPECTED}" for text in said),
        "fold 0 lists 1 case (z), which is not there",
    ]


@pytest.mark.parametrize(
    ("description", "image", "unnumbered"),
    [
        (WHOLE, "a_0000", False),
        (WHOLE, "a", True),
        (VERSION_1, "a", False),
        (VERSION_1, "a_0000", False),
    ],
)
def test_an_image_without_its_number(
    tmp_path: Path, description: dict[str, Any], image: str, *, unnumbered: bool
) -> None:
    """Version 2 asks for the channel's number; the Decathlon has none."""
    described(tmp_path, description, f"imagesTr/{image}.nii.gz", "labelsTr/a.nii.gz")
    (case,) = discover(tmp_path).cases
    assert (case.case, case.ct, case.unnumbered) == ("a", f"imagesTr/{image}.nii.gz", unnumbered)


@pytest.mark.parametrize("description", [WHOLE, VERSION_1])
def test_one_image_among_others_without_its_number(tmp_path: Path, description: dict[str, Any]) -> None:
    """It is the CT of the label map with its name, and its name is a defect."""
    paths = [f"imagesTr/{case}_0000.nii.gz" for case in "abc"] + [f"labelsTr/{case}.nii.gz" for case in "abcd"]
    described(tmp_path, description, *paths, "imagesTr/d.nii.gz")
    assert [case.unnumbered for case in discover(tmp_path).cases] == [False, False, False, True]
    assert discover(tmp_path).unexpected_files == ()


def test_an_image_without_its_number_whose_id_ends_like_one(tmp_path: Path) -> None:
    """It is the CT of the label map with its name, and no channel of another case."""
    images = ("imagesTr/amos_0001_0000.nii.gz", "imagesTr/amos_0002_0000.nii.gz", "imagesTr/amos_0005.nii.gz")
    labels = (f"labelsTr/amos_{number:04d}.nii.gz" for number in (1, 2, 5))
    described(tmp_path, WHOLE, *images, *labels)
    listing = discover(tmp_path)
    assert [(case.case, case.ct, case.unnumbered) for case in listing.cases] == [
        ("amos_0001", images[0], False),
        ("amos_0002", images[1], False),
        ("amos_0005", images[2], True),
    ]
    assert listing.unexpected_files == ()


@pytest.mark.parametrize(("image", "labels"), [("a_0001", "a"), ("a_0001", ("a", "a_0001")), ("b_0001", "a")])
def test_a_channel_that_is_no_id(tmp_path: Path, image: str, labels: tuple[str, ...]) -> None:
    """What is before its number is the id of a label map, or its name is that of none."""
    files = ("imagesTr/a_0000", f"imagesTr/{image}", *(f"labelsTr/{label}" for label in labels))
    described(tmp_path, WHOLE, *(f"{file}.nii.gz" for file in files))
    cases = {case.case: case.ct for case in discover(tmp_path).cases}
    assert cases == {image.partition("_")[0]: ""} | dict.fromkeys(labels, "") | {"a": "imagesTr/a_0000.nii.gz"}
    assert not any(case.unnumbered for case in discover(tmp_path).cases)


@pytest.mark.parametrize("description", [WHOLE, VERSION_1])
def test_a_test_image_without_its_number(tmp_path: Path, description: dict[str, Any]) -> None:
    """It is the CT of a test case, which has no label map to be recognised by; one beside its numbered form is none."""
    described(tmp_path, description, *FILES, *(f"imagesTs/{name}.nii.gz" for name in ("b", "c", "c_0000")))
    unnumbered = {case.ct: case.unnumbered for case in discover(tmp_path).cases}
    assert unnumbered == {FILES[0]: False, "imagesTs/b.nii.gz": True, "imagesTs/c_0000.nii.gz": False}
    assert [each.path for each in discover(tmp_path).unexpected_files] == ["imagesTs/c.nii.gz"]
    make(tmp_path, "labelsTs/c.nii.gz")
    assert [case.unnumbered for case in discover(tmp_path).cases] == [False, True, False]


def test_a_further_channel_without_its_number(tmp_path: Path) -> None:
    """Beside a numbered channel it is the CT, as a training image is."""
    channels = WHOLE | {"channel_names": {"0": "CT", "1": "PET"}}
    described(tmp_path, channels, *FILES, "imagesTr/a_0001.nii.gz", "imagesTs/b.nii.gz", "imagesTs/b_0001.nii.gz")
    case = discover(tmp_path).cases[-1]
    assert (case.ct, case.further, case.unnumbered) == (
        "imagesTs/b.nii.gz",
        {"0001 PET": "imagesTs/b_0001.nii.gz"},
        True,
    )


def test_no_description(tmp_path: Path) -> None:
    """In another layout there is nothing to refuse."""
    make(tmp_path, "s0001/ct.nii.gz")
    assert discover(tmp_path).flaws is None
