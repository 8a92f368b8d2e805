"""Schedule the measuring of cases: each once, the largest first, stored as soon as it is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from segaudit.dataset.store import VERSION, Store, fingerprint, opened, seal, version_of
from segaudit.executors.base import Executor, Failure
from segaudit.measure import measure_case, same_bytes
from segaudit.model import CaseFiles, Unmeasured
from segaudit.model.place import Place
from segaudit.settings import Trust


@dataclass(frozen=True, slots=True)
class Job:
    """A case to measure."""

    root: Place
    files: CaseFiles
    kept: bytes = b""
    """A stored record that is still valid if no byte of the files differs; empty if there is none."""


def record_of(job: Job) -> bytes:
    """Measure a case and return its sealed record; if a file changes meanwhile, the fingerprint no longer matches."""
    mark = fingerprint(job.root, job.files)
    kept = opened(job.kept) if job.kept else None
    return seal(kept if kept and same_bytes(job.root, job.files, kept) else measure_case(job.root, job.files), mark)


def measure(
    root: Place, cases: Iterable[CaseFiles], store: Store, executor: Executor, trust: Trust = "stamps"
) -> Iterator[CaseFiles | Unmeasured]:
    """Measure the cases that are not in the store, and yield each case as it is done, stored ones first.

    The largest are measured first, so that no worker is left with a large one at the end. A case that could not be
    measured is yielded as ``Unmeasured``.
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
    jobs = (Job(root, files, store.read_record(files.case) if trust == "bytes" else b"") for files in pending)
    for job, record in executor.run(record_of, jobs) if pending else ():
        yield _kept(store, job.files, record)


def _bulk(root: Place, files: CaseFiles) -> int:
    """Return the size in bytes of a case's CT, or of a mask if it has none, as an estimate of the work."""
    try:
        return (root / (files.ct or next(iter(files.masks.values()), ""))).stat().st_size
    except OSError:
        return 0


def _kept(store: Store, files: CaseFiles, record: bytes | Failure) -> CaseFiles | Unmeasured:
    """Store a record; without a record, or if it cannot be stored (a full disk), the case counts as not measured."""
    if isinstance(record, Failure):
        return Unmeasured(case=files.case, error=record.error)
    if (theirs := version_of(record)) != VERSION:
        reason = f"its worker has another version of segaudit (records {theirs}, expected {VERSION}): install the same"
        return Unmeasured(case=files.case, error=reason)
    try:
        store.keep(files.case, record)
    except OSError as error:
        return Unmeasured(case=files.case, error=f"its record cannot be kept in {store.folder}: {error.strerror}")
    return files
