"""CTs: every fast number against a slow and obvious one."""

from __future__ import annotations

import io
import tempfile
from collections import Counter
from itertools import product
from pathlib import Path

import msgspec
import numpy as np
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segaudit.measure.ct import Volume, measure_ct, pad_value_of, read_volume
from segaudit.measure.disk import Disk
from segaudit.measure.header import read_header
from segaudit.measure.inflate import Plain
from segaudit.model import BelowAir, Ct, Spike
from segaudit.testing.records import healthy_file, healthy_header
from segaudit.testing.volumes import Made, measured
from tests.support.volumes import COLOUR, COMPLEX, REAL, made, slow_values

QUANTILES = (0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999)


def measure(volume: Made) -> tuple[Ct, NDArray[np.float64]]:
    """Return a CT as measured, and its voxels as nibabel reads them, in the stored precision."""
    with tempfile.TemporaryDirectory() as folder:
        ct = measured(Path(folder), volume).ct
        path = volume.write(Path(folder) / ("slow.nii.gz" if volume.members else "slow.nii"))
        assert ct is not None
        return ct, slow_values(path).astype(np.float32).astype(np.float64)


def ct_of(folder: Path, stored: NDArray[np.generic]) -> Ct:
    """Return the CT with these voxels."""
    ct = measured(folder, Made(stored)).ct
    assert ct is not None
    return ct


def noise(shape: tuple[int, int, int] = (12, 12, 12)) -> NDArray[np.int16]:
    """Return a CT of noisy tissue."""
    return np.random.default_rng(0).normal(40, 20, shape).astype(np.int16)


def assert_statistics(ct: Ct, values: NDArray[np.float64]) -> None:
    """Compare all statistics of the distribution."""
    low, high = values.min(), values.max()
    beside = (np.sum((values > low) & (values <= low + 10)) / 10, np.sum((values < high) & (values >= high - 10)) / 10)
    assert (ct.minimum, ct.maximum, ct.distinct) == (low, high, np.unique(values).size)
    assert [ct.mean, ct.std] == pytest.approx([values.mean(), values.std()], abs=1e-6)
    assert ct.quantiles == pytest.approx(np.quantile(values, QUANTILES))
    assert ct.low == Spike(value=low, voxels=int(np.sum(values == low)), beside=beside[0])
    assert ct.high == Spike(value=high, voxels=int(np.sum(values == high)), beside=beside[1])
    assert ct.body_share == np.sum(values > -500) / ct.voxels
    assert ct.extremes == (int(np.sum(values < -3100)), int(np.sum(values > 20000)))
    assert ct.below_air == slow_below_air(values)


def slow_below_air(values: NDArray[np.float64]) -> BelowAir | None:
    """Return the statistics of values below air."""
    below = np.sort(values[values < -1100])
    if not below.size:
        return None
    value, _ = max(Counter(below.tolist()).items(), key=lambda counted: (counted[1], -counted[0]))
    around = int(np.sum(np.abs(below - value) <= 0.05 * abs(value)))
    return BelowAir(voxels=below.size, far=int(np.sum(below < -1250)), value=value, around=around)


@given(made(dtypes=REAL + COMPLEX + tuple(COLOUR)))
def test_statistics(volume: Made) -> None:
    """Range, moments, quantiles and spikes are numpy's, for every type, byte order, scaling and container."""
    ct, values = measure(volume)
    assert (ct.file.faults, ct.voxels, ct.nonfinite) == ((), values.size, 0)
    assert_statistics(ct, values)


@given(st.integers(0, 2**32), st.sampled_from((30.0, 5000.0, 20000.0)), st.booleans())
def test_statistics_of_wide_ranges(seed: int, spread: float, fractions: bool) -> None:  # noqa: FBT001 - drawn
    """The same on wide ranges, integral and fractional, with values beyond 16 bits."""
    stored = np.random.default_rng(seed).normal(-200, spread, (7, 6, 5)).astype(np.float32)
    ct, values = measure(Made(stored if fractions else np.trunc(stored)))
    assert_statistics(ct, values)


def test_non_finite_voxels(tmp_path: Path) -> None:
    """NaN and infinity are counted, and left out of all other statistics."""
    stored = noise().astype(np.float32)
    stored[0, 0, :4] = (np.nan, np.nan, np.inf, -np.inf)
    ct = ct_of(tmp_path, stored)
    assert ct.nonfinite == 4
    assert_statistics(ct, stored[np.isfinite(stored)].astype(np.float64))


@pytest.mark.parametrize("dtype", ["int16", "float32"])
def test_measuring_leaves_the_voxels_as_they_are(dtype: str) -> None:
    """Masks are laid over them later."""
    stored = noise().astype(dtype)
    volume = Volume(stored.shape, stored.ravel("F").copy())
    header = healthy_header(shape=stored.shape, dtype=dtype)
    measure_ct(healthy_file("", header=header), volume)
    assert np.array_equal(volume.grid, stored)


def test_nothing_finite(tmp_path: Path) -> None:
    """A CT of NaN alone has a digest and no statistics."""
    ct = ct_of(tmp_path, np.full((3, 3, 3), np.nan, np.float32))
    assert (ct.nonfinite, ct.distinct, ct.low, ct.quantiles, ct.even_tissue) == (27, 0, None, (), None)


def test_equal_voxels_have_equal_digests(tmp_path: Path) -> None:
    """Type, byte order, scaling, container and the sign of zero change no digest; a voxel or the shape does."""
    stored = noise()
    negative = stored.astype(np.float64)
    negative[negative == 0] = -0.0
    halves = ((stored.astype(np.int32) + 1024) * 2).astype(np.uint16)
    same = (
        Made(stored),
        Made(stored, byte_order=">"),
        Made(stored.astype(np.int32), members=0),
        Made(negative, second=True),
        Made(halves, slope=0.5, inter=-1024.0),
    )
    digests = {(ct.digest, ct.slices[-1].digests) for made in same if (ct := measured(tmp_path, made).ct)}
    assert digests == {
        (
            xxhash.xxh3_128_hexdigest(repr(stored.shape).encode() + stored.tobytes("F")),
            b"".join(xxhash.xxh3_64_digest(stored[..., k].tobytes("F")) for k in range(12)),
        )
    }
    stored[5, 5, 5] += 1
    assert ct_of(tmp_path, stored).digest not in {digest for digest, _ in digests}
    stored[5, 5, 5] -= 1
    other = stored.reshape(stored.shape[0], -1, 2, order="F")
    assert ct_of(tmp_path, other).digest not in {digest for digest, _ in digests}


def test_fractional_digests_ignore_the_sign_of_zero(tmp_path: Path) -> None:
    """Equal fractional voxels have equal digests, in either precision."""
    stored = noise().astype(np.float32) + np.float32(0.5)
    stored[0] = 0.0
    other = stored.astype(np.float64)
    other[0] = -0.0
    assert ct_of(tmp_path, stored).digest == ct_of(tmp_path, other).digest


def test_value_that_appears_late_and_does_not_fit(tmp_path: Path) -> None:
    """A CT that stops being integral after the first block keeps the voxels before it."""
    stored = np.zeros((90, 90, 90), np.float32)
    stored[:45], stored[89, 89, 89] = 7, 0.25
    assert_statistics(ct_of(tmp_path, stored), stored.astype(np.float64))


def _padded(value: int, corners: int = 8) -> NDArray[np.int16]:
    """Return noisy tissue, of which some corners are filled with a value."""
    stored = noise()
    for corner in range(corners):
        i, j, k = (slice(None, 4) if corner >> axis & 1 else slice(-4, None) for axis in range(3))
        stored[i, j, k] = value
    return stored


def _with_air(stored: NDArray[np.int16]) -> NDArray[np.int16]:
    """Put air into the middle."""
    stored[5:7, 5:7, 5:7] = -900
    return stored


@pytest.mark.parametrize(
    ("stored", "pad_value"),
    [
        (noise(), None),
        (_padded(-2048), -2048.0),
        (_padded(-1024, 4), -1024.0),
        (_padded(-1024, 3), None),
        (_padded(-500), None),
        (_with_air(_padded(0)), 0.0),
        (np.maximum(_padded(0), 0), None),
        (np.zeros((6, 6, 6), np.int16), None),
        (np.full((2, 2, 2), -1024, np.int16), -1024.0),
    ],
    ids=["noise", "padding", "four", "three", "not-air", "zero-rim", "zero-is-air", "all-zero", "tiny"],
)
def test_pad_value(tmp_path: Path, stored: NDArray[np.int16], pad_value: float | None) -> None:
    """The padding value fills four corners or more, and is air, or 0 in a CT with air elsewhere."""
    ct = ct_of(tmp_path, stored)
    assert ct.pad_value == pad_value
    assert ct.pad_share == (0.0 if pad_value is None else np.mean(stored == pad_value))


@pytest.mark.parametrize(("side", "corners", "padded"), [(2, 8, False), (3, 8, True), (3, 4, True), (3, 3, False)])
@pytest.mark.parametrize("value", [-1000, -1001, -999, 0])
def test_corners(value: int, side: int, corners: int, *, padded: bool) -> None:
    """Of 3 x 3 x 3 voxels, four of eight; above -1000 HU only 0 is padding, where something is at -500 HU or below."""
    hu = noise((8, 8, 8)) % 100 + 10
    for corner in list(product((slice(side), slice(-side, None)), repeat=3))[:corners]:
        hu[corner] = value
    found = {minimum: pad_value_of(Volume(hu.shape, hu.ravel("F")), minimum) for minimum in (-1200.0, -500.0, -499.0)}
    expected = value if padded and value != -999 else None
    assert found == {-1200.0: expected, -500.0: expected, -499.0: None if value == 0 else expected}


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ((-32768, 32767), "int16"),
        ((-32769, 32767), "float32"),
        ((-32768, 32768), "float32"),
        ((-32768.0, 32767.0), "int16"),
        ((-32768.5, 0.0), "float32"),
        ((0.0, 32767.5), "float32"),
        ((0.5, 1.0), "float32"),
        ((0.0, np.nan), "float32"),
        ((0.0, np.inf), "float32"),
    ],
    ids=str,
)
def test_what_16_bits_hold(values: tuple[float, float], kept: str) -> None:
    """Whole numbers from -32,768 to 32,767 are kept as such, whatever their type; all others as floats."""
    stored = np.array(values).reshape(2, 1, 1)
    stored = stored.astype(np.int32 if stored.dtype.kind == "i" else np.float32)
    stream = Plain(Disk(io.BytesIO(Made(stored, members=0).file())))
    volume = read_volume(stream, read_header(stream))
    assert (volume.hu.dtype.name, volume.shape) == (kept, (2, 1, 1))
    np.testing.assert_array_equal(volume.grid.ravel(), stored.ravel())


@given(st.integers(0, 2**32), st.sampled_from(("int16", "float32")))
def test_intensities_under_a_mask(seed: int, dtype: str) -> None:
    """The sample under a mask is numpy's over its finite voxels, and the void is the share of the padding value."""
    rng = np.random.default_rng(seed)
    hu = _padded(-1024).astype(dtype)
    mask = rng.random(hu.shape) < 0.3
    if dtype == "float32":
        hu[6, 6, 6:8] = (np.nan, 0.5)
    with tempfile.TemporaryDirectory() as folder:
        sample = measured(Path(folder), Made(hu), stomach=Made(mask.astype(np.uint8))).masks[0]
    values = hu[mask & np.isfinite(hu)].astype(np.float64)
    quantiles = np.quantile(values, (0, 0.05, 0.25, 0.5, 0.75, 0.95, 1))
    assert sample.hu is not None
    assert msgspec.structs.astuple(sample.hu) == pytest.approx([values.mean(), values.std(), *quantiles])
    assert sample.void_share == np.mean(hu[mask] == -1024)


def test_no_sample_without_a_ct_or_voxels(tmp_path: Path) -> None:
    """Without a whole CT, with another shape, or without voxels there is no sample."""
    full, ct = Made(np.ones((12, 12, 12), np.uint8)), Made(noise())
    other, empty = Made(np.ones((11, 12, 12), np.uint8)), Made(np.zeros((12, 12, 12), np.uint8))
    cases = (
        measured(tmp_path, full=full),
        measured(tmp_path, ct.file()[:-12], full=full),
        measured(tmp_path, ct, empty=empty, other=other),
    )
    assert [mask.hu for case in cases for mask in case.masks] == [None] * 4
