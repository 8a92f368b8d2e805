"""Every check keeps the rules of the catalogue, without anyone having to remember them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from segaudit import catalogue
from segaudit.model import (
    Case,
    Cases,
    Check,
    Contract,
    Ct,
    Dataset,
    File,
    Finding,
    KnownIssue,
    KnownState,
    Mask,
    Metadata,
    NotApplicable,
    Published,
    PublishedGrid,
    PublishedStructure,
    State,
    Structure,
    Training,
    Waiver,
    WaiverUse,
)
from segaudit.model.anatomy import Anatomy
from segaudit.model.records import StatedCard
from segaudit.model.registration import Registration
from segaudit.testing import tables as measured
from segaudit.testing.bodies import RELEASE, body
from segaudit.testing.records import (
    CASE,
    STRUCTURES,
    healthy_case,
    healthy_ct,
    healthy_file,
    healthy_header,
    merged_case,
    small_contract,
)
from segaudit.testing.strategies import RECORDS

CHECKS = list(catalogue.by_id().values())
SECTIONS = ["Why it matters", "What to do", "Threshold", "Seen in", "Blind spots"]

every_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)


IDS = tuple(f"s{number:04}" for number in range(1, 31))
COLUMNS = ("image_id", "age", "gender", "institute", "study_type", "split")
TABLE = Metadata(
    path="meta.csv",
    columns=COLUMNS,
    rows=tuple((case, "58", "f", "I", "ct abdomen", "train") for case in IDS),
    lines=tuple(range(2, 2 + len(IDS))),
)
VOLUMES_ML = {structure.name: 27.0 + structure.label for structure in STRUCTURES}
DATASET = dataclasses.replace(
    measured.dataset(
        [measured.case(case) for case in IDS],
        [measured.mask(case, name, volume, complete=True) for case in IDS for name, volume in VOLUMES_ML.items()],
    ),
    metadata=TABLE,
    cts=tuple(replace(healthy_ct(), case=case, digest=case) for case in IDS[:2]),
    training=Training("dataset.json", 4, 4),
    flaws=(),
    archive=("release.zip", 1000),
    card=StatedCard(path="croissant.json"),
)
PUBLISHED = Published(
    source="what the data give",
    facts={
        "images": len(IDS),
        "images_measured": len(IDS),
        "structures": len(STRUCTURES),
        "slices": 10 * len(IDS),
        "train": len(IDS),
    },
    resolution=tuple(
        PublishedGrid(statistic=name, spacing_mm=(1.5, 1.5, 1.5), size=(10, 10, 10))
        for name in ("min", "median", "max")
    ),
    structures=tuple(
        PublishedStructure(
            label=structure.label,
            structure=structure.name,
            occurrence=len(IDS),
            presence_rate=100.0,
            mean_volume_ml=VOLUMES_ML[structure.name],
            volume_variability_ml=0.0,
        )
        for structure in STRUCTURES
    ),
)
WAIVER = Waiver(check="mask-tiny", case="*", reason="as it is", until=dt.date(2030, 1, 1))
ISSUE = KnownIssue(release="v1", case=CASE, defect="IMG_EMPTY", description="the CT is empty", source="a link")
WIDE = healthy_ct(file=healthy_file("", header=healthy_header(dtype="int16", spacing_mm=(4.0, 4.0, 4.0))))
"""A field of view of 240 x 200 mm."""

HEALTHY: dict[type, list[object]] = {
    File: [*healthy_case().files, *merged_case().files],
    Ct: [healthy_case().ct, WIDE],
    Mask: [*healthy_case().masks, *merged_case().masks],
    Case: [healthy_case(), merged_case()],
    Anatomy: [Anatomy(healthy_case(), small_contract())],
    Registration: [Registration(healthy_case()), Registration(merged_case())],
    Dataset: [DATASET],
    Metadata: [TABLE],
    Published: [PUBLISHED],
    KnownState: [KnownState(issues=(ISSUE,), state=State.GONE, checks=("ct-empty",))],
    WaiverUse: [WaiverUse(waiver=WAIVER, covered=1, lapsed=False, known=True)],
}
"""Records that nothing is wrong with, by what checks look at."""

PROMISE = {
    "cases": Cases(count=len(IDS)),
    "splits": {"train": len(IDS)},
    "archives": {"release.zip": 1000},
    "published": PUBLISHED,
    "known_issues": (ISSUE,),
}
"""What the small contract promises of these records."""

BODY = replace(body(), ct=healthy_ct())
"""A case with all structures of a release."""

MALE = (*STRUCTURES, Structure(name="prostate", label=len(STRUCTURES) + 1, group="organ"))

OF_A_CASE = (File, Ct, Mask, Case, Anatomy, Registration, KnownState)

GOOD_NEWS = {"known-issue-gone"}
"""Checks that find what is no longer wrong."""


def run(check: Check[...], record: object, contract: Contract | None = None) -> list[Finding] | None:
    """Return what a check finds in a record, under the small contract if no other; None if it does not apply."""
    findings: list[Finding] = []
    contract = contract or small_contract(**PROMISE)
    try:
        findings.extend(check.function(record, contract) if check.takes_contract else check.function(record))
    except NotApplicable:
        assert not findings, f"{check.id} does not apply, but found something"
        return None
    return findings


@every_check
def test_docstring_has_the_sections(check: Check[...]) -> None:
    """A sentence comes first, then the sections, each once, in their order; only the middle two may be left out."""
    headings = re.findall(r"^(\w[\w ]+):", check.explanation.partition("\n")[2], re.MULTILINE)
    assert [*headings[:2], headings[-1]] == [*SECTIONS[:2], SECTIONS[-1]]
    assert headings == [section for section in SECTIONS if section in headings]
    assert re.fullmatch(r"[A-Z].*\w\.", check.summary)


def test_ids_are_unique() -> None:
    """No two checks share an id."""
    ids = [check.id for family in catalogue.families().values() for check in family]
    assert sorted(ids) == sorted(set(ids))


@every_check
def test_function_is_named_as_its_id(check: Check[...]) -> None:
    """An id and the name of its function are the same words."""
    assert check.function.__name__ == check.id.replace("-", "_")


@pytest.mark.parametrize("unit", RECORDS, ids=lambda unit: unit.__name__)
@settings(max_examples=25)
@given(data=st.data())
def test_no_check_ever_raises(unit: type, data: st.DataObject) -> None:
    """Whatever was measured, checks yield findings about that very record, each with a message of one line."""
    record = data.draw(RECORDS[unit])
    for check in CHECKS:
        for finding in (check.unit is unit and run(check, record)) or ():
            assert finding.case == CASE or unit not in OF_A_CASE, check.id
            assert finding.message, check.id
            assert "\n" not in finding.message, check.id


@pytest.mark.parametrize("unit", [File, Mask], ids=lambda unit: unit.__name__)
@settings(max_examples=200)
@given(data=st.data())
def test_quick_looks_miss_nothing(unit: type, data: st.DataObject) -> None:
    """Where the quick look of a check passes over a record, the check applies and finds nothing."""
    records = data.draw(st.lists(RECORDS[unit], min_size=1, max_size=3))
    for check in CHECKS:
        if check.unit is unit and check.where:
            suspects = check.suspects(records, small_contract())
            assert suspects == [each for one in records for each in check.suspects([one], small_contract())], check.id
            for record in records:
                assert record in suspects or run(check, record) == [], check.id


@every_check
def test_healthy_records_are_clean(check: Check[...]) -> None:
    """Where nothing is wrong, every check judges at least one record and finds nothing but good news."""
    results = [run(check, record) for record in HEALTHY[check.unit]]
    whole = {Case: BODY, Anatomy: Anatomy(BODY, RELEASE)}
    results += [run(check, whole[check.unit], RELEASE)] if check.unit in whole else []
    results += [run(check, TABLE, small_contract(splits={}))] if check.unit is Metadata else []
    results += [run(check, DATASET, small_contract(**PROMISE, structures=MALE))] if check.unit is Dataset else []
    judged = [findings for findings in results if findings is not None]
    assert judged
    assert any(finding for findings in judged for finding in findings) is (check.id in GOOD_NEWS)
