"""Overlaps: exact pairwise counts against a dictionary of voxels."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segaudit.measure.cells import nonzero_runs
from segaudit.measure.overlap import Overlaps
from segaudit.measure.runs import Foreground
from segaudit.model import Overlap
from tests.volumes import Made, measured, shapes


def foreground(mask: NDArray[np.bool_]) -> Foreground:
    """Return the runs of a mask."""
    ((starts, lengths, _),) = nonzero_runs([(0, mask.ravel(order="F"))])
    i, j, k = mask.shape
    return Foreground((i, j, k), starts, lengths)


def by_dictionary(masks: dict[str, NDArray[np.bool_]]) -> dict[tuple[int, ...], list[str]]:
    """Return the structures at each voxel, in alphabetical order."""
    voxels: dict[tuple[int, ...], list[str]] = {}
    for name in sorted(masks):
        for point in np.argwhere(masks[name]).tolist():
            voxels.setdefault(tuple(point), []).append(name)
    return voxels


@given(shapes(5), st.integers(0, 6), st.integers(0, 2**32), st.sampled_from((0.05, 0.4, 1.0)))
def test_overlaps(shape: tuple[int, int, int], count: int, seed: int, density: float) -> None:
    """Pairs, voxels and multiplicity are those of a dictionary, also where three or more masks meet."""
    rng = np.random.default_rng(seed)
    masks = {name: rng.random(shape) < density for name in "abcdef"[:count]}
    overlaps = Overlaps(sorted(masks))
    for name in sorted(masks):
        overlaps.add(name, foreground(masks[name]))
    slow = by_dictionary(masks)
    pairs = Counter(pair for names in slow.values() for pair in combinations(names, 2))
    expected = (Overlap(*pair, voxels) for pair, voxels in pairs.items())
    assert overlaps.pairs() == tuple(sorted(expected, key=lambda pair: (-pair.voxels, pair.first, pair.second)))
    assert overlaps.labelled_voxels == len(slow)
    assert overlaps.overlap_voxels == sum(len(names) > 1 for names in slow.values())
    assert overlaps.multiplicity == max(map(len, slow.values()), default=0)


def numbered(bits: int) -> Overlaps:
    """Return the overlaps of masks that together number each of 2**17 voxels, and so make 2**bits - 1 combinations."""
    numbers = np.arange(1 << 17).reshape(64, 64, 32)
    names = [f"m{bit:02}" for bit in range(bits)]
    overlaps = Overlaps(names)
    for bit, name in enumerate(names):
        overlaps.add(name, foreground(numbers >> bit & 1 == 1))
    return overlaps


def test_as_many_combinations_as_are_counted() -> None:
    """Sixteen masks that number the voxels give 65,535 combinations, and exact pairs."""
    overlaps = numbered(16)
    assert overlaps.counted
    assert {pair.voxels for pair in overlaps.pairs()} == {1 << 15}
    assert len(overlaps.pairs()) == 16 * 15 // 2
    assert (overlaps.multiplicity, overlaps.labelled_voxels) == (16, (1 << 17) - 2)


def test_more_combinations_than_are_counted() -> None:
    """Seventeen masks make 131,071: nothing is counted, whatever comes after, and nothing is kept."""
    overlaps = numbered(18)
    assert (overlaps.counted, overlaps.pairs()) == (False, ())
    assert (overlaps.overlap_voxels, overlaps.multiplicity, overlaps.labelled_voxels) == (0, 0, 0)


def test_noise_is_told_of_its_case(tmp_path: Path) -> None:
    """A case of noise has its masks, and says that their overlaps were not counted."""
    rng = np.random.default_rng(0)
    noise = {f"m{bit:02}": Made((rng.random((48, 48, 48)) < 0.5).astype(np.uint8)) for bit in range(20)}
    case = measured(tmp_path, **noise)
    assert (len(case.whole_masks), case.overlaps_counted, case.overlaps) == (20, False, ())


def test_other_shapes_take_no_part(tmp_path: Path) -> None:
    """A mask of another shape than the reference overlaps nothing; damaged ones neither."""
    full = np.ones((4, 4, 4), np.uint8)
    case = measured(tmp_path, a=Made(full), b=Made(full), c=Made(full[:3]), d=Made(full).file()[:-9])
    assert case.overlaps == (Overlap("a", "b", 64),)
    assert (case.overlap_voxels, case.overlap_multiplicity, case.labelled_voxels) == (64, 2, 64)
