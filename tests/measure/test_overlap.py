"""Overlaps: exact pairwise counts, compared with a dictionary of voxels."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from numpy.typing import NDArray

from segaudit.measure import measure_case
from segaudit.measure.case_runs import CaseRuns, Spans
from segaudit.measure.mask_runs import Foreground
from segaudit.measure.overlap import Overlaps, _batches, overlaps_of
from segaudit.measure.run_finder import nonzero_runs
from segaudit.model import CaseFiles, Overlap
from segaudit.model.reading import Reading
from segaudit.testing.volumes import Made, measured
from tests.support.volumes import shapes


def foreground(mask: NDArray[np.bool_]) -> Foreground:
    """Return the runs of a mask."""
    ((starts, lengths, _),) = nonzero_runs([(0, mask.ravel(order="F"))])
    i, j, k = mask.shape
    return Foreground((i, j, k), starts, lengths)


def laid(masks: dict[str, NDArray[np.bool_]]) -> Overlaps:
    """Return the overlaps of masks, numbered by their names."""
    collected = CaseRuns(1 << 24)
    for number, name in enumerate(sorted(masks)):
        collected.add(number, foreground(masks[name]))
    return overlaps_of(collected.compared, len(masks))


def striped(runs: int) -> Foreground:
    """Return a mask of runs of one voxel, a row each."""
    return Foreground((2, runs, 1), 2 * np.arange(runs, dtype=np.int32), np.ones(runs, np.int32))


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
    overlaps = laid(masks)
    slow = by_dictionary(masks)
    pairs = Counter(pair for names in slow.values() for pair in combinations(names, 2))
    expected = (Overlap(*pair, voxels) for pair, voxels in pairs.items())
    assert overlaps.pairs(sorted(masks)) == tuple(
        sorted(expected, key=lambda pair: (-pair.voxels, pair.first, pair.second))
    )
    assert overlaps.labelled_voxels == len(slow)
    assert overlaps.voxels == sum(len(names) > 1 for names in slow.values())
    assert overlaps.multiplicity == max(map(len, slow.values()), default=0)


def test_every_combination() -> None:
    """Seventeen masks that number the voxels of a grid meet in each of their combinations."""
    numbers = np.arange(1 << 17).reshape(64, 64, 32)
    overlaps = laid({f"m{bit:02}": numbers >> bit & 1 == 1 for bit in range(17)})
    assert np.array_equal(overlaps.shared, np.triu(np.full((17, 17), 1 << 15), 1))
    assert (overlaps.multiplicity, overlaps.labelled_voxels, overlaps.voxels) == (17, (1 << 17) - 1, (1 << 17) - 18)


def test_runs_are_split_in_batches() -> None:
    """65,536 at a time, or less where a cluster goes on."""
    count = (1 << 17) + 1
    runs, first = Spans(*np.zeros((3, count), np.int64)), np.ones(count, np.bool_)
    assert [batch.starts.size for batch in _batches(runs, first)] == [1 << 16, 1 << 16, 1]
    first[(1 << 16) - 5 : (1 << 16) + 5] = False
    assert [batch.starts.size for batch in _batches(runs, first)] == [(1 << 16) - 6, (1 << 16) + 6, 1]


def test_as_many_runs_as_are_counted() -> None:
    """Exactly as many runs as asked for are kept; with one more, none are, whatever comes after."""
    most = 50_000
    collected, found = CaseRuns(most), []
    for number, runs in enumerate((most // 2, most // 2, 1, 1)):
        collected.add(number, striped(runs))
        found.append((collected.counted, collected.compared.starts.size))
    assert found == [(True, most // 2), (True, most), (False, 0), (False, 0)]


def test_more_runs_than_the_contract_allows(tmp_path: Path) -> None:
    """A case of noise has its masks, and records that their overlaps were not counted; one run more is enough."""
    rng = np.random.default_rng(0)
    noise = {f"m{bit:02}": Made((rng.random((48, 48, 48)) < 0.5).astype(np.uint8)) for bit in range(3)}
    counted = measured(tmp_path, **noise)
    runs = sum(int((np.diff(made.stored.astype(np.int8), axis=0, prepend=0) == 1).sum()) for made in noise.values())
    files = CaseFiles(case="s0001", folder="s0001", masks={name: f"{name}.nii.gz" for name in noise})
    exact, less = (measure_case(tmp_path, replace(files, reading=Reading(max_runs=runs - n))) for n in (0, 1))
    assert (counted.overlaps, counted.overlaps_counted) == (exact.overlaps, exact.overlaps_counted)
    assert (len(less.whole_masks), less.overlaps_counted, less.overlaps, less.contacts) == (3, False, (), ())


def test_other_shapes_take_no_part(tmp_path: Path) -> None:
    """A mask of another shape than the reference overlaps nothing, nor does a damaged one."""
    full = np.ones((4, 4, 4), np.uint8)
    case = measured(tmp_path, a=Made(full), b=Made(full), c=Made(full[:3]), d=Made(full).file()[:-9])
    assert case.overlaps == (Overlap("a", "b", 64),)
    assert (case.overlap_voxels, case.overlap_multiplicity, case.labelled_voxels) == (64, 2, 64)
