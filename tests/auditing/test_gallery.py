"""The pictures of a report are drawn once, by all workers, and again when a file of their case has changed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from segaudit.auditing import gallery as galleries
from segaudit.auditing.gallery import PICTURES_PER_JOB, Gallery
from segaudit.cli import main
from segaudit.dataset.target import Target, open_dataset
from segaudit.executors.base import Executor, Job, Result, Thing
from segaudit.executors.processes import ProcessExecutor
from segaudit.model import ReportedFinding, Severity
from segaudit.model.misplacement import Misplacement
from segaudit.pictures import Album, drawing
from segaudit.pictures.jobs import PictureSpec
from segaudit.testing.small import write_case, write_small
from tests.support import odd_jobs
from tests.support.systems import signals


def about(case: str, **fields: object) -> ReportedFinding:
    """Return a finding in a case."""
    nothing = {"structures": (), "files": (), "message": "", "observed": None, "expected": None, "waived": None}
    return ReportedFinding(check="mask-tiny", severity=Severity.WARNING, case=case, **{**nothing, **fields})  # type: ignore[arg-type]


LIVER = about("s0001", structures=("liver",), voxel=(15, 8, 6), position_mm=(75.0, 40.0, 30.0))
CT = about("s0001", files=("s0001/ct.nii.gz",))
TABLE = about("s0001", files=("meta.csv",))
MISSING = about("s0001", structures=("aorta",))


class Here:
    """An executor that works in this process, and records its jobs."""

    def __init__(self) -> None:
        """Start without jobs."""
        self.jobs: list[Any] = []

    def run(self, do: Callable[[Job], Result], jobs: Iterator[Job]) -> Iterator[tuple[Job, Result]]:
        """Do each job."""
        for job in jobs:
            self.jobs.append(job)
            yield job, do(job)


@pytest.fixture
def target(tmp_path: Path) -> Target:
    """Return a small dataset."""
    return open_dataset(*write_small(tmp_path))


def gallery(target: Target, folder: Path, executor: Executor | None = None) -> Gallery:
    """Return a gallery that is not drawn yet."""
    return Gallery(target, folder, executor or Here(), lambda things, _: things)


def places(number: int) -> list[ReportedFinding | None]:
    """Return a number of findings in one case, each at its own location, and the case itself."""
    return [*(about("s0001", structures=("liver",), position_mm=(75.0, 40.0, 5.0 * z)) for z in range(number)), None]


def test_what_has_a_picture(target: Target, tmp_path: Path) -> None:
    """Masks, CTs and whole cases are drawn; tables, missing masks and unknown cases are not."""
    made = gallery(target, tmp_path).draw({"s0001": [LIVER, CT, None, TABLE, MISSING], "s0009": [None]})
    drawn = made["s0001"]
    assert [picture and picture[:4] for picture in drawn] == [b"RIFF", b"RIFF", b"RIFF", None, None]
    assert made["s0009"] == [None]
    assert len(set(drawn[:3])) == 3


def test_whole_cases_that_lie_elsewhere_have_a_picture(target: Target, tmp_path: Path) -> None:
    """A finding that names no structure shows those that say where the masks would fit; another place, another one."""
    places = ((2.0, 0.0, 0.0), (3.0, 0.0, 0.0), None)
    wanted = [
        about("s0001", misplacement=Misplacement(structures=("liver", "lost"), voxels=voxels)) for voxels in places
    ]
    executor = Here()
    drawn = gallery(target, tmp_path / "pictures", executor).draw({"s0001": [*wanted, about("s0001")]})["s0001"]
    assert [picture and picture[:4] for picture in drawn] == [b"RIFF"] * 4
    assert len(set(drawn)) == 4
    shown = [(spec.structures, spec.misplacement) for job in executor.jobs for spec in job.specs.values()]
    assert shown == [*((("liver",), finding.misplacement) for finding in wanted), ((), None)]


def test_a_mask_that_lies_elsewhere(target: Target, tmp_path: Path) -> None:
    """A finding about a mask shows where this one would fit, at its place."""
    executor, elsewhere = Here(), Misplacement(structures=("liver",), voxels=(2.0, 0.0, 0.0))
    gallery(target, tmp_path / "pictures", executor).draw({"s0001": [replace(LIVER, misplacement=elsewhere)]})
    (spec,) = executor.jobs[0].specs.values()
    assert spec == PictureSpec(("liver",), LIVER.position_mm, misplacement=elsewhere)


def test_a_finding_about_a_case_shows_the_case(target: Target, tmp_path: Path) -> None:
    """One that names neither structure nor file has the picture of the case with all masks, which is drawn once."""
    executor = Here()
    drawn = gallery(target, tmp_path / "pictures", executor).draw({"s0001": [about("s0001"), None]})["s0001"]
    assert drawn[0] == drawn[1] is not None
    assert len(list((tmp_path / "pictures").iterdir())) == 1


def test_what_cannot_be_read_has_no_picture(target: Target, tmp_path: Path) -> None:
    """No picture is drawn if its only structure is unreadable; with another structure, or at a location, one is."""
    (tmp_path / "dataset" / "s0001" / "segmentations" / "liver.nii.gz").write_bytes(b"")
    wanted = [
        about("s0001", structures=("liver",)),
        about("s0001", structures=("liver", "spleen")),
        about("s0001", structures=("liver",), position_mm=(0.0, 0.0, 0.0)),
    ]
    drawn = gallery(target, tmp_path / "kept").draw({"s0001": wanted})["s0001"]
    assert [bool(picture) for picture in drawn] == [False, True, True]


def test_drawn_once(target: Target, tmp_path: Path) -> None:
    """Pictures that are kept are not drawn again: no worker gets a job."""
    executor, wanted = Here(), {"s0001": [LIVER, LIVER, None]}
    first = gallery(target, tmp_path / "pictures", executor).draw(wanted)
    assert [len(job.specs) for job in executor.jobs] == [2]
    assert gallery(target, tmp_path / "pictures", executor).draw(wanted) == first
    assert len(executor.jobs) == 1


def test_drawn_again_when_a_file_changes(target: Target, tmp_path: Path) -> None:
    """Another CT gives another picture; pictures of the old one are removed."""
    (old,) = gallery(target, tmp_path / "pictures").draw({"s0001": [LIVER]})["s0001"]
    write_case(tmp_path / "dataset" / "s0001", 99)
    later = gallery(target, tmp_path / "pictures")
    (new,) = later.draw({"s0001": [LIVER]})["s0001"]
    assert new != old
    later.tidy()
    assert [path.read_bytes() for path in (tmp_path / "pictures").iterdir()] == [new]


def test_any_number_of_workers_draws_the_same(target: Target, tmp_path: Path) -> None:
    """Pictures are the same byte for byte, with any number of workers."""
    wanted: dict[str, list[ReportedFinding | None]] = {"s0001": places(9), "s0000": [None], "s0002": [None]}
    alone = gallery(target, tmp_path / "alone").draw(wanted)
    for workers in (1, 2, 3):
        crowd = gallery(target, tmp_path / str(workers), ProcessExecutor(workers))
        assert (crowd.draw(wanted), crowd.failures) == (alone, {})


def test_a_case_with_many_pictures_is_divided(target: Target, tmp_path: Path) -> None:
    """Pictures of whole cases, which take longest, are drawn first; progress is reported for each picture."""
    seen: list[tuple[int, int]] = []

    def progress(things: Iterable[Thing], total: int) -> Iterator[Thing]:
        for number, thing in enumerate(things, 1):
            seen.append((number, total))
            yield thing

    executor = Here()
    Gallery(target, tmp_path / "pictures", executor, progress).draw({"s0001": places(2 * PICTURES_PER_JOB + 1)})
    assert [(len(job.specs), any(m.whole for m in job.specs.values())) for job in executor.jobs] == [
        (2, True),
        (PICTURES_PER_JOB, False),
        (PICTURES_PER_JOB, False),
    ]
    assert seen == [(number, 2 * PICTURES_PER_JOB + 2) for number in range(1, 2 * PICTURES_PER_JOB + 3)]


def test_a_picture_that_fails_is_reported(target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others of its case are drawn."""

    class Broken(Album):
        def picture(self, structures: Any = (), *args: Any, **others: Any) -> Any:  # noqa: ANN401 (hands them on)
            if structures:
                raise ZeroDivisionError("division by zero")
            return super().picture(structures, *args, **others)

    monkeypatch.setattr(drawing, "Album", Broken)
    made = gallery(target, tmp_path / "pictures")
    liver, case = made.draw({"s0001": [LIVER, None]})["s0001"]
    assert (liver, case and case[:4]) == (None, b"RIFF")
    assert made.failures == {("s0001", "ZeroDivisionError: division by zero"): 1}


def test_a_worker_that_dies_takes_its_pictures_alone(
    target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pictures of all other cases are drawn."""
    monkeypatch.setattr(galleries, "draw_pictures", odd_jobs.dies_drawing)
    made = gallery(target, tmp_path / "pictures", ProcessExecutor(2))
    drawn = made.draw({"s0000": [None], "s0001": [LIVER, None], "s0002": [None]})
    assert {case: [picture is not None for picture in some] for case, some in drawn.items()} == {
        "s0000": [True],
        "s0001": [False, False],
        "s0002": [True],
    }
    assert made.failures == {("s0001", "its process died twice, perhaps for lack of memory"): 2}


def faulty(folder: Path, cases: int) -> None:
    """Write a dataset of so many cases, each with a fault."""
    write_small(folder)
    for number in range(cases):
        write_case(folder / f"dataset/s{number:04}", number)
        (folder / f"dataset/s{number:04}/segmentations/liver.nii.gz").write_bytes(b"")


def test_the_audit_goes_on_without_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reports which case lacks pictures, and why; the verdict is the same."""
    faulty(tmp_path, 3)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(galleries, "draw_pictures", odd_jobs.dies_drawing)
    audited = CliRunner().invoke(main, ["audit", "dataset", "--contract", "contract.toml", "--workers", "2"])
    failure = "s0001: 2 pictures could not be drawn: its process died twice, perhaps for lack of memory\n"
    assert (audited.exit_code, failure in audited.stderr) == (1, True), audited.stderr
    assert (tmp_path / "segaudit-report/report.html").exists()


@signals
def test_ctrl_c_while_drawing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends cleanly and soon; finished pictures are kept, and the next audit resumes from there."""
    faulty(tmp_path, 36)
    monkeypatch.chdir(tmp_path)
    command = [sys.executable, "-m", "segaudit", "audit", "dataset", "--contract", "contract.toml", "--workers", "1"]
    audit = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
    pictures = tmp_path / "segaudit-report/measurements/pictures"
    while audit.poll() is None and not any(pictures.glob("*.webp")):
        time.sleep(0.01)
    os.killpg(audit.pid, signal.SIGINT)
    _, errors = audit.communicate(timeout=60)
    assert (audit.returncode, "Traceback" in errors, "Interrupted." in errors) == (130, False, True), errors
    assert not Path("segaudit-report/report.html").exists()
    before = {path.name: path.stat().st_mtime_ns for path in pictures.iterdir()}
    subprocess.run(command, capture_output=True, check=False)
    after = {path.name: path.stat().st_mtime_ns for path in pictures.iterdir()}
    assert before.items() < after.items()
