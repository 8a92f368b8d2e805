"""What can be unusual about a mask: its measurements, and their reference values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from segaudit.model.contract import Contract
from segaudit.model.deviations import NARROWEST
from segaudit.model.structure import NO_LIMIT_HU

if TYPE_CHECKING:
    import pandas as pd

Numbers = NDArray[np.float64]

Limits = dict[str, tuple[float | None, float | None]]
"""The lowest and the highest usual value by structure."""

PIECES = (-0.06, 0.06)
"""Share of a structure outside its largest piece: another piece of 6 per cent is a finding of its own for most."""

OUTSIDE = (-0.015, 0.015)
"""Share of a structure outside the body, on padding: observers differ by about 1 per cent at the skin."""

OVERLAP = (-0.15, 0.15)
"""Share of a structure in another one: see the check ``masks-overlap``."""

CAVITIES = (-0.006, 0.006)
"""Share of a structure that it encloses: the largest in 236 healthy masks is 0.135 ml."""


@dataclass(frozen=True)
class Measure:
    """A measurement of all masks, as it is compared."""

    name: str
    """In words."""
    numbers: Numbers
    """A number for each mask; NaN where it says nothing."""
    narrowest: float
    """The smallest standard deviation that is used: how much two people differ who outline the same structure."""
    limits: tuple[Numbers, Numbers]
    """The lowest and the highest usual value for each mask; NaN where there is no reference."""


def measures_of(masks: pd.DataFrame, contract: Contract) -> Iterator[Measure]:
    """Yield what can be unusual.

    Size and position are those of complete structures; all else is also compared where the field of view cuts them.
    """
    return _measures(_Columns(masks), contract)


class _Columns:
    """The columns of the table of masks as numbers."""

    def __init__(self, masks: pd.DataFrame) -> None:
        self._masks = masks
        self._places, self._names = masks["structure"].factorize()
        self.there = masks["voxels"].to_numpy() > 0

    def __getitem__(self, name: str) -> Numbers:
        """Return a column; NaN for masks without voxels."""
        return np.where(self.there, self._masks[name].to_numpy(float), np.nan)

    def complete(self, name: str) -> Numbers:
        """Return a column; NaN for masks that are not complete."""
        return np.where(self._masks["complete"].to_numpy(bool), self[name], np.nan)

    def measure(self, name: str, values: Numbers, narrowest: float, limits: Limits) -> Measure:
        """Return a measure, with the limits for each mask; a single point, such as a vertebra's, is no range."""
        ranges = {one: (low, high) for one, (low, high) in limits.items() if low is not None and high is not None}
        ranges = {one: (low, high) for one, (low, high) in ranges.items() if 0 < high - low < np.inf}
        ends = [{one: pair[end] for one, pair in ranges.items()} for end in (0, 1)]
        low, high = (np.array([end.get(one, np.nan) for one in self._names])[self._places] for end in ends)
        return Measure(name, values, narrowest, (low, high))


def _measures(columns: _Columns, contract: Contract) -> Iterator[Measure]:
    known = contract.structures
    ml, components = _positive(columns["volume_ml"]), _positive(columns["components"])
    volume, pieces = np.log(_positive(columns.complete("volume_ml"))), np.log(components)
    split = np.where(np.isnan(components), np.nan, 1 - columns["largest_ml"] / ml)
    cavities = columns["cavity_ml"] / ml
    volumes: Limits = {s.name: _logs(s.volume_low_ml, s.volume_high_ml) for s in known}
    tissues: Limits = {s.name: (s.hu_low, s.hu_high) for s in known if s.hu_high != NO_LIMIT_HU}
    yield columns.measure("volume", volume, NARROWEST["log_ml"], volumes)
    yield columns.measure("intensity", columns["hu_median"], NARROWEST["hu_median"], tissues)
    yield columns.measure("spread of intensities", columns["hu_std"], 8.0, {})
    for axis, name in enumerate(("depth_mm", "right_mm", "front_mm")):
        limits: Limits = {structure: ranges[axis] for structure, ranges in contract.ranges.items()}
        yield columns.measure("position", columns.complete(name), NARROWEST[name], limits)
    yield columns.measure("pieces", split, 0.02, {s.name: PIECES for s in known if s.max_pieces})
    yield columns.measure("pieces", pieces, 0.3, {})
    yield columns.measure("outside of the body", columns["outside_body_share"], 0.005, {s.name: OUTSIDE for s in known})
    yield columns.measure("padding", columns["void_share"], 0.005, {s.name: OUTSIDE for s in known})
    yield columns.measure("overlap", columns["overlap_share"], 0.02, {s.name: OVERLAP for s in known})
    yield columns.measure("cavities", cavities, 0.002, {s.name: CAVITIES for s in known})
    yield columns.measure("surface", columns.complete("roughness"), 0.05, {})
    yield columns.measure("neighbours", columns.complete("neighbours"), 1.0, {})
    yield columns.measure("fit", columns["agreement"], 0.05, {})


def _positive(numbers: Numbers) -> Numbers:
    """Return numbers, NaN instead of 0: of voxels without a volume, and of pieces that were too many runs to count."""
    return np.where(numbers > 0, numbers, np.nan)


def _logs(low: float | None, high: float | None) -> tuple[float | None, float | None]:
    """Return the logarithms of limits."""
    return (None, None) if not low or not high else (float(np.log(low)), float(np.log(high)))
