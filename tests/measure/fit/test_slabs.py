"""How masks fit slab by slab: each slab against the faces that lie in it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from segaudit.measure.fit.faces import Faces
from segaudit.measure.fit.profiles import Scan
from segaudit.measure.fit.slabs import slabs_of
from segaudit.measure.grid import three_axes
from segaudit.model.records import SlabFit

MIN_FACES = 20
MASKS = 3
THICK = {1.0: 15, 3.0: 5, 4.9: 3, 5.9: 3, 6.1: 2, 10.0: 2, 20.0: 2}
"""Slices of a slab by their distance, mm."""


def scan(shape: tuple[int, int, int], spacing: ArrayLike, masks: int = MASKS) -> Scan:
    """Return a grid with masks, whose intensities nobody looks at."""
    ends, none = np.zeros(masks), np.zeros(3, np.int64)
    return Scan(np.zeros(0), shape, ends, ends, ends, np.array(spacing), none, none)


def faces(at: NDArray[np.int64], owner: NDArray[np.int64]) -> Faces:
    """Return faces at some voxels."""
    return Faces(at, np.zeros_like(owner), np.ones_like(owner), owner)


def slow(at: list[int], owner: list[int], steps: list[float], slabs: range, certain: list[bool]) -> list[SlabFit]:
    """Return the slabs that begin at some slices, one by one."""
    found = []
    for first in slabs:
        here = [
            [s for a, o, s in zip(at, owner, steps, strict=True) if o == mask and first <= a < first + slabs.step]
            for mask in range(len(certain))
        ]
        shown = [len(own) >= MIN_FACES and any(own) for own in here]
        kept = [own for own, is_shown in zip(here, shown, strict=True) if is_shown]
        sure = [own for own, *both in zip(here, shown, certain, strict=True) if all(both)]
        if kept:
            found.append(
                SlabFit(
                    first=first,
                    last=min(first + slabs.step, slabs.stop) - 1,
                    structures=len(kept),
                    agreement=round(share(here), 3),
                    typical=round(float(np.median([share([own]) for own in kept])), 3),
                    certain=round(share(sure), 3) if sure else None,
                )
            )
    return found


def share(steps: list[list[float]]) -> float:
    """Return the sum of steps over that of their magnitudes."""
    every = [step for own in steps for step in own]
    return sum(every) / sum(map(abs, every))


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 2**32),
    st.integers(0, 2),
    st.sampled_from([*THICK]),
    st.lists(st.booleans(), min_size=MASKS, max_size=MASKS),
)
def test_slabs(seed: int, axis: int, length: float, certain: list[bool]) -> None:
    """Those of 15 mm along any axis, of two slices at least; the last one may be thinner."""
    rng = np.random.default_rng(seed)
    shape = three_axes(tuple(rng.integers(1, 40, 3).tolist()))
    spacing = np.where(np.arange(3) == axis, length, 2.0)
    at = np.array([rng.integers(0, end, 300) for end in shape])
    owner, steps = rng.integers(0, MASKS, 300), (rng.integers(-4, 5, 300) / 4).astype(np.float32)
    found = slabs_of(scan(shape, spacing), faces(at, owner), steps, axis, np.array(certain))
    slabs = range(0, shape[axis], THICK[length])
    assert list(found) == slow(at[axis].tolist(), owner.tolist(), steps.tolist(), slabs, certain)


@pytest.mark.parametrize(("count", "found"), [(MIN_FACES - 1, 0), (MIN_FACES, 1), (MIN_FACES + 1, 1)])
def test_few_faces(count: int, found: int) -> None:
    """A mask says something of a slab from so many faces on."""
    at, owner = np.zeros((3, count), np.int64), np.zeros(count, np.int64)
    slabs = slabs_of(scan((4, 4, 4), (1, 1, 1), 1), faces(at, owner), np.ones(count, np.float32), 2, np.array([True]))
    assert len(list(slabs)) == found


def test_flat() -> None:
    """Where the CT has no step at all, it says nothing."""
    at, owner = np.zeros((3, 50), np.int64), np.zeros(50, np.int64)
    slabs = slabs_of(scan((4, 4, 4), (1, 1, 1), 1), faces(at, owner), np.zeros(50, np.float32), 2, np.array([True]))
    assert not list(slabs)


def test_small_steps() -> None:
    """However small steps are, they agree or do not."""
    at, owner, steps = np.zeros((3, 20), np.int64), np.zeros(20, np.int64), np.full(20, 1e-4, np.float32)
    steps[:5] *= -1
    (slab,) = slabs_of(scan((4, 4, 4), (1, 1, 1), 1), faces(at, owner), steps, 2, np.array([True]))
    assert (slab.agreement, slab.typical, slab.certain) == (0.5, 0.5, 0.5)
