"""Measure the cases of a dataset, each once; what is measured stays measured, whatever happens next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from segaudit.crew import Crew, Job
from segaudit.model import CaseFiles, Unmeasured
from segaudit.model.place import Place
from segaudit.settings import Trust
from segaudit.store import Store, fingerprint


def measure(
    root: Place, cases: Iterable[CaseFiles], store: Store, crew: Crew, trust: Trust = "stamps"
) -> Iterator[CaseFiles | Unmeasured]:
    """Measure the cases that the store does not hold, and yield each case as it is done, kept ones first.

    The largest come first, so that none of them is left to one worker in the end. A case that could not be measured is
    yielded as ``Unmeasured``.
    """
    pending = []
    for files in cases:
        if files.error:
            yield Unmeasured(case=files.case, error=files.error)
        elif trust == "stamps" and store.holds(files.case, fingerprint(root, files)):
            yield files
        else:
            pending.append(files)
    pending.sort(key=lambda files: _bulk(root, files), reverse=True)
    jobs = (Job(root, files, store.recall(files.case) if trust == "bytes" else b"") for files in pending)
    for files, record in crew.work(jobs) if pending else ():
        yield record if isinstance(record, Unmeasured) else _kept(store, files, record)


def _bulk(root: Place, files: CaseFiles) -> int:
    """Return the bytes of a case's CT, or of a mask if it has none: what there is to measure grows with both."""
    try:
        return (root / (files.ct or next(iter(files.masks.values()), ""))).stat().st_size
    except OSError:
        return 0


def _kept(store: Store, files: CaseFiles, record: bytes) -> CaseFiles | Unmeasured:
    """Keep a record; where that fails, for a disk can be full, the case counts as not measured."""
    try:
        store.keep(files.case, record)
    except OSError as error:
        return Unmeasured(case=files.case, error=f"its record cannot be kept in {store.folder}: {error.strerror}")
    return files
