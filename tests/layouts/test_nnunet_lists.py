"""Lists of files and folds that nnU-Net and MONAI stop at, or that contradict the files, and what they accept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from segaudit.layouts import discover
from segaudit.model import Training
from tests.support.folders import make
from tests.support.nnunet import VERSION_1, WHOLE, described, flaws
from tests.support.systems import linux


def row(case: str, folder: str = "Tr") -> dict[str, str]:
    """Return an entry of a list, as the Decathlon has it."""
    return {"image": f"./images{folder}/{case}.nii.gz", "label": f"./labels{folder}/{case}.nii.gz"}


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        ({"training": [row("a")], "test": ["./imagesTs/t.nii.gz"]}, []),
        ({"dataset": {"a": {"images": ["imagesTr/a.nii.gz"], "label": "labelsTr/a.nii.gz"}}}, []),
        ({"training": [row("a")], "test": ["/elsewhere/x.nii.gz"]}, []),
        ({"test": ["./imagesTs/v.nii.gz"]}, []),  # without its channel's number, as in version 1 of nnU-Net
        (
            {"training": [row("b")]},
            ["training lists 2 files (imagesTr/b.nii.gz, labelsTr/b.nii.gz), which are not there"],
        ),
        ({"test": ["./imagesTs/u.nii.gz"]}, ["test lists 1 file (imagesTs/u.nii.gz), which is not there"]),
        (
            {"training": [row("a")], "test": ["imagesTr/a.nii.gz"]},
            ["test lists 1 image (imagesTr/a.nii.gz), which is trained on, too"],
        ),
        (
            {"training": [row("a")], "validation": [row("a")]},
            ["validation lists 1 image (imagesTr/a.nii.gz), which is trained on, too"],
        ),
        (
            {"training": [row("a"), row("a")], "numTraining": 2},
            ["training lists 1 image (imagesTr/a.nii.gz) more than once"],
        ),
        ({"training": []}, ["training lists 0 cases, numTraining says 1"]),
        ({"training": "nonsense", "numTraining": 0}, []),
    ],
)
def test_lists_of_files(tmp_path: Path, lists: dict[str, Any], said: list[str]) -> None:
    """A file that is not there, one that is listed twice, and one that is trained on and held out."""
    files = ("imagesTr/a.nii.gz", "labelsTr/a.nii.gz", "imagesTs/t.nii.gz", "imagesTs/v_0000.nii.gz")
    assert flaws(tmp_path, VERSION_1 | lists, *files, kind="list") == said


def entry(image: str, label: str = "labelsTr/a.nii.gz") -> dict[str, Any]:
    """Return an entry of nnU-Net's list of cases."""
    return {"images": [image], "label": label}


@pytest.mark.parametrize(
    "image",
    [
        "imagesTr/a_0000.nii.gz",
        "../Dataset002_Other/imagesTr/a_0000.nii.gz",
        "/data/a_0000.nii.gz",
        "$nnUNet_raw/Dataset002_Other/imagesTr/a_0000.nii.gz",
        "${nnUNet_raw}/Dataset002_Other/imagesTr/a_0000.nii.gz",
        "%nnUNet_raw%/Dataset002_Other/imagesTr/a_0000.nii.gz",
        "sub/$CENTRE/a_0000.nii.gz",
        "D:/data/a_0000.nii.gz",
        "d:\\data\\a_0000.nii.gz",
        "\\\\server\\data\\a_0000.nii.gz",
        "..\\Dataset002_Other\\a_0000.nii.gz",
    ],
)
def test_files_anywhere(tmp_path: Path, image: str) -> None:
    """A listed file outside of the dataset, or below a variable of the environment, is not looked for."""
    assert flaws(tmp_path, WHOLE | {"dataset": {"a": entry(image)}}, kind="list") == []


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        ("/home/jane/a_0000.nii.gz", "a_0000.nii.gz"),
        ("d:\\home\\jane\\a_0000.nii.gz", "a_0000.nii.gz"),
        ("\\\\server\\jane\\a_0000.nii.gz", "a_0000.nii.gz"),
        ("../jane/a_0000.nii.gz", "../jane/a_0000.nii.gz"),
    ],
)
def test_absolute_paths(tmp_path: Path, image: str, shown: str) -> None:
    """Reports name nothing of a disk but its files."""
    cases = {"a": entry(image), "b": entry(image, "labelsTr/b.nii.gz")}
    make(tmp_path, "labelsTr/b.nii.gz", "imagesTs/c_0000.nii.gz")
    description = WHOLE | {"numTraining": 2, "dataset": cases, "test": [image]}
    assert flaws(tmp_path, description, kind="list") == [
        f"dataset lists 1 image ({shown}) more than once",
        f"test lists 1 image ({shown}), which is trained on, too",
    ]


@pytest.mark.parametrize("image", ["imagesTr/b_0000.nii.gz", "imagesTr/a.nii.gz", "..a_0000.nii.gz", "$/a.nii.gz"])
def test_listed_files_that_are_not_there(tmp_path: Path, image: str) -> None:
    """In its list of cases nnU-Net adds no channel's number; what is missing is so in its case."""
    assert flaws(tmp_path, WHOLE | {"dataset": {"a": entry(image)}}, kind="list") == []
    listed, _beside = discover(tmp_path).cases
    assert (listed.case, listed.ct, listed.ct_missing) == ("a", "", image)


TRAINING = {"training": [row(case) for case in "abc"], "test": ["imagesTs/t.nii.gz"], "numTraining": 3}


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        (["imagesTr/b"], []),
        (["labelsTr/b"], []),
        (
            ["imagesTr/b", "labelsTr/b"],
            ["training lists 2 files (imagesTr/b.nii.gz, labelsTr/b.nii.gz), which are not there"],
        ),
        (["imagesTs/t"], ["test lists 1 file (imagesTs/t.nii.gz), which is not there"]),
    ],
)
@pytest.mark.parametrize("number", ["", "_0000"])
def test_one_finding_for_a_file_that_is_not_there(
    tmp_path: Path, lost: list[str], said: list[str], number: str
) -> None:
    """A case that lacks an image or a label map says so itself; the list, neither folds nor a number, names others."""
    images = {f"{path}{number}": path for path in ("imagesTr/a", "imagesTr/b", "imagesTr/c", "imagesTs/t")}
    paths = images | {path: path for path in ("labelsTr/a", "labelsTr/b", "labelsTr/c")}
    (tmp_path / "splits_final.json").write_text(json.dumps([{"train": ["a", "c"], "val": ["b"]}]))
    files = [f"{path}.nii.gz" for path, name in paths.items() if name not in lost]
    assert flaws(tmp_path, VERSION_1 | TRAINING, *files, kind="list") == said
    assert discover(tmp_path).training == Training("dataset.json", 3, 3)


def test_a_listed_test_image_beside_its_label_map(tmp_path: Path) -> None:
    """The case has no CT, and the list contradicts nothing."""
    files = ("imagesTr/a.nii.gz", "labelsTr/a.nii.gz", "labelsTs/t.nii.gz")
    assert flaws(tmp_path, VERSION_1 | {"test": ["imagesTs/t.nii.gz"]}, *files, kind="list") == []
    assert [(case.case, case.ct) for case in discover(tmp_path).cases] == [("a", "imagesTr/a.nii.gz"), ("t", "")]


def test_a_training_case_too_few_beside_one_that_is_listed_and_not_there(tmp_path: Path) -> None:
    """The number is another one all the same."""
    lists = TRAINING | {"numTraining": 4}
    files = ("imagesTr/a.nii.gz", "labelsTr/a.nii.gz", "imagesTs/t.nii.gz")
    assert len(flaws(tmp_path, VERSION_1 | lists, *files, kind="list")) == 2
    assert discover(tmp_path).training == Training("dataset.json", 4, 1)


PAIRS = tuple(f"{path}.nii.gz" for case in "ab" for path in (f"imagesTr/{case}_0000", f"labelsTr/{case}"))


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        ({"dataset": {"a": entry("imagesTr/b_0000.nii.gz")}}, ["imagesTr/b_0000.nii.gz with labelsTr/a.nii.gz"]),
        (
            {"training": [row("b_0000") | {"label": "labelsTr/a.nii.gz"}]},
            ["imagesTr/b_0000.nii.gz with labelsTr/a.nii.gz"],
        ),
        ({"validation": [row("b") | {"label": "labelsTr/a.nii.gz"}]}, ["imagesTr/b.nii.gz with labelsTr/a.nii.gz"]),
        ({"dataset": {"b": entry("imagesTr/a_0000.nii.gz")}}, []),
        ({"dataset": {"a": {"images": [PAIRS[0], PAIRS[2]], "label": PAIRS[1]}}}, []),  # an earlier scan beside it
        ({"dataset": {"a": entry("imagesTr/b_0000.nii.gz", "labelsTr/b_reader2.nii.gz")}}, []),
        ({"dataset": {"a": entry("imagesTr/ct_7_0000.nii.gz")}}, []),  # without a label map of its name
        ({"dataset": {"a": entry("../imagesTr/b_0000.nii.gz")}}, []),
        ({"training": [{"image": "c.nii.gz", "label": "d.nii.gz"}]}, []),
    ],
)
def test_an_image_with_the_label_map_of_another_case(tmp_path: Path, lists: dict[str, Any], said: list[str]) -> None:
    """Both have their own counterpart; a second label map of one image, or an image of another name, is none."""
    files = (*PAIRS, "labelsTr/b_reader2.nii.gz", "imagesTr/ct_7_0000.nii.gz", "c.nii.gz", "d.nii.gz")
    (key,) = lists
    assert flaws(tmp_path, WHOLE | lists, *files, kind="list") == [
        f"{key} lists 1 image ({pair}) with the label map of another case" for pair in said
    ]


@pytest.mark.parametrize("key", ["training", "validation"])
@pytest.mark.parametrize(
    ("image", "label", "found"),
    [
        (PAIRS[1], PAIRS[0], True),
        (PAIRS[0], PAIRS[1], False),
        (PAIRS[0], PAIRS[2], False),  # both kinds of file in one folder
        (PAIRS[1], PAIRS[3], False),  # a label map that is to be refined
    ],
)
def test_an_image_and_its_label_map_exchanged(tmp_path: Path, key: str, image: str, label: str, *, found: bool) -> None:
    """Each lies in the folder of the other."""
    texts = flaws(tmp_path, WHOLE | {key: [{"image": image, "label": label}]}, *PAIRS, kind="list")
    said = f"{key} lists 1 label map (labelsTr/a.nii.gz) as image, and the image as label map"
    assert (said in texts) is found


def test_decathlon_with_numbers_in_its_names(tmp_path: Path) -> None:
    """Names that end in four digits are whole names there."""
    cases = [f"colon_{number:04d}" for number in range(2)]
    files = [f"{folder}Tr/{case}.nii.gz" for case in cases for folder in ("images", "labels")]
    lists = {"training": [row(case) for case in cases], "numTraining": 2}
    assert flaws(tmp_path, VERSION_1 | lists, *files, kind="list") == []
    lists["training"] = [row(cases[0]) | {"label": f"labelsTr/{cases[1]}.nii.gz"}]
    assert len(flaws(tmp_path, VERSION_1 | lists | {"numTraining": 1}, *files, kind="list")) == 1


def test_a_list_of_fewer_cases_than_are_there(tmp_path: Path) -> None:
    """The listed cases, under their own names, are those of the folds and of ``numTraining``."""
    (tmp_path / "splits_final.json").write_text(json.dumps([{"train": ["first"], "val": ["a"]}]))
    description = WHOLE | {"dataset": {"first": entry("imagesTr/a_0000.nii.gz")}}
    make(tmp_path, "imagesTr/b_0000.nii.gz", "labelsTr/b.nii.gz")
    assert flaws(tmp_path, description, kind="list") == [
        "fold 0 lists 1 case (a), which is not in the list of dataset.json"
    ]
    assert discover(tmp_path).training == Training("dataset.json", 1, 1)


def test_a_list_of_another_number_of_cases(tmp_path: Path) -> None:
    """It is ``training-count``, and no flaw of the list as well; a list without a form for nnU-Net does not count."""
    cases = {name: entry(f"imagesTr/{name}_0000.nii.gz", f"labelsTr/{name}.nii.gz") for name in "ab"}
    make(tmp_path, *(f"{file}.nii.gz" for name in "abc" for file in (f"imagesTr/{name}_0000", f"labelsTr/{name}")))
    assert flaws(tmp_path, WHOLE | {"numTraining": 3, "dataset": cases}, kind="list") == []
    assert discover(tmp_path).training == Training("dataset.json", 3, 2)
    described(tmp_path, WHOLE | {"numTraining": 3, "dataset": [*cases.values()]})
    assert discover(tmp_path).training == Training("dataset.json", 3, 3)


@pytest.mark.parametrize(
    ("promised", "listed", "said"),
    [
        (2, "ab", []),
        (3, "ab", []),
        (2, "a", ["training lists 1 case, numTraining says 2"]),
        (3, "a", ["training lists 1 case, numTraining says 3"]),
    ],
)
def test_a_number_that_is_not_that_of_the_cases(tmp_path: Path, promised: int, listed: str, said: list[str]) -> None:
    """A list of all cases is right: the stated number is one finding, ``training-count``."""
    lists = {"training": [row(case) for case in listed], "numTraining": promised}
    files = (f"{folder}Tr/{case}.nii.gz" for case in "ab" for folder in ("images", "labels"))
    assert flaws(tmp_path, VERSION_1 | lists, *files, kind="list") == said
    assert discover(tmp_path).training == Training("dataset.json", promised, 2)


@pytest.mark.parametrize(
    ("folds", "said"),
    [
        ([{"train": ["a"], "val": ["b"]}, {"train": ["b"], "val": ["a"]}], []),
        ([{"train": ["a", "c"], "val": ["b"]}], ["fold 0 lists 1 case (c), which is not there"]),
        ([{"train": ["a", "b"], "val": ["b"]}], ["fold 0 both trains on and validates with 1 case (b)"]),
        ([{"train": ["a", "b"]}], ["fold 0 has no cases to validate with"]),
        ({"train": []}, ["cannot be read: expected a list of folds, each with the lists train and val"]),
        ([{"train": "ab", "val": []}], ["cannot be read: expected a list of folds, each with the lists train and val"]),
    ],
)
def test_folds(tmp_path: Path, folds: object, said: list[str]) -> None:
    """Cases that are not there, and cases that are trained on and validated with."""
    make(tmp_path, "imagesTr/b_0000.nii.gz", "labelsTr/b.nii.gz")
    (tmp_path / "splits_final.json").write_text(json.dumps(folds))
    assert flaws(tmp_path, WHOLE | {"numTraining": 2}, kind="list") == said
    assert {flaw.file for flaw in discover(tmp_path).flaws or ()} <= {"splits_final.json"}


@linux
def test_folds_in_a_link_to_the_system(tmp_path: Path) -> None:
    """The file is not read, and the message says no path of this machine."""
    (tmp_path / "splits_final.json").symlink_to("/proc/self/status")
    assert flaws(tmp_path, WHOLE, kind="list") == ["cannot be read: not a regular file"]


def test_folds_that_are_no_json(tmp_path: Path) -> None:
    """One finding says so."""
    (tmp_path / "splits_final.json").write_text("{")
    (said,) = flaws(tmp_path, WHOLE, kind="list")
    assert said.startswith("cannot be read: ")
