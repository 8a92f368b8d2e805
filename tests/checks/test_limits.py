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


def found(probe: Probe, value: float) -> int:
    """Return whether the check finds something in a record with a value, where the contract sets the limit."""
    check_id, _, name = probe.key.partition(".")
    contract = replace(probe.contract, limits={check_id: {name: probe.value, "reason": "ours"}})
    record = probe.record(value)
    if check_id == "mask-never-present":
        contract = replace(contract, cases=Cases(count=len(record.cases)))
    return int(bool(judge_record(catalogue.find(check_id), record, contract).findings))


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: f"{probe.key}={probe.value:.4g}")
def test_limits_are_those_of_the_contract(probe: Probe) -> None:
    """A value just below, at and just above a limit."""
    values = (probe.value - probe.step, probe.value, probe.value + probe.step)
    assert tuple(found(probe, value) for value in values) == probe.found


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
