"""What the fit of a case's masks says, in words: how far, along which axis, to which side of the patient."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from segaudit.model.records import Header

AXES = "ijk"
SWAPPED = "swap"
"""What the name of a turn begins with where i and j are exchanged."""

_SIDES = {"R": "right", "L": "left", "A": "front", "P": "back", "S": "head", "I": "feet"}
_OPPOSITE = {"R": "L", "L": "R", "A": "P", "P": "A", "S": "I", "I": "S"}
_SHOWN_VOXELS = 0.5


def towards(header: Header | None, axis: int, sign: float) -> str:
    """Return the side of the patient to which an axis of the grid runs, as ``right``; empty where nothing says it."""
    code = header.orientation[axis : axis + 1] if header else ""
    return _SIDES.get(code if sign > 0 else _OPPOSITE.get(code, ""), "")


def moved(header: Header | None, voxels: Sequence[float]) -> str:
    """Say how far something lies off, axis by axis: ``6.0 mm (2 voxels along i) to the right``."""
    return " and ".join(_moved(header, voxels))


def _moved(header: Header | None, voxels: Sequence[float]) -> Iterator[str]:
    for axis, (steps, mm) in enumerate(zip(voxels, header.spacing_mm if header else (), strict=False)):
        if abs(steps) >= _SHOWN_VOXELS:
            side = towards(header, axis, steps)
            unit = "voxel" if round(abs(steps), 1) == 1 else "voxels"
            shown = f"{abs(steps) * mm:.1f} mm ({round(abs(steps), 1):g} {unit} along {AXES[axis]})"
            yield f"{shown} to the {side}" if side else shown


def length_mm(header: Header | None, voxels: Sequence[float]) -> float:
    """Return the length of a displacement along the axes of a grid, to 0.1 mm."""
    steps = zip(voxels, header.spacing_mm if header else (), strict=False)
    return round(math.hypot(*(number * mm for number, mm in steps)), 1)


def turned(header: Header | None, turn: str) -> str:
    """Say how something is turned in its grid: ``mirrored along i (left to right)``."""
    axes = turn.removeprefix(SWAPPED)
    exchanged = turn != axes
    if len(axes) == 2 and not exchanged:  # noqa: PLR2004 - two axes make a turn
        (kept,) = set(AXES) - set(axes)
        return f"turned by half about {kept}{_ends(header, kept)}"
    along = ", ".join(axis + _ends(header, axis) for axis in axes)
    return " and ".join(
        [*(["with i and j exchanged"] if exchanged else []), *([f"mirrored along {along}"] if axes else [])]
    )


def _ends(header: Header | None, axis: str) -> str:
    """Return the two ends of an axis in brackets."""
    low, high = (towards(header, AXES.index(axis), sign) for sign in (-1, 1))
    return f" ({low} to {high})" if low and high else ""
