"""Findings by each column of the metadata."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as changed
from scipy.stats import binomtest

from segaudit.model import Severity
from segaudit.reports import breakdown
from segaudit.reports.breakdown import MAX_VALUES, Group, Share, groups
from tests.support import pages

DATASET = pages.dataset(10)
FOUND = (
    pages.finding(case="s0000"),
    pages.finding(case="s0000", check="ct-range"),
    pages.finding(case="s0003"),
    pages.finding(case="s0001", severity=Severity.WARNING),
    pages.finding(case="s0002", waived="seen"),
    pages.finding(case="s0004", severity=Severity.INFO),
    pages.finding(case="", structures=()),
)


def test_groups() -> None:
    """Each case counts once, waived and info findings do not, ages are decades, columns with one value are left out."""
    found = groups(pages.report(FOUND, DATASET), DATASET)
    assert list(dict.fromkeys(group.column for group in found)) == ["age", "gender", "split"]
    assert [group.value for group in found if group.column == "age"] == ["30 to 39", "50 to 59", "70 to 79", "(empty)"]
    by_sex = {group.value: group for group in found if group.column == "gender"}
    assert by_sex["m"] == Group("gender", "m", Share(1, 5), Share(1, 5))
    assert by_sex["f"] == Group("gender", "f", Share(1, 5), Share(2, 5))
    assert sum(group.errors.of for group in found if group.column == "split") == 10


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_is_wilsons(numbers: tuple[int, int]) -> None:
    """It agrees with scipy's, and holds the share."""
    share = Share(*numbers)
    slow = binomtest(*numbers).proportion_ci(0.95, "wilson")
    assert share.interval == pytest.approx((100 * slow.low, 100 * slow.high), abs=0.06)
    assert share.interval[0] <= share.per_100 <= share.interval[1]


@pytest.mark.parametrize(("values", "shown"), [(1, False), (2, True), (MAX_VALUES, True), (MAX_VALUES + 1, False)])
def test_columns_that_form_groups(values: int, shown: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """One value is no group, and many are names."""
    dataset = pages.dataset(MAX_VALUES + 1)
    assert dataset.metadata
    ids = pages.case_ids(MAX_VALUES + 1)
    rows = tuple((case, f"v{number % values}") for number, case in enumerate(ids))
    dataset = replace(dataset, metadata=changed(dataset.metadata, columns=("image_id", "site"), rows=rows))
    assert bool(groups(pages.report((), dataset), dataset)) is shown


def test_without_metadata() -> None:
    """There are no groups, and the file has its header."""
    dataset = replace(DATASET, metadata=None)
    report = pages.report(FOUND, dataset)
    assert groups(report, dataset) == groups(report, None) == []
    assert breakdown.csv(report, None).splitlines() == [",".join(breakdown.COLUMNS)]


def test_the_file() -> None:
    """A row for each group; text that a spreadsheet would evaluate is prefixed."""
    assert DATASET.metadata
    rows = tuple((*row[:2], "=1+1" if row[2] == "m" else row[2], *row[3:]) for row in DATASET.metadata.rows)
    dataset = replace(DATASET, metadata=changed(DATASET.metadata, rows=rows))
    lines = list(csv.DictReader(breakdown.csv(pages.report(FOUND, dataset), dataset).splitlines()))
    (row,) = [line for line in lines if line["value"] == "'=1+1"]
    assert (row["column"], row["cases"], row["cases_with_errors"], row["errors_per_100_cases"]) == (
        "gender", "5", "1", "20.0",
    )  # fmt: skip
    assert (row["errors_low"], row["errors_high"]) == ("3.6", "62.4")
