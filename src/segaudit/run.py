"""Measure the cases of a dataset in parallel, each once; what is measured stays measured, whatever happens next."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path

from segaudit.measure import measure_case
from segaudit.model import CaseFiles, Unmeasured
from segaudit.store import Store, fingerprint

IN_FLIGHT = 2
"""Cases handed to each worker ahead of time: enough to keep it busy, few enough to know what a dead one held."""


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
        elif cache and _kept(root, files, store):
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
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def measure_and_keep(root: Path, files: CaseFiles, store: Store) -> None:
    """Measure one case and keep the record; a file that changes meanwhile no longer fits the fingerprint."""
    mark = fingerprint(root, files)
    store.save(measure_case(root, files), mark)


def _kept(root: Path, files: CaseFiles, store: Store) -> bool:
    """Whether the store holds the measurements of these very files."""
    return store.load(files.case, fingerprint(root, files)) is not None


def _pool(
    root: Path, queue: Iterator[CaseFiles], store: Store, workers: int, held: dict[str, CaseFiles]
) -> Iterator[CaseFiles | Unmeasured]:
    """Measure cases from the queue until it is empty or a worker dies; ``held`` then has the cases it may have held."""
    if not workers:
        return
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    with ProcessPoolExecutor(workers, context, signal.signal, (signal.SIGINT, signal.SIG_IGN)) as pool:
        flying: dict[Future[None], str] = {}
        try:
            while True:
                for files in islice(queue, workers * IN_FLIGHT - len(flying)):
                    held[files.case] = files
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
    if _kept(root, files, store):
        yield files
        return
    held: dict[str, CaseFiles] = {}
    yield from _pool(root, iter([files]), store, 1, held)
    if held:
        yield Unmeasured(case=files.case, error="its measuring process died twice, perhaps for lack of memory")
