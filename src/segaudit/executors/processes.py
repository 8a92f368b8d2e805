"""Processes on this machine that work. One that dies takes no job with it."""

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
"""More processes than this Windows cannot wait for (``concurrent.futures`` says so)."""

PRELOADED = ["segaudit.dataset.schedule", "segaudit.measure.case"]
"""What the fork server imports once for all workers."""


class ProcessExecutor:
    """A pool of processes, one for each processor unless told otherwise."""

    def __init__(self, workers: int | None = None) -> None:
        """Start none yet."""
        self.workers = workers or default_workers()

    def run(self, do: Callable[[Job], Result], jobs: Iterator[Job]) -> Iterator[tuple[Job, Result | Failure]]:
        """Do each job once; what a dead worker may have held, or had no memory for, once more and alone."""
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
    """Do jobs until there are no more or a worker dies.

    ``held`` then has those that a dead worker may have held, and those that there was no memory for.
    """
    with _Pool(workers, _context(), _begin) as pool:
        try:
            for job, future in submit_bounded(pool, do, tracked(jobs, in_flight), lambda: workers * JOBS_PER_WORKER):
                if not isinstance(future.exception(), MemoryError):
                    result = result_of(future)
                    yield job, result
                    del in_flight[id(job)]
        except BrokenProcessPool:
            return
        finally:
            pool.shutdown(cancel_futures=True)


def _alone(do: Callable[[Job], Result], job: Job) -> Iterator[tuple[Job, Result | Failure]]:
    """Do a job that did not go with others beside it."""
    in_flight: dict[int, Job] = {}
    yield from _pool(do, iter([job]), 1, in_flight)
    if in_flight:
        yield job, Failure("its process died twice, perhaps for lack of memory")


class _Pool(ProcessPoolExecutor):
    """A pool whose processes do not run the user's script again, and do not hear Ctrl-C.

    They need nothing of the script, and one that audits outside of ``if __name__ == "__main__"`` would start itself in
    every worker.
    """

    def submit(self, fn: Callable[Given, T], /, *args: Given.args, **kwargs: Given.kwargs) -> Future[T]:
        """Start processes as needed while the script is not to be seen, and Ctrl-C waits."""
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
    """Have processes that start now be deaf to Ctrl-C from their first instruction: they inherit what is blocked."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows, where ``_begin`` is the first who can
        yield
        return
    resource_tracker.ensure_running()  # whose start unblocks it
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _sigint_deferred() -> Iterator[None]:
    """Have Ctrl-C wait for the end: a process whose start is cut short leaves a traceback.

    To block it is not enough: it reaches whatever thread does not.
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
    """Return the quickest way to start processes that copies no thread of this one.

    The fork server listens at a socket in the folder for temporary files, whose path may not be long.
    """
    short = len(gettempdir()) < MAX_SOCKET_PATH_BYTES - SOCKET_NAME_BYTES
    if short and "forkserver" in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(PRELOADED)
        return context
    return multiprocessing.get_context("spawn")


def _begin() -> None:
    """Begin a worker: Ctrl-C is for its parent to handle, and when the parent dies, so does the worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
