"""Right masks on CTs of disease and of poor quality: fluid, little fat, streaks, blur, an organ without blood."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .variants import noisy
from .volumes import Volumes

LUNGS = (
    "lung_upper_lobe_left", "lung_lower_lobe_left", "lung_upper_lobe_right", "lung_middle_lobe_right",
    "lung_lower_lobe_right",
)  # fmt: skip
BOWEL = ("stomach", "small_bowel", "duodenum", "colon")

FLUID_HU, LEAN_HU = 10.0, 35.0

FAT_HU = (-250, -20)

SOFTEST_MM = 2.5


def diseases() -> Iterator[tuple[str, str, Callable[[Volumes], Volumes]]]:
    """Yield the group, the name and the change of each variant."""
    for share, marked in product((0.15, 0.3, 0.5), (False, True)):
        name = f"the back {share:.0%} of the lungs, {'inside' if marked else 'left out of'} their masks"
        yield "effusion", name, partial(effusion, share=share, marked=marked)
    for lobe in LUNGS:
        yield "consolidation", lobe, partial(denser, structures=(lobe,), hu=LEAN_HU)
    for mm in (12, 40):
        yield "ascites", f"{mm} mm around the organs", partial(ascites, mm=mm)
    for hu in (40, 60, 80):
        yield "steatosis", f"liver {hu} HU darker", partial(steatosis, hu=hu)
    for mm in (4, 8, 15):
        yield "lean body", f"no fat within {mm} mm of a structure", partial(lean, mm=mm)
    yield "kidney without contrast medium", "left", partial(denser, structures=("kidney_left",), hu=5.0)
    yield "bowel with contrast medium", "300 HU", bright_bowel
    for hu in (60, 80):
        yield "noise", f"{hu} HU", partial(noisy, hu=hu)
    for hu in (20, 50):
        yield "streaks", f"{hu} HU", partial(streaked, hu=hu)
    for voxels in (0.7, 1.2):
        yield "soft kernel", f"{voxels} voxels", partial(blurred, voxels=voxels)


def effusion(case: Volumes, share: float, *, marked: bool) -> Volumes:
    """Fill the back of the lungs with fluid, which their masks include or not."""
    lungs = case.mask(*LUNGS)
    if not lungs.any():
        return case
    level = np.quantile(np.nonzero(lungs)[1], share)
    fluid = lungs & (np.arange(lungs.shape[1])[:, None] <= level)
    full = filled(case, fluid, FLUID_HU)
    return full if marked else replace(full, labels=np.where(fluid, 0, case.labels).astype(case.labels.dtype))


def denser(case: Volumes, structures: tuple[str, ...], hu: float) -> Volumes:
    """Give structures another intensity."""
    return filled(case, case.mask(*structures), hu)


def ascites(case: Volumes, mm: float) -> Volumes:
    """Replace the fat around the organs of the abdomen by fluid."""
    return filled(case, _fat_near(case, case.mask("liver", "spleen", "stomach", "colon"), mm), FLUID_HU)


def lean(case: Volumes, mm: float) -> Volumes:
    """Replace the fat around all structures by lean tissue."""
    return filled(case, _fat_near(case, case.labels > 0, mm), LEAN_HU)


def steatosis(case: Volumes, hu: float) -> Volumes:
    """Darken the liver."""
    return replace(case, ct=np.where(case.mask("liver"), case.ct - hu, case.ct).astype(case.ct.dtype))


def bright_bowel(case: Volumes) -> Volumes:
    """Fill the bowel with contrast medium."""
    noise = np.random.default_rng(0).normal(300, 8, case.ct.shape)
    ct = np.where(case.mask(*BOWEL), np.maximum(case.ct, 0) + np.rint(noise), case.ct)
    return replace(case, ct=ct.astype(case.ct.dtype))


def streaked(case: Volumes, hu: float) -> Volumes:
    """Add noise that is alike along i, as from shoulders and arms."""
    noise = ndimage.gaussian_filter(np.random.default_rng(0).normal(size=case.ct.shape), (6, 0.6, 0.6))
    return replace(case, ct=np.rint(case.ct + noise * (hu / noise.std())).astype(case.ct.dtype))


def blurred(case: Volumes, voxels: float) -> Volumes:
    """Smooth the CT, with a standard deviation of 2.5 mm at most: no kernel is softer."""
    width = np.minimum(voxels, SOFTEST_MM / case.spacing_mm)
    return replace(case, ct=np.rint(ndimage.gaussian_filter(case.ct.astype(np.float32), width)).astype(case.ct.dtype))


def _fat_near(case: Volumes, inside: NDArray[np.bool_], mm: float) -> NDArray[np.bool_]:
    if not inside.any():
        return inside
    near = ndimage.distance_transform_edt(~inside, sampling=case.spacing_mm) <= mm
    return np.asarray(near & (case.labels == 0) & (case.ct > FAT_HU[0]) & (case.ct < FAT_HU[1]))


def filled(case: Volumes, inside: NDArray[np.bool_], hu: float) -> Volumes:
    """Return a case with a region of its CT at a mean intensity, with a little noise."""
    noise = np.random.default_rng(0).normal(hu, 8, case.ct.shape)
    return replace(case, ct=np.where(inside, np.rint(noise), case.ct).astype(case.ct.dtype))
