"""Rules for the values of a contract."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import permutations, product

from segaudit.contracts.sources import Keys, Problem
from segaudit.contracts.wording import LARGEST, bound, several, shown
from segaudit.model import Contract
from segaudit.model.errors import did_you_mean
from segaudit.model.limits import REASON
from segaudit.model.reading import MOST_VOXELS

DTYPES = (
    "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64", "float128",
    "complex64", "complex128", "complex256", "rgb24", "rgba32",
)  # fmt: skip
"""The types of a NIfTI file, as ``Header.dtype`` names them."""

ORIENTATIONS = frozenset("".join(axes) for triple in permutations(("LR", "PA", "IS")) for axes in product(*triple))
"""The 48 orientations of a grid's axes along the body's."""


def numbers(contract: Contract) -> Iterator[Problem]:
    """Counts, sizes and tolerances are 0 or more, spacings above 0."""
    geometry, spacing = contract.geometry, contract.geometry.spacing_mm
    numbers: dict[Keys, float | tuple[float, ...] | None] = {
        ("cases", "count"): contract.cases.count,
        **{("splits", split): count for split, count in contract.splits.items()},
        ("geometry", "spacing_tolerance_mm"): geometry.spacing_tolerance_mm,
        ("geometry", "shape_min"): geometry.shape_min,
        ("geometry", "shape_max"): geometry.shape_max,
        ("alignment", "tolerance_mm"): contract.alignment.tolerance_mm,
    }
    for limit in ("max_voxels", "max_runs"):
        if not 0 < (value := getattr(contract.reading, limit)) <= MOST_VOXELS:
            yield Problem(("reading", limit), f"found {shown(value)}, expected 1 to {MOST_VOXELS:,}")
    for keys, value in numbers.items():
        if value is not None and not all(0 <= number <= LARGEST for number in several(value)):
            yield Problem(keys, f"found {shown(value)}, expected {bound(value, '0 or more')}")
    if spacing is not None and not all(0 < number <= LARGEST for number in several(spacing)):
        text = f"found {shown(spacing)}, expected {bound(spacing, 'more than 0')}"
        yield Problem(("geometry", "spacing_mm"), text)


def pattern(contract: Contract) -> Iterator[Problem]:
    """The pattern of case ids is a regular expression."""
    pattern = contract.cases.pattern
    if fault := _fault(pattern):
        yield Problem(("cases", "pattern"), f"found {shown(pattern)}, which is no regular expression: {fault}")


def splits(contract: Contract) -> Iterator[Problem]:
    """The splits add up to the count."""
    count, splits = contract.cases.count, contract.splits
    if splits and count not in (None, total := sum(splits.values())):
        parts = ", ".join(f"{split} {cases}" for split, cases in splits.items())
        remedy = f"expected cases.count = {count}; an empty [splits] promises none"
        yield Problem(("splits",), f"found {parts}, which add up to {total}, {remedy}")


def _fault(pattern: str) -> str:
    """Return why a pattern is not a regular expression; empty if it is one."""
    try:
        re.compile(pattern)
    except (re.error, OverflowError) as error:
        return str(error)
    except RecursionError:
        return "it nests too deeply"
    return ""


def excluded(contract: Contract) -> Iterator[Problem]:
    """Each excluded case is named once, and matches the pattern."""
    cases, pattern = contract.exclude.cases, contract.cases.pattern
    for place, case in enumerate(cases):
        if case in cases[:place]:
            yield Problem(("exclude", "cases", place), f"found {shown(case)} a second time, expected each case once")
        if not re.fullmatch(pattern, case, re.ASCII):
            text = f"found {shown(case)}, which does not match cases.pattern = {shown(pattern)}"
            yield Problem(("exclude", "cases", place), text)


def orientation(contract: Contract) -> Iterator[Problem]:
    """The orientation is one of 48."""
    orientation = contract.geometry.orientation
    if orientation and orientation not in ORIENTATIONS:
        text = f"found {shown(orientation)}, expected axis codes such as RAS or LPS"
        yield Problem(("geometry", "orientation"), text)


def shapes(contract: Contract) -> Iterator[Problem]:
    """No axis is promised to be longer at least than at most."""
    least, most = contract.geometry.shape_min, contract.geometry.shape_max
    if least and most and any(low > high for low, high in zip(least, most, strict=True)):
        text = f"found {shown(least)}, expected no axis above shape_max = {shown(most)}"
        yield Problem(("geometry", "shape_min"), text)


def intensities(contract: Contract) -> Iterator[Problem]:
    """Limits of intensities are finite."""
    for key, limit in (("minimum_hu", contract.intensity.minimum_hu), ("maximum_hu", contract.intensity.maximum_hu)):
        if not math.isfinite(limit):
            yield Problem(("intensity", key), f"found {shown(limit)}, expected a finite number")


def intensity_range(contract: Contract) -> Iterator[Problem]:
    """The range of intensities is not empty."""
    least, most = contract.intensity.minimum_hu, contract.intensity.maximum_hu
    if not least < most:
        text = f"found {shown(least)}, expected less than maximum_hu = {shown(most)}"
        yield Problem(("intensity", "minimum_hu"), text)


def dtypes(contract: Contract) -> Iterator[Problem]:
    """Every stored type is one that a NIfTI file can have."""
    for table, dtypes in (("intensity", contract.intensity.dtypes), ("labels", contract.labels.dtypes)):
        for dtype in dtypes:
            if dtype not in DTYPES:
                allowed = did_you_mean(dtype, DTYPES) or f", allowed are {', '.join(DTYPES)}"
                yield Problem((table, "dtypes"), f"found {shown(dtype)}, which is no type of a NIfTI file{allowed}")


def regrades(contract: Contract) -> Iterator[Problem]:
    """Every re-graded check has a reason."""
    for check, regrade in contract.regrade.items():
        if not regrade.reason.strip():
            text = f"found {shown(regrade.reason)}, expected the reason in words"
            yield Problem(("regrade", check, "reason"), text)


def limits(contract: Contract) -> Iterator[Problem]:
    """Limits are numbers, with a reason."""
    for check, tuned in contract.limits.items():
        for name, value in tuned.items():
            if name == "severity":
                yield Problem(("limits", check, name), f"unknown key; severities are in [regrade.{check}]")
            elif name != REASON and isinstance(value, str):
                yield Problem(("limits", check, name), f"found {shown(value)}, expected a number")
        reason = tuned.get(REASON)
        if reason is None:
            yield Problem(("limits", check, REASON), "missing, expected why the limit is another one")
        elif not str(reason).strip() or not isinstance(reason, str):
            yield Problem(("limits", check, REASON), f"found {shown(reason)}, expected the reason in words")
