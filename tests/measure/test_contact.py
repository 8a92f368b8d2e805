"""Contacts between masks, and their left and right ends, compared with slow and obvious numpy code."""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segaudit.measure import measure_case
from segaudit.model import CaseFiles, Contact
from segaudit.testing.volumes import Made, measured
from tests.support.volumes import rotations, shapes


def by_voxel(
    masks: dict[str, NDArray[np.bool_]], affine: NDArray[np.float64]
) -> dict[tuple[str, str], tuple[float, float]]:
    """Return the areas in which masks touch: faces of voxels that belong to one mask each, one by one."""
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    axial = int(np.argmax(np.abs(affine[2, :3]) / lengths))
    shape = next(iter(masks.values())).shape
    areas: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for voxel, axis in product(product(*map(range, shape)), range(3)):
        following = tuple(index + (at == axis) for at, index in enumerate(voxel))
        if following[axis] < shape[axis]:
            here, there = ([name for name, mask in masks.items() if mask[at]] for at in (voxel, following))
            if len(here) == len(there) == 1 and here != there:
                pair = min(here[0], there[0]), max(here[0], there[0])
                areas[pair][axis != axial] += float(np.prod(lengths) / lengths[axis])
    return {pair: (along, beside) for pair, (along, beside) in areas.items()}


@given(shapes(5), rotations(), st.integers(1, 4), st.integers(0, 2**32), st.sampled_from((0.2, 0.5, 0.8)))
def test_contacts(
    shape: tuple[int, int, int], affine: NDArray[np.float64], count: int, seed: int, density: float
) -> None:
    """Pairs and areas are those of a walk over all voxels, for any axis order; the largest come first."""
    random = np.random.default_rng(seed)
    masks = {name: random.random(shape) < density for name in "abcd"[:count]}
    with TemporaryDirectory() as folder:
        made = {name: Made(mask.astype(np.uint8), affine) for name, mask in masks.items()}
        contacts = measured(Path(folder), **made).contacts
    expected = by_voxel(masks, affine)
    found = {(pair.first, pair.second): (pair.area_mm2, pair.beside_mm2) for pair in contacts}
    assert found.keys() == expected.keys()
    assert [found[pair] for pair in expected] == [pytest.approx(areas) for areas in expected.values()]
    assert list(contacts) == sorted(contacts, key=lambda pair: (-pair.area_mm2, pair.first, pair.second))


@pytest.mark.parametrize("shape", [(1, 3, 4), (3, 1, 4), (3, 4, 1), (1, 1, 4), (1, 4, 1), (4, 1, 1), (2, 2, 2)])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_slim_grids(tmp_path: Path, shape: tuple[int, int, int], axis: int) -> None:
    """Two voxels side by side touch in a grid of one row or plane, too, by the face that lies between them."""
    if shape[axis] == 1:
        return
    first, second = np.zeros((2, *shape), np.uint8)
    first[0, 0, 0] = 1
    second[tuple(int(each == axis) for each in range(3))] = 1
    affine = np.diag([1.5, 2.0, 3.0, 1.0])
    (found,) = measured(tmp_path, a=Made(first, affine), b=Made(second, affine)).contacts
    face = 9.0 / affine[axis, axis]
    assert (found.area_mm2, found.beside_mm2) == ((face, 0) if axis == 2 else (0, face))


@given(shapes(5), rotations(), st.integers(0, 2**32), st.sampled_from((0.05, 0.3, 1.0)))
def test_ends(shape: tuple[int, int, int], affine: NDArray[np.float64], seed: int, density: float) -> None:
    """The ends are the mean voxels of the box's two faces that point most to the left and to the right."""
    stored = np.random.default_rng(seed).random(shape) < density
    with TemporaryDirectory() as folder:
        mask = measured(Path(folder), spleen=Made(stored.astype(np.uint8), affine)).masks[0]
    points = np.argwhere(stored)
    if not len(points):
        assert mask.ends_mm is None
        return
    axis = int(np.argmax(np.abs(affine[0, :3]) / np.linalg.norm(affine[:3, :3], axis=0)))
    along = points[:, axis]
    faces = [points[along == end].mean(axis=0) for end in (along.min(), along.max())]
    left, right = sorted((tuple((affine @ [*face, 1])[:3]) for face in faces), key=lambda end: end[0])
    assert mask.ends_mm is not None
    assert mask.ends_mm[0] == pytest.approx(left)
    assert mask.ends_mm[1] == pytest.approx(right)


def test_disc_of_one_slice(tmp_path: Path) -> None:
    """Two boxes with a slice between them do not touch; side by side they touch only beside each other."""
    low, high, beside = (np.zeros((6, 6, 6), np.uint8) for _ in range(3))
    low[:3, :4, :2] = high[:3, :4, 3:] = beside[3:, :4, :2] = 1
    aside = Contact("beside", "low", 0.0, 8 * 1.5**2)
    assert measured(tmp_path, beside=Made(beside), high=Made(high), low=Made(low)).contacts == (aside,)
    low[:3, :4, 2] = 1
    touching = measured(tmp_path, beside=Made(beside), high=Made(high), low=Made(low)).contacts
    assert touching == (Contact("high", "low", 12 * 1.5**2), aside)


@pytest.mark.parametrize("length", [np.nan, np.inf, 0.0])
def test_affine_without_lengths(tmp_path: Path, length: float) -> None:
    """If the affine is not finite or flat, there are no areas and no ends, and nothing fails."""
    low, high = np.zeros((2, 3, 3, 3), np.uint8)
    low[:2], high[2] = 1, 1
    affine = np.diag([length, 1.5, 1.5, 1.0])
    case = measured(tmp_path, a=Made(low, affine), b=Made(high, affine))
    assert (case.contacts, [mask.ends_mm for mask in case.masks]) == ((), [None, None])


def test_without_masks(tmp_path: Path) -> None:
    """A case of a CT alone has no contacts."""
    (tmp_path / "ct.nii.gz").write_bytes(Made(np.ones((3, 3, 3), np.int16)).file())
    assert measure_case(tmp_path, CaseFiles(case="s0001", folder="s0001", ct="ct.nii.gz")).contacts == ()
