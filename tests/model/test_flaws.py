"""What is wrong with a mask by itself: each threshold just below, at and above, along each axis."""

from __future__ import annotations

import math
from itertools import chain
from typing import Any

import pytest
from msgspec.structs import replace

from segaudit.model import Mask
from segaudit.model.flaws import Kind, flaw_of, flaws_of, prevailing
from segaudit.model.records import Cavity, Inside, SliceGaps, Spot
from segaudit.testing.records import healthy_case, healthy_file, healthy_header, healthy_mask

SMOOTH = Inside(faces=(800, 800, 800), changes=(1600, 1600, 1600), filled=4000)
SPOT = Spot((25, 20, 15), (-7.5, -7.5, -7.5))


def mask_of(inside: Inside, structure: str = "liver", **changes: object) -> Mask:
    """Return a mask of 8,000 voxels."""
    return healthy_mask(structure, inside=inside, **changes)


def kind(inside: Inside, **changes: Any) -> Kind | None:  # noqa: ANN401 - fields of any type
    """Return what is wrong with it, by itself and as the mask of a case, most of which are not looked at closely."""
    mask = mask_of(inside, **changes)
    flaw = flaw_of(mask)
    case = replace(healthy_case(), masks=(mask,))
    judged = bool(case.whole_masks) and mask.volume_ml >= 1.0
    flaws, _ = flaws_of(case)
    assert list(chain(*flaws.values())) == [flaw] * (judged and flaw is not None)
    return flaw and flaw.kind


def rotated(values: tuple[int, int, int], axis: int) -> tuple[int, int, int]:
    """Return the numbers of i, j, k with that of k along another axis."""
    one, two, three = values[2 - axis :] + values[: 2 - axis]
    return one, two, three


@pytest.mark.parametrize(("ml", "found"), [(0.99, False), (1.0, True), (math.inf, False), (math.nan, False)])
def test_size(ml: float, *, found: bool) -> None:
    """A millilitre or more, of voxels that have a volume."""
    ragged = replace(SMOOTH, changes=(1200,) * 3)
    assert (kind(ragged, volume_ml=ml) is Kind.RAGGED) is found
    assert kind(ragged, voxels=0) is None
    assert flaw_of(healthy_mask(inside=None)) is None


@pytest.mark.parametrize(("enclosed", "found"), [(3999, False), (4000, True)])
def test_hollow(enclosed: int, *, found: bool) -> None:
    """Half of the volume is enclosed: as a cavity, or within the planes along two pairs of axes."""
    shell = Inside(faces=(1920,) * 3, changes=(3840,) * 3)
    for inside in (
        replace(shell, cavity_voxels=enclosed),
        replace(shell, rings=(enclosed, 0)),
        replace(shell, rings=(0, enclosed)),
    ):
        flaw = flaw_of(mask_of(inside))
        assert (flaw is not None) is found
        assert flaw is None or (flaw.kind, flaw.amount) == (Kind.HOLLOW, 0.5)
        assert kind(inside, structure="skull") is kind(inside, structure="heart_myocardium") is None


@pytest.mark.parametrize(("faces", "found"), [((1919, 1920, 1920), False), ((1920,) * 3, True), ((1, 1, 5758), True)])
def test_surface_of_a_shell(faces: tuple[int, int, int], *, found: bool) -> None:
    """Twelve per cent of the voxels' faces are surface, along whichever axes."""
    i, j, k = faces
    assert (kind(Inside(faces=faces, changes=(2 * i, 2 * j, 2 * k), cavity_voxels=4000)) is Kind.HOLLOW) is found


def riddled(
    pinholes: int = 400, filled: int = 3600, cavity: int = 800, changes: tuple[int, ...] = (5454,) * 3
) -> Inside:
    """Return the inside of a mask whose voxels are missing at random."""
    one, two, three = changes
    return Inside(faces=(3000,) * 3, changes=(one, two, three), pinholes=pinholes, filled=filled, cavity_voxels=cavity)


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        (riddled(20, 480), True),
        (riddled(19, 456), False),
        (riddled(40, 961), False),
        (riddled(40, 960), True),
        (riddled(cavity=240), True),  # three tenths of a tenth
        (riddled(cavity=239), False),
        (riddled(899, 3601, cavity=0), False),
        (riddled(900, 3600, cavity=0), True),  # a fifth
        *((riddled(changes=rotated((5000, 5000, 5460), axis)), False) for axis in range(3)),
        *((riddled(changes=rotated((5000, 5000, 5454), axis)), True) for axis in range(3)),
    ],
)
def test_riddled(inside: Inside, *, found: bool) -> None:
    """Twenty pinholes, four per cent, along all axes, and cavities that hold as many; or a fifth."""
    assert (kind(inside) is Kind.RIDDLED) is found


@pytest.mark.parametrize(
    ("faces", "changes", "found"),
    [
        (5200, 8000, True),  # 0.65, chords of 3.1 voxels
        (5199, 8000, False),
        (5333, 8000, True),  # chords of 3.0 voxels
        (5334, 8000, False),
        (6000, 8000, True),  # thin: 0.75
        (5999, 8000, False),
    ],
)
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_ragged(faces: int, changes: int, axis: int, *, found: bool) -> None:
    """Along all axes; thin masks, by the middle one of their chords, need more."""
    found_kind = kind(Inside(faces=(faces,) * 3, changes=(changes,) * 3))
    assert (found_kind is Kind.RAGGED) is found
    one_smooth = rotated((faces, faces, faces), axis), rotated((changes, changes, 2 * faces), axis)
    assert kind(Inside(faces=one_smooth[0], changes=one_smooth[1])) is None


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_without_faces_along_an_axis(axis: int) -> None:
    """What the field of view cuts at both ends is as long as it along that axis, and can be irregular along others."""
    faces, changes = rotated((0, 6000, 6000), axis), rotated((0, 8000, 8000), axis)
    assert kind(Inside(faces=faces, changes=changes)) is None


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize(
    ("faces", "changes", "found"),
    [
        ((800, 800, 1600), (1600, 1600, 2133), True),
        ((800, 800, 1600), (1600, 1600, 2134), False),  # 0.7498
        ((1600, 1600, 1280), (3200, 3200, 1280), True),  # 0.4 voxels
        ((1600, 1600, 1279), (3200, 3200, 1279), False),
        ((4000, 4000, 3200), (8000, 8000, 3200), True),  # 4 voxels thick
        ((4001, 4001, 3201), (8002, 8002, 3201), False),
        ((600, 600, 13333), (1200, 1200, 14000), True),  # chords of 1.2 voxels across the slices
        ((600, 600, 13334), (1200, 1200, 14000), False),
    ],
)
def test_jitter(axis: int, faces: tuple[int, int, int], changes: tuple[int, int, int], *, found: bool) -> None:
    """Slices that lie beside each other at random along one axis, and the other two smooth."""
    flaw = flaw_of(mask_of(Inside(faces=rotated(faces, axis), changes=rotated(changes, axis))))
    assert (flaw is not None) is found
    assert flaw is None or (flaw.kind, flaw.axis) == (Kind.RAGGED, axis)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize(("slices", "found"), [(7, False), (8, True)])
def test_few_slices_do_not_jitter(axis: int, slices: int, *, found: bool) -> None:
    """Eight slices along the axis, by the mask's box."""
    box = [10, 40] * 3
    box[2 * axis + 1] = 9 + slices
    inside = Inside(faces=rotated((800, 800, 1600), axis), changes=rotated((1600, 1600, 2133), axis))
    assert (kind(inside, box=tuple(box)) is not None) is found
    assert kind(inside, box=None) is None


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize(
    ("thick", "faces", "found"), [(2.0, 8000, True), (2.01, 8000, False), (2.01, 6400, True), (2.01, 6401, False)]
)
def test_thick_slices(axis: int, thick: float, faces: int, *, found: bool) -> None:
    """Slices of more than twice the voxels' width need chords of 2.5 voxels across them."""
    spacing = [1.0, 1.0, 1.0]
    spacing[axis] = thick
    file = healthy_file(header=healthy_header(spacing_mm=tuple(spacing)))
    inside = Inside(faces=rotated((1600, 1600, faces), axis), changes=rotated((3200, 3200, faces + 400), axis))
    assert (kind(inside, file=file) is not None) is found


@pytest.mark.parametrize(
    ("voxels", "share", "found"), [(9, 0.0, False), (10, 0.0, True), (10, 0.49, True), (10, 0.5, False)]
)
def test_cavity(voxels: int, share: float, *, found: bool) -> None:
    """Ten voxels, less than half of which another mask has."""
    cavity = Cavity(voxels=voxels, spot=SPOT, filled_by="spleen", filled_share=share)
    flaw = flaw_of(mask_of(replace(SMOOTH, cavity=cavity)))
    assert (flaw is not None) is found
    assert flaw is None or flaw.amount == pytest.approx(voxels * 27 / 8000)


def test_the_most_slices() -> None:
    """Of gaps along several axes whose sections are alike, those with the most slices count."""
    few = SliceGaps(axis=0, gaps=1, slices=2, filled=9, first=3, width=2, likeness=0.6)
    many = SliceGaps(axis=2, gaps=2, slices=4, filled=9, first=3, width=2, likeness=0.7)
    unlike = SliceGaps(axis=1, gaps=9, slices=9, filled=9, first=3, width=1, likeness=0.59)
    assert kind(replace(SMOOTH, slice_gaps=(replace(many, likeness=0.6),))) is Kind.SLICES
    assert kind(replace(SMOOTH, slice_gaps=(unlike,))) is None
    flaw = flaw_of(mask_of(replace(SMOOTH, slice_gaps=(few, many, unlike))))
    assert flaw is not None
    assert (flaw.kind, flaw.amount, flaw.axis, flaw.gaps) == (Kind.SLICES, 4, 2, many)
    cut = flaw_of(mask_of(replace(SMOOTH, slice_gaps=(replace(many, likeness=0.79),)), faces=(2, 20, 15, 15, 10, 10)))
    assert cut is None


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize(
    ("width", "spacing_mm", "filled", "found"),
    [
        (2, 10.0, 4, False),
        (2, 9.99, 4, True),
        (8, 2.5, 4, False),
        (7, 2.5, 4, True),
        (2, 10.0, 3, True),
        (2, math.nan, 4, True),
    ],
)
def test_two_bodies(axis: int, width: int, spacing_mm: float, filled: int, *, found: bool) -> None:
    """A gap of 20 mm is between two bodies, such as the ribs of both sides, if these are two slices thick or more."""
    gap = SliceGaps(axis=axis, gaps=1, slices=width, filled=filled, first=3, width=width, likeness=1.0)
    spacing = [spacing_mm if other == axis else 100.0 for other in range(3)]
    file = healthy_file("liver", header=healthy_header(spacing_mm=tuple(spacing), orientation="SSS"))
    assert kind(replace(SMOOTH, slice_gaps=(gap,)), file=file) == (Kind.SLICES if found else None)


@pytest.mark.parametrize(
    ("orientation", "axis", "gaps", "found"),
    [
        ("RAS", 0, 1, False),
        ("LPS", 0, 1, False),
        ("PLS", 1, 1, False),
        ("RAS", 0, 2, True),
        ("RAS", 1, 1, True),
        ("RAS", 2, 1, True),
        ("PSR", 2, 1, True),
    ],
)
def test_both_sides(orientation: str, axis: int, gaps: int, *, found: bool) -> None:
    """A single gap across the patient is between both sides, such as hips, unless slices are stacked along it."""
    gap = SliceGaps(axis=axis, gaps=gaps, slices=gaps, filled=40, first=3, width=1, likeness=1.0)
    file = healthy_file("liver", header=healthy_header(orientation=orientation))
    assert kind(replace(SMOOTH, slice_gaps=(gap,)), file=file) == (Kind.SLICES if found else None)


def test_gaps_without_a_spacing() -> None:
    """Where the affine has no lengths, nobody knows how wide a gap is: it is one of the mask."""
    gap = SliceGaps(axis=2, gaps=1, slices=90, filled=9, first=3, width=90, likeness=1.0)
    for header in (None, healthy_header(spacing_mm=())):
        assert kind(replace(SMOOTH, slice_gaps=(gap,)), file=healthy_file("liver", header=header)) is Kind.SLICES


RAGGED = replace(SMOOTH, changes=(1200,) * 3)
NAMES = ("liver", "spleen", "trachea", "kidney_left", "kidney_right", "femur_left", "femur_right")


@pytest.mark.parametrize(
    ("ragged", "smooth", "found"), [(3, 3, True), (3, 4, False), (2, 0, False), (3, 0, True), (4, 3, True)]
)
def test_prevailing(ragged: int, smooth: int, *, found: bool) -> None:
    """Half of the masks, and three."""
    insides = [RAGGED] * ragged + [SMOOTH] * smooth
    masks = tuple(mask_of(inside, name) for inside, name in zip(insides, NAMES, strict=False))
    case = replace(healthy_case(), masks=masks)
    assert (prevailing(case) is Kind.RAGGED) is found
    flaws, judged = flaws_of(case)
    assert (len(flaws[Kind.RAGGED]), judged) == (ragged, ragged + smooth)


@pytest.mark.parametrize(
    ("changes", "counted", "flawed"),
    [
        ({}, 1, 1),
        ({"voxels": 300}, 1, None),
        ({"voxels": 299}, 0, None),
        ({"volume_ml": 0.99}, 0, 0),
        ({"volume_ml": 1.0}, 1, 1),
        ({"distinct_values": 2}, 0, 0),
        ({"inside": None}, 0, 0),
    ],
)
def test_which_masks_count(changes: dict[str, object], counted: int, flawed: int | None) -> None:
    """Those of one value and a millilitre are judged; those of 300 voxels show all flaws."""
    mask = replace(mask_of(RAGGED), **changes)
    flaws, judged = flaws_of(replace(healthy_case(), masks=(mask,)))
    assert judged == counted
    assert flawed is None or len(flaws[Kind.RAGGED]) == flawed
