"""Values of a structure that are unlike those in all other cases of the dataset.

How far a value is off is said by ``segaudit.model.deviations``.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from segaudit.model import Contract, Dataset, Finding, Limit, NotApplicable, Severity, check
from segaudit.model.dataset import spot_of
from segaudit.model.deviations import NARROWEST, deviations

if TYPE_CHECKING:
    import pandas as pd

VOLUME_DEVIATIONS = Limit(
    "volume-outlier.deviations",
    6.0,
    "standard deviations",
    "how far off a value may be, in robust standard deviations",
    "Of simulated healthy cases, whose tails are Student's t with 5 degrees of freedom, 1 in 50 has a finding.",
    least=1.0,
)
VOLUME_CASES = Limit(
    "volume-outlier.cases",
    30,
    "cases",
    "the complete masks of a structure from which on it is judged",
    "A convention: the spread of fewer is uncertain.",
    least=5,
)
VOLUME_TAIL = Limit(
    "volume-outlier.tail",
    0.01,
    "share",
    "the part of a structure's masks beyond the limit from which on it is a tail, and none is reported",
    "A convention: what is beyond in more than 1 per cent of the cases is no exception.",
    most=1.0,
)
HU_DEVIATIONS = Limit(
    "hu-outlier.deviations",
    6.0,
    "standard deviations",
    "how far off a value may be, in robust standard deviations",
    "Of simulated healthy cases, whose tails are Student's t with 5 degrees of freedom, 1 in 50 has a finding.",
    least=1.0,
)
HU_CASES = Limit(
    "hu-outlier.cases",
    30,
    "cases",
    "the complete masks of a structure from which on it is judged",
    "A convention: the spread of fewer is uncertain.",
    least=5,
)
HU_TAIL = Limit(
    "hu-outlier.tail",
    0.01,
    "share",
    "the part of a structure's masks beyond the limit from which on it is a tail, and none is reported",
    "A convention: what is beyond in more than 1 per cent of the cases is no exception.",
    most=1.0,
)
POSITION_DEVIATIONS = Limit(
    "position-outlier.deviations",
    6.0,
    "standard deviations",
    "how far off a value may be, in robust standard deviations",
    "Of simulated healthy cases, whose tails are Student's t with 5 degrees of freedom, 1 in 50 has a finding.",
    least=1.0,
)
POSITION_CASES = Limit(
    "position-outlier.cases",
    30,
    "cases",
    "the complete masks of a structure from which on it is judged",
    "A convention: the spread of fewer is uncertain.",
    least=5,
)
POSITION_TAIL = Limit(
    "position-outlier.tail",
    0.01,
    "share",
    "the part of a structure's masks beyond the limit from which on it is a tail, and none is reported",
    "A convention: what is beyond in more than 1 per cent of the cases is no exception.",
    most=1.0,
)

AXES = {
    "depth_mm": "below the first vertebra",
    "right_mm": "to the right of the spine",
    "front_mm": "in front of the spine",
}
"""The columns of a place in words; lengths are scaled to an adult."""

Ranges = dict[str, tuple[float | None, float | None]]
"""The contract's lowest and highest value by structure."""


@check("volume-outlier", Severity.WARNING, needs="structures", limits=(VOLUME_DEVIATIONS, VOLUME_CASES, VOLUME_TAIL))
def volume_outlier(dataset: Dataset, contract: Contract) -> Iterator[Finding]:
    """A structure is much larger or smaller than in the other cases.

    Why it matters: a part of it is missing, or it takes in what lies beside it.
    What to do: look at the place; correct the mask, or waive what a disease or an operation explains.
    Threshold: 6 robust standard deviations of the logarithm of the volume (from the median absolute deviation, 0.1 at
        least), by itself and against the case's other structures, among 30 complete masks or more. Where more than 1
        per cent of them lie beyond, it has a tail, and none is reported. Of simulated healthy cases, whose
        tails are Student's t with 5 degrees of freedom, fewer than 1 in 50 have one.
    Seen in: TotalSegmentator v1, whose published volumes of rib 1 are 211 ml on one side and 27 ml on the other.
    Blind spots: what is wrong in many cases alike; structures that the field of view cuts, vessels, airy organs and
        cysts, which have no usual volume, and vertebrae and what lies beyond the contract's limits, which have checks
        of their own, as have masks that are hollow, riddled, torn, copies of others or exchanged with them.
    """
    bounds = _bounds(contract, VOLUME_DEVIATIONS, VOLUME_CASES, VOLUME_TAIL)
    masks = _judged(dataset, contract, "volume_ml", bounds, {level.name for level in contract.spine})
    masks = _inside(masks, "volume_ml", _volumes(contract))
    masks["log_ml"] = masks["volume_ml"].map(math.log)
    for found in _outliers(masks, "log_ml", bounds):
        volume, low, high = (math.exp(number) for number in (found.value, found.low, found.high))
        yield found.finding(f"{volume:.1f} ml", f"{low:.1f} to {high:.1f} ml")


@check("hu-outlier", Severity.WARNING, needs="structures", limits=(HU_DEVIATIONS, HU_CASES, HU_TAIL))
def hu_outlier(dataset: Dataset, contract: Contract) -> Iterator[Finding]:
    """The CT under a mask is much brighter or darker than in the other cases.

    Why it matters: the mask lies on something else, or holds metal, air or contrast medium.
    What to do: look at the place; correct the mask, or waive what the patient explains.
    Threshold: as for volume-outlier, of the median HU, whose standard deviation is taken as 8 HU at least. Medians
        beyond the contract's limits have a check of their own.
    Seen in: nothing public.
    Blind spots: as for volume-outlier; a contrast phase that few cases have hides what differs by less; a CT that is
        wrong as a whole, which ct-rescaled and ct-empty report; cases whose masks do not lie on what they mark, which
        the checks of alignment report.
    """
    bounds = _bounds(contract, HU_DEVIATIONS, HU_CASES, HU_TAIL)
    masks = _judged(dataset, contract, "hu_median", bounds)
    masks = masks[~masks["case"].isin(dataset.unlike_tissue.union(ct.case for ct in dataset.cts if ct.blank))]
    masks = _inside(masks, "hu_median", {s.name: (s.hu_low, s.hu_high) for s in contract.structures})
    for found in _outliers(masks, "hu_median", bounds):
        yield found.finding(f"median {found.value:z.0f} HU", f"{found.low:z.0f} to {found.high:z.0f} HU")


@check("position-outlier", Severity.WARNING, needs="spine", limits=(POSITION_DEVIATIONS, POSITION_CASES, POSITION_TAIL))
def position_outlier(dataset: Dataset, contract: Contract) -> Iterator[Finding]:
    """A structure lies far from where the other cases have it.

    Why it matters: the mask shows something else, or a part of the structure is missing.
    What to do: look at the place; correct the mask, or waive what the patient explains.
    Threshold: as for volume-outlier, of the centre of mass below the first vertebra, to the right and to the front of
        the spine, in the frame of the case's own vertebrae, scaled to an adult. The standard deviation is taken as 6 mm
        along the spine and 4 mm across it at least. Places beyond the contract's limits have checks of their own.
    Seen in: TotalSegmentator v2.0.1, heart in the abdomen (https://github.com/wasserth/TotalSegmentator/issues/299).
    Blind spots: as for volume-outlier; ribs, whose order has a check of its own, and cases with fewer than three
        complete vertebrae.
    """
    bounds = _bounds(contract, POSITION_DEVIATIONS, POSITION_CASES, POSITION_TAIL)
    masks = _judged(dataset, contract, "depth_mm", bounds, {one.name for row in contract.rows for one in row})
    masks = _inside(masks, "volume_ml", _volumes(contract))
    for place, axis in enumerate(AXES):
        masks = _inside(masks, axis, {name: limits[place] for name, limits in contract.ranges.items()})
    found = sorted((one for axis in AXES for one in _outliers(masks, axis, bounds)), key=lambda one: one.score)
    for one in {(one.row.case, one.row.structure): one for one in found}.values():  # the axis that is furthest off
        yield one.finding(f"centre {one.value:z.0f} mm {AXES[one.column]}", f"{one.low:z.0f} to {one.high:z.0f} mm")


class Bounds(NamedTuple):
    """The limits of a check in a contract."""

    deviations: float
    cases: float
    tail: float


def _bounds(contract: Contract, *limits: Limit) -> Bounds:
    return Bounds(*(limit.of(contract) for limit in limits))


class Outlier(NamedTuple):
    """A value that is unlike those of the other cases."""

    row: Any
    """The mask's row of the table."""
    column: str
    value: float
    low: float
    high: float
    """Between which 95 per cent of the cases lie."""
    cases: int
    score: float
    """Robust standard deviations off."""

    def finding(self, observed: str, expected: str) -> Finding:
        """Return the finding."""
        return Finding(
            case=self.row.case,
            structures=(self.row.structure,),
            message=f"{observed}, 95 % of {self.cases} cases have {expected}: {self.score:.0f} standard deviations off",
            observed=observed,
            expected=expected,
            spot=spot_of(self.row),
        )


def _judged(
    dataset: Dataset, contract: Contract, column: str, bounds: Bounds, but: Collection[str] = ()
) -> pd.DataFrame:
    """Return the complete masks with a value in a column, of structures that have a usual size, place and tissue.

    Masks that a check of their case reports as a whole are left out: they neither are outliers nor say what is usual.
    """
    usual = {s.name for s in contract.structures if s.group != "vessel" and not s.airy and s.piece_ml} - {*but}
    sound = dataset.masks["complete"].astype(bool) & (dataset.masks["flaw"] == "")
    masks = dataset.masks[sound & dataset.masks["structure"].isin(usual)].dropna(subset=[column])
    if masks["structure"].value_counts().max() >= bounds.cases:
        return masks
    raise NotApplicable(f"no structure is complete in {bounds.cases:g} cases, and its {column} known")


def _volumes(contract: Contract) -> Ranges:
    """Return the limits of volume, beyond which a mask is another check's, and its place with it."""
    return {one.name: (one.volume_low_ml, one.volume_high_ml) for one in contract.structures}


def _inside(masks: pd.DataFrame, column: str, limits: Ranges) -> pd.DataFrame:
    """Leave out the masks whose value lies beyond the contract's limits: other checks report those."""
    low, high = (masks["structure"].map({name: pair[end] for name, pair in limits.items()}) for end in (0, 1))
    beyond = (masks[column] < low.astype(float)) | (masks[column] > high.astype(float))
    return masks[~beyond].copy()


def _outliers(masks: pd.DataFrame, column: str, bounds: Bounds) -> Iterator[Outlier]:
    """Yield the outliers of a column, structure by structure."""
    table = masks.pivot_table(index="case", columns="structure", values=column, aggfunc="first").astype(float)
    off = abs(deviations(table.to_numpy(), NARROWEST[column]))
    scores, cases = table.copy(), table.count()
    scores[:] = off
    unusual = scores > bounds.deviations
    judged = (cases >= bounds.cases) & (unusual.sum() <= (bounds.tail * cases).clip(lower=1))
    found = (unusual & judged).melt(ignore_index=False)
    if not found["value"].any():
        return
    rows = masks.set_index(["case", "structure"], drop=False)
    for case, structure in found.loc[found["value"], "structure"].items():
        values: pd.Series[float] = table[structure]
        low, high = values.quantile([0.025, 0.975])
        score: pd.Series[float] = scores[structure]
        yield Outlier(rows.loc[case, structure], column, values[case], low, high, cases[structure], score[case])
