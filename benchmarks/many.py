"""Cost of judging many cases: ``python benchmarks/many.py [CASE_FOLDER] [--masks N] [CASES ...]``.

A release consists of hard links to one case, so that it takes no space on the disk, and its measurements are made
beforehand: each case has the record of the first one, with a CT that no other one resembles. The audit, which then only
judges, draws and writes reports, runs in a process of its own.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.costs import Cost, apart, of_command
from cases import case_at, listed
from msgspec.structs import replace
from pairs import distinct
from scaling import release

from segaudit import layouts
from segaudit.dataset.codec import pack, unpack
from segaudit.dataset.store import Store, fingerprint, seal
from segaudit.measure import measure_case
from segaudit.model import Case

CASES = (1000, 5000, 20000)
CONTRACT = "totalsegmentator-v2"
SHOWN = ("report.html", "report.json", "findings.csv", "findings.sarif", "junit.xml")


def main() -> None:
    """Print a table, row by row."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("folder", nargs="?", type=Path, help="folder of the case")
    given.add_argument("cases", nargs="*", type=int, default=CASES, help="numbers of cases")
    given.add_argument("--masks", type=int, help="masks of each case; all of them by default")
    given.add_argument("--keep", type=Path, help="folder to keep the reports in")
    options = given.parse_args()
    print("| cases | masks of each | s | CPU s | peak memory, MiB |", *(f"{name}, MB |" for name in SHOWN))
    print("| ---: | ---: | ---: | ---: | ---: |", *("---: |" for _ in SHOWN))
    with case_at(options.folder and options.folder.resolve()) as (root, files), TemporaryDirectory() as folder:
        source = Path(folder, "source")
        masks = apart(_chosen, root / files.folder, source, options.masks)
        for count in options.cases:
            cost, sizes = audited(Path(folder, str(count)), source, count, options.keep)
            numbers = f"{cost.wall_s:.1f} | {cost.cpu_s:.1f} | {cost.memory_mib:.0f}"
            print(
                f"| {count:,} | {masks} | {numbers} | {' | '.join(f'{size / 1e6:.1f}' for size in sizes)} |", flush=True
            )


def _chosen(case: Path, copy: Path, masks: int | None) -> int:
    """Copy a case with some of its masks; return their number."""
    shutil.copytree(case, copy, copy_function=shutil.copyfile)
    left_out = sorted(copy.glob("segmentations/*"))[masks:] if masks else []
    for path in left_out:
        path.unlink()
    return len(listed(copy).masks)


def audited(folder: Path, source: Path, count: int, keep: Path | None) -> tuple[Cost, list[int]]:
    """Make a release, and audit it; return the cost and the sizes of some reports."""
    dataset, output = folder / "dataset", folder / "output"
    release(dataset, source, count)
    apart(_measure, dataset, output / "measurements")
    command = ["audit", str(dataset), "--contract", CONTRACT, "--output", str(output), "--workers", "1"]
    cost = of_command([sys.executable, "-m", "segaudit", *command], ends=(0, 1))
    sizes = [(output / name).stat().st_size for name in SHOWN]
    if keep:
        shutil.rmtree(output / "measurements")
        shutil.copytree(output, keep / str(count), dirs_exist_ok=True)
    shutil.rmtree(folder)
    return cost, sizes


def _measure(dataset: Path, folder: Path) -> None:
    """Measure the first case, and keep its record for all."""
    store, cases = Store(folder), layouts.discover(dataset).cases
    first = pack(measure_case(dataset, cases[0]))
    name = cases[0].case.encode()
    for number, files in enumerate(cases, 1):
        case = unpack(first.replace(name, files.case.encode()))
        store.keep(files.case, seal(_unlike(case, number), fingerprint(dataset, files)))


def _unlike(case: Case, number: int) -> Case:
    """Return a case with a CT that resembles no other one."""
    other = distinct(number)
    return replace(
        case,
        ct=case.ct and replace(case.ct, digest=other.digest, thumbnail=other.thumbnail, fingerprint=other.fingerprint),
    )


if __name__ == "__main__":
    main()
