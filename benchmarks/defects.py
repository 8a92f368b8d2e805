"""Find the smallest defects that are found: ``python benchmarks/defects.py [--data DIR] [--quick] [--out docs]``.

Every defect is planted in real cases and in phantoms, at several severities, and healthy variants of them are audited
for false positives. Without the folder of real cases only the phantoms are used.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from bench.effects import EFFECTS
from bench.health import Health, examine
from bench.healthy import healthy
from bench.hosts import Host, hosts
from bench.ladder import Result, climb
from bench.page import page, sheet

WORKERS = 2
QUICK_STEP = 5
"""A quick run takes one in this many defects and variants."""

Task = Future[Result] | Future[Health]


@click.command(help=__doc__)
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of the real cases.")
@click.option("--quick", is_flag=True, help=f"Take one of {QUICK_STEP} defects and variants.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("docs"), show_default=True)
def main(data: Path | None, quick: bool, out: Path) -> None:  # noqa: FBT001 (click calls it)
    """Run the defect bench and write ``bench.csv`` and ``bench.md``."""
    with TemporaryDirectory() as folder, ProcessPoolExecutor(WORKERS, get_context("spawn")) as pool:
        tasks = [
            task for host in hosts(data, Path(folder)) for task in submitted(pool, host, QUICK_STEP if quick else 1)
        ]
        outcomes = [task.result() for task in reported(tasks)]
    results = [outcome for outcome in outcomes if isinstance(outcome, Result)]
    healths = [outcome for outcome in outcomes if isinstance(outcome, Health)]
    (out / "bench.csv").write_text(sheet(results), "utf-8")
    (out / "bench.md").write_text(page(results, healths), "utf-8")


def submitted(pool: ProcessPoolExecutor, host: Host, step: int) -> Iterator[Task]:
    """Submit the tasks for a host."""
    for effect in EFFECTS[::step]:
        if effect.fits(host):
            yield pool.submit(climb, host, effect)
    if not host.many:
        for variant in list(healthy(host.spacing_mm))[::step]:
            yield pool.submit(examine, host, variant)


def reported(tasks: list[Task]) -> Iterator[Task]:
    """Yield tasks as they are done, and print the progress."""
    start = time.monotonic()
    for number, task in enumerate(tasks, 1):
        yield task
        print(f"\r{number} of {len(tasks)}, {time.monotonic() - start:.0f} s", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
