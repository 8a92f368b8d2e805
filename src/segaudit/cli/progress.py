"""Progress of a command: a bar on a terminal, otherwise a line from time to time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

LINE_SECONDS = 10.0
"""Seconds between two lines where there is no terminal: frequent enough for a log, without filling it."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ProgressDisplay:
    """Work whose progress is shown on a console."""

    console: Console
    doing: str
    """Such as ``measuring``."""
    noun: str
    """What is counted, in the plural."""

    def __call__(self, things: Iterable[T], total: int, /) -> Iterable[T]:
        """Yield things as they are done, and show how many, how fast, and the time left."""
        return self._bar(things, total) if self.console.is_terminal else self._lines(things, total)

    def _bar(self, things: Iterable[T], total: int) -> Iterator[T]:
        columns = (TextColumn(self.doing), BarColumn(), MofNCompleteColumn(), TextColumn(self.noun), _Rate(self.noun))
        with Progress(*columns, TimeRemainingColumn(), console=self.console, transient=True) as progress:
            yield from progress.track(things, total=total)

    def _lines(self, things: Iterable[T], total: int) -> Iterator[T]:
        last, reported = time.monotonic(), 0
        for number, thing in enumerate(things, 1):
            yield thing
            now = time.monotonic()
            if now - last >= LINE_SECONDS:
                rate = (number - reported) / (now - last)
                left = f"{(total - number) / rate:.0f} s left"
                done = f"{self.doing}: {number} of {total} {self.noun}"
                self.console.print(f"{done}, {_rate(rate, self.noun)}, {left}", highlight=False)
                last, reported = now, number


class _Rate(ProgressColumn):
    """Things per second or per minute."""

    def __init__(self, noun: str) -> None:
        super().__init__()
        self._noun = noun

    def render(self, task: Task) -> Text:
        """Return the rate as text."""
        return Text(_rate(task.speed or 0.0, self._noun))


def _rate(per_second: float, noun: str) -> str:
    """Return a rate in the unit that reads best."""
    return f"{per_second:.1f} {noun}/s" if per_second >= 1 else f"{per_second * 60:.1f} {noun}/min"
