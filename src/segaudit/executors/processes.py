"""An executor of local processes. No job is lost when a process dies."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from tempfile import gettempdir
from types import ModuleType
from typing import ParamSpec, TypeVar

from segaudit.executors.base import JOBS_PER_WORKER, Failure, Job, Result, result_of, submit_bounded, tracked

Given = ParamSpec("Given")
T = TypeVar("T")

MAX_SOCKET_PATH_BYTES = 104
"""Bytes of a socket's path, on the system that allows the fewest (macOS; Linux has 108)."""

SOCKET_NAME_BYTES = 34
"""Bytes that multiprocessing adds to the folder: ``/pymp-xxxxxxxx/listener-xxxxxxxx``, with two to spare."""

MAX_WORKERS = 61
"""The most processes that Windows can wait for (documented in ``concurrent.futures``)."""

PRELOADED = ["segaudit.dataset.schedule", "segaudit.measure.case", "segaudit.pictures.drawing"]
"""Modules that the fork server imports once for all workers."""


class ProcessExecutor:
    """A pool of processes, by default one for each processor."""

    def __init__(self, workers: int | None = None) -> None:
        """Set the number of processes; they start with the first job."""
        self.workers = workers or default_workers()

    def run(self, do: Callable[[Job], Result], jobs: Iterator[Job]) -> Iterator[tuple[Job, Result | Failure]]:
        """Execute each job once; jobs lost to a crashed or out-of-memory worker are retried once, one at a time."""
        while True:
            in_flight: dict[int, Job] = {}
            yield from _pool(do, jobs, self.workers, in_flight)
            if not in_flight:
                return
            for job in in_flight.values():
                yield from _alone(do, job)


def default_workers() -> int:
    """Return the number of processors that this process may use."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(processors, MAX_WORKERS)


def _pool(
    do: Callable[[Job], Result], jobs: Iterator[Job], workers: int, in_flight: dict[int, Job]
) -> Iterator[tuple[Job, Result | Failure]]:
    """Execute jobs until none is left or a worker dies.

    ``in_flight`` then has the jobs that a dead worker may have had, and those that ran out of memory.
    """
    context = _context()
    ended, end = context.Pipe(duplex=False)
    with ended, end, _Pool(workers, context, _begin, (ended,)) as pool:
        try:
            for job, future in submit_bounded(pool, do, tracked(jobs, in_flight), lambda: workers * JOBS_PER_WORKER):
                if not isinstance(future.exception(), MemoryError):
                    result = result_of(future)
                    yield job, result
                    del in_flight[id(job)]
        except BrokenProcessPool:
            end.close()  # Python 3.11 waits for a process that starts while another one dies, but does not end it
            return
        finally:
            pool.shutdown(cancel_futures=True)


def _alone(do: Callable[[Job], Result], job: Job) -> Iterator[tuple[Job, Result | Failure]]:
    """Retry a job without others beside it."""
    in_flight: dict[int, Job] = {}
    yield from _pool(do, iter([job]), 1, in_flight)
    if in_flight:
        yield job, Failure("its process died twice, perhaps for lack of memory")


class _Pool(ProcessPoolExecutor):
    """A pool whose processes do not run the user's script again, and ignore Ctrl-C.

    They need nothing from the script, and a script that audits outside of ``if __name__ == "__main__"`` would start
    itself in every worker.
    """

    def submit(self, fn: Callable[Given, T], /, *args: Given.args, **kwargs: Given.kwargs) -> Future[T]:
        """Start processes as needed, with the script hidden and Ctrl-C deferred."""
        with _hidden_main(), _sigint_deferred(), _sigint_blocked():
            return super().submit(fn, *args, **kwargs)


@contextmanager
def _hidden_main() -> Iterator[None]:
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _sigint_blocked() -> Iterator[None]:
    """Block SIGINT in child processes from the start: they inherit the signal mask."""
    if not hasattr(signal, "pthread_sigmask"):  # on Windows, ``_begin`` is the first that can ignore it
        yield
        return
    resource_tracker.ensure_running()  # starting it later would unblock the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _sigint_deferred() -> Iterator[None]:
    """Defer SIGINT until the block ends: a process that is interrupted while it starts prints a traceback.

    Blocking it is not enough, because the signal reaches any thread that does not block it.
    """
    if signal.getsignal(signal.SIGINT) is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: waiting.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        for number in waiting[:1]:
            signal.raise_signal(number)


def _context() -> BaseContext:
    """Return the fastest start method that copies no thread of this process.

    The fork server listens at a socket in the folder for temporary files, whose path must not be too long.
    """
    short = len(gettempdir()) < MAX_SOCKET_PATH_BYTES - SOCKET_NAME_BYTES
    if short and "forkserver" in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(PRELOADED)
        return context
    return multiprocessing.get_context("spawn")


def _begin(ended: Connection) -> None:
    """Initialise a worker: it leaves Ctrl-C to its parent, and exits when the parent dies or gives up the pool.

    Args:
        ended: what is at its end once the parent has done so; nothing is ever sent.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave, args=(ended,), daemon=True).start()


def _leave(ended: Connection) -> None:
    parent = multiprocessing.parent_process()
    wait([ended, parent.sentinel] if parent else [ended])
    os._exit(1)
