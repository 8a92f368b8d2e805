"""Commands that judge a dataset: an audit, and waivers for today's findings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from segaudit.cli import completing
from segaudit.cli.configured import FORMATS
from segaudit.cli.group import NOT_RUN, UsageError
from segaudit.cli.helping import examples
from segaudit.cli.options import DATASET, FILE, NAMED, choosing, gating, measuring, selecting, tables
from segaudit.settings import Settings, outside

if TYPE_CHECKING:
    from segaudit.auditing.session import Audit
    from segaudit.model import Report
    from segaudit.model.place import Place


@click.command(
    epilog=examples(
        "audit DATASET                         # recognises the release; exit code 1 for errors",
        "audit DATASET --gate warning          # before a release",
        "audit DATASET --since last-report     # also list what is new and what is fixed",
        "audit DATASET --contract mine.toml --waivers waivers.toml",
        "audit Totalsegmentator_dataset_v201.zip --cases 's00*' --select integrity,mask-off-grid",
        "audit DATASET --checks my_checks.py   # with your own checks",
        "audit meta.csv --contract totalsegmentator-v2   # the table alone",
        "audit --published-only --contract totalsegmentator-v1",
    )
)
@click.argument("dataset", type=NAMED, required=False, shell_complete=completing.a_path)
@choosing
@gating
@selecting
@measuring
@tables
@click.option(
    "--since",
    type=NAMED,
    metavar="REPORT",
    help="The last report to compare with, a report.json or its folder.",
    shell_complete=completing.a_path,
)
@click.option("--published-only", is_flag=True, help="Judge only the contract's published tables, without a dataset.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    help="What to print.",
)
@click.option("-q", "--quiet", "level", flag_value="quiet", help="Print the verdict alone.")
@click.option("-v", "--verbose", "level", flag_value="verbose", help="Print the first findings of each check.")
def audit(  # noqa: PLR0913 (each is an option)
    dataset: str | None,
    output: Path,
    since: str | None,
    form: str,
    level: str | None,
    *,
    published_only: bool,
    **others: Any,
) -> NoReturn:
    """Check DATASET against its contract.

    Reads every voxel of the files that changed since the last audit, and writes the reports. Those of an earlier audit
    stay until the new ones are there. DATASET can also be a metadata table alone (.csv, .tsv).

    Exit codes: 0 no finding at the gate, 1 findings at the gate or above, 2 wrong usage, 3 something could not run.
    """
    if (dataset is None) is not published_only:
        raise UsageError("name either the folder of the dataset to audit, or --published-only and a --contract")
    from segaudit.compare import loading

    last = loading.last(since) if since else None
    settings = Settings(output=output, **others)
    raise SystemExit(_report(dataset, settings, level if level and form == "text" else form, last).exit_code)


def _report(dataset: str | None, settings: Settings, form: str, last: Report | None) -> Report:
    """Report on a dataset, on a table alone, or on the published tables of a contract."""
    from segaudit.dataset.target import is_table

    if dataset is not None and not is_table(dataset):
        return _report_on_dataset(dataset, settings, form, last)
    from segaudit.auditing.session import audit_published
    from segaudit.auditing.table import audit_table

    audited = audit_table(dataset, settings) if dataset else audit_published(settings)
    _publish(audited, settings, form, last)
    return audited.report


def _report_on_dataset(dataset: str, settings: Settings, form: str, last: Report | None) -> Report:
    """Audit a dataset and publish its reports, unless those in the output folder would be written again."""
    from segaudit.auditing import unchanged
    from segaudit.dataset.target import open_dataset
    from segaudit.places import located

    output = settings.output or Path()
    target = open_dataset(located(dataset), settings.contract, settings.checks)
    begun = "" if last else unchanged.inputs(target, settings)
    if standing := unchanged.standing(output, begun):
        _show(standing, output, form)
        return standing
    from segaudit.auditing.session import audit_target
    from segaudit.cli.output import PROGRESS, shown

    audited = audit_target(target, settings, shown(PROGRESS, form))
    if _publish(audited, settings, form, last) and audited.report.exit_code != NOT_RUN:
        unchanged.keep(output, begun)
    return audited.report


def _show(standing: Report, output: Path, form: str) -> None:
    """Print the report of the last audit."""
    from segaudit.cli.output import show

    if form != "quiet":
        click.echo("Nothing changed since the last audit: its reports stand.", err=True)
    show(standing, output, form)


def _publish(audited: Audit, settings: Settings, form: str, last: Report | None) -> bool:
    """Write and print the reports of an audit; return whether all pictures could be drawn."""
    from segaudit.cli.output import publish
    from segaudit.compare import compare

    since = compare(last, audited.report, audited.report.gate) if last else None
    return publish(audited, settings.output or Path(), form, settings.workers, since)


@click.command(epilog=examples("baseline DATASET", "baseline DATASET accepted.toml --ignore integrity"))
@DATASET
@click.argument("file", type=FILE, default="waivers.toml")
@choosing
@selecting
@measuring
def baseline(dataset: Place, file: Path, **others: Any) -> NoReturn:
    """Accept today's findings in DATASET.

    Writes waivers, valid for a year, to FILE (waivers.toml).
    """
    if outside(dataset, file).exists():
        raise UsageError(f"{file}: is already there; name another file, or move it away")
    from segaudit.auditing.session import run_audit
    from segaudit.cli.output import PROGRESS, end
    from segaudit.judging import waivers as waiver_files
    from segaudit.model.whole import write_whole
    from segaudit.model.words import count

    audited = run_audit(dataset, Settings(**others), PROGRESS)
    findings = [(check_run.check.id, finding) for check_run in audited.check_runs for finding in check_run.findings]
    waivers = waiver_files.baseline(findings, waiver_files.today())
    write_whole(file, waiver_files.dump(waivers).encode())
    click.echo(f"{file}: {count(len(waivers), 'waiver')}. Give each its own reason, or correct the data.")
    end(audited.report.unmeasured)
