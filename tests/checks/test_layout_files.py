"""Checks of the layout: names, twins, unexpected files and archives."""

from __future__ import annotations

import dataclasses
import unicodedata

import pytest
from msgspec.structs import replace

from segaudit.checks.layout import channel_missing
from segaudit.checks.layout_files import (
    archive_ambiguous,
    archive_unexpected,
    dataset_file_unexpected,
    dataset_link_outside,
    file_ending,
    file_misnamed,
    file_twin,
    file_unexpected,
    link_outside,
)
from segaudit.model import Cases, Check, Finding, NotApplicable, UnexpectedFile
from segaudit.model.listing import Flaw
from segaudit.testing.records import (
    dataset,
    healthy_case,
    healthy_ct,
    healthy_file,
    healthy_mask,
    merged_case,
    small_contract,
)


def test_file_twin() -> None:
    """A plain file beside its compressed twin is a finding of this check alone."""
    path = "s0001/segmentations/liver.nii"
    case = healthy_case(unexpected_files=(UnexpectedFile(path, 9, twin=f"{path}.gz"),))
    message = "stored compressed and plain: tools read either one, keep one"
    assert list(file_twin(case)) == [Finding(case="s0001", structures=("liver",), file=path, message=message)]
    assert list(file_unexpected(case)) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("._liver.nii.gz", "AppleDouble file of macOS, no image: delete it"),
        (".DS_Store", "left behind by macOS: delete it"),
        ("liver (1).nii.gz", "copy made by a browser or file manager: compare it with the original, then delete it"),
        ("liver.nii.gz.part", "unfinished download: fetch it again"),
        ("liver.nii.gz.crdownload", "unfinished download: fetch it again"),
        ("s0002.download", "unfinished download: fetch it again"),
        ("notes.txt", "has no place in the layout: move it out of the dataset"),
        ("code", "has no place in the layout: move it out of the dataset"),
    ],
)
def test_unexpected_files(name: str, message: str) -> None:
    """What lies in a case or beside the cases is named for what it is."""
    path = f"s0001/{name}"
    case = healthy_case(unexpected_files=(UnexpectedFile(path, 9),))
    assert list(file_unexpected(case)) == [Finding(case="s0001", file=path, message=message)]
    assert list(file_twin(case)) == []
    assert list(dataset_file_unexpected(dataset(unexpected_files=(UnexpectedFile(name, 9),)))) == [
        Finding(file=name, message=message)
    ]


def test_file_misnamed() -> None:
    """A mask whose name differs in letter case is a finding."""
    path = "s0001/segmentations/Liver.nii.gz"
    case = healthy_case(healthy_mask(file=healthy_file("liver", path=path)))
    assert list(file_misnamed(case)) == [
        Finding(
            case="s0001",
            structures=("liver",),
            file=path,
            message="named 'Liver', expected 'liver': rename it",
            observed="Liver",
            expected="liver",
        )
    ]


def test_ct_and_folder_misnamed() -> None:
    """So are a CT and a folder."""
    case = healthy_case(folder="S0001", ct=healthy_ct(file=healthy_file("", path="S0001/CT.nii.gz")))
    assert [(f.observed, f.expected) for f in file_misnamed(case)] == [("S0001", "s0001"), ("CT", "ct")]


def test_dots_in_a_name() -> None:
    """A name ends where .nii or .nii.gz begins, so that dots before it count."""
    path = "s0001/segmentations/Left.Lung.nii.gz"
    case = healthy_case(healthy_mask("left.lung", file=healthy_file("left.lung", path=path)))
    assert [(f.observed, f.expected) for f in file_misnamed(case)] == [("Left.Lung", "left.lung")]


def test_unicode_form() -> None:
    """A name in another Unicode form looks the same, so the message escapes it."""
    name = "foie_gras_ö"
    path = f"s0001/segmentations/{unicodedata.normalize('NFD', name)}.nii"
    case = healthy_case(healthy_mask(name, file=healthy_file(name, path=path)))
    assert [finding.message for finding in file_misnamed(case)] == [
        r"named 'foie_gras_o\u0308', expected 'foie_gras_\xf6': rename it"
    ]


def test_other_layouts_name_other_files() -> None:
    """A name that is another word altogether is another layout's business."""
    image = healthy_ct(file=healthy_file("", path="imagesTr/s0001_0000.nii.gz"))
    assert list(file_misnamed(replace(healthy_case(), ct=image))) == []


def test_file_ending() -> None:
    """Each file that ends otherwise than promised is a finding, a label map is one file."""
    advice = "its name does not end in .nii: store it again in that form"
    assert list(file_ending(merged_case(ending=".nii"))) == [
        Finding(case="s0001", file=path, message=advice) for path in ("s0001/ct.nii.gz", "labelsTr/s0001.nii.gz")
    ]


@pytest.mark.parametrize("check", [file_ending, channel_missing])
def test_layouts_that_promise_no_form(check: Check[...]) -> None:
    """Where nothing says how files end and which channels there are, nothing is judged."""
    with pytest.raises(NotApplicable):
        list(check.function(healthy_case()))


ARCHIVES = replace(small_contract(), cases=Cases(count=1), archives={"release.zip": 23_581_218_285})


@pytest.mark.parametrize(("size", "found"), [(23_581_218_285, 0), (23_581_218_284, 1)])
def test_archive(size: int, found: int) -> None:
    """An archive of another size is not the one that was published; its name does not matter."""
    packed = dataclasses.replace(dataset(healthy_case()), archive=("copy.zip", size))
    findings = list(archive_unexpected(packed, ARCHIVES))
    message = "23,581,218,284 bytes, expected 23,581,218,285 (release.zip)"
    assert [(finding.file, finding.message) for finding in findings] == [("copy.zip", message)] * found


def test_archive_of_any_number_of_cases() -> None:
    """Half of the promised cases are no subset, nor is a dataset without cases of which none are promised."""
    half = dataclasses.replace(dataset(healthy_case()), archive=("copy.zip", 1))
    empty = dataclasses.replace(dataset(), archive=("copy.zip", 1))
    for packed, count in ((half, 2), (empty, None)):
        assert len(list(archive_unexpected(packed, replace(ARCHIVES, cases=Cases(count=count))))) == 1


def test_archive_of_a_subset() -> None:
    """Nobody says how large the archive of some of the cases is; a folder is in none."""
    many = replace(ARCHIVES, cases=Cases(count=3))
    for subject, contract in ((("copy.zip", 1), many), (None, ARCHIVES)):
        packed = dataclasses.replace(dataset(healthy_case()), archive=subject)
        with pytest.raises(NotApplicable):
            list(archive_unexpected(packed, contract))


def test_archives_that_are_unpacked_in_two_ways() -> None:
    """Each path is a finding, and one of all names is the archive's; a folder is in none."""
    flaws = {"s0001/ct.nii.gz": "is there twice", "": "back slashes separate folders"}
    packed = dataset(healthy_case(), archive=("copy.zip", 5), archive_flaws=flaws)
    assert list(archive_ambiguous(packed)) == [
        Finding(file="s0001/ct.nii.gz", message="is there twice: pack it again"),
        Finding(file="copy.zip", message="back slashes separate folders: pack it again"),
    ]
    with pytest.raises(NotApplicable):
        list(archive_ambiguous(dataset(healthy_case())))


def test_links_out_of_the_dataset() -> None:
    """Each is a finding: of its case, or of the dataset."""
    case = healthy_case(outside=("s0001/ct.nii.gz",))
    assert [(finding.case, finding.file) for finding in link_outside(case)] == [("s0001", "s0001/ct.nii.gz")]
    beside = dataset(healthy_case(), outside=("dataset.json", "imagesTr"))
    assert [(finding.case, finding.file) for finding in dataset_link_outside(beside)] == [
        ("", "dataset.json"),
        ("", "imagesTr"),
    ]
    assert not [*link_outside(healthy_case()), *dataset_link_outside(dataset(healthy_case()))]


def test_lists_that_lead_out_of_the_dataset() -> None:
    """What a list names outside is a finding of this kind, and what is wrong in a list is not."""
    flaws = (Flaw("outside", "dataset.json", "2 cases"), Flaw("list", "dataset.json", "a case twice"))
    found = list(dataset_link_outside(dataset(healthy_case(), flaws=flaws)))
    assert found == [Finding(file="dataset.json", message="2 cases")]
