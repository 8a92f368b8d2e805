"""In which directions the field of view cuts a structure: on grids that are oblique, flipped, and of any spacing."""

from __future__ import annotations

import numpy as np
import pytest

from segaudit.model import Mask
from segaudit.model.opening import WHOLE, openings_of
from segaudit.model.organ_frame import WORLD
from segaudit.testing.bodies import Matrix, rotation
from segaudit.testing.records import healthy_file, healthy_header, healthy_mask

SIDES = [(1, -1), (1, 1), (2, -1), (2, 1), (0, 1), (0, -1)]
"""Left, right, back, front, feet and head: the faces of a grid that lies as the world does."""


def cut(gaps: tuple[int, ...], linear: Matrix, spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> Mask:
    """Return a mask with distances from the faces of a grid with these directions."""
    affine = np.hstack([linear * spacing, np.zeros((3, 1))])
    file = healthy_file(header=healthy_header(affine=tuple(affine.ravel().tolist())))
    return healthy_mask(file=file, faces=gaps)


@pytest.mark.parametrize("face", range(6))
@pytest.mark.parametrize(("gap", "found"), [(0, True), (2, True), (3, False)])
@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (0.7, 0.7, 5.0)])
def test_faces(face: int, gap: int, spacing: tuple[float, float, float], *, found: bool) -> None:
    """A voxel within three of a face: the rest lies beyond it, whatever the spacing."""
    gaps = tuple(gap if at == face else 9 for at in range(6))
    assert openings_of(cut(gaps, np.eye(3), spacing), WORLD) == ({SIDES[face]} if found else WHOLE)
    flipped = cut(gaps, np.diag([-1, -1, -1]), spacing)
    assert openings_of(flipped, WORLD) == ({SIDES[face ^ 1]} if found else WHOLE)


@pytest.mark.parametrize(
    ("degrees", "found"),
    [(0, {(0, -1)}), (20, {(0, -1)}), (21, {(0, -1), (2, -1)}), (69, {(0, -1), (2, -1)}), (70, {(2, -1)})],
)
@pytest.mark.parametrize("mm", [0.5, 1.0, 3.0])
def test_oblique_grids(degrees: float, mm: float, found: set[tuple[int, int]]) -> None:
    """The upper face of a grid that is tilted backwards by more than 20 degrees cuts to the back as well."""
    assert openings_of(cut((9, 9, 9, 9, 9, 0), rotation(0, degrees), (mm, mm, mm)), WORLD) == found


def test_a_body_that_lies_askew() -> None:
    """Directions are those of the body: its frame and the grid are turned alike."""
    turn = rotation(2, 50) @ rotation(0, 30)
    assert openings_of(cut((9, 9, 9, 0, 9, 9), turn), WORLD @ turn.T) == {(2, 1)}


def test_nothing_is_cut() -> None:
    """Without faces or a header nothing is known."""
    assert openings_of(healthy_mask(faces=None), WORLD) == WHOLE
    assert openings_of(healthy_mask(faces=(0,) * 6, file=healthy_file(header=None)), WORLD) == WHOLE
    assert openings_of(healthy_mask(faces=(3,) * 6), WORLD) == WHOLE
