"""The intensities of a real CT: silence on healthy variants, and the smallest damage that is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy import ndimage

from segaudit import contracts
from segaudit.checks.anatomy_tissue import hu_implausible, mask_leaks
from segaudit.checks.intensity import ct_clipped, ct_empty, ct_range
from segaudit.checks.intensity_scale import ct_below_air, ct_rescaled
from segaudit.checks.intensity_slices import ct_slices_repeated, ct_stack_break
from segaudit.measure import measure_case
from segaudit.measure.ct import Volume, measure_ct
from segaudit.measure.distribution import Intensities, distribution_of
from segaudit.model import Case, Finding, Mask
from segaudit.model.registration import Registration
from segaudit.testing.volumes import listed

Voxels = NDArray[np.float32]

CONTRACT = contracts.load("totalsegmentator-v1")
CONTRAST = {"aorta": 250, "kidney_left": 170, "kidney_right": 170, "spleen": 80, "liver": 60, "inferior_vena_cava": 120}


@dataclass(frozen=True)
class Real:
    """A case, its CT and its masks."""

    case: Case
    hu: Voxels
    masks: dict[str, NDArray[np.bool_]]

    def with_ct(self, hu: NDArray[Any], box: tuple[slice, ...] = (), zoom: float = 1) -> Case:
        """Return the case with another CT, both cut to a box and resampled by splines."""
        ct = self.case.ct
        assert ct is not None
        assert ct.file.header is not None
        hu = np.rint(ndimage.zoom(hu[box], zoom, order=3) if zoom != 1 else hu[box])
        affine = [length / zoom if place % 4 < 3 else length for place, length in enumerate(ct.file.header.affine)]
        header = replace(ct.file.header, shape=hu.shape, affine=tuple(affine))
        flat: Intensities = hu.ravel("F").astype(np.int16)
        masks = [self._mask(mask, hu, box, zoom) for mask in self.case.masks]
        return replace(
            self.case,
            ct=measure_ct(replace(ct.file, header=header), Volume(hu.shape, flat)),
            masks=tuple(masks),
        )

    def _mask(self, mask: Mask, hu: NDArray[Any], box: tuple[slice, ...], zoom: float) -> Mask:
        known = distribution_of(self._under(mask.structure, hu, box)) if mask.structure in self.masks else None
        if known is None:
            return replace(mask, voxels=0, volume_ml=0.0, hu=None)
        return replace(mask, voxels=known.size, volume_ml=known.size * 0.027 / zoom**3, hu=known.sample())

    def _under(self, structure: str, hu: NDArray[Any], box: tuple[slice, ...]) -> Voxels:
        """Return what another CT shows under a mask, looking only where the mask is."""
        shape, cut = self.hu.shape, box or (slice(None),) * 3
        kept = [np.arange(length)[part] for length, part in zip(shape, cut, strict=True)]
        nearest = [
            each[np.rint(np.linspace(0, len(each) - 1, new)).astype(int)]
            for each, new in zip(kept, hu.shape, strict=True)
        ]
        there = [
            np.isin(each, np.arange(length)[part])
            for each, length, part in zip(nearest, shape, self.boxes[structure], strict=True)
        ]
        shown = self.masks[structure][np.ix_(*(each[inside] for each, inside in zip(nearest, there, strict=True)))]
        return np.asarray(hu[np.ix_(*there)][shown], np.float32)

    @cached_property
    def boxes(self) -> dict[str, tuple[slice, ...]]:
        """The boxes around the masks."""
        return {name: ndimage.find_objects(mask.astype(np.uint8))[0] for name, mask in self.masks.items()}


@pytest.fixture(scope="module")
def real(real_data: Path) -> Real:
    """Read the v1 example."""
    root = real_data / "v1-example"
    case = measure_case(root, listed(root, "s9001"))
    assert case.ct is not None
    paths = {mask.structure: root / mask.file.path for mask in case.masks if mask.voxels}
    masks = {name: np.asanyarray(nib.load(path).dataobj) > 0 for name, path in paths.items()}  # type: ignore[attr-defined]
    return Real(case, np.asanyarray(nib.load(root / case.ct.file.path).dataobj).astype(np.float32), masks)  # type: ignore[attr-defined]


def found_in(case: Case) -> dict[str, list[Finding]]:
    """Return what each check of intensity finds."""
    assert case.ct is not None
    found: dict[str, Iterator[Finding]] = {
        "ct-rescaled": ct_rescaled(case),
        "ct-below-air": ct_below_air(case),
        "ct-range": ct_range(case, CONTRACT),
        "ct-empty": ct_empty(case),
        "ct-clipped": ct_clipped(case.ct),
        "ct-slices-repeated": ct_slices_repeated(case.ct),
        "ct-stack-break": ct_stack_break(case.ct),
        "hu-implausible": hu_implausible(Registration(case), CONTRACT),
        "mask-leaks": mask_leaks(Registration(case), CONTRACT),
    }
    return {check: findings for check, each in found.items() if (findings := list(each))}


def test_untouched(real: Real) -> None:
    """The case as it is has no finding, measured as it is or through the helpers of this module."""
    assert found_in(real.case) == {}
    assert found_in(real.with_ct(real.hu)) == {}


@pytest.mark.parametrize("zoom", [0.6, 1.25])
def test_resampled(real: Real, zoom: float) -> None:
    """Voxels of 5 and 2.4 mm, with the ringing of splines, are no finding."""
    assert found_in(real.with_ct(real.hu, zoom=zoom)) == {}


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("part", [slice(None, 60), slice(45, None)])
def test_cropped(real: Real, axis: int, part: slice) -> None:
    """Fields of view cut from six sides are no finding."""
    box = tuple(part if own == axis else slice(None) for own in range(3))
    assert found_in(real.with_ct(real.hu, box)) == {}


def test_noisy_or_enhanced(real: Real) -> None:
    """Noise of a low dose, and contrast medium in vessels and organs, are no finding."""
    enhanced = real.hu.copy()
    for name, added in CONTRAST.items():
        enhanced[real.masks[name]] += added
    noisy = real.hu + np.random.default_rng(0).normal(0, 40, real.hu.shape)
    assert [found_in(real.with_ct(hu)) for hu in (enhanced, noisy)] == [{}, {}]


@pytest.mark.parametrize("axes", [(0, 1), (0, 2), (1, 2)])
def test_turned(real: Real, axes: tuple[int, int]) -> None:
    """A turn by 15 degrees into padding leaves the slices of one scan."""
    ct = real.with_ct(ndimage.rotate(real.hu, 15, axes=axes, reshape=False, order=1, cval=-1024)).ct
    assert ct is not None
    assert [*ct_slices_repeated(ct), *ct_stack_break(ct)] == []


@pytest.mark.parametrize(
    ("slope", "offset"),
    [(1, 1024), (1, -1000), (1, 50), (1, -60), (0.55, 0), (1.3, 0), (-1, 0), (0.25, 256)],
)
def test_rescaled(real: Real, slope: float, offset: float) -> None:
    """Other units are one finding."""
    assert list(found_in_units(real.with_ct(real.hu * slope + offset))) == ["ct-rescaled"]


def found_in_units(case: Case) -> dict[str, list[Finding]]:
    """Return what the checks of a whole CT find; those that do not apply to one in other units say nothing."""
    found = {
        "ct-rescaled": list(ct_rescaled(case)),
        "ct-below-air": list(ct_below_air(case)),
        "ct-range": list(ct_range(case, CONTRACT)),
        "ct-empty": list(ct_empty(case)),
    }
    return {check: findings for check, findings in found.items() if findings}


def test_window(real: Real) -> None:
    """A window of 400 HU in 8 bits is clipped; resampled by splines, it is other units."""
    grey = np.clip((real.hu + 160) / 400, 0, 1) * 255
    exact = real.with_ct(grey).ct
    assert exact is not None
    assert len(list(ct_clipped(exact))) == 1
    assert list(found_in_units(real.with_ct(grey, zoom=1.25))) == ["ct-rescaled"]


def test_repeated(real: Real) -> None:
    """A slab that comes twice is one finding; so is a single slice that took another one's place."""
    twice = np.concatenate([real.hu[..., :70], real.hu[..., 50:]], 2)
    once = real.hu.copy()
    once[..., 70] = once[..., 60]
    assert [list(found_in(real.with_ct(hu))) for hu in (twice, once)] == [["ct-slices-repeated"]] * 2


@pytest.mark.parametrize(("k", "missing"), [(30, 5), (55, 3), (80, 7)])
def test_missing_slab(real: Real, k: int, missing: int) -> None:
    """A slab of 9 to 21 mm that is missing is found where it is missing."""
    (finding,) = found_in(real.with_ct(np.delete(real.hu, range(k, k + missing), 2)))["ct-stack-break"]
    assert finding.spot is not None
    assert finding.spot.voxel[2] == k - 1


def test_swapped_slabs(real: Real) -> None:
    """Slabs out of order are found at all three seams."""
    order = [*range(40), *range(60, 80), *range(40, 60), *range(80, real.hu.shape[2])]
    found = found_in(real.with_ct(real.hu[..., order]))["ct-stack-break"]
    assert [finding.spot.voxel[2] for finding in found if finding.spot] == [39, 59, 79]


def test_below_air(real: Real) -> None:
    """A ten-thousandth of the voxels with values of no tissue is found, padding is not."""
    random = np.random.default_rng(0)
    damaged, padded = real.hu.copy(), real.hu.copy()
    places = random.random(real.hu.shape) < 2e-4
    damaged[places] = random.uniform(-3000, -1300, int(places.sum()))
    padded[:8] = -2048
    assert [list(found_in_units(real.with_ct(hu))) for hu in (damaged, padded)] == [["ct-below-air"], []]
    assert found_in_units(real.with_ct(padded, zoom=1.25)) == {}


def test_mask_on_another_tissue(real: Real) -> None:
    """A kidney's mask over gas is implausible; one that takes in a twentieth of gas and more leaks."""
    hu = real.hu.copy()
    hu[real.masks["kidney_left"]] = -900
    kidney = np.argwhere(real.masks["kidney_right"])
    hu[tuple(kidney[: len(kidney) // 12].T)] = -900
    found = found_in(real.with_ct(hu))
    assert {check: [", ".join(finding.structures) for finding in findings] for check, findings in found.items()} == {
        "hu-implausible": ["kidney_left"],
        "mask-leaks": ["kidney_right"],
    }
