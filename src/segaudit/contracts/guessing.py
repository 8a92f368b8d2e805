"""Guess which known anatomy masks are whose names say nothing, by place and size."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import NamedTuple, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from segaudit.contracts.known import described
from segaudit.model import Contract, Mask, Structure
from segaudit.model.records import Vector
from segaudit.model.structure import SPECK_ML

Array: TypeAlias = npt.NDArray[np.float64]

HYPOTHESES = 8
"""The largest masks of a case that are tried as any known anatomy, to find where in the body the case lies."""

MAX_COST = 0.4
"""The largest mean of a mask's squared deviations, in half-widths of the known ranges, that is a likeness."""

MIN_SHARE = 0.6
"""The least share of its cases in which a structure has to look like the same anatomy."""

MIN_MARGIN = 0.04
"""How much better than with any other anatomy the masks of a case have to fit."""

FILLS = {
    **dict.fromkeys(("liver", "spleen", "kidney_left", "kidney_right", "heart", "gallbladder"), 0.3),
    **dict.fromkeys(("urinary_bladder", "prostate", "superior_vena_cava", "brachiocephalic_trunk"), 0.45),
    **dict.fromkeys(("lung_lower_lobe_left", "lung_lower_lobe_right", "atrial_appendage_left"), 0.3),
    **dict.fromkeys(("stomach", "duodenum", "aorta", "inferior_vena_cava", "small_bowel"), 0.14),
    **dict.fromkeys(("adrenal_gland_left", "adrenal_gland_right", "sacrum", "iliopsoas_left", "iliopsoas_right"), 0.12),
    **dict.fromkeys(("pancreas", "esophagus", "pulmonary_vein"), 0.08),
    **dict.fromkeys(("portal_vein_and_splenic_vein", "trachea", "colon", "spinal_cord"), 0.04),
    **dict.fromkeys(("iliac_artery_left", "iliac_artery_right", "iliac_vena_left", "iliac_vena_right"), 0.025),
    "costal_cartilages": 0.015,
}
"""Share of the box around a structure that it fills, as measured in three cases (s0327 and s0010 of v2, v1's example);
ribs, which have no usual place, fill 0.005 to 0.061."""

FILL_FACTOR = 3.0
"""By which factor another share is as odd as the end of the other ranges."""

WIDE_VESSELS = frozenset({"aorta", "inferior_vena_cava"})
"""The vessels that are told from what lies beside them; a single vertebra is not told from its neighbours."""

RANGES = 4
"""Ranges of place and volume."""

HU_SLACK = 40.0
"""How far outside the known range a median intensity is as odd as at the end of the other ranges, HU."""


class Shape(NamedTuple):
    """What is compared of a mask."""

    structure: str
    volume_ml: float
    centre_mm: Vector
    """In world coordinates, RAS+."""
    fill: float
    """Share of the box around it that it fills."""
    hu: float | None = None
    """Median intensity; None without a CT."""

    @classmethod
    def of(cls, mask: Mask) -> Self | None:
        """Return the shape of a mask; None if it is cut, a speck, or has no place."""
        if mask.cut or mask.box is None or mask.centroid_mm is None or not mask.volume_ml > SPECK_ML:
            return None
        i0, i1, j0, j1, k0, k1 = mask.box
        fill = mask.voxels / ((i1 - i0 + 1) * (j1 - j0 + 1) * (k1 - k0 + 1))
        hu = mask.hu.median if mask.hu else None
        name = unicodedata.normalize("NFC", mask.structure)
        return cls(name, mask.volume_ml, mask.centroid_mm, fill, hu) if isfinite(mask.volume_ml) else None


class Guess(NamedTuple):
    """What a structure looks like."""

    anatomy: str
    cases: int
    """Cases in which it does."""
    of: int
    """Cases in which it was compared."""

    def __str__(self) -> str:
        """Return the guess in words."""
        return f"{self.anatomy} in {self.cases} of {self.of} case{'' if self.of == 1 else 's'}"


def guesses(cases: Iterable[Sequence[Shape]], meant: Mapping[str, str]) -> dict[str, Guess]:
    """Return what the structures look like that are not among those whose anatomy is known by name.

    Args:
        cases: the complete masks of each case.
        meant: the known anatomy by name.
    """
    known = Known(meant.values())
    votes: Mapping[str, Counter[str]] = defaultdict(Counter)
    for shapes in cases:
        for structure, anatomy in known.likenesses(shapes, meant).items():
            votes[structure][anatomy] += 1
    found = {
        structure: Guess(*counted.most_common(1)[0], sum(counted.values())) for structure, counted in votes.items()
    }
    sure = {name: guess for name, guess in found.items() if guess.anatomy and guess.cases >= MIN_SHARE * guess.of}
    taken = Counter(guess.anatomy for guess in sure.values())
    return {name: guess for name, guess in sure.items() if taken[guess.anatomy] == 1}


class Known:
    """The known anatomy as ranges: place right, front and up in mm of an adult, logarithm of the volume."""

    def __init__(self, anatomies: Iterable[str]) -> None:
        """Describe it as the release that has most of some anatomies."""
        self.structures = described(anatomies)
        contract = Contract(name="", structures=tuple(self.structures.values()))
        ranged = {name: _ranges(structure, contract) for name, structure in self.structures.items()}
        spine = {level.name for level in contract.spine}
        self.names = [name for name, ranges in ranged.items() if ranges is not None]
        vessels = {name for name, structure in self.structures.items() if structure.group == "vessel"} - WIDE_VESSELS
        self._told = [name not in spine | vessels for name in self.names]
        ranges = np.array([ranged[name] for name in self.names], dtype=np.float64)
        self.middle, self.half = ranges.mean(axis=2), np.diff(ranges, axis=2)[..., 0] / 2

    def likenesses(self, shapes: Sequence[Shape], meant: Mapping[str, str]) -> dict[str, str]:
        """Return the anatomy that each unknown mask of a case looks like; empty for none."""
        unknown = [shape for shape in shapes if shape.structure not in meant]
        if not unknown:
            return {}
        numbers = _numbers(shapes)
        free = np.array([name not in meant.values() for name in self.names])
        offset = self._offset(shapes, numbers, meant)
        costs = self._costs(shapes, numbers, offset)
        rows = [place for place, shape in enumerate(shapes) if shape.structure not in meant]
        chosen = np.where(free, costs[rows], np.inf)
        sure = _sure(chosen, _matched(chosen))
        told = {row: self.names[column] for row, column in sure.items() if self._told[column]}
        return {shape.structure: told.get(row, "") for row, shape in enumerate(unknown)}

    def _offset(self, shapes: Sequence[Shape], numbers: Array, meant: Mapping[str, str]) -> Array:
        """Return what leads from the case's world to the place in a body: that of known masks, or the best one."""
        columns = {name: column for column, name in enumerate(self.names)}
        anchors = [
            self.middle[columns[known], :3] - numbers[row, :3]
            for row, shape in enumerate(shapes)
            if (known := meant.get(shape.structure, "")) in columns
        ]
        if anchors:
            return np.array(np.median(np.array(anchors), axis=0), dtype=np.float64)
        largest = np.argsort(numbers[:, 3])[::-1][:HYPOTHESES]
        tried = (self.middle[:, :3][None] - numbers[largest, None, :3]).reshape(-1, 3)
        totals = [np.minimum(self._costs(shapes, numbers, offset).min(axis=1), 2 * MAX_COST).sum() for offset in tried]
        best = np.argsort(totals)[:HYPOTHESES]
        exact = [_total(self._costs(shapes, numbers, tried[place])) for place in best]
        return np.array(tried[best[int(np.argmin(exact))]], dtype=np.float64)

    def _costs(self, shapes: Sequence[Shape], numbers: Array, offset: Array) -> Array:
        """Return the mean squared deviation of each mask from each known anatomy, in half-widths of its ranges."""
        moved = numbers + np.append(offset, 0.0)
        squares = (((moved[:, None] - self.middle) / self.half) ** 2).sum(axis=2)
        odd = np.array([[_oddness(shape, self.structures[name]) for name in self.names] for shape in shapes])
        return np.array((squares + odd) / RANGES, dtype=np.float64)


def _numbers(shapes: Sequence[Shape]) -> Array:
    return np.array([(*shape.centre_mm, math.log(shape.volume_ml)) for shape in shapes], dtype=np.float64)


def _ranges(structure: Structure, contract: Contract) -> tuple[tuple[float, float], ...] | None:
    """Return the ranges of right, front, up and the logarithm of the volume; None if one is unknown."""
    (high, low), right, front = contract.ranges[structure.name]
    volume = structure.volume_low_ml, structure.volume_high_ml
    if structure.spine_mm is not None:
        high, low, right, front = high - 15, low + 15, (-20.0, 20.0), (-15.0, 15.0)
    if not (volume[0] and volume[1]) or not all(map(math.isfinite, (high, low, *right, *front))):
        return None
    return right, front, (-low, -high), (math.log(volume[0]), math.log(volume[1]))


def _oddness(shape: Shape, structure: Structure) -> float:
    """Return the squared deviations of the median intensity and of the filled share; 0 for what is unknown."""
    usual, low, high = FILLS.get(structure.name), structure.hu_low, structure.hu_high
    beyond = 0.0 if shape.hu is None or low is None or high is None else max(low - shape.hu, shape.hu - high, 0.0)
    thinner = math.log(shape.fill / usual, FILL_FACTOR) if usual else 0.0
    return (beyond / HU_SLACK) ** 2 + thinner**2


def _matched(costs: Array) -> dict[int, int]:
    """Return the column of each row, each once, with the smallest sum of costs; rows beyond the columns have none."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 (only names that say nothing need it)

    rows, columns = linear_sum_assignment(np.minimum(costs, 1e3))
    return dict(zip(rows.tolist(), columns.tolist(), strict=True))


def _total(costs: Array) -> float:
    """Return the sum of costs of the best match; a mask that is like nothing counts as that."""
    return float(sum(min(costs[row, column], 2 * MAX_COST) for row, column in _matched(costs).items()))


def _sure(costs: Array, matched: Mapping[int, int]) -> dict[int, int]:
    """Return the matches that fit, if any other choice is worse: an anatomy that is free, or an exchange."""
    own = {row: float(costs[row, column]) for row, column in matched.items()}
    return {row: column for row, column in matched.items() if own[row] <= MAX_COST and _worse(costs, own, row, matched)}


def _worse(costs: Array, own: Mapping[int, float], row: int, matched: Mapping[int, int]) -> bool:
    """Whether each other anatomy for a mask makes the case as a whole fit less."""
    more = costs[row] - own[row]
    for other, taken in matched.items():
        more[taken] += costs[other, matched[row]] - own[other]
    return bool(np.delete(more, matched[row]).min() >= MIN_MARGIN)
