"""An audit that is killed, interrupted or run concurrently loses nothing: the next one resumes with the same report."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import segaudit
from segaudit.dataset import schedule
from segaudit.dataset.store import Store, fingerprint, opened, seal
from segaudit.dataset.target import open_dataset
from segaudit.model import Verified
from segaudit.testing.small import write_case, write_small
from tests.support import odd_jobs
from tests.support.full_disk import fill_up
from tests.support.systems import signals

COPIES = 16
KILLS = int(os.environ.get("SEGAUDIT_KILLS", "4"))
"""Number of kills of an audit; ``SEGAUDIT_KILLS=50 pytest tests/auditing/test_interrupted.py`` takes some minutes."""

INTERRUPTED = "\nInterrupted. Measurements are kept: run it again without --no-cache to resume.\n"


@pytest.fixture
def dataset(tmp_path: Path) -> tuple[Path, Path]:
    """Return a dataset of several small cases, one with a truncated mask, and its contract."""
    root, contract = write_small(tmp_path)
    for number in range(3, COPIES):
        write_case(root / f"s{number:04}", number)
    liver = root / "s0001" / "segmentations" / "liver.nii.gz"
    liver.write_bytes(liver.read_bytes()[:-20])
    return root, contract


def started(dataset: tuple[Path, Path], output: Path, *options: str) -> subprocess.Popen[str]:
    """Start an audit as a shell does, in a group of processes of its own."""
    root, contract = map(str, dataset)
    command = [sys.executable, "-m", "segaudit", "audit", root, "--contract", contract, "--output", str(output)]
    pipe = subprocess.PIPE
    return subprocess.Popen([*command, *options], stdout=pipe, stderr=pipe, text=True, start_new_session=True)


def kept(output: Path) -> dict[str, tuple[int, bytes]]:
    """Return the time and the content of each record."""
    records = (output / "measurements").glob("*.msgpack")
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in records}


def report(output: Path) -> dict[str, Any]:
    """Return the report that an audit left."""
    found: dict[str, Any] = json.loads((output / "report.json").read_text())
    return found


@signals
def test_killed_at_any_moment(dataset: tuple[Path, Path], tmp_path: Path) -> None:
    """No case is lost, none is measured twice, no half-written record is used, and the report is the same."""
    moments = random.Random(0)  # noqa: S311 (no secret)
    there: dict[str, tuple[int, bytes]] = {}
    for _ in range(KILLS):
        audit = started(dataset, tmp_path / "killed", "--workers", "2")
        time.sleep(moments.uniform(0.3, 2.5))
        os.killpg(audit.pid, signal.SIGKILL)
        audit.communicate()
        now = kept(tmp_path / "killed")
        assert {name: now[name] for name in there} == there
        there = now
    again = started(dataset, tmp_path / "killed")
    again.communicate()
    calm = started(dataset, tmp_path / "calm")
    calm.communicate()
    assert again.returncode == calm.returncode == 1
    assert report(tmp_path / "killed") == report(tmp_path / "calm")
    records = {name: record for name, (_, record) in kept(tmp_path / "killed").items()}
    assert records == {name: record for name, (_, record) in kept(tmp_path / "calm").items()}


@signals
def test_interrupted_at_any_moment(dataset: tuple[Path, Path], tmp_path: Path) -> None:
    """Ctrl-C reaches the audit and all its processes at once; none of them ever prints a traceback."""
    for moment in (0.6, 1.2, 1.5, 1.8, 2.1, 2.4)[-KILLS:]:
        audit = started(dataset, tmp_path / "killed", "--no-cache")
        time.sleep(moment)
        os.killpg(audit.pid, signal.SIGINT)
        _, err = audit.communicate()
        assert audit.returncode in (1, 130, -signal.SIGINT)  # done by then, interrupted, not even begun
        assert err in ("", INTERRUPTED)


def test_two_audits_on_one_output(dataset: tuple[Path, Path], tmp_path: Path) -> None:
    """Both end as one alone does, and leave one whole report."""
    both = [started(dataset, tmp_path / "shared", "--workers", "1") for _ in range(2)]
    for audit in both:
        audit.communicate()
    segaudit.audit(*dataset, output=tmp_path / "alone", workers=1)
    assert [audit.returncode for audit in both] == [1, 1]
    assert report(tmp_path / "shared")["counts"]["cases"] == COPIES
    tables = ("cases.csv", "masks.csv")
    shared, alone = ([(tmp_path / o / "measurements" / t).read_text() for t in tables] for o in ("shared", "alone"))
    assert shared == alone


def test_output_that_cannot_be_written(dataset: tuple[Path, Path], tmp_path: Path) -> None:
    """A file in the place of the folder is reported at once, before anything is measured."""
    (tmp_path / "taken").write_text("x")
    audit = started(dataset, tmp_path / "taken")
    out, err = audit.communicate()
    assert (audit.returncode, out) == (2, "")
    assert "taken" in err
    assert "Traceback" not in err


def test_a_disk_that_fills_up(dataset: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case whose record cannot be stored is reported, the others continue, and no unfinished file is left behind."""
    fill_up(monkeypatch, "s0002.")
    found = segaudit.audit(*dataset, output=tmp_path / "full", workers=1)
    folder = tmp_path / "full" / "measurements"
    (lost,) = found.unmeasured
    assert (lost.case, found.exit_code) == ("s0002", 3)
    assert lost.error == f"its record cannot be kept in {folder}: No space left on device"
    assert sorted(path.name for path in folder.glob("s*")) == [f"s{n:04}.msgpack" for n in range(COPIES) if n != 2]


def test_a_file_that_goes_while_it_is_measured(
    dataset: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case is reported as not measured; the next audit measures its new state."""
    monkeypatch.setattr(schedule, "record_of", odd_jobs.vanishes)
    found = segaudit.audit(*dataset, output=tmp_path / "report", workers=1)
    assert [(lost.case, lost.error) for lost in found.unmeasured] == [
        ("s0003", "its files changed while they were measured: audit again")
    ]
    monkeypatch.undo()
    again = segaudit.audit(*dataset, output=tmp_path / "report", workers=1)
    assert again.unmeasured == ()
    assert "mask-missing" in {finding.check for finding in again.findings if finding.case == "s0003"}


def test_verify_finds_a_change_that_left_no_trace(dataset: tuple[Path, Path], tmp_path: Path) -> None:
    """A record is used if sizes and times are the same; with ``--verify``, only if every byte is."""
    root, contract = dataset
    settings: dict[str, Any] = {"output": tmp_path / "report", "workers": 1}
    measured = segaudit.audit(root, contract, **settings)
    liver, store = root / "s0004" / "segmentations" / "liver.nii.gz", Store(tmp_path / "report" / "measurements")
    before = opened(store.read_record("s0004"))
    content = bytearray(liver.read_bytes())
    content[-5] ^= 0xFF
    liver.write_bytes(content)
    files = next(files for files in open_dataset(root, contract).listing.cases if files.case == "s0004")
    assert before
    store.keep("s0004", seal(before, fingerprint(root, files)))  # as if no time had changed
    trusting = segaudit.audit(root, contract, **settings)
    assert not any(finding.case == "s0004" and finding.check == "file-corrupt" for finding in trusting.findings)
    assert (trusting.verified, trusting.digests) == (None, measured.digests)
    verifying = segaudit.audit(root, contract, **settings, verify=True)
    path, files_now = "s0004/segmentations/liver.nii.gz", measured.counts.files
    assert verifying.verified == Verified(files=files_now, changed=(path,), added=(), gone=())
    assert [case for case, digest in verifying.digests.items() if measured.digests[case] != digest] == ["s0004"]
    assert verifying.unread == measured.unread | {"s0004": ("liver",)}
    assert any(finding.case == "s0004" and finding.check == "file-corrupt" for finding in verifying.findings)


def test_verify_believes_what_is_the_same(dataset: tuple[Path, Path], tmp_path: Path) -> None:
    """If only times changed, as in a copy, nothing is measured again: each record is sealed anew with its content."""
    before = segaudit.audit(*dataset, output=tmp_path / "report", workers=1)
    for path in dataset[0].rglob("*.nii.gz"):
        os.utime(path, ns=(1, 1))
    measured = (tmp_path / "report" / "measurements" / "s0000.msgpack").read_bytes()
    again = segaudit.audit(*dataset, output=tmp_path / "report", workers=1, verify=True)
    assert again.verified == Verified(files=before.counts.files, changed=(), added=(), gone=())
    assert replace(again, verified=None) == before
    renewed = (tmp_path / "report" / "measurements" / "s0000.msgpack").read_bytes()
    assert renewed != measured
    assert opened(renewed) == opened(measured)
