"""The phantom is a plausible body."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from segaudit import contracts
from segaudit.demo.phantom import ABDOMEN_PELVIS, LABELS, SPACING_MM, WHOLE_BODY, PhantomCase, make_case
from segaudit.demo.solids import Box, Drum, Ellipsoid, Plane, Solid, Tube
from tests.support.phantoms import VOXEL_ML, centroid, pieces

STRUCTURES = contracts.load("totalsegmentator-v1").structures

VOLUMES_ML = {
    "liver": (500, 4500), "spleen": (25, 2500), "adrenal_gland_left": (1, 20), "adrenal_gland_right": (1, 20),
    "kidney_left": (30, 700), "pancreas": (12, 300), "gallbladder": (1, 300), "stomach": (20, 3000),
    "duodenum": (8, 250), "small_bowel": (100, 3500), "colon": (100, 5000), "urinary_bladder": (3, 2000),
    "lung_upper_lobe_left": (30, 3000), "lung_middle_lobe_right": (30, 3000), "aorta": (40, 900),
    "inferior_vena_cava": (15, 300), "portal_vein_and_splenic_vein": (4, 150), "esophagus": (5, 120),
    "trachea": (10, 120), "brain": (700, 2000), "vertebrae_T1": (8, 90), "vertebrae_T12": (8, 90),
    "vertebrae_L1": (25, 150), "vertebrae_L5": (25, 150), "sacrum": (70, 400), "hip_left": (150, 700),
    "rib_left_1": (0.5, 60), "rib_left_12": (0.5, 60), "scapula_left": (30, 250), "clavicula_left": (6, 90),
    "autochthon_left": (80, 1200), "iliopsoas_left": (50, 900), "gluteus_maximus_left": (80, 1800),
    "gluteus_medius_left": (50, 900), "gluteus_minimus_left": (10, 250),
}  # fmt: skip
"""Smallest and largest plausible volume in adults, by measured healthy cases and published reference values."""

MEDIANS_HU = {
    "trachea": (-1100, -850), "lung_lower_lobe_left": (-950, -400), "autochthon_left": (-30, 110),
    "gluteus_maximus_left": (-30, 110), "liver": (-20, 180), "spleen": (0, 250), "kidney_left": (0, 300),
    "pancreas": (-40, 180), "adrenal_gland_left": (-30, 180), "aorta": (15, 700), "gallbladder": (-20, 60),
    "urinary_bladder": (-20, 60), "vertebrae_L3": (60, 700), "hip_left": (60, 700), "femur_left": (60, 700),
    "rib_left_7": (60, 700), "sacrum": (60, 700),
}  # fmt: skip
"""Medians that are plausible in health, with and without contrast medium."""


@pytest.fixture(scope="module", params=(0, 864))
def body(request: pytest.FixtureRequest) -> PhantomCase:
    """Return a whole body."""
    return make_case(request.param, WHOLE_BODY)


def test_structures_are_those_of_the_release() -> None:
    """The phantom has the 104 structures of v1 and no other."""
    assert sorted(LABELS) == sorted(structure.name for structure in STRUCTURES)


def test_each_structure_is_one_piece_of_some_size(body: PhantomCase) -> None:
    """No mask of a whole body is empty, tiny or in pieces."""
    found = {name: (pieces(mask), int(mask.sum(dtype=int))) for name in LABELS for mask in [body.mask(name)]}
    assert {name: n for name, (n, _) in found.items() if n != 1} == {}
    assert {name: n for name, (_, n) in found.items() if n < 20 or n * VOXEL_ML < 0.17} == {}


def test_masks_are_disjoint(body: PhantomCase) -> None:
    """No voxel has two structures."""
    assert np.sum([body.mask(name) for name in LABELS], axis=0, dtype=np.uint8).max() == 1


def test_right_is_right(body: PhantomCase) -> None:
    """Every structure of the right side lies to the right of its partner; x grows to the right."""
    x = {name: centroid(body.mask(name))[0] for name in LABELS}
    pairs = [(s.name, s.partner) for s in STRUCTURES if s.side == "right" and s.partner]
    assert len(pairs) == 30
    assert [(right, left) for right, left in pairs if x[right] <= x[left]] == []
    assert np.array_equal(np.diag(body.affine), (SPACING_MM, SPACING_MM, SPACING_MM, 1))


def test_vertebrae_and_ribs_are_in_order(body: PhantomCase) -> None:
    """From head to foot, vertebrae and ribs follow one another at a plausible distance."""
    spine = [*(f"C{i}" for i in range(1, 8)), *(f"T{i}" for i in range(1, 13)), *(f"L{i}" for i in range(1, 6))]
    heights = [centroid(body.mask(f"vertebrae_{level}"))[2] * SPACING_MM for level in spine]
    assert all(12 < upper - lower < 50 for upper, lower in pairwise(heights))
    for side in ("left", "right"):
        tops = [np.argwhere(body.mask(f"rib_{side}_{i}"))[:, 2].max() for i in range(1, 13)]
        assert tops == sorted(tops, reverse=True)


def test_volumes_are_plausible(body: PhantomCase) -> None:
    """Volumes lie within the limits for adults."""
    volumes = {name: body.mask(name).sum(dtype=int) * VOXEL_ML for name in VOLUMES_ML}
    assert {n: v for n, v in volumes.items() if not VOLUMES_ML[n][0] <= v <= VOLUMES_ML[n][1]} == {}


def test_intensities_are_plausible(body: PhantomCase) -> None:
    """Medians under the masks lie within the limits, and air is noisy."""
    medians = {name: float(np.median(body.ct[body.mask(name) > 0])) for name in MEDIANS_HU}
    assert {n: hu for n, hu in medians.items() if not MEDIANS_HU[n][0] <= hu <= MEDIANS_HU[n][1]} == {}
    corner = body.ct[:5, :5, :5]
    assert (corner.std() > 5, abs(corner.mean() + 1000) < 10) == (True, True)


def test_only_what_leaves_the_field_of_view_is_cut(body: PhantomCase) -> None:
    """In a whole body, that is the femurs."""
    rim = np.ones(body.labels.shape, np.bool_)
    rim[3:-3, 3:-3, 3:-3] = False
    assert {name for name in LABELS if (body.mask(name) & rim).any()} == {"femur_left", "femur_right"}


def test_structures_outside_the_field_of_view_have_empty_masks() -> None:
    """A scan of abdomen and pelvis shows the whole liver, but no brain."""
    case = make_case(3, ABDOMEN_PELVIS)
    shown = {name for name in LABELS if case.mask(name).any()}
    assert shown.intersection(("brain", "trachea", "liver", "urinary_bladder")) == {"liver", "urinary_bladder"}


def test_solids() -> None:
    """Solids contain the points of their definitions, and their mirror images the mirrored points."""
    x, y, z = np.meshgrid(*[np.arange(-10.0, 11)] * 3, indexing="ij")
    definitions: dict[Solid, npt.NDArray[np.bool_]] = {
        Ellipsoid((1, 2, 3), (5, 4, 3)): ((x - 1) / 5) ** 2 + ((y - 2) / 4) ** 2 + ((z - 3) / 3) ** 2 <= 1,
        Box((1, 0, 0), (2, 3, 4)): (abs(x - 1) <= 2) & (abs(y) <= 3) & (abs(z) <= 4),
        Drum((3, 0, 0), (4, 4, 2)): ((x - 3) ** 2 + y**2 <= 16) & (z >= -2) & (z < 2),
        Tube(3, ((-5, 0, 0), (5, 0, 0))): (np.maximum(abs(x) - 5, 0)) ** 2 + y**2 + z**2 <= 9,
        Box((0, 0, 0), (5, 5, 5)).cut(Plane((1, 0, 0), 2)): (x >= 2) & (x <= 5) & (abs(y) <= 5) & (abs(z) <= 5),
    }
    for solid, inside in definitions.items():
        assert np.array_equal(solid.contains((x, y, z)), inside)
        assert np.array_equal(solid.mirrored().contains((x, y, z)), inside[::-1])
        low, high = solid.bounds
        where = np.argwhere(inside) - 10
        assert np.all((where >= low) & (where <= high))
