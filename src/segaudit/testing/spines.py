"""A spine with ribs as records, and a contract of these structures."""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from segaudit.model import Case, Contact, Contract, Mask, Structure
from segaudit.model.records import Vector
from segaudit.testing.records import CASE, empty_mask, healthy_mask

LEVELS = ("C6", "C7", *(f"T{number}" for number in range(1, 13)), "L1", "L2", "L3", "L4", "L5", "S1")
SPACING_MM = 25.0
VOLUME_ML = 40.0
RIBS = range(1, 13)

Side = Literal["", "left", "right"]


def vertebra(level: str) -> str:
    """Return the name of a vertebra's mask."""
    return f"vertebrae_{level}"


def rib(side: str, number: int) -> str:
    """Return the name of a rib's mask."""
    return f"rib_{side}_{number}"


def spine_contract() -> Contract:
    """Return a contract of a spine and ribs, in which T12 and L5 may be missing and T1 to T11 are expected."""
    rows = (
        _row([vertebra(level) for level in LEVELS], ""),
        _row([rib("left", number) for number in RIBS], "left"),
        _row([rib("right", number) for number in RIBS], "right"),
    )
    return Contract(name="spine", structures=tuple(structure for row in rows for structure in row))


def _row(names: list[str], side: Side) -> list[Structure]:
    ends = ["", *names, ""]
    structures = [
        Structure(
            name=name, label=at, group="bone", side=side, above=above, below=below, expected_with=(above, below),
            removable=name in {vertebra("T12"), vertebra("L5")},
        )
        for at, (above, name, below) in enumerate(zip(ends, ends[1:], ends[2:], strict=False), 1)
    ]  # fmt: skip
    structures[0], structures[-1] = (replace(structures[end], expected_with=()) for end in (0, -1))
    return structures


def height(level: str) -> float:
    """Return the height of a vertebra's centre, mm."""
    return -SPACING_MM * LEVELS.index(level)


def spine(*masks: Mask, contacts: tuple[Contact, ...] = ()) -> Case:
    """Return a case with a healthy spine and ribs; given masks replace the healthy ones."""
    vertebrae = [body(level) for level in LEVELS]
    ribs = [sloping_rib(side, number) for side in ("left", "right") for number in RIBS]
    found = {mask.structure: mask for mask in (*vertebrae, *ribs, *masks)}
    return Case(case=CASE, masks=tuple(found[name] for name in sorted(found)), contacts=contacts)


def body(level: str, at: float | None = None, **changes: object) -> Mask:
    """Return a vertebra, at the height of a level that may be fractional, with changes."""
    z = height(level) if at is None else at
    return healthy_mask(vertebra(level), **{"volume_ml": VOLUME_ML, **_centred((0.0, 0.0, z)), **changes})


def sloping_rib(side: str, number: int, at: float | None = None, **changes: object) -> Mask:
    """Return a rib that ends at its vertebra, 0.45 distances above its centre, or at a given height."""
    sign = 1 if side == "right" else -1
    z = height(f"T{number}") + 0.45 * SPACING_MM if at is None else at
    inner, outer = (sign * 40.0, -10.0, z), (sign * 130.0, 60.0, z - 60)
    ends = (inner, outer) if side == "right" else (outer, inner)
    return healthy_mask(rib(side, number), **{"ends_mm": ends, **_centred((sign * 100.0, 30.0, z - 40)), **changes})


def removed(*names: str) -> list[Mask]:
    """Return empty masks."""
    return [empty_mask(name) for name in names]


def renumbered(case: Case, names: dict[str, str]) -> Case:
    """Return a case with renamed masks; a mask replaces the former one with its new name."""
    masks = {mask.structure: mask for mask in case.masks}
    moved = {new: _named(masks[old], new) for old, new in names.items() if old in masks and new}
    left = {name: empty_mask(name) for name in names if name not in moved}
    contacts = tuple(
        _contact(names.get(pair.first, pair.first), names.get(pair.second, pair.second), pair.area_mm2)
        for pair in case.contacts
    )
    return replace(case, masks=tuple((masks | left | moved).values()), contacts=contacts)


def _contact(one: str, other: str, area_mm2: float) -> Contact:
    return Contact(min(one, other), max(one, other), area_mm2)


def _named(mask: Mask, name: str) -> Mask:
    return replace(mask, structure=name, file=replace(mask.file, structure=name))


def _centred(mm: Vector) -> dict[str, object]:
    i, j, k = ((position + 600) / 1.5 for position in mm)
    return {"centroid_mm": mm, "centroid_voxel": (i, j, k)}


def shifted(names: list[str], start: int, by: int) -> dict[str, str]:
    """Return new names from one name on: each is that of the ``by``-th next name, empty if there is none."""
    new = dict(enumerate(names))
    return {name: new.get(at + by, "") for at, name in enumerate(names) if at >= start}
