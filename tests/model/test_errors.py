"""Errors that a user can correct: how many messages they print, and the names they suggest."""

from __future__ import annotations

import pytest

import segaudit
from segaudit.model import errors
from segaudit.model.errors import (
    InputError,
    Terminated,
    did_you_mean,
    nearest,
    no_such_check,
    os_error_text,
)


@pytest.mark.parametrize(("messages", "counted"), [(1, ""), (20, ""), (21, "and 1 more"), (25, "and 5 more")])
def test_many_messages(messages: int, counted: str) -> None:
    """Twenty lines are printed, in printable characters, and the rest is counted."""
    lines = str(InputError(*(f"{at}\x1b" for at in range(messages)))).splitlines()
    assert lines[:20] == [f"{at}\\x1b" for at in range(min(messages, 20))]
    assert lines[20:] == ([counted] if counted else [])


def test_signals_are_no_exceptions() -> None:
    """No net for exceptions catches them; shells name the exit code after the signal."""
    assert Terminated(15).exit_code == 143
    assert not isinstance(Terminated(15), Exception)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (OSError(28, "No space left on device", "report\n"), r"report\n: No space left on device"),
        (OSError(28, "No space left on device"), "[Errno 28] No space left on device"),
        (OSError("odd"), "odd"),
    ],
)
def test_errors_of_the_system(error: OSError, text: str) -> None:
    """With the file, if they name one."""
    assert os_error_text(error) == text


def test_the_nearest_name() -> None:
    """One that is similar, or none."""
    known = ["mask-tiny", "mask-dtype", "ct-range"]
    assert [nearest(word, known) for word in ("mask-tinny", "ct-ranges", "liver", "")] == [
        "mask-tiny",
        "ct-range",
        "",
        "",
    ]
    assert did_you_mean("mask-tinny", known) == "; did you mean 'mask-tiny'?"
    assert did_you_mean("liver", known) == ""
    assert str(no_such_check("MASK-TINY", known)) == "there is no check 'MASK-TINY'; did you mean 'mask-tiny'?"
    assert str(no_such_check("liver", known)) == "there is no check 'liver'; `segaudit list` shows what there is"


def test_tracebacks_name_errors_as_people_import_them() -> None:
    """From the package itself."""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, InputError)]
    assert all(getattr(segaudit, kind.__name__) is kind and kind.__module__ == "segaudit" for kind in kinds)
