"""A Dask cluster of real processes gives the same measurements as local processes, whatever happens to its workers."""

from __future__ import annotations

import io
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import segaudit
from segaudit.dataset import schedule
from segaudit.dataset.measured import measure_dataset
from segaudit.dataset.store import Store
from segaudit.dataset.target import open_dataset
from segaudit.executors import dask as dask_module
from segaudit.model import CaseFiles, Unmeasured
from segaudit.model.errors import InputError
from segaudit.settings import Settings
from segaudit.testing.cluster import Cluster
from segaudit.testing.small import write_case, write_small

pytest.importorskip("distributed", reason="needs segaudit[dask]")

COPIES = 12


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Cluster]:
    """Start a scheduler that has no workers yet."""
    started = Cluster(tmp_path)
    yield started
    started.close()


@pytest.fixture
def dataset(tmp_path: Path) -> tuple[Path, Path]:
    """Return a dataset of several small cases, and its contract."""
    root, contract = write_small(tmp_path)
    for number in range(3, COPIES):
        write_case(root / f"s{number:04}", number)
    return root, contract


def records(folder: Path) -> dict[str, bytes]:
    """Return the stored records, by name."""
    return {path.name: path.read_bytes() for path in (folder / "measurements").iterdir()}


def test_measures_the_same(dask: Cluster, dataset: tuple[Path, Path], tmp_path: Path) -> None:
    """Records and tables are the same, byte for byte, and so is the verdict."""
    dask.worker()
    here = segaudit.audit(*dataset, output=tmp_path / "here", workers=1)
    there = segaudit.audit(*dataset, output=tmp_path / "there", scheduler=dask.address)
    assert records(tmp_path / "there") == records(tmp_path / "here")
    assert there == here


def test_workers_die_and_join(dask: Cluster, dataset: tuple[Path, Path], tmp_path: Path) -> None:
    """A worker is killed after the first case, and another joins: each case is measured, and reported once."""
    first, done = dask.worker(), list[CaseFiles | Unmeasured]()

    def replace_worker(cases: Iterator[CaseFiles | Unmeasured], _: int) -> Iterator[CaseFiles | Unmeasured]:
        for case in cases:
            if not done:
                first.kill()
                dask.worker()
            done.append(case)
            yield case

    settings = Settings(output=tmp_path / "there", scheduler=dask.address)
    target = open_dataset(*dataset)
    measured = measure_dataset(target, settings, replace_worker)  # type: ignore[arg-type]  # an iterator is handed over
    assert measured.unmeasured == ()
    assert sorted(case.case for case in done) == [f"s{number:04}" for number in range(COPIES)]
    segaudit.audit(*dataset, output=tmp_path / "here", workers=1)
    assert records(tmp_path / "there") == records(tmp_path / "here")


@pytest.mark.parametrize("workers", [0, 1])
def test_the_scheduler_dies(
    dask: Cluster, dataset: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    """Without a worker, or after the first case: finished cases are kept, others are reported, and measured later."""
    said, done = io.StringIO(), list[CaseFiles | Unmeasured]()
    monkeypatch.setattr(logging.getLogger("distributed"), "handlers", [logging.StreamHandler(said)])

    def left_alone(cases: Iterator[CaseFiles | Unmeasured], _: int) -> Iterator[CaseFiles | Unmeasured]:
        if not workers:
            threading.Timer(1, dask.lose_scheduler).start()
        for case in cases:
            if not done:
                dask.lose_scheduler()
            done.append(case)
            yield case

    for _ in range(workers):
        dask.worker()
    settings = Settings(output=tmp_path / "there", scheduler=dask.address)
    target = open_dataset(*dataset)
    lost = measure_dataset(target, settings, left_alone).unmeasured  # type: ignore[arg-type]  # as above
    assert {case.error for case in lost} == {
        f"the Dask scheduler at {dask.address} was lost: start one, and audit again"
    }
    kept = records(tmp_path / "there")
    assert len(lost) + sum(name.startswith("s") for name in kept) == len(done) == COPIES
    assert (len(lost) == COPIES) is (not workers)
    assert said.getvalue() == ""
    for folder in ("there", "here"):
        segaudit.audit(*dataset, output=tmp_path / folder, workers=1)
    assert records(tmp_path / "there") == records(tmp_path / "here")


def test_a_worker_of_another_version_is_reported(
    dask: Cluster, dataset: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its records are not used."""
    dask.worker()
    monkeypatch.setattr(schedule, "VERSION", "1-other")
    report = segaudit.audit(*dataset, output=tmp_path / "there", scheduler=dask.address)
    assert report.exit_code == 3
    assert len(report.unmeasured) == COPIES
    assert "its worker has another version of segaudit" in report.unmeasured[0].error
    assert not list(Store(tmp_path / "there" / "measurements").folder.glob("*.msgpack"))


def test_nobody_answers(dataset: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing scheduler is reported with its address."""
    monkeypatch.setattr(dask_module, "CONNECT_TIMEOUT", "1s")
    with pytest.raises(InputError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9 within 1s"):
        segaudit.audit(*dataset, scheduler="tcp://127.0.0.1:9")


def test_dask_is_not_installed(dataset: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what to install."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"pip install 'segaudit\[dask\]'"):
        segaudit.audit(*dataset, scheduler="tcp://127.0.0.1:9")
