"""The slices of real CTs: what is planted is found at three strengths, and what is healthy gives nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
from nibabel.orientations import aff2axcodes
from numpy.typing import NDArray

from segaudit import catalogue
from segaudit.measure.ct import Volume, measure_ct
from segaudit.model import Case, Ct, File, Header, NotApplicable

PATHS = {"v1 example": "v1-example/s9001/ct.nii.gz", "s9104": "s9104/ct.nii.gz"}
CHECKS = [check for check in catalogue.by_id().values() if check.family == "intensity" and check.unit in (Ct, Case)]
CONTRACT = ("ct-dtype", "ct-range")
"""Checks of what a contract promises."""

Voxels = NDArray[np.int16]


@pytest.fixture(scope="module", params=list(PATHS))
def real(request: pytest.FixtureRequest, real_data: Path) -> tuple[Voxels, NDArray[np.float64]]:
    """Return the voxels of a real CT and its affine."""
    image: Any = nib.load(real_data / PATHS[request.param])
    return np.asanyarray(image.dataobj).astype(np.int16), image.affine


def found_in(voxels: NDArray[Any], affine: NDArray[np.float64]) -> set[str]:
    """Return the checks of intensity that find something in a CT without masks."""
    spacing, flat = np.linalg.norm(affine[:3, :3], axis=0), tuple(affine[:3].ravel().tolist())
    header = Header(
        shape=voxels.shape,
        dtype="int16",
        affine=flat,
        spacing_mm=tuple(spacing.tolist()),
        orientation="".join(aff2axcodes(affine)),
    )
    with np.errstate(all="ignore"):
        whole = np.rint(voxels).astype(np.int16)
        ct = measure_ct(File(case="s", path="ct.nii.gz", header=header), Volume(whole.shape, whole.ravel("F")))
    return set(_found(ct))


def _found(ct: Ct) -> Iterator[str]:
    """Yield the ids of the checks that find something."""
    for check in CHECKS:
        if check.id not in CONTRACT:
            try:
                if any(True for _ in check(ct if check.unit is Ct else Case(case="s", ct=ct))):
                    yield check.id
            except NotApplicable:
                pass


Real = tuple[Voxels, NDArray[np.float64]]


def test_orders(real: Real) -> None:
    """Slices in random order, in that of their names, in pairs, in parts, and every other one first are errors.

    So are two that are exchanged, a part inside that is reversed, and one that is moved; of parts, `ct-stack-break`
    finds seams as well.
    """
    voxels, affine = real
    whole = list(range(voxels.shape[2]))
    half, part = len(whole) // 2, len(whole) // 4
    throughout = (
        np.random.default_rng(0).permutation(whole).tolist(),
        sorted(whole, key=lambda at: str(at + 1)),
        [min(at ^ 1, whole[-1]) for at in whole],
        whole[::2] + whole[1::2],
    )
    in_parts = (
        whole[half:] + whole[:half],
        whole[:half] + whole[half:][::-1],
        [*whole[:part], part + 1, part, *whole[part + 2 :]],
        [*whole[:part], half, *whole[part + 1 : half], part, *whole[half + 1 :]],
        whole[:part] + whole[part:half][::-1] + whole[half:],
        whole[:part] + whole[half : half + part] + whole[part:half] + whole[half + part :],
    )
    found, parts = ([found_in(voxels[..., order], affine) for order in orders] for orders in (throughout, in_parts))
    assert found == [{"ct-slices-unordered"}] * len(throughout)
    assert [each - {"ct-stack-break"} for each in parts] == [{"ct-slices-unordered"}] * len(in_parts)


@pytest.mark.parametrize(
    ("hu", "check"), [(60, "ct-slice-offset"), (100, "ct-slice-offset"), (200, "ct-slice-offset-large")]
)
def test_offsets(real: Real, hu: int, check: str) -> None:
    """The upper third, and every other slice, at another zero."""
    voxels, affine = real
    upper, every_other = voxels.copy(), voxels.copy()
    upper[..., voxels.shape[2] * 2 // 3 :] += hu
    every_other[..., ::2] += hu
    assert check in found_in(upper, affine)
    assert check in found_in(every_other, affine)


@pytest.mark.parametrize("value", [0, -1024, 77])
def test_empty_parts(real: Real, value: int) -> None:
    """A slice, slabs, an end, every fifth slice, and a box of any value."""
    voxels, affine = real
    i, j, k = (length // 2 for length in voxels.shape)
    wide = [max(2, length // 12) for length in voxels.shape]
    box = tuple(slice(at - half, at + half) for at, half in zip((i, j, k), wide, strict=True))
    slabs: list[Any] = [slice(k, k + 2), slice(k, k + 5), slice(4), slice(-4, None), slice(None, None, 5)]
    parts: dict[str, list[Any]] = {
        "ct-slice-empty": [(..., k)],
        "ct-part-empty": [(..., slab) for slab in slabs],
        "ct-box-empty": [box],
    }
    for check, places in parts.items():
        for place in places:
            holed = voxels.copy()
            holed[place] = value
            assert check in found_in(holed, affine), (check, place)


def test_a_slice_twice(real: Real) -> None:
    """One slice in the place of its neighbour, at the middle and beside both ends."""
    voxels, affine = real
    for place in (1, voxels.shape[2] // 2, voxels.shape[2] - 1):
        twice = voxels.copy()
        twice[..., place] = twice[..., place - 1]
        assert found_in(twice, affine) == {"ct-slices-repeated"}


@pytest.mark.parametrize("scale", [0.5, 1.0, 4.0])
def test_mr(real: Real, scale: float) -> None:
    """An MR image in the CT's place, in any scale, is no CT; one whose background is cut off at 0 can look clipped."""
    voxels, affine = real
    grey = np.interp(voxels, [-1024, -900, -300, -100, -60, 0, 30, 60, 100, 300, 1500],
                     [5, 10, 60, 900, 850, 500, 350, 320, 400, 120, 20])  # fmt: skip
    noisy = (grey + np.random.default_rng(0).normal(0, 10, grey.shape)).clip(0) * scale
    assert found_in(noisy, affine) in ({"ct-not-hounsfield"}, {"ct-clipped"} if scale > 1 else set())
    for axes in ((0, 2, 1), (2, 0, 1)):
        assert "ct-slices-unordered" not in found_in(np.transpose(noisy, axes), affine[:, [*axes, 3]])


def test_healthy(real: Real) -> None:
    """The CT as it is, noisy, upside down, stored along other axes, as floats would be, and cut gives nothing."""
    voxels, affine = real
    turned, swap = affine.copy(), [2, 0, 1, 3]
    turned[:, 2] *= -1
    assert found_in(voxels, affine) == set()
    assert found_in(voxels[..., ::-1], turned) == set()
    assert found_in(np.moveaxis(voxels, 2, 0), affine[:, swap]) == set()
    noise = np.random.default_rng(0).normal(0, 1, voxels.shape)
    assert [found_in(voxels + hu * noise, affine) for hu in (10, 40)] == [set()] * 2


@pytest.mark.parametrize("mm", [90, 120, 165])
def test_small_fields(real: Real, mm: int) -> None:
    """Fields of view of 90 to 165 mm anywhere give nothing; such without a body are left out."""
    voxels, affine = real
    rng, spacing = np.random.default_rng(mm), np.linalg.norm(affine[:3, :3], axis=0)
    shape = np.minimum(np.rint(mm / spacing), voxels.shape).astype(int)
    for _ in range(12):
        first = rng.integers(0, np.array(voxels.shape) - shape + 1)
        cut = voxels[tuple(map(slice, first, first + shape))]
        if np.mean(cut > -500) > 0.05:
            assert found_in(cut, affine) == set()
