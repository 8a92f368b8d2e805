"""A corpus of damaged NIfTI files, made from whole ones: bytes flipped, cut, grown, headers fuzzed."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from segaudit.measure import measure_case
from segaudit.model import Case, CaseFiles
from segaudit.testing.volumes import Made, zipped
from tests.support.volumes import colour

HEADER = 352

_EXTREMES = tuple(
    number.tobytes()
    for number in (
        *np.array([0, -1], np.int32),
        *np.array([2**15 - 1, -(2**15)], np.int16),
        *np.array([np.inf, -np.inf, np.nan, 3e38, -3e38, 1e-40], np.float32),
    )
)


def originals() -> list[Made]:
    """Return small whole volumes of several types and containers."""
    rng = np.random.default_rng(0)
    shape = (17, 13, 11)
    ct = rng.normal(0, 300, shape)
    mask = rng.random(shape) < 0.1
    return [
        Made(ct.astype(np.int16)),
        Made(ct.astype(np.float32), members=2),
        Made(mask.astype(np.uint8)),
        Made(mask.astype(np.float64), byte_order=">"),
        Made(mask.astype(np.uint16), members=0, slope=2.0, inter=1.0),
        Made(np.zeros(shape, colour(3))),
        Made(mask.astype(np.complex64), second=True),
    ]


def _position(rng: random.Random, size: int) -> int:
    """Return a position, in the first 400 bytes as often as anywhere."""
    return rng.randrange(min(size, 400) if rng.random() < 0.5 else size)


def _flip(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        changed[_position(rng, len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: _position(rng, len(data))]


def _grow(data: bytes, rng: random.Random) -> bytes:
    more = rng.choice((bytes(rng.randrange(1, 600)), rng.randbytes(rng.randrange(1, 600)), data, b"\x1f\x8b\x08"))
    return data + more


def _drop(data: bytes, rng: random.Random) -> bytes:
    start = _position(rng, len(data))
    return data[:start] + data[start + rng.randrange(1, 50) :]


def _fuzz(data: bytes, rng: random.Random) -> bytes:
    """Write extreme numbers over fields of a header."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5))):
        field = rng.choice((rng.choice(_EXTREMES), rng.randbytes(rng.choice((1, 2, 4)))))
        at = rng.randrange(HEADER - 4)
        changed[at : at + len(field)] = field
    return bytes(changed)


_DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (_flip, _cut, _grow, _drop, _fuzz)


def mutations(count: int, seed: int = 0) -> Iterator[bytes]:
    """Yield damaged files; half of them are damaged before compression, so that the stream itself is whole."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    whole = originals()
    for _ in range(count):
        made, damage = rng.choice(whole), rng.choice(_DAMAGES)
        if made.members and rng.random() < 0.5:
            yield zipped(damage(made.content(), rng), made.members)
        else:
            yield damage(made.file(), rng)


def measure_mutation(root: Path, data: bytes) -> Case:
    """Measure a case whose CT and first mask are a damaged file, and whose second mask is whole."""
    (root / "damaged.nii.gz").write_bytes(data)
    whole = root / "whole.nii.gz"
    if not whole.exists():
        originals()[2].write(whole)
    masks = {"brain": "damaged.nii.gz", "stomach": "whole.nii.gz"}
    return measure_case(root, CaseFiles(case="s0001", folder="s0001", ct="damaged.nii.gz", masks=masks))


def main(count: int) -> None:
    """Measure many and print the outcomes: ``python -m tests.support.mutate 10000``."""
    import resource  # noqa: PLC0415 (not on Windows, and not needed by the tests)

    faults: Counter[str] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for data in mutations(count):
            start = time.perf_counter()
            case = measure_mutation(Path(folder), data)
            slowest = max(slowest, time.perf_counter() - start)
            faults.update([str(fault.kind) for fault in case.masks[0].file.faults] or ["none"])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    sys.stdout.write(f"{count} files, slowest {slowest:.3f} s, peak {peak} MiB, faults: {dict(faults)}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
