"""Compare ways to read a case, side by side: ``python benchmarks/reading.py [CASE_FOLDER]``.

Each way runs in a process of its own, in turn with the others, so that what else the machine does hits all alike.
"""

from __future__ import annotations

import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from math import comb
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from cases import case_at
from ways import PAIRS, Way, dense, inflating, measuring, pairs_by_itk

from segaudit.model import CaseFiles

_ROUNDS = 5
_WARM_UP_S = 3
"""A way that takes less is run a second time, and the second run counts."""


def cost(way: Way, root: Path, files: CaseFiles) -> tuple[float, float]:
    """Run a way in this process; return its CPU seconds, and the most memory that the process ever had, MiB."""
    seconds = _cpu(way, root, files)
    if seconds < _WARM_UP_S:
        seconds = _cpu(way, root, files)
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _cpu(way: Way, root: Path, files: CaseFiles) -> float:
    start = time.process_time()
    way(root, files)
    return time.process_time() - start


def alone(way: Way, root: Path, files: CaseFiles) -> tuple[float, float]:
    """Return the cost of a way in a fresh process."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(cost, way, root, files).result()


def main(folder: Path | None) -> None:
    """Print a table of the ways, with medians over all rounds."""
    with case_at(folder) as (root, files):
        ways = _ways(len(files.masks))
        print(f"{files.case}: {'CT and ' if files.ct else ''}{len(files.masks)} masks, medians of {_ROUNDS} rounds\n")
        rounds = [[alone(way, root, files) for way in ways.values()] for _ in range(_ROUNDS)]
    print("| way | CPU s | times inflating | peak memory, MiB |\n| --- | ---: | ---: | ---: |")
    for name, costs in zip(ways, zip(*rounds, strict=True), strict=True):
        seconds, memory = (median(column) for column in zip(*costs, strict=True))
        ratio = median(own / least for (own, _), ((least, _), *_) in zip(costs, rounds, strict=True))
        print(f"| {name} | {seconds:.2f} | {ratio:.1f} | {memory:.0f} |")


def _ways(masks: int) -> dict[str, Way]:
    """Name the ways; the first is what the others are held against."""
    ways: dict[str, Way] = {
        "only inflating (ISA-L, 256 KiB pieces)": inflating,
        "segaudit": measuring,
        "nibabel, numpy, scipy.ndimage": dense,
    }
    if find_spec("SimpleITK"):
        ways[f"SimpleITK: overlap of {PAIRS} of the {comb(masks, 2)} pairs, no more"] = pairs_by_itk
    return ways


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None)
