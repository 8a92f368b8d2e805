"""How alike CTs are, pair by pair: how well their thumbnails correlate, and what share of their voxels is the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from segaudit.model.records import FINGERPRINT_MEMBERS, THUMBNAIL_SIDE, Ct

LEAST_CORRELATION = 0.95
LEAST_MEMBERS = 2
"""What is told about, at least: a pair that has neither of them is like any other."""

_BLOCK = 512
"""Thumbnails that are compared with all others at a time."""


class Likeness(NamedTuple):
    """Two CTs that are alike; the first one's case is the first of both in alphabetical order."""

    first: str
    second: str
    correlation: float
    """Pearson's, of the thumbnails; 0 where one of them is missing or has one grey value."""
    share: float
    """Share of the smaller CT's runs of voxels that are in the other one, too, estimated from the fingerprints."""
    members: int
    """Members that the fingerprints have in common: what the estimate rests on."""


def likenesses(cts: Iterable[Ct]) -> tuple[Likeness, ...]:
    """Compare all CTs that show something, each with each; return the pairs that are alike, the most alike first.

    Of copies, which have equal digests, only the first one is compared.
    """
    first = {ct.digest: ct for ct in sorted(cts, key=lambda ct: ct.case, reverse=True) if not ct.blank}
    compared = sorted(first.values(), key=lambda ct: ct.case)
    sketches = [np.frombuffer(ct.fingerprint, "<u8") for ct in compared]
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


def correlation(one: bytes, other: bytes) -> float:
    """Return Pearson's correlation of two thumbnails; 0 where one of them is missing or has one grey value."""
    if not (one and other):
        return 0.0
    first, second = _standard(np.frombuffer(one + other, np.uint8).reshape(2, -1).astype(np.float32))
    return float(first @ second)


def containment(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> tuple[float, int]:
    """Return the share of the smaller set that lies in the larger one, and the members that tell it.

    Both fingerprints are samples of all hashes up to the largest one that both reach: there they can be compared.
    """
    reach = min((full[-1] for full in (one, other) if full.size >= FINGERPRINT_MEMBERS), default=None)
    if reach is not None:
        one, other = one[one <= reach], other[other <= reach]
    common = np.intersect1d(one, other, assume_unique=True).size
    return common / max(min(one.size, other.size), 1), common


def _correlating(thumbnails: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """Yield the places of the pairs of thumbnails that correlate when they are seen from afar.

    Seen in cells twice as long, which is eight times as quick, pairs correlate better, unless most of what they show
    are details of one cell.
    """
    there = [place for place, thumbnail in enumerate(thumbnails) if thumbnail]
    coarse = _standard(_coarse([thumbnails[place] for place in there]))
    for first in range(0, len(there), _BLOCK):
        alike = coarse[first : first + _BLOCK] @ coarse[first:].T > LEAST_CORRELATION
        for row, column in np.argwhere(np.triu(alike, k=1)).tolist():
            yield there[first + row], there[first + column]


def _coarse(thumbnails: Sequence[bytes]) -> NDArray[np.float32]:
    """Return thumbnails, a row each, of which 2 x 2 x 2 cells make one."""
    cells = np.frombuffer(b"".join(thumbnails), np.uint8).reshape(-1, *(THUMBNAIL_SIDE,) * 3)
    sums = np.add(cells[:, ::2], cells[:, 1::2], dtype=np.uint16)
    sums = sums[:, :, ::2] + sums[:, :, 1::2]
    sums = sums[..., ::2] + sums[..., 1::2]
    return sums.reshape(len(thumbnails), (THUMBNAIL_SIDE // 2) ** 3).astype(np.float32)


def _standard(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return rows of mean 0 and length 1, or of zeros where all numbers are equal."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    lengths = np.sqrt(np.square(centred).sum(axis=1, keepdims=True))
    return np.asarray(centred / np.where(lengths > 0, lengths, 1), np.float32)


def _sharing(sketches: Sequence[NDArray[np.uint64]]) -> Iterator[tuple[int, int]]:
    """Yield the places of the pairs of fingerprints that have members in common."""
    members, columns = np.unique(np.concatenate([np.empty(0, np.uint64), *sketches]), return_inverse=True)
    rows = np.repeat(np.arange(len(sketches)), [sketch.size for sketch in sketches])
    held = sparse.csr_array((np.ones(columns.size, np.int32), (rows, columns)), (len(sketches), members.size))
    common = sparse.triu(held @ held.T, k=1).tocoo()
    enough = common.data >= LEAST_MEMBERS
    yield from zip(common.row[enough].tolist(), common.col[enough].tolist(), strict=True)
