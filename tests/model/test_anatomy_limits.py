"""Which masks of a body count, and which bodies are a person's: each threshold just below, at and above."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from segaudit.model.anatomy import Anatomy
from segaudit.testing.bodies import RELEASE, UPRIGHT, Matrix, body, rotation

PIECE_ML = RELEASE.by_name["spleen"].piece_ml
SPECK_ML = RELEASE.by_name["spleen"].speck_ml
SPINE = [vertebra.name for vertebra in RELEASE.spine]
PAIRS = {structure.name: structure.partner for structure in RELEASE.structures if structure.partner}
TOP, SIDE = (9, 9, 9, 9, 9, 0), (0, 9, 9, 9, 9, 9)
"""Faces of a mask that the field of view cuts above, or at its left."""


def with_mask(name: str, **changes: object) -> Anatomy:
    """Return the anatomy of a body with a changed mask."""
    case = body()
    masks = (replace(mask, **changes) if mask.structure == name else mask for mask in case.masks)
    return Anatomy(replace(case, masks=tuple(masks)), RELEASE)


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"volume_ml": 0.0}, False),
        ({"volume_ml": np.nan}, False),
        ({"on_grid": False}, False),
        ({"distinct_values": 1}, True),
        ({"distinct_values": 2}, False),
        ({"nonfinite": 1}, False),
        ({"corner_displacement_mm": 0.1}, True),
        ({"corner_displacement_mm": 0.11}, False),
        ({"centroid_mm": None}, False),
        ({"centroid_mm": (0.0, 0.0, np.inf)}, False),
    ],
)
def test_aligned(changes: dict[str, object], *, counts: bool) -> None:
    """Masks with a volume, of one value, on the grid of their case, and somewhere."""
    assert ("spleen" in with_mask("spleen", **changes).aligned) is counts


@pytest.mark.parametrize(
    ("ml", "uncut", "complete"),
    [
        (0.99 * SPECK_ML, False, False),
        (SPECK_ML, True, False),
        (0.99 * PIECE_ML, True, False),
        (PIECE_ML, True, True),
    ],
)
def test_specks_and_pieces(ml: float, *, uncut: bool, complete: bool) -> None:
    """A structure is there from a speck on, and complete from its smallest piece on, unless it is cut."""
    anatomy = with_mask("spleen", volume_ml=ml)
    assert ("spleen" in anatomy.uncut, "spleen" in anatomy.complete) == (uncut, complete)
    cut = with_mask("spleen", volume_ml=ml, faces=TOP)
    assert "spleen" not in {*cut.uncut, *cut.complete}
    assert "spleen" in cut.cut


@pytest.mark.parametrize(
    ("name", "faces", "share", "counts"),
    [
        ("spleen", TOP, 0.51, True),
        ("spleen", TOP, 0.49, False),
        ("spleen", SIDE, 0.51, True),
        ("aorta", TOP, 0.11, True),
        ("aorta", TOP, 0.09, False),
        ("aorta", SIDE, 0.9, False),
        ("esophagus", TOP, 0.51, True),
        ("esophagus", TOP, 0.49, False),
    ],
)
def test_parts(name: str, faces: tuple[int, ...], share: float, *, counts: bool) -> None:
    """Half of a structure, a tenth of a vessel; of a long one only where it is cut across."""
    anatomy = with_mask(name, faces=faces, volume_ml=share * RELEASE.by_name[name].middle_ml)
    assert (name in anatomy.parts) is counts
    assert (name in anatomy.bearings) is counts


@pytest.mark.parametrize(("scale", "human"), [(0.24, False), (0.26, True), (1.0, True), (1.39, True), (1.41, False)])
def test_people_by_their_spine(scale: float, *, human: bool) -> None:
    """From a newborn to a tall man."""
    anatomy = Anatomy(body(world=scale * UPRIGHT), RELEASE)
    assert anatomy.scale == pytest.approx(scale)
    assert anatomy.human is human


@pytest.mark.parametrize(("bulk", "human"), [(0.34, False), (0.36, True), (2.9, True), (3.1, False)])
def test_people_by_their_vertebrae(bulk: float, *, human: bool) -> None:
    """From infants to arthrosis; of half of the vertebrae, the others do not count."""
    volumes = {vertebra.name: bulk * vertebra.middle_ml for vertebra in RELEASE.spine}
    assert Anatomy(body(volumes=volumes), RELEASE).human is human
    few = dict(list(volumes.items())[: len(volumes) // 3])
    assert Anatomy(body(volumes=few), RELEASE).human


@pytest.mark.parametrize("world", [UPRIGHT, rotation(1, 30), rotation(2, -30)])
def test_reversed_sides(world: Matrix) -> None:
    """Right structures on the left beside a spine, however a body lies; without one nobody knows."""
    assert not Anatomy(body(world=world), RELEASE).sides_reversed
    assert Anatomy(body(world=world, named=PAIRS), RELEASE).sides_reversed
    assert not Anatomy(body(world=world, named=PAIRS, without=SPINE), RELEASE).sides_reversed


def test_bodies_of_nothing() -> None:
    """Without a structure there is no frame, no size and no place."""
    anatomy = Anatomy(body(without=[structure.name for structure in RELEASE.structures]), RELEASE)
    assert (anatomy.scale, anatomy.sided, anatomy.places, anatomy.bearings) == (None, False, {}, {})
    assert (anatomy.bulk, anatomy.human, anatomy.placement) == (1.0, True, None)
    assert anatomy.bearing("liver", (0.0, 0.0, 0.0)) is None
    assert (anatomy.exchanges, anatomy.mirrored) == ((), ())
