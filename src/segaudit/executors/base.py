"""Who works: an executor that is handed one job at a time, and what it is to do with each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent import futures
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")
Thing = TypeVar("Thing")

JOBS_PER_WORKER = 2
"""Jobs handed to each worker ahead of time: enough to keep it busy, few enough to know what a dead one held."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job could not be done."""

    error: str

    @classmethod
    def of(cls, error: Exception) -> Failure:
        """Return what an exception says."""
        return cls(f"{type(error).__name__}: {error}")


class Executor(Protocol):
    """Whoever does the jobs of an audit."""

    def run(self, do: Callable[[Job], Result], jobs: Iterator[Job]) -> Iterator[tuple[Job, Result | Failure]]:
        """Do each job once, in another process, and yield it as it is done."""


class Progress(Protocol):
    """Shows how work goes on."""

    def __call__(self, things: Iterable[Thing], total: int, /) -> Iterable[Thing]:
        """Pass things on as they are done; there will be ``total`` of them."""


def tracked(jobs: Iterator[Job], in_flight: dict[int, Job]) -> Iterator[Job]:
    """Pass jobs on, and note each by its ``id``: whoever is done with one takes it out."""
    for job in jobs:
        in_flight[id(job)] = job
        yield job


def submit_bounded(
    pool: futures.Executor, do: Callable[[Job], Result], jobs: Iterator[Job], room: Callable[[], int]
) -> Iterator[tuple[Job, Future[Result]]]:
    """Hand jobs to a pool, as many at a time as it has room for, and yield each as it ends.

    A pool that breaks while jobs are handed over raises what its executor raises.
    """
    running: dict[Future[Result], Job] = {}
    while True:
        for job in islice(jobs, max(room() - len(running), 0)):
            running[pool.submit(do, job)] = job
        if not running:
            return
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            yield running.pop(future), future


def result_of(future: Future[Result]) -> Result | Failure:
    """Return the result of a job, or what went wrong in it.

    Raises:
        BrokenExecutor: its worker died.
        CancelledError: nobody does it any more.
    """
    try:
        return future.result()
    except (BrokenExecutor, CancelledError):
        raise
    except Exception as error:  # noqa: BLE001 (whatever goes wrong in one job, the others go on)
        return Failure.of(error)
