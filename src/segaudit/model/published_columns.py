"""Recognise which statistic a printed column of numbers is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from segaudit.model.contract import Contract
from segaudit.model.dataset import Dataset
from segaudit.model.statistics import SCOPES, Scope, volume_table

if TYPE_CHECKING:
    import pandas as pd

ROUNDING_TOLERANCE = 1e-9
"""A tolerance for decimal fractions, which have no exact binary form."""

MAX_RELATIVE_ERROR = 0.01
"""A number within 1 per cent of a statistic counts as near: the same masks, read by other software."""

STATISTIC_WORDS = {
    "mean": "mean",
    "median": "median",
    "std": "standard deviation (n - 1)",
    "std_population": "standard deviation (n)",
    "min": "minimum",
    "max": "maximum",
}
SCOPE_WORDS: dict[Scope, str] = {
    "present": "masks with voxels",
    "present_uncut": "masks with voxels that the field of view does not cut",
    "all": "all masks, empty ones as 0 ml",
    "all_uncut": "all masks that the field of view does not cut, empty ones as 0 ml",
}


class Fit(NamedTuple):
    """How many printed numbers are near a statistic, and how many are equal to it at the printed precision."""

    near: int
    equal: int


def volume_readings(dataset: Dataset, contract: Contract) -> dict[str, pd.Series[float]]:
    """Return each statistic of volume over each scope, by its name in words: ml by structure."""
    tables = {scope: volume_table(dataset, contract, scope) for scope in SCOPES}
    return {
        title(statistic, scope): table[statistic] for scope, table in tables.items() for statistic in STATISTIC_WORDS
    }


def title(statistic: str, scope: Scope) -> str:
    """Return the name of a statistic over a scope in words."""
    return f"{STATISTIC_WORDS[statistic]} of {SCOPE_WORDS[scope]}"


def half_unit(printed: Iterable[float]) -> float:
    """Return half a unit of the last printed decimal place of all numbers, which is the largest rounding error."""
    places = max((len(f"{number:.9g}".partition(".")[2]) for number in printed), default=0)
    return 0.5 * 10.0**-places


def equals(printed: float, number: float, half: float) -> bool:
    """Whether a number rounds to the printed one; false for NaN."""
    return abs(printed - number) <= half + ROUNDING_TOLERANCE


def reading(
    printed: Sequence[tuple[str, float]], readings: Mapping[str, pd.Series[float]], expected: tuple[str, ...]
) -> str:
    """Return the name of the statistic that matches printed numbers, each given with its structure.

    It is one of the ``expected``, unless these are near to at most half of the numbers and another one to more.
    """
    half = half_unit(number for _, number in printed)
    fits = {name: _fit(printed, numbers, half) for name, numbers in readings.items()}
    promised, best = max(expected, key=fits.__getitem__), max(fits, key=fits.__getitem__)
    majority = len(printed) / 2
    return best if fits[promised].near <= majority < fits[best].near else promised


def _fit(printed: Sequence[tuple[str, float]], numbers: pd.Series[float], half: float) -> Fit:
    pairs = [(number, numbers[structure]) for structure, number in printed]
    near = sum(equals(number, true, max(half, MAX_RELATIVE_ERROR * abs(number))) for number, true in pairs)
    return Fit(near, sum(equals(number, true, half) for number, true in pairs))
