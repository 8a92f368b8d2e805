"""A Dask cluster on this machine, whose workers can be made to join and to die; needs ``segaudit[dask]``."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

PATIENCE_S = 120.0
"""How long to wait for the scheduler."""

PAUSE_S = 0.1


class Cluster:
    """A scheduler and its workers, each a process."""

    def __init__(self, folder: Path) -> None:
        """Start a scheduler at a port that is free; it writes its address into a folder.

        Raises:
            TimeoutError: it does not start.
        """
        self._folder = folder
        file = folder / "scheduler.json"
        self._scheduler = self._start("dask_scheduler", "--port", "0", "--host", "127.0.0.1", "--scheduler-file", file)
        self._workers: list[subprocess.Popen[bytes]] = []
        self.address: str = json.loads(when_written(file))["address"]

    def lose_scheduler(self) -> None:
        """Kill the scheduler."""
        self._scheduler.kill()

    def worker(self) -> subprocess.Popen[bytes]:
        """Start a worker that is not restarted when it dies."""
        self._workers.append(self._start("dask_worker", self.address, "--nthreads", "1", "--no-nanny"))
        return self._workers[-1]

    def close(self) -> None:
        """End all of them."""
        for process in (*self._workers, self._scheduler):
            process.kill()
            process.wait()

    def _start(self, program: str, *arguments: str | Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{program}", *map(str, arguments), "--no-dashboard"]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, stdout=quiet, stderr=quiet, cwd=self._folder)  # noqa: S603 (its own command)


def when_written(path: Path) -> str:
    """Return the text of a file as soon as there is some.

    Raises:
        TimeoutError: there is none for two minutes.
    """
    for _ in range(round(PATIENCE_S / PAUSE_S)):
        if path.exists() and (text := path.read_text("utf-8")):
            return text
        time.sleep(PAUSE_S)
    raise TimeoutError(path)
