"""Measure the cases of a dataset in parallel, each once; what is measured stays measured, whatever happens next."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing.context import BaseContext
from pathlib import Path
from tempfile import gettempdir
from types import ModuleType

from segaudit.measure import measure_case
from segaudit.model import CaseFiles, Unmeasured
from segaudit.store import Store, fingerprint

IN_FLIGHT = 2
"""Cases handed to each worker ahead of time: enough to keep it busy, few enough to know what a dead one held."""

LONGEST_SOCKET = 104
"""Bytes of a socket's path, on the system that allows the fewest (macOS; Linux has 108)."""

SOCKET_NAME = 34
"""Bytes that multiprocessing adds to the folder: ``/pymp-xxxxxxxx/listener-xxxxxxxx``, with two to spare."""

MOST_WORKERS = 61
"""More processes than this Windows cannot wait for (``concurrent.futures`` says so)."""


def measure(
    root: Path, cases: Iterable[CaseFiles], store: Store, *, workers: int, cache: bool = True
) -> Iterator[CaseFiles | Unmeasured]:
    """Measure the cases that the store does not hold, and yield each case as it is done, kept ones first.

    A case that could not be measured is yielded as ``Unmeasured``. A worker that dies takes no case with it:
    those it may have held are measured again, each alone.
    """
    pending = []
    for files in cases:
        if files.error:
            yield Unmeasured(case=files.case, error=files.error)
        elif cache and store.holds(files.case, fingerprint(root, files)):
            yield files
        else:
            pending.append(files)
    queue = iter(pending)
    while True:
        held: dict[str, CaseFiles] = {}
        yield from _pool(root, queue, store, min(workers, len(pending)), held)
        if not held:
            return
        for files in held.values():
            yield from _alone(root, files, store)


def default_workers() -> int:
    """Return the number of processors that this process may use."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(processors, MOST_WORKERS)


def measure_and_keep(root: Path, files: CaseFiles, store: Store) -> None:
    """Measure one case and keep the record; a file that changes meanwhile no longer fits the fingerprint."""
    mark = fingerprint(root, files)
    store.save(measure_case(root, files), mark)


def _pool(
    root: Path, queue: Iterator[CaseFiles], store: Store, workers: int, held: dict[str, CaseFiles]
) -> Iterator[CaseFiles | Unmeasured]:
    """Measure cases from the queue until it is empty or a worker dies; ``held`` then has the cases it may have held."""
    if not workers:
        return
    with ProcessPoolExecutor(workers, _context(), _begin) as pool:
        flying: dict[Future[None], str] = {}
        try:
            while True:
                for files in islice(queue, workers * IN_FLIGHT - len(flying)):
                    held[files.case] = files
                    with _nobody_as_main():
                        flying[pool.submit(measure_and_keep, root, files, store)] = files.case
                if not flying:
                    return
                for future in wait(flying, return_when=FIRST_COMPLETED).done:
                    yield _outcome(future, held[flying[future]])
                    del held[flying.pop(future)]
        except BrokenProcessPool:
            return
        finally:
            pool.shutdown(cancel_futures=True)


def _context() -> BaseContext:
    """Return the quickest way to start processes that copies no thread of this one.

    The fork server listens at a socket in the folder for temporary files, whose path may not be long.
    """
    short = len(gettempdir()) < LONGEST_SOCKET - SOCKET_NAME
    if short and "forkserver" in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
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


@contextmanager
def _nobody_as_main() -> Iterator[None]:
    """Keep processes that start meanwhile from running the user's script again: they need nothing of it.

    Without this, a script that audits outside of ``if __name__ == "__main__"`` would start itself in every worker.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _outcome(future: Future[None], files: CaseFiles) -> CaseFiles | Unmeasured:
    """Return the case if it was measured; raises BrokenProcessPool when its worker died."""
    try:
        future.result()
    except BrokenProcessPool:
        raise
    except Exception as error:  # noqa: BLE001 (whatever goes wrong in one case, the others go on)
        return Unmeasured(case=files.case, error=f"{type(error).__name__}: {error}")
    return files


def _alone(root: Path, files: CaseFiles, store: Store) -> Iterator[CaseFiles | Unmeasured]:
    """Measure a case that a dead worker may have held."""
    held: dict[str, CaseFiles] = {}
    yield from _pool(root, iter([files]), store, 1, held)
    if held:
        yield Unmeasured(case=files.case, error="its measuring process died twice, perhaps for lack of memory")
