"""Time the comparison of CTs: ``python benchmarks/pairs.py [CASES] [distinct | body | crops]``.

Thumbnails are smooth noise, fingerprints random. Of ``distinct`` CTs, every hundredth is a crop of the one before it;
all of ``body`` show one body, each with noise of its own; all of ``crops`` are parts of one scan.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from segaudit.model import FINGERPRINT_MEMBERS, THUMBNAIL_SIDE, Ct, File
from segaudit.model.likeness import likenesses

_CASES = 2000
_EVERY = 100
_NOISE = 3.0


def distinct(number: int) -> Ct:
    """Return a CT that is similar only to its crop."""
    scan = number - 1 if number % _EVERY == 0 else number
    random = np.random.default_rng(scan)
    members = _members(random)
    return _ct(number, _smooth(random), members[number != scan :])


def body(number: int) -> Ct:
    """Return a CT that shows the body that all show, with noise of its own."""
    random = np.random.default_rng(number)
    noise = random.normal(0, _NOISE, (THUMBNAIL_SIDE,) * 3)
    return _ct(number, np.clip(BODY + noise, 0, 255).astype(np.uint8), _members(random))


def crops(number: int) -> Ct:
    """Return a CT that has nine tenths of the runs of one scan, and another thumbnail."""
    random = np.random.default_rng(number)
    return _ct(number, _smooth(random), SCAN[random.random(SCAN.size) < 0.9])  # noqa: PLR2004


def _ct(number: int, thumbnail: NDArray[np.uint8], members: NDArray[np.uint64]) -> Ct:
    name = f"s{number:05d}"
    return Ct(
        case=name,
        file=File(case=name),
        std=400.0,
        body_share=0.5,
        digest=name,
        thumbnail=thumbnail.tobytes(),
        fingerprint=members.tobytes(),
    )


def _members(random: np.random.Generator) -> NDArray[np.uint64]:
    return np.sort(random.integers(0, 2**64, FINGERPRINT_MEMBERS, np.uint64)).astype("<u8")


def _smooth(random: np.random.Generator) -> NDArray[np.uint8]:
    """Return noise with a correlation length of some cells."""
    smooth = ndimage.gaussian_filter(random.normal(size=(THUMBNAIL_SIDE,) * 3).astype(np.float32), 3)
    return np.asarray(np.clip(128 + 60 * smooth / smooth.std(), 0, 255), np.uint8)


BODY = _smooth(np.random.default_rng(0)).astype(np.float32)
SCAN = _members(np.random.default_rng(0))
KINDS: dict[str, Callable[[int], Ct]] = {"distinct": distinct, "body": body, "crops": crops}


def main(cases: int = _CASES, kind: str = "distinct") -> None:
    """Print the cost of comparing CTs."""
    cts = [KINDS[kind](number) for number in range(1, cases + 1)]
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wall, cpu = time.perf_counter(), time.process_time()
    found = likenesses(cts)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{cases} cases, {cases * (cases - 1) // 2} pairs: {wall:.1f} s, {cpu:.1f} CPU s")
    print(f"{memory:.0f} MiB at most, of which {held:.0f} MiB are the records")
    print(f"{len(found)} pairs returned; {len({pair.second for pair in found})} cases have a similar earlier one")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else _CASES, *sys.argv[2:3])
