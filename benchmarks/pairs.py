"""Time the comparison of all pairs of CTs: ``python benchmarks/pairs.py [CASES]``.

Thumbnails are smooth noise, fingerprints random; every hundredth case is a crop of the one before it.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from segaudit.model import FINGERPRINT_MEMBERS, THUMBNAIL_SIDE, Ct, File
from segaudit.model.likeness import likenesses

_CASES = 2000
_EVERY = 100


def made(number: int) -> Ct:
    """Return a CT that is similar only to its crop."""
    scan = number - 1 if number % _EVERY == 0 else number
    random = np.random.default_rng(scan)
    members = np.sort(random.integers(0, 2**64, FINGERPRINT_MEMBERS, np.uint64)).astype("<u8")
    name = f"s{number:04d}"
    return Ct(
        case=name,
        file=File(case=name),
        std=400.0,
        body_share=0.5,
        digest=name,
        thumbnail=_smooth(random).tobytes(),
        fingerprint=members[number != scan :].tobytes(),
    )


def _smooth(random: np.random.Generator) -> NDArray[np.uint8]:
    """Return noise with a correlation length of some cells."""
    smooth = ndimage.gaussian_filter(random.normal(size=(THUMBNAIL_SIDE,) * 3).astype(np.float32), 3)
    return np.asarray(np.clip(128 + 60 * smooth / smooth.std(), 0, 255), np.uint8)


def main(cases: int) -> None:
    """Print the cost of comparing all pairs."""
    cts = [made(number) for number in range(1, cases + 1)]
    wall, cpu = time.perf_counter(), time.process_time()
    found = likenesses(cts)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{cases} cases, {cases * (cases - 1) // 2} pairs: {wall:.1f} s, {cpu:.1f} CPU s, {memory:.0f} MiB at most")
    print(f"{len(found)} pairs are alike, {cases // _EVERY} were planted")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else _CASES)
