"""How long an audit takes that finds nothing changed: ``python benchmarks/again.py CASE_FOLDER [CASES] [TIMES]``.

Makes a dataset of hard links to a copy of one case, audits it once, and then again and again.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.costs import of_command
from scaling import release

CASES, TIMES = 3, 7


def main(case: Path, cases: int = CASES, times: int = TIMES) -> None:
    """Print seconds of the first audit, and medians of those that follow."""
    with TemporaryDirectory() as folder:
        source = Path(shutil.copytree(case, Path(folder) / "source", copy_function=shutil.copyfile))
        dataset = str(release(Path(folder) / "dataset", source, cases))
        options = ["--contract", "totalsegmentator-v2", "--output", str(Path(folder) / "output"), "-q"]
        command = [sys.executable, "-m", "segaudit", "audit", dataset, *options]
        first, *others = (of_command(command, ends=(0, 1)) for _ in range(times + 1))
        wall, cpu, _ = (median(column) for column in zip(*others, strict=True))
        print(f"{cases} cases first: {first.cpu_s:.2f} CPU s, {first.wall_s:.2f} s")
        print(f"{cases} cases again: {cpu:.2f} CPU s, {wall:.2f} s (medians of {times})")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:4]))
