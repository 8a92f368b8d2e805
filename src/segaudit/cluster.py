"""A Dask cluster that measures: workers come, go and die while it does."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from importlib import import_module
from itertools import chain
from typing import Any

from segaudit.crew import IN_FLIGHT, Job, Outcome, failed, fly, noted
from segaudit.model import Unmeasured
from segaudit.model.errors import InputError
from segaudit.store import VERSION, version_of

PATIENCE = "15s"
"""How long a scheduler has to answer."""


class Cluster:
    """The workers of a Dask scheduler. They see the dataset under the same path or URL as this process."""

    def __init__(self, address: str) -> None:
        """Connect to the scheduler at an address such as ``tcp://10.0.0.1:8786``.

        Raises:
            InputError: Dask is not installed, or no scheduler answers.
        """
        try:
            distributed: Any = import_module("distributed")  # an extra, which few need
        except ImportError as error:
            raise InputError("--scheduler needs Dask: pip install 'segaudit[dask]'") from error
        self._address = address
        self._quiet = distributed.utils.silence_logging_cmgr("CRITICAL")  # a lost connection prints tracebacks
        try:
            self._client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise InputError(f"no Dask scheduler answers at {address} within {PATIENCE}: {error}") from error

    def work(self, jobs: Iterator[Job]) -> Iterator[Outcome]:
        """Measure each case once. A case whose worker dies is measured by another, thrice at most: Dask sees to it.

        When the scheduler is lost, so are the cases that were not done yet.
        """
        held: dict[str, Job] = {}
        jobs = noted(jobs, held)
        gone = suppress(OSError, CancelledError)
        with self._quiet, gone, self._client, self._client.get_executor(pure=False) as pool:
            for job, future in fly(pool, jobs, self._room):
                yield _outcome(job, future)
                del held[job.files.case]
        lost = f"the Dask scheduler at {self._address} was lost: start one, and audit again"
        for job in chain(held.values(), jobs):
            yield job.files, Unmeasured(case=job.files.case, error=lost)

    def _room(self) -> int:
        """Return how many cases to hand over: workers that join late find some waiting.

        Raises:
            OSError: the scheduler is lost.
        """
        if self._client.status != "running":
            raise ConnectionError(self._client.status)
        threads: dict[str, int] = self._client.nthreads()
        return IN_FLIGHT * (sum(threads.values()) + 1)


def _outcome(job: Job, future: Future[bytes]) -> Outcome:
    """Return the record, or what went wrong; raises CancelledError when the scheduler is lost."""
    try:
        record = future.result()
    except CancelledError:
        raise
    except Exception as error:  # noqa: BLE001 (whatever goes wrong in one case, the others go on)
        return failed(job, error)
    if (theirs := version_of(record)) != VERSION:
        reason = f"its worker has another version of segaudit (records {theirs}, expected {VERSION}): install the same"
        return job.files, Unmeasured(case=job.files.case, error=reason)
    return job.files, record
