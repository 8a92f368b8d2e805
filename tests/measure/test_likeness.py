"""Thumbnails and fingerprints: compared with a slow computation, and unchanged by irrelevant differences."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nibabel.orientations import apply_orientation, axcodes2ornt, inv_ornt_aff, ornt_transform
from numpy.typing import NDArray

from segaudit.measure.likeness import as_patient, fingerprint_of, thumbnail_of
from segaudit.model import Ct
from segaudit.testing.volumes import IDENTITY, Made, measured

FINGERPRINT_MEMBERS = 512

Scan = NDArray[np.int16]

seeds = st.integers(0, 2**32)
orientations = (
    st.permutations(("RL", "AP", "SI")).flatmap(lambda axes: st.tuples(*map(st.sampled_from, axes))).map("".join)
)


def scan(seed: int, shape: tuple[int, int, int] = (40, 36, 33), spread: float = 20.0) -> Scan:
    """Return a body of noisy tissue in padding."""
    voxels = np.full(shape, -1024, np.int16)
    inside = tuple(slice(length // 8, -(length // 8) or None) for length in shape)
    voxels[inside] = np.random.default_rng(seed).normal(40, spread, voxels[inside].shape).astype(np.int16)
    return voxels


def members(hu: NDArray[Any]) -> list[int]:
    """Return a fingerprint as numbers."""
    return np.frombuffer(fingerprint_of(hu), "<u8").tolist()  # type: ignore[no-any-return]


def slow_members(hu: Scan) -> list[int]:
    """Hash every run of 8 voxels whose first step is selected, with Python's integers."""
    hashes = set()
    for x, y, z in product(range(hu.shape[0] - 7), range(hu.shape[1]), range(hu.shape[2])):
        run = hu[x : x + 8, y, z].tolist()
        chosen = (run[1] - run[0]) * 0x9E37 % 2**16 >= 2**16 - 2**16 // 64
        if chosen and len(set(run)) >= 5:
            hashes.add(slow_hash([value - run[0] for value in run]))
    return sorted(hashes)[:FINGERPRINT_MEMBERS]


def slow_hash(steps: list[int]) -> int:
    """Mix 8 numbers of 16 bits."""
    mixed = 0
    for first, odd in ((0, 0x9E3779B97F4A7C15), (4, 0xBF58476D1CE4E5B9)):
        half = sum(steps[first + place] % 2**16 << 16 * place for place in range(4))
        mixed = (mixed ^ half) * odd % 2**64
        mixed ^= mixed >> 32
    return mixed * 0x94D049BB133111EB % 2**64


@given(seeds, st.sampled_from([(16, 5, 5), (9, 8, 20), (7, 9, 9), (40, 1, 9)]), st.sampled_from([1.0, 20.0, 12000.0]))
def test_fingerprint_is_that_of_all_runs(seed: int, shape: tuple[int, int, int], spread: float) -> None:
    """Every distinct run counts once; a grid of fewer than 8 voxels from left to right has none."""
    hu = scan(seed, shape, spread)
    assert members(hu) == slow_members(hu)


def test_fingerprint_is_a_sample() -> None:
    """If there are many runs, the smallest hashes are kept."""
    hu = scan(0, (60, 60, 50))
    assert (len(members(hu)), members(hu)) == (FINGERPRINT_MEMBERS, slow_members(hu))


@given(seeds, st.tuples(*[st.integers(0, 12)] * 3))
def test_fingerprint_of_a_crop(seed: int, start: tuple[int, int, int]) -> None:
    """A crop has exactly the runs of the whole CT that lie in it."""
    hu = scan(seed)
    crop = hu[tuple(slice(first, None) for first in start)]
    assert len(members(hu)) < FINGERPRINT_MEMBERS
    assert set(members(crop)) <= set(members(hu))
    assert bool(members(crop))


@given(seeds, st.integers(1, 9), st.integers(-1000, 1000))
def test_fingerprint_ignores_padding_and_offset(seed: int, width: int, offset: int) -> None:
    """Neither padding nor a constant that is added adds or removes a run within the body."""
    hu = scan(seed)
    assert set(members(hu[5:-5, 4:-4, 4:-4])) <= set(members(np.pad(hu + np.int16(offset), width)))


def test_fingerprint_rounds_to_whole_hu() -> None:
    """Intensities with fractions and NaN are converted to whole HU."""
    hu = scan(0)
    wide = hu.astype(np.float32) + np.random.default_rng(0).uniform(-0.4, 0.4, hu.shape).astype(np.float32)
    assert members(wide) == members(hu)
    wide[0, 0, :3] = (np.nan, np.inf, -np.inf)
    assert members(wide) == members(hu)


@pytest.mark.parametrize("hu", [np.full((40, 40, 40), -1024), np.tile([[[0]], [[25]]], (20, 40, 40))])
def test_fingerprint_of_few_values(hu: NDArray[np.int64]) -> None:
    """Constant and striped volumes have no significant runs."""
    assert fingerprint_of(hu.astype(np.int16)) == b""


@given(seeds)
def test_scans_share_nothing(seed: int) -> None:
    """Scans with different noise have no run in common."""
    assert set(members(scan(seed))).isdisjoint(members(scan(seed + 1)))


@given(seeds, st.tuples(*[st.integers(32, 70)] * 3))
def test_thumbnail_is_the_mean_of_eight_voxels(seed: int, shape: tuple[int, int, int]) -> None:
    """A cell is the mean over the voxels at its quarters, clipped, from black to white."""
    hu = scan(seed, shape, 600)
    cells = np.frombuffer(thumbnail_of(hu), np.uint8).reshape(32, 32, 32)
    x, y, z = np.random.default_rng(seed).integers(0, 32, 3)
    at = [
        [int((2 * cell + half + 0.5) * size / 64) for half in (0, 1)]
        for cell, size in zip((x, y, z), shape, strict=True)
    ]
    mean = np.mean([min(max(int(hu[place]), -1000), 300) for place in product(*at)])
    assert abs(float(cells[x, y, z]) - (mean + 1000) * 255 / 1300) <= 0.5 + 1e-3


@pytest.mark.parametrize("shape", [(31, 40, 40), (40, 31, 40), (40, 40, 1)])
def test_small_grids_have_no_thumbnail(shape: tuple[int, int, int]) -> None:
    """There is none if a cell would be smaller than a voxel."""
    assert thumbnail_of(np.zeros(shape, np.int16)) == b""


def test_thumbnail_of_no_numbers() -> None:
    """NaN voxels are black, infinite ones black or white."""
    hu = np.zeros((32, 32, 32), np.float32)
    hu[0, 0, 0], hu[0, 0, 1], hu[0, 0, 2] = np.nan, np.inf, -np.inf
    assert list(thumbnail_of(hu)[:4]) == [0, 255, 0, 196]


@given(orientations)
def test_storage_order_changes_neither(orientation: str) -> None:
    """A CT has the same thumbnail and fingerprint, whatever axes it is stored along."""
    hu = scan(0)
    turned = apply_orientation(hu, ornt_transform(axcodes2ornt("RAS"), axcodes2ornt(orientation)))
    back = as_patient(np.asfortranarray(turned), orientation)
    assert (thumbnail_of(back), fingerprint_of(back)) == (thumbnail_of(hu), fingerprint_of(hu))


def ct_of(folder: Path, made: Made) -> Ct:
    """Return the CT in a file."""
    ct = measured(folder, made).ct
    assert ct is not None
    return ct


def test_files_of_one_ct(tmp_path: Path) -> None:
    """Type, byte order, scaling and storage order of the file do not matter."""
    hu = scan(0)
    turn = ornt_transform(axcodes2ornt("RAS"), axcodes2ornt("SLA"))
    turned = Made(np.asarray(apply_orientation(hu, turn)), IDENTITY @ inv_ornt_aff(turn, hu.shape))
    halves = ((hu.astype(np.int32) + 1024) * 2).astype(np.uint16)
    files = (
        Made(hu),
        Made(hu.astype(np.float64), byte_order=">"),
        Made(halves, slope=0.5, inter=-1024.0, second=True),
        turned,
    )
    cts = [ct_of(tmp_path, file) for file in files]
    assert {(ct.thumbnail, ct.fingerprint) for ct in cts} == {(thumbnail_of(hu), fingerprint_of(hu))}
