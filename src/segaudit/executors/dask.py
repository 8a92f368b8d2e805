"""An executor on a Dask cluster, whose workers may join, leave and die meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import suppress
from importlib import import_module
from itertools import chain
from typing import Any

from segaudit.executors.base import JOBS_PER_WORKER, Failure, Job, Result, result_of, submit_bounded, tracked
from segaudit.model.errors import InputError

CONNECT_TIMEOUT = "15s"
"""How long to wait for the scheduler to answer."""


class DaskExecutor:
    """The workers of a Dask scheduler. They see the dataset under the same path or URL as this process."""

    def __init__(self, address: str) -> None:
        """Connect to the scheduler at an address such as ``tcp://10.0.0.1:8786``.

        Raises:
            InputError: Dask is not installed, or no scheduler answers.
        """
        try:
            distributed: Any = import_module("distributed")  # an optional dependency
        except ImportError as error:
            raise InputError("--scheduler needs Dask: pip install 'segaudit[dask]'") from error
        self._address = address
        self._quiet = distributed.utils.silence_logging_cmgr("CRITICAL")  # a lost connection prints tracebacks
        try:
            self._client = distributed.Client(address, timeout=CONNECT_TIMEOUT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise InputError(f"no Dask scheduler answers at {address} within {CONNECT_TIMEOUT}: {error}") from error

    def run(self, do: Callable[[Job], Result], jobs: Iterator[Job]) -> Iterator[tuple[Job, Result | Failure]]:
        """Execute each job once. Dask retries the job of a worker that dies, three times at most.

        If the scheduler is lost, the jobs that were not done yet fail.
        """
        in_flight: dict[int, Job] = {}
        jobs = tracked(jobs, in_flight)
        gone = suppress(OSError, CancelledError)
        with self._quiet, gone, self._client, self._client.get_executor(pure=False) as pool:
            for job, future in submit_bounded(pool, do, jobs, self._room):
                result = result_of(future)
                yield job, result
                del in_flight[id(job)]
        lost = Failure(f"the Dask scheduler at {self._address} was lost: start one, and audit again")
        yield from ((job, lost) for job in chain(in_flight.values(), jobs))

    def _room(self) -> int:
        """Return how many jobs may be in flight: enough that workers which join later find some waiting.

        Raises:
            OSError: the scheduler is lost.
        """
        if self._client.status != "running":
            raise ConnectionError(self._client.status)
        threads: dict[str, int] = self._client.nthreads()
        return JOBS_PER_WORKER * (sum(threads.values()) + 1)
