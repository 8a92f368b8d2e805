"""The file of decisions: it outlives kills, and two people write at once."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from segaudit.model.decision import Decision, Verdict
from segaudit.model.errors import ReportError
from segaudit.review.journal import Journal
from tests.support import pages
from tests.support.reviewed import decision
from tests.support.systems import pipes

FINDING = pages.finding()


def some(number: int) -> list[Decision]:
    """Return decisions about different cases."""
    return [decision(pages.finding(case=case), Verdict.RIGHT, comment="ö\n\u2028") for case in pages.case_ids(number)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of a file that is not there yet."""
    return tmp_path / "decisions.jsonl"


def test_what_is_added_is_read_again(path: Path) -> None:
    """No file is made before the first decision; each is a line."""
    assert Journal(path).decisions.all == ()
    assert not path.exists()
    journal, made = Journal(path), some(3)
    for one in made:
        journal.add(one)
    assert len(path.read_bytes().splitlines()) == 3
    assert Journal(path).decisions.all == journal.decisions.all == tuple(made)


def test_cut_off_anywhere(path: Path) -> None:
    """Whatever is lost of the last line, all others count, the next one is whole, and a line says what was lost."""
    made = some(3)
    journal = Journal(path)
    for one in made[:2]:
        journal.add(one)
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    for end in range(first, len(whole)):
        path.write_bytes(whole[:end])
        left = Journal(path)
        both = end == len(whole) - 1  # only the end of the line is missing
        assert left.decisions.all == tuple(made[: 2 if both else 1])
        assert bool(left.note) is (not both and end > first)
        assert left.add(made[2]).all == (*left.decisions.all[:-1], made[2])
        assert Journal(path).decisions.all == (*made[: 2 if both else 1], made[2])


def test_note_names_the_lines(path: Path) -> None:
    """At most three are named."""
    path.write_text("{\n[]\n\nx\n{}\n", encoding="utf-8")
    note = f"{path}: 4 lines (number 1, 2, 4, ...) cut off or damaged; all other lines count"
    assert Journal(path).note == note


def test_other_version_is_refused(path: Path) -> None:
    """Also if it is written while a review is running; the file is left as it is."""
    journal = Journal(path)
    journal.add(decision(FINDING, Verdict.RIGHT))
    later = msgspec.json.encode({"version": 2, "kind": "thought"})
    path.write_bytes(path.read_bytes() + later + b"\n")
    before = path.read_bytes()
    message = (
        f"{path}: line 2: is an entry of version 2, this segaudit knows version 1: review with the one that wrote it, "
        "or move the file away. It is unchanged."
    )
    with pytest.raises(ReportError) as caught:
        Journal(path)
    assert str(caught.value) == message
    with pytest.raises(ReportError):
        journal.add(decision(FINDING, Verdict.RIGHT))
    assert path.read_bytes() == before


def test_seen_by_the_other_one(path: Path) -> None:
    """A journal sees what another one added, before and after its own entries."""
    one, other = Journal(path), Journal(path)
    first, second = some(2)
    one.add(first)
    assert other.add(second).all == (first, second)
    assert one.refresh().all == (first, second)


def test_two_writers_at_once(path: Path) -> None:
    """No entry is lost, and none is written into another one: each file that is open has a lock of its own."""

    def write(person: int) -> None:
        journal = Journal(path)
        for case in pages.case_ids(30):
            journal.add(decision(pages.finding(case=case), Verdict.RIGHT, f"p{person}", comment="x" * 5000))

    with ThreadPoolExecutor() as pool:
        list(pool.map(write, range(4)))
    journal = Journal(path)
    assert (len(journal.decisions.all), journal.note) == (120, "")


def test_full_disk(path: Path) -> None:
    """An entry that cannot be written is an error with the path, and not a decision."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    journal = Journal(path)
    path.symlink_to(full)
    with pytest.raises(OSError, match="No space left"):
        journal.add(decision(FINDING, Verdict.RIGHT))


@pipes
def test_no_pipe(path: Path) -> None:
    """Reading one would never end."""
    os.mkfifo(path)
    with pytest.raises(ReportError, match="is no regular file, expected a file of decisions; move it away"):
        Journal(path)
