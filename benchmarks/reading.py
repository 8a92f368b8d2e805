"""Compare ways to read a case, side by side: ``python benchmarks/reading.py [CASE_FOLDER]``.

Each way runs in a process of its own, in turn with the others, so that other load on the machine affects all equally.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib.util import find_spec
from math import comb
from pathlib import Path

from bench.costs import Cost, apart, of_call, side_by_side
from cases import case_at
from usual import careful, plain
from ways import PAIRS, Way, inflating, measuring, pairs_by_itk

from segaudit.model import CaseFiles

_ROUNDS = 3
_WARM_UP_S = 3
"""A way that takes less time is run a second time, and the second run counts."""


def cost(way: Way, root: Path, files: CaseFiles) -> Cost:
    """Run a way in this process, and return its cost."""
    first = of_call(way, root, files)
    return first if first.cpu_s >= _WARM_UP_S else of_call(way, root, files)


def main(folder: Path | None) -> None:
    """Print a table of the ways."""
    with case_at(folder) as (root, files):
        print(f"{files.case}: CT and {len(files.masks)} masks, medians of {_ROUNDS} rounds\n")
        ways = {name: partial(apart, cost, way, root, files) for name, way in _ways(len(files.masks)).items()}
        print(*side_by_side(ways, _ROUNDS), sep="\n")


def _ways(masks: int) -> dict[str, Way]:
    """Return the ways by name; the first is the baseline of the others."""
    ways: dict[str, Way] = {
        "only inflating (ISA-L, 256 KiB pieces)": inflating,
        "segaudit": measuring,
        "nibabel, numpy, scipy: whole grids": plain,
        "nibabel, numpy, scipy: cropped, and more numbers": careful,
    }
    if find_spec("SimpleITK"):
        ways[f"SimpleITK: overlap of {PAIRS} of the {comb(masks, 2)} pairs, no more"] = pairs_by_itk
    return ways


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None)
