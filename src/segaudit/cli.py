"""The command line. Exit codes: 0 the gate holds, 1 findings at the gate, 2 wrong usage, 3 something could not run."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console

from segaudit import catalogue, contracts, progress
from segaudit import waivers as waiver_files
from segaudit.auditing import audit_published, conduct
from segaudit.demo.build import build_demo
from segaudit.demo.outcome import missed, surplus
from segaudit.layouts import DatasetError
from segaudit.model import Report
from segaudit.model.statistics import statistics
from segaudit.observing import observe
from segaudit.options import FILE, UsageError, judging, measuring, options_of
from segaudit.reports import machine, summary, tables, terminal
from segaudit.reports.write import write
from segaudit.subject import load_contract, open_dataset
from segaudit.survey import Options, Survey, survey
from segaudit.waivers import WaiverError

INTERRUPTED = 130
"""What shells expect of a program that Ctrl-C ended: 128 + SIGINT."""

NOT_RUN = 3

PROGRESS = partial(progress.on, Console(stderr=True))

DATASET = click.argument("dataset", type=FILE)


class Segaudit(click.Group):
    """The commands. What is wrong with the input ends in a message, never in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; turn what it raises into a message and an exit code."""
        try:
            return super().invoke(ctx)
        except (DatasetError, contracts.ContractError, WaiverError, catalogue.UnknownCheckError) as error:
            raise UsageError(str(error)) from error
        except OSError as error:
            raise UsageError(f"{error.filename}: {error.strerror}") from error
        except KeyboardInterrupt:
            click.echo("\nInterrupted. What was measured is kept: the same command goes on from there.", err=True)
            ctx.exit(INTERRUPTED)


@click.group(cls=Segaudit, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="segaudit")
def main() -> None:
    """Audit a CT segmentation dataset before its release, and a copy of it after the download."""


@main.command()
@click.argument("dataset", type=FILE, required=False)
@measuring
@judging
@click.option("--published-only", is_flag=True, help="Judge the contract's published tables alone, without a dataset.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", help="What is printed."
)
def audit(dataset: Path | None, output: Path, form: str, *, published_only: bool, **others: Any) -> NoReturn:
    """Audit DATASET: read every voxel, hold it against the contract, write the reports."""
    options = options_of(dataset, output, **others)
    if published_only:
        report = audit_published(options)
    elif dataset:
        report = conduct(dataset, options, PROGRESS).report
    else:
        raise UsageError("name the folder of the dataset to audit, or --published-only with a --contract")
    write(report, output)
    _tell(report, output, form)
    raise SystemExit(report.exit_code)


@main.command()
@DATASET
@measuring
def measure(dataset: Path, output: Path, **others: Any) -> NoReturn:
    """Measure DATASET without judging it: OUTPUT/measurements receives cases.csv and masks.csv."""
    options = options_of(dataset, output, **others)
    measured = survey(open_dataset(dataset, options.contract).only(options.cases), options, PROGRESS)
    click.echo(output / "measurements")
    _end(measured)


@main.command()
@DATASET
@measuring
@click.option("--format", "form", type=click.Choice(["markdown", "csv", "json"]), default="markdown")
def stats(dataset: Path, output: Path, form: str, **others: Any) -> NoReturn:
    """Recompute the published tables of DATASET and print them."""
    options = options_of(dataset, output, **others)
    part = open_dataset(dataset, options.contract).only(options.cases)
    measured = survey(part, options, PROGRESS)
    click.echo(getattr(tables, form)(statistics(measured.dataset, part.contract)), nl=False)
    _end(measured)


@main.command()
@DATASET
@measuring
@judging
def baseline(dataset: Path, output: Path, waivers: Path | None, **others: Any) -> None:
    """Accept what an audit of DATASET finds today: write it to the file that --waivers names, for a year."""
    path = waivers or Path("waivers.toml")
    if path.exists():
        raise UsageError(f"{path}: is already there; name another file with --waivers, or move it away")
    trials = conduct(dataset, options_of(dataset, output, **others), PROGRESS).trials
    findings = [(trial.check.id, finding) for trial in trials for finding in trial.findings]
    path.write_text(waiver_files.baseline(findings, dt.date.today()), encoding="utf-8")  # noqa: DTZ011 (the user's day)
    click.echo(f"{path}: {len(findings)} findings accepted. Give each its own reason, or mend it.")


@main.command("list")
def list_() -> None:
    """List the checks by family."""
    for family, checks in catalogue.families().items():
        click.echo(click.style(family, bold=True))
        for check in checks:
            click.echo(f"  {check.id:24} {check.severity:8} {check.summary}")


@main.command()
@click.argument("check_id", metavar="ID")
def explain(check_id: str) -> None:
    """Explain a check: what it finds, why it matters, what to do."""
    check = catalogue.find(check_id)
    click.echo(f"{check.id} ({check.family}, {check.severity})\n\n{check.explanation}")


@main.group()
def contract() -> None:
    """Show a contract, or write one for a dataset."""


@contract.command()
@click.argument("name", metavar="NAME|FILE")
def show(name: str) -> None:
    """Print a contract with all that it extends."""
    click.echo(contracts.dump(load_contract(name)), nl=False)


@contract.command()
@DATASET
@click.argument("folder", type=FILE, default="segaudit-contract")
@measuring
def init(dataset: Path, folder: Path, output: Path, **others: Any) -> NoReturn:
    """Measure DATASET and write a contract that it holds into FOLDER, to be read and corrected."""
    found, measured = observe(dataset, options_of(dataset, output, **others), PROGRESS)
    click.echo(contracts.initial(found, folder))
    _end(measured)


@main.command()
@click.argument("folder", type=FILE, default="segaudit-demo")
def demo(folder: Path) -> NoReturn:
    """Write a phantom dataset with known defects into FOLDER, audit it, and compare."""
    if folder.exists():
        raise UsageError(f"{folder}: is already there; remove it, or name another folder")
    click.echo(f"{folder}: writing a phantom dataset, and planting defects in it", err=True)
    planted = build_demo(folder)
    options = Options(contract=folder / "contract.toml", output=folder / "report")
    report = conduct(folder / "dataset", options, PROGRESS).report
    write(report, folder / "report")
    _tell(report, folder / "report", "text")
    lost, extra = missed(planted, report.findings), surplus(planted, report.findings)
    click.echo(f"planted       {len(planted)} defects ({folder / 'planted.csv'})")
    click.echo(f"found         {len(planted) - len(lost)} of them, and {len(extra)} others")
    raise SystemExit(report.exit_code if report.exit_code == NOT_RUN else bool(lost or extra))


def _end(measured: Survey) -> NoReturn:
    """Leave, and say on standard error what could not be measured."""
    for lost in measured.unmeasured:
        click.echo(f"{lost.case} could not be measured: {lost.error}", err=True)
    raise SystemExit(NOT_RUN if measured.unmeasured else 0)


def _tell(report: Report, output: Path, form: str) -> None:
    """Print a report."""
    if form == "text":
        Console().print(terminal.render(report, output))
    else:
        click.echo({"json": machine, "markdown": summary}[form].render(report), nl=False)
