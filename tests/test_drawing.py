"""The pictures of a report are drawn once, and again when a file of their case has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from segaudit import drawing
from segaudit.drawing import Gallery
from segaudit.model import ReportedFinding, Severity
from segaudit.subject import Subject, open_dataset
from tests.small import write_case, write_small


def about(case: str, **fields: object) -> ReportedFinding:
    """Return a finding in a case."""
    nothing = {"structure": "", "file": "", "message": "", "observed": None, "expected": None, "waived": None}
    return ReportedFinding(check="mask-tiny", severity=Severity.WARNING, case=case, **{**nothing, **fields})  # type: ignore[arg-type]


LIVER = about("s0001", structure="liver", voxel=(15, 8, 6), position_mm=(75.0, 40.0, 30.0))
CT = about("s0001", file="s0001/ct.nii.gz")
TABLE = about("s0001", file="meta.csv")
MISSING = about("s0001", structure="aorta")


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    """Return a small dataset."""
    return open_dataset(*write_small(tmp_path))


def test_what_has_a_picture(subject: Subject, tmp_path: Path) -> None:
    """Masks, CTs and whole cases are drawn; tables, masks that are not there and unknown cases are not."""
    gallery = Gallery(subject, tmp_path / "pictures")
    drawn = list(gallery.draw("s0001", [LIVER, CT, None, TABLE, MISSING]))
    assert [picture and picture[:4] for picture in drawn] == [b"RIFF", b"RIFF", b"RIFF", None, None]
    assert list(gallery.draw("s0009", [None])) == [None]
    assert len(set(drawn[:3])) == 3


def test_drawn_once(subject: Subject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is not drawn again; without need, no file of the case is read."""
    first = list(Gallery(subject, tmp_path / "pictures").draw("s0001", [LIVER, None]))
    monkeypatch.setattr(drawing, "Album", None)
    assert list(Gallery(subject, tmp_path / "pictures").draw("s0001", [LIVER, None])) == first


def test_drawn_again_when_a_file_changes(subject: Subject, tmp_path: Path) -> None:
    """Another CT, another picture; what was drawn of the old one goes."""
    gallery = Gallery(subject, tmp_path / "pictures")
    (old,) = gallery.draw("s0001", [LIVER])
    write_case(tmp_path / "dataset" / "s0001", 99)
    later = Gallery(subject, tmp_path / "pictures")
    (new,) = later.draw("s0001", [LIVER])
    assert new != old
    later.tidy()
    assert [path.read_bytes() for path in (tmp_path / "pictures").iterdir()] == [new]
