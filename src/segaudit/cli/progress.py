"""How measuring goes on: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from segaudit.model import CaseFiles, Unmeasured

LINE_SECONDS = 10.0
"""Where there is no terminal, a line comes at most this often: enough for a log, not too much for one."""

Cases = Iterable[CaseFiles | Unmeasured]


def on(console: Console, cases: Cases, total: int) -> Iterator[CaseFiles | Unmeasured]:
    """Pass cases on as they are done, and show how many, how fast, and how long it will take."""
    return _bar(console, cases, total) if console.is_terminal else _lines(console, cases, total)


class _Rate(ProgressColumn):
    """Cases a second or a minute."""

    def render(self, task: Task) -> Text:
        """Return the rate as text."""
        return Text(_rate(task.speed or 0.0))


def _bar(console: Console, cases: Cases, total: int) -> Iterator[CaseFiles | Unmeasured]:
    columns = (TextColumn("measuring"), BarColumn(), MofNCompleteColumn(), TextColumn("cases"), _Rate())
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as progress:
        yield from progress.track(cases, total=total)


def _lines(console: Console, cases: Cases, total: int) -> Iterator[CaseFiles | Unmeasured]:
    last, told = time.monotonic(), 0
    for number, case in enumerate(cases, 1):
        yield case
        now = time.monotonic()
        if now - last >= LINE_SECONDS:
            rate = (number - told) / (now - last)
            left = (total - number) / rate
            console.print(f"measured {number} of {total} cases, {_rate(rate)}, {left:.0f} s left", highlight=False)
            last, told = now, number


def _rate(per_second: float) -> str:
    """Return a rate in the unit that reads best."""
    return f"{per_second:.1f} cases/s" if per_second >= 1 else f"{per_second * 60:.1f} cases/min"
