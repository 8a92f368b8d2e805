"""The data of the page: findings, pictures and masks, packed small."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as changed

from segaudit.dataset.tables import Tables
from segaudit.judging.findings import report_findings
from segaudit.judging.runner import CheckRun
from segaudit.model import (
    CaseFiles,
    Finding,
    Meeting,
    Overlap,
    Published,
    PublishedStructure,
    ReportedFinding,
    Severity,
)
from segaudit.model.views import CaseViews
from segaudit.reports import html
from segaudit.reports.page import measured
from segaudit.reports.page.findings import ALL_LISTED, LISTED, identity, listed, packed
from segaudit.reports.page.payload import digests, local, payload
from segaudit.reports.page.pictures import ALL, CASES, EACH, pictures
from segaudit.reports.page.pool import Pool
from segaudit.testing import records
from tests.support import pages
from tests.support.hostile import read


@given(st.lists(st.text()))
def test_a_pool_keeps_each_text_once(texts: list[str]) -> None:
    """A number leads back to its text; equal texts have equal numbers."""
    pool = Pool("")
    numbers = [pool.number(text) for text in texts]
    assert [pool.members[number] for number in numbers] == texts
    assert len(pool.members) == len({"", *texts})


def test_a_finding_is_packed_into_a_row() -> None:
    """Its texts and its structures are numbers of their pools."""
    texts, groups = Pool(""), Pool[tuple[str, ...]](())
    finding = pages.finding(waived="seen")
    (row,) = packed([finding], texts, groups)
    assert row[1:6] == [1, 2, 1, 0, 3]
    assert row[6:] == [4, (80, 91, 210), (12.4, -30.0, 140.0), 0, False, 0]
    assert texts.members == ["", "mask-off-grid", "s0000", finding.message, "seen"]
    assert groups.members == [(), ("liver",)]


def test_a_finding_names_the_files_that_show_it() -> None:
    """Those of the CT and of two masks at most; no path that would have to be escaped, and none of a table."""
    masks = {name: f"s0000/{name}.nii.gz" for name in ("a", "b", "c")} | {"odd": "s0000/\u202e.nii.gz"}
    files = {"s0000": CaseFiles(case="s0000", folder="s0000", ct="s0000/ct.nii.gz", masks=masks)}

    def paths(**fields: Any) -> tuple[str, ...]:  # noqa: ANN401 (any field)
        groups = Pool[tuple[str, ...]](())
        ((*_, number),) = packed([pages.finding(**fields)], Pool(""), groups, files)
        return groups.members[int(number)]

    nowhere: dict[str, Any] = {"structures": (), "position_mm": None}
    assert paths(structures=("a", "b", "c")) == ("s0000/ct.nii.gz", "s0000/a.nii.gz", "s0000/b.nii.gz")
    assert paths(structures=("odd",)) == ("s0000/ct.nii.gz",)
    assert paths(**nowhere, files=("s0000/ct.nii.gz",)) == ("s0000/ct.nii.gz",)
    assert paths(**nowhere, files=("meta.csv",)) == paths(case="s0001") == paths(case="") == ()
    files["s0000"] = CaseFiles(case="s0000", folder="s0000", masks=masks)
    assert paths(structures=("a",)) == ("", "s0000/a.nii.gz")


@pytest.mark.parametrize(
    ("dataset", "is_local"),
    [("data/set", True), ("", False), ("s3://b/d", False), ("a.ZIP", False), ("a\u202eb", False)],
)
def test_files_that_other_programs_can_open(dataset: str, is_local: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """They lie in a folder of this machine."""
    assert local(dataset) is is_local


def test_a_finding_keeps_its_link() -> None:
    """Links to findings outlive the release of segaudit that made them."""
    assert identity(pages.finding()) == "13fed44258b5"
    assert identity(pages.finding(observed=4.0, severity=Severity.INFO, waived="seen")) == "13fed44258b5"
    assert identity(pages.finding(case="s0001")) != "13fed44258b5"


def test_what_verdict_merges_is_known_as_merged() -> None:
    """A waiver of it names its structures one by one, and a pair together."""
    check = pages.checks()["mask-dtype"]
    findings = [
        Finding(case="s0001", structures=(name,), file=name, message="stored as float32") for name in ("a", "b")
    ]
    pair = Finding(case="s0001", structures=("a", "b"), message="share 9 % of the smaller mask")
    check_run = CheckRun(check=check, severity=check.severity, applied=True, findings=[*findings, pair])
    reported = report_findings(check_run, (), pages.DAY)
    rows = packed(reported, Pool(""), Pool[tuple[str, ...]](()))
    assert [(row[-3], f.structures) for row, f in zip(rows, reported, strict=True)] == [
        (2, ("a", "b")),
        (0, ("a", "b")),
    ]


def test_the_page_lists_a_thousand_findings_of_a_check() -> None:
    """The rest are in findings.csv."""
    many = [pages.finding(case=f"s{number}") for number in range(LISTED + 5)]
    other = pages.finding("ct-range")
    assert list(listed([*many, other])) == [*many[:LISTED], other]


def drawn(findings: Sequence[ReportedFinding]) -> tuple[dict[str, str], list[tuple[str, int, bool]]]:
    """Return the pictures of findings; and for each case asked for, how many of its findings, and whether it itself."""
    asked: list[tuple[str, int, bool]] = []

    def draw(wanted: Mapping[str, Sequence[ReportedFinding | None]]) -> dict[str, list[bytes]]:
        for case, some in wanted.items():
            asked.append((case, sum(finding is not None for finding in some), None in some))
        return {case: [b"picture"] * len(some) for case, some in wanted.items()}

    return pictures(findings, draw), asked


def test_some_findings_of_each_check_have_a_picture() -> None:
    """Waived ones have none, nor have those about the dataset; each case is asked for once."""
    findings = [pages.finding("ct-range"), pages.finding(), pages.finding(waived="seen"), pages.finding(case="")]
    made, asked = drawn(findings)
    assert list(made) == [*(f"finding-{identity(finding)}" for finding in findings[:2]), "case-s0000"]
    assert asked == [("s0000", 2, True)]


def test_pictures_are_bounded() -> None:
    """Of one check a few, of all together more, of cases the first."""
    of_one = [pages.finding(case=f"s{number}") for number in range(50)]
    assert len(drawn(of_one)[1]) == EACH
    of_all = [pages.finding(check, case=f"s{n}-{check}") for check in pages.checks() for n in range(50)]
    made, asked = drawn(of_all)
    assert (len(asked), sum(itself for *_, itself in asked), len(made)) == (ALL, CASES, ALL + CASES)


def test_a_check_waits_for_its_second_picture() -> None:
    """Where there are too many, each check has one before any has two."""
    checks = list(pages.checks())
    made, _ = drawn([pages.finding(check, case=f"s{n}") for check in checks for n in range(50)])
    first = {f"finding-{identity(pages.finding(check, case='s0'))}" for check in checks[:ALL]}
    assert first <= set(made)


def test_a_case_that_is_not_there_is_distinguished() -> None:
    """It is shown with a state of its own, whether a finding names it or not. The totals leave it out."""
    dataset = pages.dataset(3)
    assert dataset.metadata
    rows = (*dataset.metadata.rows, *((name, "", "", "", "") for name in ("s0100", "s0200")))
    dataset = replace(dataset, metadata=changed(dataset.metadata, rows=rows))
    report = pages.report([pages.finding(), pages.finding("case-missing", case="s0100")], dataset)
    report = changed(report, absent=("s0100", "s0200"))
    page = html.render(report, pages.material(dataset))
    _, data = read(page)
    assert data["measured"]["cases"] == ["s0000", "s0001", "s0002", "s0100", "s0200"]
    assert data["measured"]["absent"] == ["s0100", "s0200"]
    assert "2 errors in 1 of 3 cases, and in 1 case that could not be audited." in page


def test_masks_are_packed_by_structure() -> None:
    """A letter and three numbers for each case, in the order of the cases; nothing where there is no file."""
    dataset = pages.dataset(2)
    liver = dataset.masks[dataset.masks["structure"] == "liver"].reset_index(drop=True)
    liver = liver.assign(
        voxels=[10, 0],
        whole=True,
        cut=[True, False],
        volume_ml=[1234.56, 0],
        components=[2, 0],
        hu_median=[61.234, float("nan")],
        depth_mm=[400.0, 500.0],
    )
    (row,) = measured.masks(replace(dataset, masks=liver), pages.contract(), ["s0000", "s0001", "s0002"])
    promised = pages.contract().by_name["liver"]
    assert row == {
        "name": "liver",
        "depth": 450,
        "group": "organ",
        "band": (promised.hu_low, promised.hu_high),
        "states": "cem",
        "ml": [1235, 0, None],
        "hu": [61.23, None, None],
        "pieces": [2, 0, None],
    }


def test_structures_that_share_voxels_meet() -> None:
    """In how many cases, and where the share of the smaller mask is largest; the commonest pair first."""
    tables = Tables(records.small_contract())
    overlaps = (Overlap("kidney_left", "liver", 2000), Overlap("liver", "spleen", 80))
    first = records.healthy_case(records.healthy_mask("kidney_left", voxels=4000), overlaps=overlaps[:1])
    for case in (first, records.renamed(records.healthy_case(overlaps=overlaps), "s0002")):
        tables.add(CaseViews(case, records.small_contract()))
    assert tables.meetings == (
        Meeting("kidney_left", "liver", 2, 0.5, records.CASE),
        Meeting("liver", "spleen", 1, 0.01, "s0002"),
    )


def test_digests_tell_what_was_promised_and_measured() -> None:
    """They change with either, and with nothing else."""
    dataset = pages.dataset(2)
    known = digests(pages.material(dataset))
    assert digests(pages.material(pages.dataset(2))) == known
    other = digests(pages.material(replace(dataset, masks=dataset.masks.assign(volume_ml=1.0))))
    assert (other["contract"], other["measurements"] == known["measurements"]) == (known["contract"], False)
    assert list(digests(pages.material())) == ["contract"]


def test_what_was_published_is_compared() -> None:
    """Each structure that the tables name, with the mean of each choice of masks."""
    dataset = pages.dataset(4)
    row = PublishedStructure(
        label=5, structure="liver", occurrence=4, presence_rate=100, mean_volume_ml=1500, volume_variability_ml=300
    )
    published = Published(source="a paper", facts={"images": 4}, structures=(row,))
    material = replace(pages.material(dataset), contract=changed(pages.contract(), published=published))
    report = pages.report([], dataset)
    (liver,) = (known for known in report.statistics["structures"] if known["structure"] == "liver")
    means = {scope: volumes["mean"] for scope, volumes in liver["volume_ml"].items()}
    assert payload(report, material)["published"] == {"images": 4, "rows": [["liver", 1500.0, means]]}


@given(st.lists(st.integers(1, 2 * LISTED), min_size=1, max_size=25))
def test_no_more_findings_than_a_page_takes(numbers: list[int]) -> None:
    """Checks with few findings keep all of them; the others share what is left, as far as that goes."""
    one = pages.finding()
    found = [changed(one, check=f"check-{check}") for check, number in enumerate(numbers) for _ in range(number)]
    seen = [
        sum(f.check == f"check-{check}" for f in group) for check, group in enumerate(by_check(listed(found), numbers))
    ]
    most = max(seen)
    assert seen == [min(number, most) for number in numbers]
    assert most <= LISTED
    assert sum(seen) <= ALL_LISTED
    if most < min(LISTED, max(numbers)):
        assert sum(seen) + len(numbers) > ALL_LISTED


def by_check(found: Iterable[ReportedFinding], numbers: Sequence[int]) -> list[list[ReportedFinding]]:
    """Return findings by the number of their check."""
    groups: list[list[ReportedFinding]] = [[] for _ in numbers]
    for finding in found:
        groups[int(finding.check.removeprefix("check-"))].append(finding)
    return groups


@pytest.mark.parametrize(("cases", "structures", "most"), [(5000, 80, 5000), (5001, 80, 5000), (3000, 200, 2000)])
def test_cases_of_a_page(cases: int, structures: int, most: int) -> None:
    """All, or as many as fit: those with the gravest findings first, and the others evenly."""
    names = [f"s{number:04}" for number in range(cases)]
    found = [pages.finding(case=name) for name in reversed(names[-cases // 2 :])]
    chosen = measured.shown(names, found, structures)
    assert chosen == sorted(set(chosen))
    assert len(chosen) == most
    if most < cases:
        gravest = {finding.case for finding in found[: most // 2]}
        others = [names.index(name) for name in chosen if name not in gravest]
        assert gravest < set(chosen)
        assert max(np.diff(others)) <= 1 + cases // most + 1


def test_cases_whose_findings_are_not_listed() -> None:
    """They are not clean, and no better than their gravest finding; waived ones do not count."""
    error, warning = pages.finding(case="a"), pages.finding("ct-range", case="b", severity=Severity.WARNING)
    waived = changed(error, case="c", waived="seen")
    both = [error, changed(warning, case="a"), warning, waived, changed(error, case="d")]
    assert measured.graver(both, both[1:3], ["a", "b", "c", "e"]) == {"a": Severity.ERROR}
    assert measured.graver(both, [], ["b", "a"]) == {"b": Severity.WARNING, "a": Severity.ERROR}
