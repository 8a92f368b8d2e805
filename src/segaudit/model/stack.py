"""What the slices of a CT, one by one, say about how they were stacked: copies, disorder, offsets, empty ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby, pairwise
from math import isnan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from segaudit.model.records import Order, Slices, numbers

SHOWING_HU = 20.0
"""Standard deviation above which a slice shows something: air with noise has less."""

TWINS = 2

MIN_CHANGE_HU = 5.0
"""Change from one slice to the next below which nothing is said of their order: that of air and padding."""

MAX_ORDER_RATIO = 0.85
"""Change of the best order, as a share of the stored one's, from which slices are out of order. The stored order of
healthy CTs had 0.95 or more in 600 crops of three scans, with noise of up to 80 HU, at 1 to 5 mm."""

MAX_UNKNOWN_RATIO = 0.7
"""The same where no known disorder explains it: a healthy head had 0.8 in planes of 1 mm across its thick slices."""

MAX_CHAIN_RATIO = 0.7
"""Largest change on a chain of slices that joins two neighbours, as a share of the change between them: 0.8 or more in
the same crops."""

MIN_PLACES = 3
"""Places out of order that are no single accident of scanning, such as a breath between two stacks."""

MAX_SEAM_RATIO, MAX_JOINED_RATIO, MAX_SWAPPED_RATIO = 0.4, 0.7, 0.8
"""Change where parts are joined anew, as a share of that where they were cut: where an end is joined, which can be
like any slice in small fields of view (0.43 and more in 4,000 healthy ones; 0.1 to 0.3 in whole scans that were cut),
where parts inside are (0.2 to 0.6 where planted), and where two slices were exchanged, of which there are few ways."""

MAX_USUAL_RATIO = 0.8
"""Change between neighbours around, as a share of the least change at a cut. Where slabs of a scan overlap, as the
patient breathed between them, slices resemble others more than the next one, but change no more than usual."""

MIN_JOINED, MAX_JOINED = 0.6, 1.5
"""Change where parts are joined anew, as multiples of that between neighbours around: less is that of slices that show
the same place twice."""

NEARLY_ALL = 0.9
"""Share of the changes around that are no larger than any at a cut: vertebrae and discs change in turn."""

MAX_LINKED_RATIO = 0.5
"""Largest change on a chain of other slices between the two at a cut, as a share of that at the cut, from which a cut
need not be larger than those around: a part of legs between slices of a pelvis, which change more among themselves."""

MIN_FURTHER_RATIO = 1.12
"""Change from one slice to the next but one, as a multiple of that to the next: 1 where slices differ by noise alone
(each follows any other as well), 1.4 to 2 where anatomy changes. In 1,200 prisms of 16 slices with noise of 10 HU it
was 1.10 at most around what looked like cuts; around those planted in 340 crops of two scans, with noise of up to
80 HU, 1.18 or more."""

REACH = 4
"""Pairs of slices to both sides that count as around."""

MIN_PART_SLICES = 3
"""Slices of a part at an end: at both ends of a tilted grid, a few are padding, and alike."""

MAX_PADDING_STEP = 0.1
"""Share of the cells that padding takes up or leaves around a cut: more are corners of a tilted grid."""

MIN_END_BODY = 0.05
"""Share of a slice's cells that show a body at the ends that are to be joined: air is alike at both."""

KNOWN_DISORDER_RATIO = 1.05
"""Change of a known disorder's order by that of the best one: it may do this much worse."""

MIN_OFFSET_HU, LARGE_OFFSET_HU = 50.0, 180.0
"""Offsets of 60 and 200 HU, as far as anatomy and noise let them be measured. Healthy slices differ by 30 HU at most:
neighbours 1.5 to 5 mm apart in 600 crops of three scans, but for the crown of a head, which has no clear offset."""

MAX_SPREAD = 1.0
"""Width of the middle half of what cells rise by, as a share of the offset: anatomy spreads it more."""

MAX_NEARBY = 0.3
"""Rise on either side of an offset, as a share of it: anatomy changes on, an offset comes at once."""

MARGIN_SLICES = 2
"""Slices at both ends where resampling blends the image with what is beyond."""


def copies(slices: Slices) -> list[list[int]]:
    """Return the groups of equal slices that show something, each ascending; none where copying is regular.

    A single pair of neighbours counts where no other two slices are equal. Where most slices equal the next one, thick
    slices were copied to thin ones; where several pairs do, nearest neighbours were sampled.
    """
    digests = np.frombuffer(slices.digests, np.uint64).tolist()
    if len(set(digests)) == len(digests):
        return []
    groups = _equal(digests, numbers(slices.std))
    apart = [group for group in groups if len(group) > TWINS or group[1] - group[0] > 1]
    thickened = sum(one == other for one, other in pairwise(digests)) > len(digests) / 2
    if thickened:
        return []
    return groups if len(groups) == 1 else apart


def _equal(digests: list[int], spread: NDArray[np.float32]) -> list[list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for place, (digest, std) in enumerate(zip(digests, spread, strict=True)):
        if std > SHOWING_HU:
            found[digest].append(place)
    return [group for group in found.values() if len(group) > 1]


class Disorder(NamedTuple):
    """Slices that are out of order."""

    likely: str
    """What happened to them; empty if no known disorder explains it."""
    ratio: float
    """Change of the best order by that of the stored one."""
    places: tuple[int, ...]
    """The slices that do not belong before the next one."""
    in_parts: bool = False
    """Whether the slices within a few parts follow each other: the parts alone are out of order."""


@np.errstate(invalid="ignore")  # between infinite values ratios are undefined, and say nothing
def disorder(slices: Slices) -> Disorder | None:
    """Return how the slices are out of order; None where they are not, or where nothing says so."""
    totals = {order.name: order.total for order in slices.orders}
    stored, least = totals.pop("stored", 0.0), totals.pop("least", 0.0)
    if not totals or not stored:
        return None
    places = np.flatnonzero(_chain_ratios(slices) < MAX_CHAIN_RATIO)
    likely = min(totals.items(), key=lambda item: round(item[1], 1))
    known = likely[1] <= KNOWN_DISORDER_RATIO * least
    most = MAX_ORDER_RATIO if known else MAX_UNKNOWN_RATIO
    if least <= most * stored and places.size >= MIN_PLACES:
        return Disorder(likely[0] if known else "", least / stored, tuple(places.tolist()))
    moved = min(_moved(slices, stored), key=lambda order: order.total, default=None)
    return Disorder(moved.name, least / stored, moved.cuts, in_parts=True) if moved else None


def _moved(slices: Slices, stored: float) -> Iterator[Order]:
    """Yield the orders of a stack in parts that is far better where the parts are joined."""
    copied = {place for group in copies(slices) for copy in group for place in (copy - 1, copy)}
    for order in slices.orders:
        if order.cuts and copied.isdisjoint(order.cuts) and _level(slices, order) and _clear(slices, order, stored):
            yield order


def _clear(slices: Slices, order: Order, stored: float) -> bool:
    """Whether slices change far more at each cut than where parts are joined anew, and there as much as all around."""
    changes, cuts = numbers(slices.changes), list(order.cuts)
    cut = float(changes[cuts].sum())
    joined = cut - (stored - order.total)
    most = MAX_SEAM_RATIO if _at_an_end(order) else MAX_JOINED_RATIO
    most = MAX_SWAPPED_RATIO if order.name == "two slices exchanged" else most
    around = {near for at in cuts for near in range(at - REACH, at + REACH + 1)}
    if _at_an_end(order):
        around |= {*range(REACH), *range(changes.size - REACH, changes.size)}
    others = changes[sorted(around.difference(cuts).intersection(range(changes.size)))]
    usual, least = float(np.median(others)), float(changes[cuts].min())
    largest = float(np.quantile(others, NEARLY_ALL)) <= least
    sudden = usual <= MAX_USUAL_RATIO * least and (largest or _linked(slices, cuts, joined / cut))
    alike = MIN_JOINED * usual * len(cuts) <= joined <= MAX_JOINED * usual * len(cuts)
    return usual > 0 and sudden and joined <= most * cut and alike and _changes_on(slices, around, cuts)


def _changes_on(slices: Slices, around: set[int], cuts: list[int]) -> bool:
    """Whether slices around cuts are more like the next one than like the one after it, as anatomy is and noise is not.

    Among slices that differ by noise alone, the ends of a stack follow each other as well as neighbours do.
    """
    changes, further = numbers(slices.changes), numbers(slices.further)
    across = {place for cut in cuts for place in (cut - 1, cut)}
    near = sorted(around.difference(across).intersection(range(further.size)))
    return bool(near) and float(np.median(further[near])) >= MIN_FURTHER_RATIO * float(np.median(changes[near]))


def _linked(slices: Slices, cuts: list[int], ratio: float) -> bool:
    """Whether chains of far smaller changes lead around several cuts, all of them, and parts are joined as smoothly."""
    chained = float(_chain_ratios(slices)[cuts].max()) <= MAX_LINKED_RATIO
    return len(cuts) > 1 and ratio <= MAX_SEAM_RATIO and chained


def _level(slices: Slices, order: Order) -> bool:
    """Whether padding does not come or go around the cuts, nor air or few slices at an end that is to be joined."""
    even, body = numbers(slices.even), numbers(slices.body)
    ends = min(order.cuts[0] + 1, len(slices) - 1 - order.cuts[-1]) >= MIN_PART_SLICES
    shown = min(body[0], body[-1]) > MIN_END_BODY
    level = all(np.ptp(even[max(at - 1, 0) : at + 3]) <= MAX_PADDING_STEP for at in order.cuts)
    return level and (len(order.cuts) > 1 or (ends and shown))


def _at_an_end(order: Order) -> bool:
    """Whether an order joins a part to an end of the stack."""
    return len(order.cuts) == 1 or (order.name == "a part moved" and len(order.cuts) == TWINS)


def _chain_ratios(slices: Slices) -> NDArray[np.float32]:
    """Return the share of the change between neighbours that a chain between them has; copies have 1."""
    changes, chains = numbers(slices.changes), numbers(slices.bottlenecks)
    ratios = np.where(changes >= MIN_CHANGE_HU, chains / np.maximum(changes, MIN_CHANGE_HU), 1)
    copied = [place for group in copies(slices) for place in group]
    beside = [place for at in copied for place in (at - 1, at) if 0 <= place < ratios.size]
    ratios[beside] = 1
    return ratios


class Offset(NamedTuple):
    """A rise of all intensities between two slices."""

    place: int
    """The slice before it."""
    hu: float


def offsets(slices: Slices) -> tuple[Offset, ...]:
    """Return where all intensities rise or fall at once; infinite ones do neither."""
    shifts = numbers(slices.shifts).reshape(-1, 3)
    lower, median, upper = np.where(np.isfinite(shifts).all(axis=1, keepdims=True), shifts, 0).T
    clear = (abs(median) >= MIN_OFFSET_HU) & (upper - lower <= MAX_SPREAD * abs(median))
    places = range(MARGIN_SLICES - 1, len(median) - MARGIN_SLICES + 1)
    found = (place for place in np.flatnonzero(clear).tolist() if place in places and _sudden(median, place))
    return tuple(Offset(place, float(median[place])) for place in found)


def _sudden(rises: NDArray[np.float32], place: int) -> bool:
    """Whether the slices on either side are level, or fall back by as much."""
    rise = rises[place]
    beside = (rises[other] for other in (place - 1, place + 1) if 0 <= other < len(rises))
    return all(min(abs(other), abs(other + rise)) <= MAX_NEARBY * abs(rise) for other in beside)


class Blank(NamedTuple):
    """Neighbouring slices of one value."""

    first: int
    last: int
    value: float


def blanks(slices: Slices) -> Iterator[Blank]:
    """Yield the runs of slices that have one value, each run with its own."""
    place, values = 0, numbers(slices.blank)
    if np.isnan(values).all():
        return
    for value, run in groupby(values.tolist(), key=lambda value: None if isnan(value) else value):
        length = len(list(run))
        if value is not None:
            yield Blank(place, place + length - 1, value)
        place += length
