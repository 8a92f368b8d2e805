"""Checks of the layout: what is there, against what was promised."""

from __future__ import annotations

import dataclasses
import unicodedata

import pytest
from msgspec.structs import replace

from segaudit.checks.layout import (
    archive_unexpected,
    case_count,
    case_missing,
    case_unlisted,
    channel_missing,
    ct_missing,
    dataset_file_unexpected,
    dataset_partial,
    file_ending,
    file_misnamed,
    file_twin,
    file_unexpected,
    mask_missing,
    mask_unknown,
    release_mixed,
    training_count,
)
from segaudit.model import Case, Cases, Check, Dataset, Finding, Metadata, NotApplicable, Stranger, Training
from tests.factories import (
    dataset,
    healthy_case,
    healthy_ct,
    healthy_file,
    healthy_mask,
    merged_case,
    metadata,
    small_contract,
)


def folders(*names: str, listed: tuple[str, ...] | None = None, excluded: tuple[str, ...] = ()) -> Dataset:
    """Return a dataset that has folders of these names, and metadata that lists the other ones."""
    table = None if listed is None else metadata(*((case, "train") for case in listed))
    return dataset(folders=names, listed=table, excluded=excluded)


def only(*structures: str) -> Case:
    """Return a case that has masks of these structures and no others."""
    return healthy_case(masks=tuple(healthy_mask(structure) for structure in structures))


def test_case_missing() -> None:
    """A listed case without folder is a finding."""
    assert list(case_missing(folders("s1", "s3", listed=("s1", "s2", "s3")))) == [
        Finding(case="s2", message="listed in the metadata, but has no folder")
    ]


@pytest.mark.parametrize("listed", [(), ("s1", "s2")])
def test_no_case_missing(listed: tuple[str, ...]) -> None:
    """With every listed case there, none is missing."""
    assert list(case_missing(folders("s1", "s2", listed=listed))) == []


def test_most_cases_missing() -> None:
    """Half of the cases are listed one by one, more than half are one finding with a count."""
    half = folders("s1", "s2", listed=("s1", "s2", "s3", "s4"))
    assert [finding.case for finding in case_missing(half)] == ["s3", "s4"]
    most = folders("s1", listed=("s1", "s2", "s3", "s4", "s5"))
    assert list(case_missing(most)) == [
        Finding(message="4 of 5 listed cases have no folder: s2, s3, s4, ...", observed=1, expected=5)
    ]


def test_case_unlisted() -> None:
    """A folder without a row is a finding."""
    assert list(case_unlisted(folders("s1", "s2", "s3", listed=("s1", "s2")))) == [
        Finding(case="s3", message="has a folder, but the metadata does not list it")
    ]


@pytest.mark.parametrize("check", [case_missing, case_unlisted], ids=lambda check: check.id)
@pytest.mark.parametrize(
    "listed", [None, Metadata(path="meta.csv", columns=("split",), rows=(("train",),))], ids=["no metadata", "no ids"]
)
def test_without_ids(check: Check[[Dataset]], listed: Metadata | None) -> None:
    """Without metadata, or without the column of ids, nobody can tell which cases are listed."""
    with pytest.raises(NotApplicable):
        list(check(dataset(folders=("s1",), listed=listed)))


def test_most_cases_unlisted() -> None:
    """An empty table lists no case: one finding."""
    assert list(case_unlisted(folders("s1", "s2", listed=()))) == [
        Finding(message="2 of 2 cases are not listed in the metadata: s1, s2", observed=0, expected=2)
    ]


@pytest.mark.parametrize(
    ("names", "listed"),
    [
        (("s1", "s2", "s3", "s4"), None),
        (("s1", "s2", "s3"), ("s1", "s2", "s3", "s4")),  # one folder missing: case-missing
        (("s1", "s2", "s3", "s4"), ("s1", "s2", "s3")),  # one row missing: case-unlisted
    ],
)
def test_no_case_count(names: tuple[str, ...], listed: tuple[str, ...] | None) -> None:
    """The count is right if the folders or the rows are as many as promised; another check says what differs."""
    assert list(case_count(folders(*names, listed=listed), small_contract())) == []


@pytest.mark.parametrize("names", [("s1", "s2"), ("s1", "s2", "s3"), ("s1", "s2", "s3", "s4", "s5")])
def test_case_count(names: tuple[str, ...]) -> None:
    """From half of the promised cases on, another number is a finding."""
    assert list(case_count(folders(*names, listed=names), small_contract())) == [
        Finding(message=f"{len(names)} cases, 4 promised", observed=len(names), expected=4)
    ]


def test_excluded_cases_count() -> None:
    """A case that the contract excludes is still one of the promised."""
    three = folders("s1", "s2", "s3", listed=("s1", "s2", "s3", "s4"), excluded=("s4",))
    assert list(case_count(three, small_contract())) == []


def test_dataset_partial() -> None:
    """Fewer than half of the promised cases are a subset, of which the number is not judged."""
    contract = small_contract(cases=Cases(count=5))
    one = folders("s1", "s2", listed=("s1", "s2"))
    with pytest.raises(NotApplicable):
        list(case_count(one, contract))
    assert list(dataset_partial(one, contract)) == [
        Finding(message="2 of 5 promised cases: judged as a subset", observed=2, expected=5)
    ]
    assert list(dataset_partial(one, small_contract())) == []


def test_partial_download_is_no_subset() -> None:
    """Where the metadata lists all promised cases, the folders are missing."""
    assert list(dataset_partial(folders("s1", listed=("s1", "s2", "s3", "s4")), small_contract())) == []


def test_ct_missing() -> None:
    """A case without CT is a finding; a damaged CT is there."""
    assert list(ct_missing(healthy_case(ct=None))) == [Finding(case="s0001", message="no CT file")]
    assert list(ct_missing(healthy_case(ct=healthy_ct(file=healthy_file("", header=None))))) == []


def test_mask_missing() -> None:
    """Each structure without mask is a finding, with words that let them be told as one."""
    names = set(small_contract().by_name) - {"liver", "spleen"}
    assert list(mask_missing(only(*names), small_contract())) == [
        Finding(case="s0001", structure=name, message="no mask file; absent structures need one too")
        for name in ("liver", "spleen")
    ]


def test_all_masks_missing() -> None:
    """A case without any mask is one finding."""
    assert list(mask_missing(only(), small_contract())) == [
        Finding(case="s0001", message="no masks: 10 expected", observed=0, expected=10)
    ]


def test_mask_unknown() -> None:
    """A mask that the class list does not have is a finding."""
    assert list(mask_unknown(healthy_case(healthy_mask("tumour")), small_contract())) == [
        Finding(case="s0001", structure="tumour", message="not in the class list")
    ]


def test_misspelt_mask() -> None:
    """A misspelt name is one finding with a suggestion, and the structure is not missing besides."""
    case = only(*(set(small_contract().by_name) - {"kidney_left"}), "kidney_lefft")
    message = "not in the class list; did you mean kidney_left, which has no mask?"
    assert list(mask_unknown(case, small_contract())) == [
        Finding(case="s0001", structure="kidney_lefft", message=message, expected="kidney_left")
    ]
    assert list(mask_missing(case, small_contract())) == []


def test_present_structure_is_not_suggested() -> None:
    """A name like that of a structure that has its mask is no misspelling of it."""
    assert list(mask_unknown(healthy_case(healthy_mask("livers")), small_contract())) == [
        Finding(case="s0001", structure="livers", message="not in the class list")
    ]


def test_release_mixed() -> None:
    """A case with another release's names is one finding of one check; the others do not judge it."""
    case, contract = only("kidney_left", "kidney_right", "heart", "brain"), small_contract()
    assert list(release_mixed(case, contract)) == [
        Finding(
            case="s0001",
            message="of 4 mask names 4 are in other, 2 in small",
            observed="other",
            expected="small",
        )
    ]
    for check in (mask_missing, mask_unknown):
        with pytest.raises(NotApplicable):
            list(check(case, contract))


def test_one_foreign_mask_mixes_no_releases() -> None:
    """One name of another release beside all of this one's is an unknown mask."""
    case, contract = healthy_case(healthy_mask("brain")), small_contract()
    assert list(release_mixed(case, contract)) == []
    assert [finding.structure for finding in mask_unknown(case, contract)] == ["brain"]


def test_file_twin() -> None:
    """A plain file beside its compressed twin is a finding of this check alone."""
    path = "s0001/segmentations/liver.nii"
    case = healthy_case(strangers=(Stranger(path, 9, twin=f"{path}.gz"),))
    message = "stored compressed and plain: tools read either one, keep one"
    assert list(file_twin(case)) == [Finding(case="s0001", structure="liver", file=path, message=message)]
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
    case = healthy_case(strangers=(Stranger(path, 9),))
    assert list(file_unexpected(case)) == [Finding(case="s0001", file=path, message=message)]
    assert list(file_twin(case)) == []
    assert list(dataset_file_unexpected(dataset(strangers=(Stranger(name, 9),)))) == [
        Finding(file=name, message=message)
    ]


def test_file_misnamed() -> None:
    """A mask whose name differs in letter case is a finding."""
    path = "s0001/segmentations/Liver.nii.gz"
    case = healthy_case(healthy_mask(file=healthy_file("liver", path=path)))
    assert list(file_misnamed(case)) == [
        Finding(
            case="s0001",
            structure="liver",
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


def test_channel_missing() -> None:
    """Each channel without a file is a finding."""
    assert list(channel_missing(merged_case(channels_missing=("0001 PET", "0002 MR")))) == [
        Finding(case="s0001", message="no image of channel '0001 PET'"),
        Finding(case="s0001", message="no image of channel '0002 MR'"),
    ]


@pytest.mark.parametrize("check", [file_ending, channel_missing])
def test_layouts_that_promise_no_form(check: Check[...]) -> None:
    """Where nothing says how files end and which channels there are, nothing is judged."""
    with pytest.raises(NotApplicable):
        list(check.function(healthy_case()))


def test_training_count() -> None:
    """Another number than the dataset's own description says is a finding about that file; none is not applicable."""
    assert list(training_count(dataset(training=Training("dataset.json", 3, 2)))) == [
        Finding(file="dataset.json", message="2 training cases, numTraining says 3", observed=2, expected=3)
    ]
    with pytest.raises(NotApplicable):
        list(training_count(dataset()))


def test_test_cases_have_no_masks() -> None:
    """Of a case that the layout has no masks for, none is missing."""
    with pytest.raises(NotApplicable):
        list(mask_missing(merged_case(masks=(), label_map=None, unlabelled=True), small_contract()))


ARCHIVES = replace(small_contract(), cases=Cases(count=1), archives={"release.zip": 23_581_218_285})


@pytest.mark.parametrize(("size", "found"), [(23_581_218_285, 0), (23_581_218_284, 1)])
def test_archive(size: int, found: int) -> None:
    """An archive of another size is not the one that was published; its name does not matter."""
    packed = dataclasses.replace(dataset(healthy_case()), archive=("copy.zip", size))
    findings = list(archive_unexpected(packed, ARCHIVES))
    message = "23,581,218,284 bytes, expected 23,581,218,285 (release.zip)"
    assert [(finding.file, finding.message) for finding in findings] == [("copy.zip", message)] * found


def test_archive_of_a_subset() -> None:
    """Nobody says how large the archive of some of the cases is; a folder is in none."""
    many = replace(ARCHIVES, cases=Cases(count=1204))
    for subject, contract in ((("copy.zip", 1), many), (None, ARCHIVES)):
        packed = dataclasses.replace(dataset(healthy_case()), archive=subject)
        with pytest.raises(NotApplicable):
            list(archive_unexpected(packed, contract))
