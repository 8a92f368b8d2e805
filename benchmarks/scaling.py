"""How an audit grows: ``python benchmarks/scaling.py CASE_FOLDER [CASES ...]``.

A release is made of hard links to one real case, so that it takes no room on the disk. Each audit runs in a process of
its own, as a user starts it; its time is that of the clock, its memory the most that it or one of its workers had.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

CASES = (10, 40, 160)
WORKERS = (1, 2)


def release(folder: Path, case: Path, count: int) -> Path:
    """Link a case so many times."""
    for number in range(count):
        for path in case.rglob("*.nii.gz"):
            link = folder / f"s{number:04}" / path.relative_to(case)
            link.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, link)
    return folder


def timed(action: str, dataset: Path, output: Path, workers: int) -> tuple[float, float]:
    """Measure or audit a dataset; return the seconds that it took, and the peak memory of its largest process, MiB."""
    options = ["--contract", "totalsegmentator-v2", "--output", str(output), "--workers", str(workers)]
    start = time.perf_counter()
    command = [sys.executable, "-m", "segaudit", action, str(dataset), *options]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)  # noqa: S603 (our own)
    return time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def rows(case: Path, counts: tuple[int, ...]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each number of cases and workers: measuring, the audit that follows, and one more."""
    for count in counts:
        with TemporaryDirectory() as folder:
            source = Path(shutil.copytree(case, Path(folder) / "source", copy_function=shutil.copyfile))
            dataset = release(Path(folder) / "dataset", source, count)
            for workers in WORKERS:
                output = Path(folder) / f"output-{workers}"
                measuring, memory = timed("measure", dataset, output, workers)
                first, again = (timed("audit", dataset, output, workers)[0] for _ in range(2))
                numbers = (measuring, count / measuring, first, again)
                yield f"{count:,}", str(workers), *(f"{number:.1f}" for number in numbers), f"{memory:.0f}"


def main(case: Path, counts: tuple[int, ...]) -> None:
    """Print a table, row by row."""
    print("| cases | workers | measuring, s | cases a second | judging and pictures, s | again, s | peak memory, MiB |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for row in rows(case, counts):
        print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), tuple(map(int, sys.argv[2:])) or CASES)
