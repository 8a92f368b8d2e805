"""A Dask cluster whose workers die, against the processes of this machine: ``python benchmarks/cluster.py [CASES]``.

A dataset of small cases is audited by two processes of this machine, and by four workers of a cluster. One of these is
killed, and another started, whenever a fifth more of the cases is done. Reports and records have to be equal, byte for
byte. Needs ``segaudit[dask]``.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.costs import Cost, of_command

from segaudit.testing.cluster import Cluster
from segaudit.testing.small import SPLITS, write_case, write_small

CASES, WORKERS, DEATHS = 5000, 4, 4
TABLES = ("report.json", "findings.csv", "measurements/cases.csv", "measurements/masks.csv")


def main(cases: int = CASES) -> None:
    """Print what both ways cost, and what differs."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        dataset = written(folder, cases)
        here = audited(dataset, folder / "here", "--workers", "2")
        print(f"{cases} cases, two processes: {here.wall_s:.0f} s, {here.memory_mib:.0f} MiB")
        there, deaths = on_cluster(dataset, folder / "there", cases)
        print(f"{WORKERS} workers, {deaths} of them killed: {there.wall_s:.0f} s, {there.memory_mib:.0f} MiB")
        differing = [path for path in files(folder / "here") if differs(folder, path)]
        print(f"files that differ of {len(files(folder / 'here'))}: {', '.join(differing) or 'none'}")


def written(folder: Path, cases: int) -> Path:
    """Write a dataset, whose cases differ in their noise, and its contract."""
    dataset, _ = write_small(folder)
    for number in range(len(SPLITS), cases):
        write_case(dataset / f"s{number:04}", number)
    return dataset


def audited(dataset: Path, output: Path, *options: str) -> Cost:
    """Audit a dataset against the contract beside it."""
    contract = str(dataset.parent / "contract.toml")
    words = ("audit", str(dataset), "--contract", contract, "--output", str(output), "-q", *options)
    return of_command([sys.executable, "-m", "segaudit", *words], ends=(0, 1))


def on_cluster(dataset: Path, output: Path, cases: int) -> tuple[Cost, int]:
    """Audit a dataset on a cluster whose workers die; return the cost and how many died."""
    cluster, ended = Cluster(output.parent), threading.Event()
    workers = [cluster.worker() for _ in range(WORKERS)]
    deaths: list[int] = []

    def kill() -> None:
        while not ended.is_set() and len(deaths) < DEATHS:
            done = sum(1 for _ in output.glob("measurements/*.msgpack"))
            if done > (len(deaths) + 1) * cases / (DEATHS + 1):
                workers.pop(0).kill()
                workers.append(cluster.worker())
                deaths.append(done)
            time.sleep(0.2)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        return audited(dataset, output, "--scheduler", cluster.address), len(deaths)
    finally:
        ended.set()
        killer.join()
        cluster.close()


def files(folder: Path) -> list[str]:
    """Return the paths of what is compared: tables, the report for machines, and the record of each case."""
    records = sorted(path.relative_to(folder).as_posix() for path in folder.glob("measurements/*.msgpack"))
    return [*TABLES, *records]


def differs(folder: Path, path: str) -> bool:
    """Whether a file is another one, or missing, after the audit on the cluster."""
    there = folder / "there" / path
    return not there.exists() or there.read_bytes() != (folder / "here" / path).read_bytes()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
