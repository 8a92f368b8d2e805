"""Who measures: an executor that is handed one case at a time, and what it is to do with each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from segaudit.measure import measure_case, same_bytes
from segaudit.model import CaseFiles, Unmeasured
from segaudit.model.place import Place
from segaudit.store import fingerprint, opened, seal

IN_FLIGHT = 2
"""Cases handed to each worker ahead of time: enough to keep it busy, few enough to know what a dead one held."""


@dataclass(frozen=True, slots=True)
class Job:
    """A case to measure."""

    root: Place
    files: CaseFiles
    kept: bytes = b""
    """A record that still holds if no byte of the files differs; empty if there is none."""


Outcome = tuple[CaseFiles, bytes | Unmeasured]
"""A case, with its sealed record or the reason why there is none."""


class Crew(Protocol):
    """Whoever measures the cases of a dataset."""

    def work(self, jobs: Iterator[Job]) -> Iterator[Outcome]:
        """Measure each case once, and yield it as it is done."""


def record_of(job: Job) -> bytes:
    """Measure a case and return its sealed record; a file that changes meanwhile no longer fits the fingerprint."""
    mark = fingerprint(job.root, job.files)
    kept = opened(job.kept) if job.kept else None
    return seal(kept if kept and same_bytes(job.root, job.files, kept) else measure_case(job.root, job.files), mark)


def noted(jobs: Iterator[Job], held: dict[str, Job]) -> Iterator[Job]:
    """Pass jobs on, and note each by its case: whoever is done with one takes it out."""
    for job in jobs:
        held[job.files.case] = job
        yield job


def fly(pool: Executor, jobs: Iterator[Job], room: Callable[[], int]) -> Iterator[tuple[Job, Future[bytes]]]:
    """Hand jobs to a pool, as many at a time as it has room for, and yield each as it ends.

    A pool that breaks while jobs are handed over raises what its executor raises.
    """
    flying: dict[Future[bytes], Job] = {}
    while True:
        for job in islice(jobs, max(room() - len(flying), 0)):
            flying[pool.submit(record_of, job)] = job
        if not flying:
            return
        for future in wait(flying, return_when=FIRST_COMPLETED).done:
            yield flying.pop(future), future


def failed(job: Job, error: Exception) -> Outcome:
    """Return a case that could not be measured, and why."""
    return job.files, Unmeasured(case=job.files.case, error=f"{type(error).__name__}: {error}")
