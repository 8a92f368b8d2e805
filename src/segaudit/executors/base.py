"""The interface of an executor, and what all executors share."""

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
"""Jobs in flight per worker: enough to keep it busy, few enough that little has to be retried when a worker dies."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job failed."""

    error: str

    @classmethod
    def of(cls, error: Exception) -> Failure:
        """Return the type and the text of an exception."""
        return cls(f"{type(error).__name__}: {error}")


class Executor(Protocol):
    """Executes the jobs of an audit."""

    def run(self, do: Callable[[Job], Result], jobs: Iterator[Job]) -> Iterator[tuple[Job, Result | Failure]]:
        """Execute each job once, in another process, and yield it with its result as it completes."""


class Progress(Protocol):
    """Shows the progress of work."""

    def __call__(self, things: Iterable[Thing], total: int, /) -> Iterable[Thing]:
        """Yield things as they are done; there will be ``total`` of them."""


def tracked(jobs: Iterator[Job], in_flight: dict[int, Job]) -> Iterator[Job]:
    """Yield jobs, and add each to ``in_flight`` by its ``id``; the caller removes it when it is done."""
    for job in jobs:
        in_flight[id(job)] = job
        yield job


def submit_bounded(
    pool: futures.Executor, do: Callable[[Job], Result], jobs: Iterator[Job], room: Callable[[], int]
) -> Iterator[tuple[Job, Future[Result]]]:
    """Submit jobs, keeping a bounded number in flight, and yield each with its future as it completes.

    Args:
        pool: where to submit them.
        do: the function that each job is passed to.
        jobs: the jobs, in order.
        room: returns how many jobs may be in flight now.

    Raises:
        BrokenExecutor: the pool broke while jobs were submitted.
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
    """Return the result of a job, or why it failed.

    Raises:
        BrokenExecutor: its worker died.
        CancelledError: it was cancelled.
    """
    try:
        return future.result()
    except (BrokenExecutor, CancelledError):
        raise
    except Exception as error:  # noqa: BLE001 (an error in one job must not stop the others)
        return Failure.of(error)
