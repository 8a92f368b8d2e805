"""Checks of anatomy: whether the place of a missing side, the mirror image of the other one, is in view."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from segaudit.checks.anatomy_size import _mirror_image_inside, sides_unequal
from segaudit.model import Case, Mask
from segaudit.model.curve import Curve
from segaudit.model.frame import Frame
from segaudit.testing.bodies import RELEASE, UPRIGHT, Matrix, body, rotation, usual
from segaudit.testing.records import healthy_file, healthy_header, healthy_mask
from tests.support.checked import found_in

FRAME = Frame(
    origin=np.zeros(3),
    axes=np.array([[0.0, 0.0, -1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
    scale=1.0,
    seen=(0.0, 100.0),
    curve=Curve(np.zeros(0), np.zeros(0)),
)
"""That of a spine at the origin of the world."""


def unequal(case: Case) -> list[str]:
    """Return the structures that are smaller than their partner, or missing."""
    return [", ".join(finding.structures) for finding in found_in(sides_unequal, case, RELEASE)]


ASKEW = rotation(1, 30) @ rotation(2, 50)


@pytest.mark.parametrize("scale", [1.0, 0.5])
@pytest.mark.parametrize(("there", "missing", "last"), [("right", "left", 300.0), ("left", "right", -298.0)])
@pytest.mark.parametrize(
    ("turn", "inside", "found"),
    [(UPRIGHT, 0.0, True), *((turn, by, by > 0) for turn in (UPRIGHT, ASKEW, np.diag([-1, -1, 1])) for by in (-2, 2))],
)
def test_how_far_inside_a_mirror_image_lies(  # noqa: PLR0913, PLR0917 (a table of all that matters)
    turn: Matrix,
    inside: float,
    found: bool,  # noqa: FBT001 - what is expected
    there: str,
    missing: str,
    last: float,
    scale: float,
) -> None:
    """The box around it ends 2 cm beside the centre, and 2 cm before the face of the grid, however that lies."""
    far = last - np.sign(last) * (20.0 + 20.0 / scale + inside)
    usually = usual(RELEASE.by_name[f"scapula_{there}"])[1]
    case = body(without=[f"scapula_{missing}"], moved={f"scapula_{there}": (0, far - usually, 0)}, world=scale * turn)
    assert unequal(case) == ([f"scapula_{missing}"] if found else [])


@pytest.mark.parametrize(
    ("front", "down", "found"),
    [
        (158.0, None, True),  # 10 voxels from a face of the grid, of 2 mm
        (160.0, None, False),
        (-160.0, None, True),
        (-162.0, None, False),
        (None, -258.0, True),
        (None, -260.0, False),
        (None, 1060.0, True),
        (None, 1062.0, False),
    ],
)
@pytest.mark.parametrize("turn", [UPRIGHT, np.diag([-1.0, -1.0, 1.0])])
def test_mirror_images_near_the_other_faces(
    front: float | None, down: float | None, turn: Matrix, *, found: bool
) -> None:
    """What ends near the front, the back or an end of the grid may do so on the other side as well."""
    by = [0.0, 0.0, 0.0]
    for axis, place in ((0, down), (2, front)):
        if place is not None:
            by[axis] = place - usual(RELEASE.by_name["scapula_right"])[axis]
    case = body(without=["scapula_left"], moved={"scapula_right": (by[0], by[1], by[2])}, world=turn)
    assert unequal(case) == (["scapula_left"] if found else [])


def test_boxes_that_are_not_known_have_no_mirror_image() -> None:
    """Without a header or a box, nothing is missed."""
    case = body(without=["scapula_left"])
    for changes in ({"box": None}, {"file": replace(case.masks[0].file, header=None)}):
        masks = (replace(mask, **changes) if mask.structure == "scapula_right" else mask for mask in case.masks)
        assert unequal(replace(case, masks=tuple(masks))) == []


def elsewhere(case: Case, mm: float) -> Case:
    """Return a case in a world whose origin is further to the left, to the back and below by some mm."""
    return replace(case, masks=tuple(_elsewhere(mask, mm) for mask in case.masks))


def _elsewhere(mask: Mask, mm: float) -> Mask:
    header, centre = mask.file.header, mask.centroid_mm
    assert header
    affine = tuple(number + mm * (at % 4 == 3) for at, number in enumerate(header.affine))
    file = replace(mask.file, header=replace(header, affine=affine))
    return replace(mask, file=file, centroid_mm=centre and tuple(number + mm for number in centre))


@pytest.mark.parametrize("mm", [-400.0, 400.0])
def test_the_origin_of_the_world_may_be_anywhere(mm: float) -> None:
    """A body is mirrored about its spine, wherever that is."""
    assert unequal(elsewhere(body(without=["scapula_left"]), mm)) == ["scapula_left"]
    outside = body(without=["scapula_left"], moved={"scapula_right": (0.0, 200.0, 0.0)})
    assert unequal(elsewhere(outside, mm)) == []


@pytest.mark.parametrize(
    ("shape", "box"),
    [((60, 200, 40), (40, 49, 150, 159, 10, 19)), ((60, 40, 200), (40, 49, 10, 19, 150, 159))],
)
@pytest.mark.parametrize(("margin_mm", "found"), [(10.0, True), (10.1, False)])
def test_mirror_images_in_grids_of_any_shape(
    shape: tuple[int, int, int], box: tuple[int, ...], margin_mm: float, *, found: bool
) -> None:
    """Along each axis it is the ends of the box there that have to lie within the grid."""
    affine = (1.0, 0.0, 0.0, -30.0, 0.0, 1.0, 0.0, -100.0, 0.0, 0.0, 1.0, -20.0)
    header = healthy_header(shape=shape, affine=affine, spacing_mm=(1.0, 1.0, 1.0))
    mask = healthy_mask("femur_right", box=box, file=healthy_file("femur_right", header=header))
    assert _mirror_image_inside(mask, FRAME, margin_mm) is found
