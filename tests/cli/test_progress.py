"""Progress is shown, and results are passed on unchanged."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from segaudit.cli import progress
from segaudit.cli.progress import ProgressDisplay


def test_a_log_gets_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what is done, how many of how many, how fast, and the time left; at most once in ten seconds."""
    text = io.StringIO()
    drawing = ProgressDisplay(Console(file=text, width=200), "drawing", "pictures")
    assert list(drawing("abc", 3)) == ["a", "b", "c"]
    assert text.getvalue() == ""
    monkeypatch.setattr(progress, "LINE_SECONDS", -1.0)
    assert list(drawing("abc", 3)) == ["a", "b", "c"]
    lines = [re.sub(r"[\d.]+ pictures/s, \d+ s", "N pictures/s, N s", line) for line in text.getvalue().splitlines()]
    assert lines == [f"drawing: {done} of 3 pictures, N pictures/s, N s left" for done in (1, 2, 3)]


def test_a_terminal_gets_a_bar() -> None:
    """It disappears at the end, and leaves room for the output."""
    text = io.StringIO()
    shown = ProgressDisplay(Console(file=text, force_terminal=True, color_system=None, width=100), "measuring", "cases")
    assert list(shown(iter("ab"), 2)) == ["a", "b"]
    assert re.search(r"measuring.*0/2 cases", text.getvalue())
    assert text.getvalue().endswith("\x1b[2K")
