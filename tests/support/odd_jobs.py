"""Jobs instead of measuring a case, or drawing it. Each worker imports this module, so it imports little."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from segaudit.dataset.schedule import Job, record_of
from segaudit.dataset.store import fingerprint, seal
from segaudit.executors.base import Failure
from segaudit.model import Case
from segaudit.pictures.jobs import PictureJob, draw_pictures


def made(job: Job) -> bytes:
    """Return an empty record, and record the call."""
    with Path(str(job.root), "made.txt").open("a") as note:
        note.write(job.files.case + "\n")
    return seal(Case(case=job.files.case), fingerprint(job.root, job.files))


def dies_once(job: Job) -> bytes:
    """Take the process down the first time that s0002 is measured."""
    return _dies_once(job, "s0002")


def dies_first(job: Job) -> bytes:
    """Take the process down the first time that the first case is measured."""
    return _dies_once(job, "s0000")


def _dies_once(job: Job, case: str) -> bytes:
    marker = Path(str(job.root), "died")
    if job.files.case == case and not marker.exists():
        marker.touch()
        os._exit(9)
    return made(job)


def dies_always(job: Job) -> bytes:
    """Take the process down whenever s0002 is measured."""
    if job.files.case == "s0002":
        os._exit(9)
    return made(job)


def crowded(job: Job) -> bytes:
    """Run out of memory for s0002 the first time."""
    marker = Path(str(job.root), "crowded")
    if job.files.case == "s0002" and not marker.exists():
        marker.touch()
        raise MemoryError
    return made(job)


def raises(job: Job) -> bytes:
    """Fail in s0002."""
    if job.files.case == "s0002":
        raise OSError(28, "No space left on device")
    return made(job)


def reports_signal_handling(job: Job) -> bytes:
    """Record whether SIGINT is blocked or ignored in this process."""
    held = signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])
    Path(str(job.root), job.files.case).write_text("deaf" if held else "hears")
    return made(job)


def vanishes(job: Job) -> bytes:
    """Measure a case while one of its files is removed."""
    record = record_of(job)
    if job.files.case == "s0003":
        Path(str(job.root), job.files.masks["spleen"]).unlink(missing_ok=True)
    return record


def dies_drawing(order: PictureJob) -> dict[str, bytes | Failure]:
    """Take the process down with s0001."""
    if order.files.case == "s0001":
        os._exit(9)
    return draw_pictures(order)
