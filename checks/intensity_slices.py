"""The slices of a CT are those of one scan, each once and in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from segaudit.model import Ct, Finding, Header, NotApplicable, Severity, Spot, check

SHOWING_HU = 20.0
"""Standard deviation above which a slice shows something: air with noise has less."""

AXES = 3
TWINS = 2
NAMED = 6

REACH = 4
"""Slices to both sides that a step is held against."""

STEP_RISE = 4.0
"""How many times less alike two slices are than any beside them: 1.7 at most in a healthy torso, at 1.5 to 5 mm, with
noise or turned by 15 degrees."""

STEP_CHANGE = 0.05
"""One minus correlation of slices that do not belong together; slices 12 to 15 mm apart reach it."""


@check("ct-slices-repeated", Severity.ERROR)
def ct_slices_repeated(ct: Ct) -> Iterator[Finding]:
    """Slices of a CT appear more than once.

    Why it matters: the patient is longer than he is, and masks drawn on one of the copies are wrong on the other.
    What to do: convert the case again from its source, each slice once; look for several series in one folder.
    Threshold: voxel by voxel equal along k: two slices that are not neighbours, or three in a row; noise makes no two
        slices of a scan equal. Slices with a standard deviation below 20 HU (padding, air) do not count.
    Seen in: KiTS19, case_00015, 25, 61 and 117, slices of another phase appended
        (https://github.com/neheller/kits19/issues/6); NSCLC and MIDRC, slices twice (https://github.com/neuro-ml/amid).
    Blind spots: copies that were resampled or compressed; slices stacked along another axis than k; and thick slices
        copied to thin ones by nearest neighbour, where most slices equal the next one, which are passed over.
    """
    if copies := _copies(ct):
        slices = [k for group in copies for k in group]
        named = "; ".join(" = ".join(map(str, group)) for group in copies[:NAMED])
        more = f" and {len(copies) - NAMED} groups more" if len(copies) > NAMED else ""
        message = f"{len(slices)} slices along k are copies of each other: {named}{more}; expected each once"
        yield Finding.about(ct.file, message, len(slices), 0, _middle(ct.file.header, 2, copies[0][1]))


def _copies(ct: Ct) -> list[list[int]]:
    """Return the groups of slices that are copies of each other, each as indices along k, ascending."""
    groups = [group for group in _equal(ct) if _repeated(group)]
    return [] if groups and _thickened(ct) else groups


def _equal(ct: Ct) -> list[list[int]]:
    """Return groups of equal slices that show something."""
    found, digests = defaultdict(list), _digests(ct)
    if len(set(digests)) == len(digests):
        return []
    for k, (digest, std) in enumerate(zip(digests, ct.slice_std, strict=True)):
        if std > SHOWING_HU:
            found[digest].append(k)
    return [group for group in found.values() if len(group) > 1]


def _repeated(group: list[int]) -> bool:
    """Whether equal slices are no single pair of neighbours."""
    return len(group) > TWINS or group[1] - group[0] > 1


def _thickened(ct: Ct) -> bool:
    """Whether most slices equal the next one."""
    digests = _digests(ct)
    return sum(one == other for one, other in pairwise(digests)) > len(digests) / 2


def _digests(ct: Ct) -> list[int]:
    digests: list[int] = np.frombuffer(ct.slice_digests, np.uint64).tolist()
    return digests


@check("ct-stack-break", Severity.WARNING)
def ct_stack_break(ct: Ct) -> Iterator[Finding]:
    """Two neighbouring slices of a CT do not belong together.

    Why it matters: a slab is missing, slices are out of order, or two scans are stacked; volumes, distances and every
        network that sees more than one slice are wrong there.
    What to do: look at the place from the side; convert the case again from its source.
    Threshold: 1 minus the correlation of two axial slices (sampled at 6 mm, cut to -1000 to 400 HU) is 0.05 or more,
        and four times what it is anywhere within four slices; a healthy torso stays below 1.7 times.
    Seen in: KiTS19, case_00015, 25, 61 and 117, another phase appended (https://github.com/neheller/kits19/issues/6).
    Blind spots: slabs of less than 12 to 30 mm, depending on where they are missing; shifts by breathing; breaks within
        four slices of each other or of the ends. The edge of a copy is `ct-slices-repeated`.
    """
    header = ct.file.header
    if ct.blank or header is None or not header.orientation:
        raise NotApplicable("a CT that is blank, or whose affine has no directions")
    axis = next(place for place, code in enumerate(header.orientation) if code in "SI")
    copied = {k for group in _copies(ct) for k in group} if axis == AXES - 1 else set()
    for place in _steps(ct.slice_changes):
        if copied.isdisjoint((place, place + 1)):
            yield _break(ct, axis, place)


def _break(ct: Ct, axis: int, place: int) -> Finding:
    """Return a finding about a slice and the next one."""
    change, beside = ct.slice_changes[place], max(_beside(ct.slice_changes, place))
    message = (
        f"axial slices {place} and {place + 1} do not belong together: 1 - correlation is {change:.2g}, "
        f"{change / beside:.2g} times the most beside it, expected at most {STEP_RISE:g} times"
    )
    return Finding.about(ct.file, message, change, float(f"{beside:.2g}"), _middle(ct.file.header, axis, place))


def _steps(changes: tuple[float, ...]) -> Iterator[int]:
    """Yield where a change stands out from those before and after it."""
    for place in range(REACH, len(changes) - REACH):
        if changes[place] >= STEP_CHANGE:
            beside = _beside(changes, place)
            if min(beside) > 0 and changes[place] > STEP_RISE * max(beside):
                yield place


def _beside(changes: tuple[float, ...], place: int) -> tuple[float, ...]:
    return changes[place - REACH : place] + changes[place + 1 : place + REACH + 1]


def _middle(header: Header | None, axis: int, place: int) -> Spot | None:
    """Return the middle of a slice across an axis."""
    if header is None or not header.orientation or len(header.shape) != AXES:
        return None
    i, j, k = (place if own == axis else length // 2 for own, length in enumerate(header.shape))
    mm = (sum(map(float.__mul__, header.affine[row : row + 4], (i, j, k, 1.0))) for row in (0, 4, 8))
    return Spot.at((i, j, k), mm)
