"""Printing and writing the results of commands."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from rich.console import Console, RenderableType

from segaudit.cli.group import NOT_RUN
from segaudit.cli.progress import ProgressDisplay
from segaudit.cli.provenance import provenance
from segaudit.executors.base import Progress
from segaudit.model import Report, Unmeasured
from segaudit.model.difference import Difference
from segaudit.model.words import count, edged
from segaudit.reports import github, machine, summary, terminal
from segaudit.reports.difference.phrases import since as changes
from segaudit.reports.phrases import visible

if TYPE_CHECKING:
    from segaudit.auditing.session import Audit

STDERR = Console(stderr=True)

PROGRESS = ProgressDisplay(STDERR, "measuring", "cases")

DRAWING = ProgressDisplay(STDERR, "drawing", "pictures")


def shown(progress: Progress, form: str) -> Progress:
    """Return what shows progress: nothing if the output is to be quiet."""
    return (lambda things, _: things) if form == "quiet" else progress


def end(unmeasured: tuple[Unmeasured, ...]) -> NoReturn:
    """Exit, and print on standard error which cases could not be measured."""
    for lost in unmeasured:
        click.echo(visible(edged(f"{lost.case} could not be measured: {lost.error}")), err=True)
    raise SystemExit(NOT_RUN if unmeasured else 0)


def publish(
    audited: Audit, output: Path, form: str, workers: int | None = None, since: Difference | None = None
) -> bool:
    """Write the reports of an audit, and print one of them; ``since`` is the difference from the last report.

    Return whether all pictures could be drawn.
    """
    whole = write(audited, output, workers, since, shown(DRAWING, form))
    show(audited.report, output, form, changes(since) if since else "")
    return whole


def show(report: Report, output: Path, form: str, changed: str = "") -> None:
    """Print a report, whose files are in a folder; ``changed`` says what is new since the last one."""
    forms: dict[str, Callable[[Report], str]] = {
        "json": machine.render,
        "markdown": partial(summary.render, changed=changed),
        "github": github.render,
    }
    if form in forms:
        click.echo(forms[form](report), nl=False)
    else:
        put(terminal.render(report, output, changed, terminal.LEVELS[form]))


def write(
    audited: Audit,
    output: Path,
    workers: int | None,
    since: Difference | None = None,
    progress: Progress = DRAWING,
) -> bool:
    """Write the reports of an audit; print on standard error which pictures could not be drawn, if not all could."""
    from segaudit.auditing.reports import write_reports

    failures = write_reports(audited, output, since=since, workers=workers, progress=progress, provenance=provenance())
    for (case, error), number in failures.items():
        click.echo(f"{visible(case)}: {count(number, 'picture')} could not be drawn: {visible(error)}", err=True)
    return not failures


def put(what: RenderableType) -> None:
    """Print for the width of the terminal, without trailing blanks and blank lines.

    Without a terminal no line is wrapped, because logs and files are searched line by line.
    """
    console = Console() if sys.stdout.isatty() else Console(width=terminal.UNBROKEN)
    with console.capture() as capture:
        console.print(what)
    click.echo("\n".join(line.rstrip() for line in capture.get().rstrip().splitlines()))
