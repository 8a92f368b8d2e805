"""Limits that contracts set: each is looked at by its check, just below, at and above the value."""

from __future__ import annotations

import math

import pytest
from msgspec.structs import replace

from segaudit import catalogue
from segaudit.model import Cases, Limit
from segaudit.testing.judge import judge_record
from tests.checks.limit_probes import PROBES, Probe

LIMITS = {limit.key: limit for check in catalogue.by_id().values() for limit in check.limits}


FURTHER = {"masks-overlap.volume_ml", "masks-overlap-large.volume_ml", "meta-implausible.least_age"}
"""Where another limit counts first, or nothing is below the default."""
BY_DEFAULT = {probe.key: probe for probe in reversed(PROBES) if probe.step and probe.key not in FURTHER}
RANGES = {
    "meta-implausible.least_age": (0, 120),
    "meta-implausible.most_age": (0, 120),
    "study-contradicted.structures": (1, math.inf),
    "affine-skewed.skew": (1e-6, 1e-4),
    "affine-ambiguous.corner_mm": (0.01, math.inf),
    "ct-range.bone_hu": (-1000, 3000),
    "masks-identical.dice": (0, 1),
    "mask-never-present.cases": (1, math.inf),
    "mask-tiny.volume_ml": (0, 10),
    "vertebrae-gap.distance_ratio": (1, math.inf),
    "vertebrae-mixed.volume_ratio": (1, math.inf),
    "mask-leaks.hu": (-1000, 0),
    **{f"{kind}-outlier.deviations": (1, math.inf) for kind in ("volume", "hu", "position")},
    **{f"{kind}-outlier.cases": (5, math.inf) for kind in ("volume", "hu", "position")},
}
"""The values that contracts may set, where they are not a share or any number from 0 on."""


def found(probe: Probe, value: float, limit: float | None = None) -> int:
    """Return whether the check finds something in a record with a value, where the contract sets the limit, or not."""
    check_id, _, name = probe.key.partition(".")
    limits = {} if limit is None else {check_id: {name: limit, "reason": "ours"}}
    contract, record = replace(probe.contract, limits=limits), probe.record(value)
    if check_id == "mask-never-present":
        contract = replace(contract, cases=Cases(count=len(record.cases)))
    return int(bool(judge_record(catalogue.find(check_id), record, contract).findings))


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: f"{probe.key}={probe.value:.4g}")
def test_limits_are_those_of_the_contract(probe: Probe) -> None:
    """A value just below, at and just above a limit."""
    values = (probe.value - probe.step, probe.value, probe.value + probe.step)
    assert tuple(found(probe, value, probe.value) for value in values) == probe.found


@pytest.mark.parametrize("probe", BY_DEFAULT.values(), ids=BY_DEFAULT)
def test_limits_by_default(probe: Probe) -> None:
    """Without a word in the contract: a value just below, at and just above the default."""
    default = LIMITS[probe.key].default
    values = (default - probe.step, default, default + probe.step)
    assert tuple(found(probe, value) for value in values) == probe.found


@pytest.mark.parametrize("limit", LIMITS.values(), ids=LIMITS)
def test_what_contracts_may_set(limit: Limit) -> None:
    """A share is a part of 1; what else is there begins at 0, or in a range of its own."""
    usual = (0, 1 if limit.unit == "share" else math.inf)
    assert (limit.least, limit.most) == RANGES.get(limit.key, usual)


def test_every_limit_is_probed() -> None:
    """No limit is declared that no check looks at; none is set to its default here."""
    assert {probe.key for probe in PROBES} == LIMITS.keys()
    assert all(probe.value != LIMITS[probe.key].default for probe in PROBES)
    assert all(LIMITS[probe.key].allows(probe.value) for probe in PROBES)


@pytest.mark.parametrize("limit", LIMITS.values(), ids=lambda limit: limit.key)
def test_limits_say_what_they_are(limit: Limit) -> None:
    """Each has a unit, a phrase without a full stop, and a source that is a sentence."""
    assert limit.unit
    assert limit.meaning[0].islower()
    assert not limit.meaning.endswith(".")
    assert limit.source[0].isupper() or limit.source[0].isdigit()
    assert limit.source.endswith(".")
    assert limit.described.startswith(f"{limit.meaning}: {limit.stated} by default. ")
    assert not math.isnan(limit.default)
