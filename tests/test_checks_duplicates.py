"""Checks of duplicates: the same CT twice."""

from __future__ import annotations

import pytest

from segaudit.checks.duplicates import case_duplicate
from segaudit.model import Case, Finding, Metadata, NotApplicable
from tests.factories import dataset, healthy_case, healthy_ct, metadata, renamed


def scan(case: str, digest: str) -> Case:
    """Return a case whose CT has a digest."""
    return renamed(healthy_case(ct=healthy_ct(digest=digest)), case)


def test_duplicates() -> None:
    """Each later case with the voxels of an earlier one is a finding, and one across splits says so."""
    cases = [scan("s4", "b"), scan("s1", "a"), scan("s2", "a"), scan("s3", "a")]
    listed = metadata(("s1", "train"), ("s2", " test "), ("s3", "train"), ("s4", "train"))
    assert list(case_duplicate(dataset(*cases, listed=listed))) == [
        Finding(case="s2", message="the same CT as s1; it is in test, the other in train", observed="s1"),
        Finding(case="s3", message="the same CT as s1", observed="s1"),
    ]


def test_duplicates_without_splits() -> None:
    """Without metadata, or where a case is not listed, no splits are told."""
    cases = [scan("s1", "a"), scan("s2", "a")]
    finding = Finding(case="s2", message="the same CT as s1", observed="s1")
    assert list(case_duplicate(dataset(*cases))) == [finding]
    assert list(case_duplicate(dataset(*cases, listed=metadata(("s1", "train"))))) == [finding]
    no_splits = Metadata(path="meta.csv", columns=("image_id",), rows=(("s1",), ("s2",)))
    assert list(case_duplicate(dataset(*cases, listed=no_splits))) == [finding]


def test_no_duplicates() -> None:
    """Other voxels are no duplicates."""
    assert list(case_duplicate(dataset(scan("s1", "a"), scan("s2", "b")))) == []


@pytest.mark.parametrize(
    "cases",
    [(), (scan("s1", "a"),), (scan("s1", "a"), renamed(healthy_case(ct=None), "s2"))],
    ids=["none", "one", "one and a case without"],
)
def test_fewer_than_two_cts(cases: tuple[Case, ...]) -> None:
    """One CT has nothing to be compared with."""
    with pytest.raises(NotApplicable):
        list(case_duplicate(dataset(*cases)))
