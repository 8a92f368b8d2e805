"""Thresholds that contracts may set: what can be declared, and which values are allowed."""

from __future__ import annotations

import math

import pytest

from segaudit.model import Contract, Limit
from segaudit.model.limits import written


def limit(key: str = "mask-seen.share", default: float = 0.2, **ends: float) -> Limit:
    """Return a limit."""
    return Limit(key, default, "share", "how much", "A source.", **ends)


@pytest.mark.parametrize(
    "key",
    ["mask-seen", ".share", "mask-seen.", "mask-seen.a-b", "mask-seen.reason", "a-b.severity", "a-b.share_of_cases"],
)
def test_wrong_keys(key: str) -> None:
    """A key is the id of a check and a name that is no other key's, joined by a dot."""
    with pytest.raises(ValueError, match="and a default in its range"):
        limit(key)


@pytest.mark.parametrize(
    ("value", "allowed"),
    [(-0.1, False), (0.0, True), (0.5, True), (1.0, True), (1.1, False), (math.inf, False), (math.nan, False)],
)
def test_allowed_values(value: float, *, allowed: bool) -> None:
    """Finite ones, from the least to the most, ends included; a default is one of them."""
    assert limit(most=1.0).allows(value) is allowed
    if allowed:
        assert limit(default=value, most=1.0).default == value
    else:
        with pytest.raises(ValueError, match="in its range"):
            limit(default=value, most=1.0)


def test_words() -> None:
    """What may be set, and what is; shares are numbers, as a contract states them."""
    assert (limit().check, limit().name) == ("mask-seen", "share")
    assert (limit().allowed, limit(most=1.0).allowed) == ("0 or more", "0 to 1")
    assert limit(default=3, least=2, most=math.inf).allowed == "2 or more"
    assert limit().described == "how much: 0.2 by default. A source."
    assert (written(0.05, "share"), written(5, "ml")) == ("0.05", "5 ml")


@pytest.mark.parametrize(
    ("limits", "value"),
    [
        ({}, 0.2),
        ({"mask-seen": {"share": 0.0}}, 0.0),
        ({"mask-seen": {"share": 0.4, "cases": 3.0}}, 0.4),
        ({"mask-seen": {"cases": 3.0}}, 0.2),
        ({"mask-seen": {"share": "0.4"}}, 0.2),
        ({"mask-lost": {"share": 0.4}}, 0.2),
    ],
)
def test_the_value_of_a_contract(limits: dict[str, dict[str, float | str]], value: float) -> None:
    """That of the check and the name, where it is a number; else the default."""
    assert limit().of(Contract(name="ours", limits=limits)) == value
