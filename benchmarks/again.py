"""How long an audit takes that finds nothing changed: ``python benchmarks/again.py CASE_FOLDER [CASES] [TIMES]``.

Makes a dataset of hard links to one case, audits it once, and then again and again.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

CASES, TIMES = 3, 7


def linked(case: Path, root: Path, cases: int) -> None:
    """Write a dataset of hard links to the files of one case; copies where links are not possible."""
    for number in range(cases):
        for file in case.rglob("*.nii.gz"):
            link = root / f"s{number:04d}" / file.relative_to(case)
            link.parent.mkdir(parents=True, exist_ok=True)
            try:
                link.hardlink_to(file)
            except OSError:
                link.write_bytes(file.read_bytes())


def main(case: Path, cases: int = CASES, times: int = TIMES) -> None:
    """Print seconds of the first audit, and medians of those that follow."""
    with TemporaryDirectory() as folder:
        linked(case, Path(folder) / "dataset", cases)
        command = [sys.executable, "-m", "segaudit", "audit", "dataset", "--contract", "totalsegmentator-v2", "-q"]
        took = []
        for _ in range(times + 1):
            before, begun = os.times(), time.perf_counter()
            subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=False)  # noqa: S603 (our own program)
            wall, after = time.perf_counter() - begun, os.times()
            cpu = after.children_user + after.children_system - before.children_user - before.children_system
            took.append((cpu, wall))
        again = [statistics.median(column) for column in zip(*took[1:], strict=True)]
        print(f"{cases} cases first: {took[0][0]:.2f} CPU s, {took[0][1]:.2f} s")
        print(f"{cases} cases again: {again[0]:.2f} CPU s, {again[1]:.2f} s (medians of {times})")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:4]))
