"""The command that compares two audits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from segaudit.cli import completing
from segaudit.cli.group import UsageError
from segaudit.cli.helping import examples
from segaudit.cli.options import FILE, NAMED, Percentage, choosing, selecting, working
from segaudit.settings import GATES, TOLERANCE_PERCENT, Settings

if TYPE_CHECKING:
    from segaudit.model import Report
    from segaudit.model.difference import Difference


@click.command(
    epilog=examples(
        "diff old-report segaudit-report               # two output folders, or their report.json",
        "diff DATASET_v1 DATASET_v2 --output diff      # audits both first, and keeps the measurements",
        "diff meta-v2.csv meta-v3.csv                  # two metadata tables, by column, row and cell",
        "diff last/report.json CANDIDATE --gate warning --format markdown",
        "diff old-report segaudit-report --format html > diff.html",
    )
)
@click.argument("old", type=NAMED, shell_complete=completing.a_path)
@click.argument("new", type=NAMED, shell_complete=completing.a_path)
@choosing
@click.option("--waivers", type=FILE, metavar="FILE", help="Accepted findings, if a dataset is audited.")
@click.option("--gate", type=click.Choice(GATES), help="Lowest severity that counts; default: the gate of NEW's audit.")
@selecting
@click.option(
    "-o",
    "--output",
    type=FILE,
    metavar="FOLDER",
    help="Keep the audits in old/ and new/ of this folder; default: keep nothing.",
)
@working
@click.option(
    "--tolerance",
    type=Percentage(0),
    default=TOLERANCE_PERCENT,
    show_default=True,
    metavar="PERCENT",
    help="Ignore smaller changes of volumes.",
)
@click.option(
    "--format", "form", type=click.Choice(["json", "markdown", "html", "text"]), default="text", help="What to print."
)
def diff(old: str, new: str, output: Path | None, tolerance: float, form: str, **others: Any) -> NoReturn:
    """Compare OLD with NEW: what got worse, and what got better.

    Each is a report.json, an output folder with one, or a dataset, which is audited first. A --contract applies to
    both; if each has its own, audit them first and name the reports. Two metadata tables (.csv, .tsv) are compared by
    columns, types, words, rows and cells; exit code 1 then means that they differ.

    Exit codes: 0 nothing got worse, 1 a finding at the gate is new or something could run before and could not now, 2
    wrong usage, 3 something could not run, as before.
    """
    from segaudit.compare import compare
    from segaudit.dataset.target import is_table
    from segaudit.model import Severity

    if is_table(old) and is_table(new):
        _tables(old, new, form)
    gate = others.pop("gate")
    settings = {"gate": gate or "error", **others}
    before, after = (_report(path, output and output / side, settings) for path, side in ((old, "old"), (new, "new")))
    difference = compare(before, after, Severity(gate) if gate else after.gate, tolerance)
    _print(difference, form)
    raise SystemExit(difference.exit_code)


def _print(difference: Difference, form: str) -> None:
    """Print the difference between two reports."""
    from segaudit.cli.output import put
    from segaudit.reports import machine
    from segaudit.reports.difference import markdown, page, terminal

    if form == "text":
        put(terminal.render(difference))
    else:
        forms = {"json": machine.render, "markdown": markdown.render, "html": page.render}
        click.echo(forms[form](difference), nl=False)


def _tables(old: str, new: str, form: str) -> NoReturn:
    """Print the difference between two metadata tables."""
    from segaudit.cli.output import put
    from segaudit.compare.tables import compare_tables
    from segaudit.measure import read_metadata
    from segaudit.reports import machine
    from segaudit.reports.difference import metadata

    tables = [read_metadata(Path(path).parent, Path(path).name) for path in (old, new)]
    difference = compare_tables(tables[0], tables[1], (old, new))
    if form == "html":
        raise UsageError("tables are compared as text, Markdown or JSON; --format html is for audits")
    if form == "text":
        put(metadata.text(difference))
    else:
        click.echo({"json": machine.render, "markdown": metadata.markdown}[form](difference), nl=False)
    raise SystemExit(difference.exit_code)


def _report(path: str, output: Path | None, settings: dict[str, Any]) -> Report:
    """Return the report at a path, or that of an audit of the dataset there."""
    from segaudit.auditing.session import run_audit
    from segaudit.cli.output import PROGRESS, write
    from segaudit.compare import loading
    from segaudit.places import located

    if written := loading.report_at(path):
        return loading.load(written)
    click.echo(f"{path}: auditing it", err=True)
    audited = run_audit(located(path), Settings(output=output, **settings), PROGRESS)
    if output:
        write(audited, output, settings["workers"])
    return audited.report
