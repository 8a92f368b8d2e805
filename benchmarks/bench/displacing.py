"""Trials of alignment: all masks moved, the CT turned or exchanged, single masks moved, and healthy variants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from segaudit.checks import alignment_masks, alignment_voxels
from segaudit.model import Case, Check, Contract, Finding, NotApplicable
from segaudit.model.registration import Registration

from .diseases import diseases
from .fitted import Fitted, Step, moved
from .synthetic import AIR_HU
from .variants import variants
from .volumes import Volumes

SEED = 1

CONTRACT = Contract(name="bench")

WHOLE = (
    alignment_voxels.masks_displaced, alignment_voxels.ct_mirrored, alignment_voxels.masks_unrelated,
    alignment_voxels.masks_misfit,
)  # fmt: skip
SINGLE = (alignment_masks.slab_unrelated, alignment_masks.mask_displaced, alignment_masks.mask_unrelated)

FLIPS = ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2))
LENGTHS_MM = (6.0, 15.0, 45.0)
LEAST_MM, LEAST_VOXELS = 3.0, 2
SINGLE_VOXELS = (2, 3, 5, 8)
SINGLE_ML = 1.0
SINGLE_IN_VIEW = 0.5
"""Share of a moved mask that has to stay in the grid."""

CLASSES = {
    "vertebrae": ("vertebrae_",),
    "other bones": ("hip_", "femur_", "humerus_", "scapula_", "clavicula_", "sacrum", "sternum", "skull"),
    "liver": ("liver",),
    "kidneys": ("kidney_left", "kidney_right"),
    "spleen": ("spleen",),
    "lungs": ("lung_",),
    "aorta": ("aorta",),
}


class Result(NamedTuple):
    """What came of one change of a case."""

    group: str
    name: str
    found: bool
    others: tuple[str, ...] = ()
    """Findings that the change does not explain."""


class Found(NamedTuple):
    """A finding, and the check that it is of."""

    check: str
    finding: Finding

    @property
    def displaced(self) -> bool:
        """Whether it says that masks lie elsewhere."""
        place = self.finding.misplacement
        return place is not None and place.voxels is not None and not place.turn

    @property
    def turned(self) -> bool:
        """Whether it says that masks are mirrored or turned."""
        place = self.finding.misplacement
        return place is not None and bool(place.turn)


def whole(case: Volumes, structures: frozenset[str], other: Volumes) -> Iterator[Result]:
    """Move all masks, mirror the CT, and exchange it for that of another patient."""
    fitted = Fitted(case, structures)
    for name, step in _displacements(case):
        found = judged(WHOLE, fitted.records(steps=dict.fromkeys(fitted.masks, step)))
        yield Result("displaced", name, any(each.displaced for each in found))
    for axes in FLIPS:
        found = judged(WHOLE, fitted.records(ct=np.flip(case.ct, axes)))
        yield Result("mirrored or turned", str(axes), any(each.turned for each in found))
    yield Result("another patient", "", bool(judged(WHOLE, fitted.records(ct=_stretched(other, case)))))


def single(case: Volumes, part: int, parts: int) -> Iterator[Result]:
    """Move one mask at a time; the group is its class, the name how many voxels. Every ``parts``-th is tried."""
    fitted = Fitted(case)
    for group, name, voxels, step in islice(_moves(fitted), part, None, parts):
        inside = fitted.masks[name]
        if np.count_nonzero(moved(inside, step)) >= SINGLE_IN_VIEW * np.count_nonzero(inside):
            found = judged(SINGLE, fitted.records(steps={name: step}))
            own = any(name in each.finding.structures for each in found)
            others = (each for each in found if name not in each.finding.structures)
            yield Result(group, str(voxels), own, tuple(f"{name} by {step}: {_described(each)}" for each in others))


def health(case: Volumes, part: int, parts: int) -> Iterator[Result]:
    """Look at healthy variants, every ``parts``-th of them."""
    changes = [(each.group, each.name, each.change) for each in variants(float(case.spacing_mm.min()))]
    for group, name, change in islice([*changes, *diseases()], part, None, parts):
        found = judged((*WHOLE, *SINGLE), Fitted(change(case)).records())
        yield Result(group, name, bool(found), tuple(map(_described, found)))


def judged(checks: Iterable[Check[Any]], case: Case) -> list[Found]:
    """Return what checks find in a case."""
    registration, found = Registration(case), list[Found]()
    for check in checks:
        records = (registration, CONTRACT) if check.takes_contract else (registration,)
        try:
            found += [Found(check.id, each) for each in check.function(*records)]
        except NotApplicable:
            continue
    return found


def _described(found: Found) -> str:
    return f"{found.check} {', '.join(found.finding.structures)}: {found.finding.message}"


def _displacements(case: Volumes) -> Iterator[tuple[str, Step]]:
    """Yield displacements along each axis and obliquely, none of more than half of the grid."""
    rng = np.random.default_rng(SEED)
    for axis, mm in enumerate(case.spacing_mm):
        least = max(LEAST_VOXELS, int(np.ceil(LEAST_MM / mm)))
        lengths = sorted({least, *(max(least, round(length / mm)) for length in LENGTHS_MM)})
        for voxels, sign in product(lengths, (-1, 1)):
            yield from _within(case, np.eye(3)[axis] * voxels * sign)
    for length in LENGTHS_MM:
        yield from _within(case, np.rint(length * _direction(rng) / case.spacing_mm))


def _within(case: Volumes, voxels: NDArray[np.float64]) -> Iterator[tuple[str, Step]]:
    i, j, k = voxels.astype(int).tolist()
    if max(map(abs, (i, j, k))) >= LEAST_VOXELS and (2 * np.abs(voxels) < case.labels.shape).all():
        yield f"{i}, {j}, {k} voxels", (i, j, k)


def _moves(fitted: Fitted) -> Iterator[tuple[str, str, int, Step]]:
    """Yield class, structure, voxels and step: six along the axes, and an oblique one, for each distance."""
    rng = np.random.default_rng(SEED)
    voxel_ml = float(fitted.case.spacing_mm.prod()) / 1000
    for group, starts in CLASSES.items():
        for name, inside in fitted.masks.items():
            if name.startswith(starts) and np.count_nonzero(inside) * voxel_ml >= SINGLE_ML:
                for voxels in SINGLE_VOXELS:
                    yield from ((group, name, voxels, step) for step in _steps(voxels, rng))


def _steps(voxels: int, rng: np.random.Generator) -> Iterator[Step]:
    for direction in (*np.eye(3), *-np.eye(3), _direction(rng)):
        i, j, k = np.rint(voxels * direction).astype(int).tolist()
        yield i, j, k


def _direction(rng: np.random.Generator) -> NDArray[np.float64]:
    direction = rng.normal(size=3)
    return np.asarray(direction / np.linalg.norm(direction))


def _stretched(other: Volumes, case: Volumes) -> NDArray[np.int16]:
    """Return the CT of another case on the grid of a case, from its corner, with air beyond."""
    ct = ndimage.zoom(other.ct.astype(np.float32), other.spacing_mm / case.spacing_mm, order=1)
    there = np.full(case.labels.shape, AIR_HU, np.float32)
    part = tuple(slice(length) for length in np.minimum(ct.shape, there.shape).tolist())
    there[part] = ct[part]
    return np.rint(there).astype(np.int16)
