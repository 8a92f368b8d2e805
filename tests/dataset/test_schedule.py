"""Cases are measured in parallel, once, and survive what happens to a worker."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import threading
import time
from multiprocessing import active_children
from multiprocessing.process import BaseProcess
from multiprocessing.queues import Queue
from pathlib import Path

import pytest

from segaudit.dataset import schedule
from segaudit.dataset.store import Store, fingerprint
from segaudit.executors.processes import ProcessExecutor
from segaudit.model import CaseFiles, Unmeasured
from segaudit.settings import Trust
from segaudit.testing.small import write_small
from tests.support import odd_jobs
from tests.support.systems import signals

CASES = tuple(CaseFiles(case=f"s000{n}", folder=f"s000{n}") for n in range(5))


def measured(store: Store, trust: Trust = "stamps") -> dict[str, str]:
    """Return the error of each case that was measured, empty if none."""
    done = schedule.measure(store.folder, CASES, store, ProcessExecutor(2), trust)
    return {case.case: case.error if isinstance(case, Unmeasured) else "" for case in done}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store."""
    return Store(tmp_path)


def test_kept_cases_are_not_measured_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second run measures none, unless the cache is off."""
    monkeypatch.setattr(schedule, "record_of", odd_jobs.made)
    everything = dict.fromkeys((case.case for case in CASES), "")
    notes = store.folder / "made.txt"
    assert measured(store) == everything
    assert measured(store) == everything
    assert sorted(notes.read_text().split()) == sorted(everything)
    assert measured(store, "nothing") == everything
    assert len(notes.read_text().split()) == 2 * len(everything)


def test_a_worker_that_dies_takes_no_case_with_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every case is measured, and each is yielded once."""
    monkeypatch.setattr(schedule, "record_of", odd_jobs.dies_once)
    done = [case.case for case in schedule.measure(store.folder, CASES, store, ProcessExecutor(2))]
    assert sorted(done) == [case.case for case in CASES]
    assert all(store.load(case.case, fingerprint(store.folder, case)) for case in CASES)


@pytest.mark.parametrize("closing", [0.0, 0.6], ids=["registered after the end", "registered before it is waited for"])
def test_a_worker_that_dies_while_another_one_starts(
    store: Store, monkeypatch: pytest.MonkeyPatch, closing: float
) -> None:
    """The pool neither waits for the one that starts, nor leaves it behind: on a busy machine that takes a while."""
    begin, close, started = BaseProcess.start, Queue.join_thread, list[BaseProcess]()

    def start_slowly(process: BaseProcess) -> None:
        begin(process)
        started.append(process)
        while len(started) == 2 and not (store.folder / "died").exists():
            time.sleep(0.01)
        time.sleep(0.3)

    def close_slowly(queue: Queue[object]) -> None:
        time.sleep(closing)
        close(queue)

    monkeypatch.setattr(schedule, "record_of", odd_jobs.dies_first)
    monkeypatch.setattr(BaseProcess, "start", start_slowly)
    monkeypatch.setattr(Queue, "join_thread", close_slowly)
    done = dict[str, str]()
    audit = threading.Thread(target=lambda: done.update(measured(store)), daemon=True)
    audit.start()
    audit.join(60)
    left = active_children()
    for process in left:
        process.terminate()
    assert not audit.is_alive()
    assert left == []
    assert done == dict.fromkeys((case.case for case in CASES), "")


def test_a_case_that_kills_every_worker_is_reported(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are measured all the same."""
    monkeypatch.setattr(schedule, "record_of", odd_jobs.dies_always)
    output = measured(store)
    assert output.pop("s0002") == "its process died twice, perhaps for lack of memory"
    assert set(output.values()) == {""}


def test_a_case_that_finds_no_memory_is_measured_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Concurrent cases may have used the memory."""
    monkeypatch.setattr(schedule, "record_of", odd_jobs.crowded)
    assert measured(store) == dict.fromkeys((case.case for case in CASES), "")


def test_a_case_that_fails_is_reported(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is kept, and the others continue."""
    monkeypatch.setattr(schedule, "record_of", odd_jobs.raises)
    output = measured(store)
    assert output.pop("s0002") == "OSError: [Errno 28] No space left on device"
    assert set(output.values()) == {""}


def test_a_folder_that_cannot_be_listed_is_reported(store: Store) -> None:
    """It is never submitted to a worker."""
    case = CaseFiles(case="s0001", folder="s0001", error="cannot list s0001: Permission denied")
    assert list(schedule.measure(store.folder, [case], store, ProcessExecutor(2))) == [
        Unmeasured(case="s0001", error=case.error)
    ]


def test_a_long_path_for_temporary_files(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """If the fork server cannot listen, processes start without it."""
    long = tmp_path / ("x" * 110)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    monkeypatch.setattr(schedule, "record_of", odd_jobs.made)
    assert measured(store) == dict.fromkeys((case.case for case in CASES), "")


@signals
def test_no_process_outlives_the_audit(tmp_path: Path) -> None:
    """When an audit is killed, its workers and their server end with it."""
    write_small(tmp_path)
    script = (
        "import os, signal, sys, threading\nfrom segaudit import audit\n"
        "threading.Timer(1.5, os.kill, (os.getpid(), signal.SIGKILL)).start()\n"
        "while True: audit('dataset', 'contract.toml')"
    )
    # the audit and all its processes have the pipe open, so reading ends when all of them have exited
    audit = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert audit.returncode == -signal.SIGKILL


@signals
def test_ctrl_c_is_for_the_audit_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers inherit the blocked signal from their start; in the audit it is unblocked again."""
    monkeypatch.setattr(schedule, "record_of", odd_jobs.reports_signal_handling)
    measured(store)
    assert {(store.folder / case.case).read_text() for case in CASES} == {"deaf"}
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
