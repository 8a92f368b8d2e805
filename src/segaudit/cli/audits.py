"""Commands that judge a dataset: an audit, and waivers for today's findings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from segaudit.cli import completing
from segaudit.cli.configured import FORMATS
from segaudit.cli.group import UsageError
from segaudit.cli.helping import examples
from segaudit.cli.options import DATASET, FILE, choosing, gating, measuring, selecting, tables
from segaudit.settings import Settings, outside

if TYPE_CHECKING:
    from segaudit.auditing.session import Audit
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
@click.argument("dataset", required=False, shell_complete=completing.a_path)
@choosing
@gating
@selecting
@measuring
@tables
@click.option(
    "--since",
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
    from segaudit.cli.output import publish
    from segaudit.compare import compare, loading

    last = loading.last(since) if since else None
    settings = Settings(output=output, **others)
    form = level if level and form == "text" else form
    audited = _audited(dataset, settings, form)
    since_last = compare(last, audited.report, audited.report.gate) if last else None
    publish(audited, output, form, settings.workers, since_last)
    raise SystemExit(audited.report.exit_code)


def _audited(dataset: str | None, settings: Settings, form: str) -> Audit:
    """Audit a dataset, a table alone, or the published tables of a contract."""
    from segaudit.auditing.session import audit_published, run_audit
    from segaudit.auditing.table import audit_table, is_table
    from segaudit.cli.output import PROGRESS, shown
    from segaudit.places import located

    if dataset is None:
        return audit_published(settings)
    if is_table(dataset):
        return audit_table(dataset, settings)
    return run_audit(located(dataset), settings, shown(PROGRESS, form))


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
    from segaudit.model.words import count

    audited = run_audit(dataset, Settings(**others), PROGRESS)
    findings = [(check_run.check.id, finding) for check_run in audited.check_runs for finding in check_run.findings]
    waivers = waiver_files.baseline(findings, waiver_files.today())
    file.write_text(waiver_files.dump(waivers), encoding="utf-8")
    click.echo(f"{file}: {count(len(waivers), 'waiver')}. Give each its own reason, or correct the data.")
    end(audited.report.unmeasured)
