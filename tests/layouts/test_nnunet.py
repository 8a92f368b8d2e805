"""The roles of files in the layout of nnU-Net and of the Decathlon."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit.layouts import discover
from segaudit.model import CaseFiles, Training, UnexpectedFile
from segaudit.model.errors import DatasetError
from segaudit.places import located
from tests.support.folders import make
from tests.support.nnunet import VERSION_1, VERSION_2, described


def case_files(case: str, **fields: Any) -> CaseFiles:  # noqa: ANN401 (fields of any kind)
    """Return the files of a whole case with a liver, with changes."""
    whole: dict[str, Any] = {
        "ct": f"imagesTr/{case}_0000.nii.gz",
        "masks": {"liver": f"labelsTr/{case}.nii.gz"},
        "labels": {"liver": (1,)},
        "ending": ".nii.gz",
    }
    return CaseFiles(case=case, folder="", **(whole | fields))


def unmasked(case: str, **fields: Any) -> CaseFiles:  # noqa: ANN401 (fields of any kind)
    """Return the files of a case without label map."""
    return case_files(case, **({"masks": {}, "labels": {}} | fields))


@pytest.mark.parametrize("description", [VERSION_1, VERSION_2])
def test_training_cases(tmp_path: Path, description: object) -> None:
    """Both versions of the description lead to the same cases."""
    described(tmp_path, description, "imagesTr/a_0000.nii.gz", "labelsTr/a.nii.gz")
    listing = discover(tmp_path)
    assert listing.cases == (case_files("a"),)
    assert (listing.unexpected_files, listing.metadata, listing.training) == ((), "", Training("dataset.json", 1, 1))


def test_decathlon(tmp_path: Path) -> None:
    """Images with the names of their label maps are the CTs, even if their ids end in digits; so are test cases."""
    cases = [f"colon_{number:04d}" for number in range(3)]
    images = [f"imagesTr/{case}.nii.gz" for case in cases]
    labels = [f"labelsTr/{case}.nii.gz" for case in cases]
    described(tmp_path, VERSION_1 | {"numTraining": 3}, *images, *labels, "imagesTr/._colon_0000.nii.gz")
    make(tmp_path, "imagesTs/colon_9999.nii.gz")
    listing = discover(tmp_path)
    whole = [case_files(case, ct=path) for case, path in zip(cases, images, strict=True)]
    test = unmasked("colon_9999", ct="imagesTs/colon_9999.nii.gz", unlabelled=True)
    assert listing.cases == (*whole, test)
    assert listing.unexpected_files == (UnexpectedFile("imagesTr/._colon_0000.nii.gz", 0),)


def test_images_without_labels_and_labels_without_images(tmp_path: Path) -> None:
    """An image without a label map, or a label map without an image, is a case."""
    described(tmp_path, VERSION_2, "imagesTr/a_0000.nii.gz", "labelsTr/b.nii.gz")
    missing = "labelsTr/a.nii.gz"
    assert discover(tmp_path).cases == (unmasked("a", label_map_missing=missing), case_files("b", ct=""))


def test_no_folder_of_labels(tmp_path: Path) -> None:
    """Training cases have to have label maps, even if their folder is missing."""
    described(tmp_path, VERSION_2, "imagesTr/a_0000.nii.gz")
    assert discover(tmp_path).cases == (unmasked("a", label_map_missing="labelsTr/a.nii.gz"),)


def test_test_cases(tmp_path: Path) -> None:
    """Test cases are cases; without a folder for them, no masks are expected; no id occurs twice."""
    training = ("imagesTr/a_0000.nii.gz", "labelsTr/a.nii.gz")
    described(tmp_path, VERSION_2, *training, "imagesTs/a_0000.nii.gz", "imagesTs/b_0000.nii.gz")
    listing = discover(tmp_path)
    assert listing.cases == (
        case_files("a"),
        unmasked("a_Ts", ct="imagesTs/a_0000.nii.gz", unlabelled=True),
        unmasked("b", ct="imagesTs/b_0000.nii.gz", unlabelled=True),
    )
    assert listing.training == Training("dataset.json", 1, 1)
    make(tmp_path, "labelsTs/b.nii.gz")
    _, missing, whole = discover(tmp_path).cases
    assert missing == unmasked("a_Ts", ct="imagesTs/a_0000.nii.gz", label_map_missing="labelsTs/a.nii.gz")
    assert whole == case_files("b", ct="imagesTs/b_0000.nii.gz", masks={"liver": "labelsTs/b.nii.gz"})


def test_channels(tmp_path: Path) -> None:
    """The CT is the channel of that name; others are verified, missing ones reported, unknown ones unexpected."""
    description = VERSION_2 | {"channel_names": {"0": "PET", "1": "low-dose CT", "2": "MR"}}
    described(tmp_path, description, *(f"imagesTr/a_000{number}.nii.gz" for number in (0, 1, 7)), "labelsTr/a.nii.gz")
    assert discover(tmp_path).cases == (
        case_files(
            "a",
            ct="imagesTr/a_0001.nii.gz",
            further={"0000 PET": "imagesTr/a_0000.nii.gz", "0002 MR": ""},
            unexpected_files=(UnexpectedFile("imagesTr/a_0007.nii.gz", 0),),
        ),
    )


def test_another_ending(tmp_path: Path) -> None:
    """A file with another ending belongs to the case; beside one with the promised ending, it is its twin."""
    described(tmp_path, VERSION_2 | {"file_ending": ".nii"}, "imagesTr/a_0000.nii.gz", "imagesTr/a_0000.nii")
    make(tmp_path, "labelsTr/a.nii.gz")
    twin = UnexpectedFile("imagesTr/a_0000.nii.gz", 0, twin="imagesTr/a_0000.nii")
    assert discover(tmp_path).cases == (
        case_files("a", ct="imagesTr/a_0000.nii", ending=".nii", unexpected_files=(twin,)),
    )


def test_unexpected_files(tmp_path: Path) -> None:
    """A file that is not a volume, has no channel, or is beside the folders is unexpected; documents are not."""
    unexpected_files = [
        "imagesTr/.DS_Store",
        "imagesTr/b.nii.gz",
        "imagesTr/notes.txt",
        "labelsTr/a (1).nii.gz",
        "imagesVal",
    ]
    described(tmp_path, VERSION_2, "imagesTr/a_0000.nii.gz", "labelsTr/a.nii.gz", "imagesVal/x", *unexpected_files[:4])
    make(tmp_path, "README.md", "splits_final.json", ".git/x")
    (tmp_path / "labelsTr" / os.fsdecode(b"\xe9.nii.gz")).touch()
    listing = discover(tmp_path)
    assert listing.cases == (case_files("a"),)
    assert [s.path for s in listing.unexpected_files] == sorted([*unexpected_files, "labelsTr/\\udce9.nii.gz"])


def test_twin_of_an_unexpected_file(tmp_path: Path) -> None:
    """A file that is stored twice and belongs to no case is two unexpected files."""
    described(tmp_path, VERSION_2, "imagesTr/a_0000.nii.gz", "imagesTr/odd.nii", "imagesTr/odd.nii.gz")
    assert discover(tmp_path).unexpected_files == (
        UnexpectedFile("imagesTr/odd.nii", 0, twin="imagesTr/odd.nii.gz"),
        UnexpectedFile("imagesTr/odd.nii.gz", 0),
    )


def test_archive(tmp_path: Path) -> None:
    """A dataset in a ZIP archive is listed as in a folder, and its description is read from there."""
    described(tmp_path, VERSION_2, "imagesTr/a_0000.nii.gz", "labelsTr/a.nii.gz")
    archive = tmp_path.parent / f"{tmp_path.name}.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in tmp_path.rglob("*.*"):
            file.write(path, f"Dataset001/{path.relative_to(tmp_path)}")
    listing = discover(located(archive))
    assert (listing.cases, listing.training) == ((case_files("a"),), Training("dataset.json", 1, 1))
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("dataset.json", "{}")
        file.writestr("labelsTr/a.nii.gz", b"")
    with pytest.raises(DatasetError, match=r"^dataset.json: labels: missing"):
        discover(located(archive))


names = st.builds(
    "{}{}{}".format,
    st.sampled_from(["a", "b", "a_Ts"]),
    st.sampled_from(["", "_0000", "_0001"]),
    st.sampled_from([".nii.gz", ".nii", ".NII.GZ", ".txt", " (1).nii.gz"]),
)
paths = st.builds("{}/{}".format, st.sampled_from(["imagesTr", "labelsTr", "imagesTs", "labelsTs", "more"]), names)


@given(st.sets(paths, max_size=12))
def test_no_file_is_lost(tmp_path_factory: pytest.TempPathFactory, found: set[str]) -> None:
    """Each file in the folders either belongs to a case or is unexpected, never both."""
    root = described(tmp_path_factory.mktemp("any"), VERSION_2, "imagesTr/z_0000.nii.gz", *found)
    listing = discover(root)
    unexpected_files = [
        *listing.unexpected_files,
        *(unexpected for case in listing.cases for unexpected in case.unexpected_files),
    ]
    listed = [path for case in listing.cases for path in case.paths] + [
        unexpected.path for unexpected in unexpected_files
    ]
    outside = {"more"} if any(path.startswith("more/") for path in found) else set()
    inside = {path for path in found if not path.startswith("more/")}
    assert sorted(listed) == sorted({"imagesTr/z_0000.nii.gz"} | inside | outside)
    assert len({case.case for case in listing.cases}) == len(listing.cases)


def test_folders_in_another_letter_case_and_below(tmp_path: Path) -> None:
    """Folders are recognised in any letter case, also below an archive's top folder."""
    root = tmp_path / "Dataset003_Liver"
    make(root, "imagestr/a_0000.nii.gz", "LABELSTR/a.nii.gz")
    (root / "Dataset.json").write_text(json.dumps(VERSION_2))
    listing = discover(tmp_path)
    assert (listing.root, listing.training) == (root, Training("Dataset.json", 1, 1))
    assert listing.cases == (case_files("a", ct="imagestr/a_0000.nii.gz", masks={"liver": "LABELSTR/a.nii.gz"}),)


def test_folders_beside_another_layout(tmp_path: Path) -> None:
    """Without a description such folders are unexpected in the layout of the dataset."""
    make(tmp_path, "s0001/ct.nii.gz", "imagesTr/a_0000.nii.gz")
    listing = discover(tmp_path)
    assert [case.case for case in listing.cases] == ["s0001"]
    assert listing.unexpected_files == (UnexpectedFile("imagesTr", 0),)


def test_atlas(tmp_path: Path) -> None:
    """Folders of any name with a CT and masks are cases without a table; their label map is not unexpected."""
    case = "BDMAP_00000001"
    make(tmp_path, *(f"{case}/{name}.nii.gz" for name in ("ct", "combined_labels", "segmentations/liver")))
    listing = discover(tmp_path)
    assert (listing.metadata, listing.unexpected_files, listing.training) == ("", (), None)
    assert listing.cases == (
        CaseFiles(
            case=case,
            folder=case,
            ct=f"{case}/ct.nii.gz",
            masks={"liver": f"{case}/segmentations/liver.nii.gz"},
            further={"combined_labels": f"{case}/combined_labels.nii.gz"},
        ),
    )
