"""Similarity of CTs, pair by pair: the correlation of their thumbnails, and the share of common voxels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from segaudit.model.records import FINGERPRINT_MEMBERS, THUMBNAIL_SIDE, Ct

MIN_CORRELATION = 0.95
MIN_COMMON_MEMBERS = 2
"""The least values, one of which a pair needs to be returned."""

MAX_STEP_HU = 3.0
"""``Ct.step_hu`` from which on runs of voxels tell nothing. Real CTs have 0.8; stored in steps of 5 HU they have 3 to 4
and share a member of their fingerprints with another one at most, in steps of 11 HU they have 6 to 9 and share five."""

_BLOCK_THUMBNAILS = 512
"""Number of thumbnails that are compared with all others at a time."""


class Likeness(NamedTuple):
    """Two similar CTs; their cases are in alphabetical order."""

    first: str
    second: str
    correlation: float
    """Pearson's correlation of the thumbnails; 0 if one of them is missing or uniform."""
    share: float
    """Share of the smaller CT's runs of voxels that are also in the other one, estimated from the fingerprints."""
    members: int
    """Number of members that the fingerprints have in common, on which the estimate is based."""


def likenesses(cts: Iterable[Ct]) -> tuple[Likeness, ...]:
    """Compare all pairs of CTs that are not blank; return the similar pairs, the most similar first.

    Of exact copies (equal digests), only the first one is compared.
    """
    first = {ct.digest: ct for ct in sorted(cts, key=lambda ct: ct.case, reverse=True) if not ct.blank}
    compared = sorted(first.values(), key=lambda ct: ct.case)
    sketches = [_sketch(ct) for ct in compared]
    pairs = {*_correlating([ct.thumbnail for ct in compared]), *_sharing(sketches)}
    found = (
        Likeness(
            compared[i].case,
            compared[j].case,
            correlation(compared[i].thumbnail, compared[j].thumbnail),
            *containment(sketches[i], sketches[j]),
        )
        for i, j in pairs
    )
    return tuple(sorted(found, key=lambda pair: (-pair.share, -pair.correlation, pair.first, pair.second)))


def _sketch(ct: Ct) -> NDArray[np.uint64]:
    """Return the hashes of a CT's runs; none where its values are so far apart that other CTs have the same runs."""
    return np.frombuffer(ct.fingerprint if ct.step_hu < MAX_STEP_HU else b"", "<u8")


def correlation(one: bytes, other: bytes) -> float:
    """Return Pearson's correlation of two thumbnails; 0 if one of them is missing or uniform."""
    if not (one and other):
        return 0.0
    first, second = _standard(np.frombuffer(one + other, np.uint8).reshape(2, -1).astype(np.float32))
    return float(first @ second)


def containment(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> tuple[float, int]:
    """Return the share of the smaller set that is in the larger one, and the number of common members.

    Up to the smaller of their largest hashes, both fingerprints are samples of the same range and can be compared.
    """
    reach = min((full[-1] for full in (one, other) if full.size >= FINGERPRINT_MEMBERS), default=None)
    if reach is not None:
        one, other = one[one <= reach], other[other <= reach]
    common = np.intersect1d(one, other, assume_unique=True).size
    return common / max(min(one.size, other.size), 1), common


def _correlating(thumbnails: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """Yield the indices of the pairs of thumbnails that correlate at a coarser resolution.

    With cells twice as long, which is eight times as fast, pairs correlate better, unless most of their contents are
    details of single cells.
    """
    there = [place for place, thumbnail in enumerate(thumbnails) if thumbnail]
    coarse = _standard(_coarse([thumbnails[place] for place in there]))
    for first in range(0, len(there), _BLOCK_THUMBNAILS):
        alike = coarse[first : first + _BLOCK_THUMBNAILS] @ coarse[first:].T > MIN_CORRELATION
        for row, column in np.argwhere(np.triu(alike, k=1)).tolist():
            yield there[first + row], there[first + column]


def _coarse(thumbnails: Sequence[bytes]) -> NDArray[np.float32]:
    """Return coarser thumbnails, one per row, in which 2 x 2 x 2 cells are merged into one."""
    cells = np.frombuffer(b"".join(thumbnails), np.uint8).reshape(-1, *(THUMBNAIL_SIDE,) * 3)
    sums = np.add(cells[:, ::2], cells[:, 1::2], dtype=np.uint16)
    sums = sums[:, :, ::2] + sums[:, :, 1::2]
    sums = sums[..., ::2] + sums[..., 1::2]
    return sums.reshape(len(thumbnails), (THUMBNAIL_SIDE // 2) ** 3).astype(np.float32)


def _standard(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return rows with mean 0 and length 1, or zeros if all numbers of a row are equal."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    lengths = np.sqrt(np.square(centred).sum(axis=1, keepdims=True))
    return np.asarray(centred / np.where(lengths > 0, lengths, 1), np.float32)


def _sharing(sketches: Sequence[NDArray[np.uint64]]) -> Iterator[tuple[int, int]]:
    """Yield the indices of the pairs of fingerprints that have members in common."""
    members, columns = np.unique(np.concatenate([np.empty(0, np.uint64), *sketches]), return_inverse=True)
    rows = np.repeat(np.arange(len(sketches)), [sketch.size for sketch in sketches])
    held = sparse.csr_array((np.ones(columns.size, np.int32), (rows, columns)), (len(sketches), members.size))
    common = sparse.triu(held @ held.T, k=1).tocoo()
    enough = common.data >= MIN_COMMON_MEMBERS
    yield from zip(common.row[enough].tolist(), common.col[enough].tolist(), strict=True)
