"""The checks of the cases that meta.csv lists: once each, and in splits of the promised sizes."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from segaudit.checks import metadata as checks
from segaudit.model import Cases, Contract, Finding
from segaudit.model.statistics import split_sizes
from tests.support.metadata import CONTRACT, ROW, V2, finding, found, held, row, table


def test_no_ids() -> None:
    """Without the column of ids, it is unknown whether a case is listed twice."""
    assert held(checks.meta_duplicate, table(ROW[1:], columns=V2[1:])) is None


@pytest.mark.parametrize(
    ("other", "agreement"),
    [
        (row(), "with equal rows"),
        (row(image_id=" S0001"), "with equal rows"),
        (row(age="59", split="test"), "with different age, split"),
    ],
)
def test_duplicate(other: tuple[str, ...], agreement: str) -> None:
    """A case that is listed twice is one finding, whatever the spelling of its id."""
    metadata = table(ROW, row(image_id="s0002"), other)
    message = f"listed 2 times, {agreement}: lines 2, 4"
    assert list(checks.meta_duplicate(metadata)) == [
        Finding(case="s0001", file="meta.csv", message=message, observed=2, expected=1)
    ]


def test_split_count() -> None:
    """Sizes of splits other than promised are one finding when all cases are listed and all splits are known."""
    both = table(row(), row(image_id="s0002"))
    observed, expected = "train 2, test 0", "train 1, test 1"
    message = f"the splits have {observed} cases, expected {expected}"
    assert found(both) == {"split-count": [finding(message, observed, expected, case="")]}


@pytest.mark.parametrize(
    "rows", [(ROW,), (ROW, ROW, ROW), (ROW, row(split="test")), (ROW, row(image_id="s0002", split="tset"))]
)
def test_no_split_count(rows: tuple[tuple[str, ...], ...]) -> None:
    """Another number of cases, a case in two splits, a word that is no split: other checks report these."""
    assert held(checks.split_count, table(*rows)) is None


def test_splits_without_count() -> None:
    """The sizes that are promised are promised with or without a number of cases."""
    contract = replace(CONTRACT, cases=Cases())
    assert held(checks.split_count, table(ROW, row(image_id="s0002", split="test")), contract) == []


def test_a_row_that_is_there_twice_counts_once() -> None:
    """It is one finding, of meta-duplicate, and the sizes of the splits are what they are without it."""
    once = (ROW, row(image_id="s0002", split="test"))
    assert split_sizes(table(*once, once[0])) == split_sizes(table(*once)) == {"train": 1, "test": 1}
    assert held(checks.split_count, table(*once, once[0])) == []


def test_a_misspelt_split() -> None:
    """A usual name with another letter is found, with its line; where the contract has splits, meta-schema says it."""
    free, columns = Contract(name="free"), ("image_id", "split")
    rows = tuple((f"s000{at}", split) for at, split in enumerate(("train", "train", " trian", "test")))
    assert held(checks.split_misspelt, table(*rows, columns=columns), free) == [
        finding("line 4: split is 'trian', did you mean 'train'?", "trian", "train", case="s0002")
    ]
    assert held(checks.split_misspelt, table(*rows, columns=columns)) is None
    assert held(checks.split_misspelt, table(*rows, columns=("image_id", "age")), free) is None
    assert held(checks.split_misspelt, table(rows[0], rows[3], columns=columns), free) == []
