"""Checks of the layout: the cases that are there, against those that were promised."""

from __future__ import annotations

import pytest

from segaudit.checks.layout_cases import (
    case_count,
    case_missing,
    case_unlisted,
    dataset_partial,
    exclusion_needless,
    training_count,
)
from segaudit.model import Cases, Check, Dataset, Finding, Metadata, NotApplicable, Training
from segaudit.testing.records import dataset, metadata, small_contract


def folders(*names: str, listed: tuple[str, ...] | None = None, excluded: tuple[str, ...] = ()) -> Dataset:
    """Return a dataset that has folders of these names, and metadata that lists the other ones."""
    table = None if listed is None else metadata(*((case, "train") for case in listed))
    return dataset(folders=names, listed=table, excluded=excluded)


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
    """If half of the cases are missing, each is reported; with fewer cases, the dataset is a subset."""
    half = folders("s1", "s2", listed=("s1", "s2", "s3", "s4"))
    assert [finding.case for finding in case_missing(half)] == ["s3", "s4"]
    most = folders("s1", listed=("s1", "s2", "s3", "s4", "s5"))
    with pytest.raises(NotApplicable):
        list(case_missing(most))


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
    """Without metadata, or without the column of ids, it is unknown which cases are listed."""
    with pytest.raises(NotApplicable):
        list(check(dataset(folders=("s1",), listed=listed)))


@pytest.mark.parametrize(
    ("count", "listed", "named"),
    [(2, 0, "s1, s2"), (3, 0, "s1, s2, s3"), (4, 0, "s1, s2, s3, ..."), (5, 2, "s3, s4, s5")],
)
def test_most_cases_unlisted(count: int, listed: int, named: str) -> None:
    """If more than half of the cases are in no row, they are one finding, which names three."""
    names = tuple(f"s{number + 1}" for number in range(count))
    message = f"{count - listed} of {count} cases are not listed in the metadata: {named}"
    assert list(case_unlisted(folders(*names, listed=names[:listed]))) == [
        Finding(message=message, observed=listed, expected=count)
    ]


def test_half_of_the_cases_unlisted() -> None:
    """If half of the cases are in a row, each of the others is reported."""
    half = folders("s1", "s2", "s3", "s4", listed=("s1", "s2"))
    assert [finding.case for finding in case_unlisted(half)] == ["s3", "s4"]


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
    """Fewer than half of the promised cases, excluded ones among them, are a subset; their number is not judged."""
    contract = small_contract(cases=Cases(count=5))
    one = folders("s1", "s2", listed=("s1", "s2"))
    with pytest.raises(NotApplicable):
        list(case_count(one, contract))
    assert list(dataset_partial(one, contract)) == [
        Finding(message="2 of 5 promised cases: judged as a subset", observed=2, expected=5)
    ]
    assert list(dataset_partial(one, small_contract())) == []
    excluded = folders("s1", listed=("s1", "s2"), excluded=("s2",))
    assert [finding.observed for finding in dataset_partial(excluded, contract)] == [2]


@pytest.mark.parametrize("count", [4, None])
def test_a_part_with_the_whole_table_is_a_subset(count: int | None) -> None:
    """A partial download comes with the metadata of the whole release; without a promise, the table promises."""
    part = folders("s1", listed=("s1", "s2", "s3", "s4"))
    assert list(dataset_partial(part, small_contract(cases=Cases(count=count)))) == [
        Finding(message="1 of 4 promised cases: judged as a subset", observed=1, expected=4)
    ]


def test_an_unknown_number_of_cases() -> None:
    """Without a promised number and without a table, no dataset is a subset."""
    with pytest.raises(NotApplicable):
        list(dataset_partial(folders("s1"), small_contract(cases=Cases())))


def test_exclusion_needless() -> None:
    """An unknown id is reported with the most similar one."""
    odd = dataset(folders=("s0001", "s0002"), excluded=("s0003",), excluded_unused=("s9901", "x"))
    assert list(exclusion_needless(odd)) == [
        Finding(
            message="exclude.cases has 's9901', which has neither a folder nor a row in the metadata; "
            "did you mean 's0001'?",
            observed="s9901",
        ),
        Finding(message="exclude.cases has 'x', which has neither a folder nor a row in the metadata", observed="x"),
    ]


def test_training_count() -> None:
    """Another number than the dataset's own description says is a finding about that file; none is not applicable."""
    assert list(training_count(dataset(training=Training("dataset.json", 3, 2)))) == [
        Finding(file="dataset.json", message="2 training cases, numTraining says 3", observed=2, expected=3)
    ]
    with pytest.raises(NotApplicable):
        list(training_count(dataset()))
