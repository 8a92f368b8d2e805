"""Growth of an audit with cases: ``python benchmarks/scaling.py [CASE_FOLDER] [CASES ...]``.

A release consists of hard links to one case, so that it takes no space on the disk. Each audit runs in processes of
its own, as a user starts it; times are wall times, and memory is the largest peak of any of its processes.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.costs import Cost, of_command
from cases import case_at

CASES = (10, 100, 1204)
WORKERS = (1, 2)
CONTRACT = "totalsegmentator-v2"


def release(folder: Path, case: Path, count: int) -> Path:
    """Link a case ``count`` times, under ids of one length."""
    digits = max(4, len(str(count - 1)))
    for number in range(count):
        for path in case.rglob("*.nii.gz"):
            link = folder / f"s{number:0{digits}}" / path.relative_to(case)
            link.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, link)
    return folder


def run(action: str, dataset: Path, output: Path, workers: int) -> Cost:
    """Measure or audit a dataset."""
    options = ["--contract", CONTRACT, "--output", str(output), "--workers", str(workers)]
    return of_command([sys.executable, "-m", "segaudit", action, str(dataset), *options], ends=(0, 1))


def rows(case: Path, counts: tuple[int, ...]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each number of cases and workers: measuring, an audit after it, and one without a report."""
    for count in counts:
        with TemporaryDirectory() as folder:
            source = Path(shutil.copytree(case, Path(folder) / "source", copy_function=shutil.copyfile))
            dataset = release(Path(folder) / "dataset", source, count)
            for workers in WORKERS:
                output = Path(folder) / f"output-{workers}"
                measuring, first = (run(act, dataset, output, workers) for act in ("measure", "audit"))
                (output / "summary.md").unlink()  # for all to be judged again: the reports would stand
                again = run("audit", dataset, output, workers)
                seconds = (measuring.wall_s, count / measuring.wall_s, first.wall_s, again.wall_s)
                memory = max(cost.memory_mib for cost in (measuring, first, again))
                yield f"{count:,}", str(workers), *(f"{number:.1f}" for number in seconds), f"{memory:.0f}"


def main(folder: Path | None, counts: tuple[int, ...]) -> None:
    """Print a table, row by row."""
    print("| cases | workers | measuring, s | cases a second | judging and pictures, s | judged again, s | peak, MiB |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    with case_at(folder) as (root, files):
        for row in rows(root / files.folder, counts):
            print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None, tuple(map(int, sys.argv[2:])) or CASES)
