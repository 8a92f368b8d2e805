"""Similarity of CTs, pair by pair: the correlation of their thumbnails, and the share of common voxels.

Which pairs are worth a look is found without looking at all of them (``alike_thumbnails``, ``shared_members``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from segaudit.model.alike_thumbnails import UNKNOWN, correlating, standard
from segaudit.model.lazy import Lazy
from segaudit.model.records import FINGERPRINT_MEMBERS
from segaudit.model.scan import Scan
from segaudit.model.shared_members import sharing

MAX_STEP_HU = 3.0
"""``Ct.step_hu`` from which on runs of voxels show nothing. Real CTs have 0.8; stored in steps of 5 HU they have 3 to 4
and share a member of their fingerprints with another one at most, in steps of 11 HU they have 6 to 9 and share five."""


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


def likenesses(cts: Iterable[Scan], splits: Mapping[str, str] | None = None) -> tuple[Likeness, ...]:
    """Compare CTs that are not blank; return the similar pairs, the most similar first.

    Of exact copies (equal digests), only the first one is compared. Of a CT that is similar to more than ``MOST``
    earlier ones (by case), the pairs with the most similar of them are returned, in its split and in others: a group of
    n similar CTs has a few times ``MOST`` times n pairs, not n squared.

    Args:
        cts: the CTs.
        splits: the split of each case that has one.
    """
    first = {ct.digest: ct for ct in sorted(cts, key=lambda ct: ct.case, reverse=True) if not ct.blank}
    compared = sorted(first.values(), key=lambda ct: ct.case)
    thumbnails, sketches = Lazy(compared, lambda ct: ct.thumbnail), Lazy(compared, _sketch)
    names = np.array([(splits or {}).get(ct.case, "") for ct in compared], np.str_)
    kinds = np.where(names == "", UNKNOWN, np.unique(names, return_inverse=True)[1]).astype(np.int64)
    pairs = {*correlating(thumbnails, kinds), *sharing(sketches, kinds)}
    found = (
        Likeness(
            compared[i].case,
            compared[j].case,
            correlation(thumbnails[i], thumbnails[j]),
            *containment(sketches[i], sketches[j]),
        )
        for i, j in pairs
    )
    return tuple(sorted(found, key=lambda pair: (-pair.share, -pair.correlation, pair.first, pair.second)))


def _sketch(ct: Scan) -> NDArray[np.uint64]:
    """Return the hashes of a CT's runs; none where its values are so far apart that other CTs have the same runs."""
    return np.frombuffer(ct.fingerprint if ct.step_hu < MAX_STEP_HU else b"", "<u8")


def correlation(one: bytes, other: bytes) -> float:
    """Return Pearson's correlation of two thumbnails; 0 if one of them is missing or uniform."""
    if not (one and other):
        return 0.0
    first, second = standard(np.frombuffer(one + other, np.uint8).reshape(2, -1).astype(np.float32))
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
