"""The command line. Exit codes: 0 the gate holds, 1 findings at the gate, 2 wrong usage, 3 something could not run."""

from __future__ import annotations

import errno
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console, RenderableType

from segaudit import catalogue, contracts, reported
from segaudit import waivers as waiver_files
from segaudit.auditing import Audit, audit_published, conduct
from segaudit.cli import completing, progress
from segaudit.cli.helping import COMPLETION, examples, no_command, versions
from segaudit.cli.options import FILE, Dataset, choosing, gating, measuring, placing, selecting, with_checks, working
from segaudit.comparing import compare
from segaudit.model import Report, Severity, Unmeasured
from segaudit.model.errors import InputError, told
from segaudit.model.place import Place
from segaudit.model.statistics import statistics
from segaudit.observing import observe
from segaudit.places import located
from segaudit.reports import github, machine, summary, tables, terminal
from segaudit.reports import known as issues
from segaudit.reports.difference import markdown, page
from segaudit.reports.difference import terminal as difference_terminal
from segaudit.reports.write import discard
from segaudit.settings import GATES, Settings, outside
from segaudit.subject import load_contract, open_dataset
from segaudit.survey import survey

NOT_RUN = 3

INTERRUPTED = 130
"""What shells expect of a program that Ctrl-C ended: 128 + SIGINT."""

STDERR = Console(stderr=True)

PROGRESS = partial(progress.on, STDERR)

DATASET = click.argument("dataset", type=Dataset())

DIFFERENCES = {"json": machine.render, "markdown": markdown.render, "html": page.render}
"""Forms in which a difference is printed, beside the one for a terminal."""


class UsageError(click.ClickException):
    """The user can put it right, and the message says how."""

    exit_code = 2


class Segaudit(click.Group):
    """The commands. What is wrong with the input ends in a message, never in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; turn what it raises into a message and an exit code."""
        try:
            return super().invoke(ctx)
        except InputError as error:
            raise UsageError(str(error)) from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader of a pipe has seen enough: click leaves quietly
                raise
            raise UsageError(told(error)) from error
        except KeyboardInterrupt:
            click.echo(
                "\nInterrupted. What was measured is kept: run the audit again, and it goes on from there.", err=True
            )
            ctx.exit(INTERRUPTED)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; of a name that is none, say which is near."""
        if not ctx.resilient_parsing and not args[0].startswith("-") and args[0] not in self.commands:
            raise UsageError(no_command(args[0], self.commands))
        return super().resolve_command(ctx, args)


def _versions(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:  # noqa: FBT001 (as click calls it)
    if asked and not ctx.resilient_parsing:
        click.echo(versions())
        ctx.exit()


@click.group(
    cls=Segaudit,
    epilog=COMPLETION,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_versions, help="Show versions.")
def main() -> None:
    """Audit a CT segmentation dataset before its release, and a copy of it after the download."""


@main.command(
    epilog=examples(
        "audit DATASET                         # recognises the release; exit code 1 for errors",
        "audit DATASET --gate warning          # before a release",
        "audit DATASET --contract mine.toml --waivers waivers.toml",
        "audit Totalsegmentator_dataset_v201.zip --cases 's00*' --select integrity,mask-off-grid",
        "audit DATASET --checks my_checks.py   # beside ours",
        "audit --published-only --contract totalsegmentator-v1",
    )
)
@click.argument("dataset", required=False, shell_complete=completing.a_path)
@choosing
@gating
@selecting
@measuring
@click.option("--published-only", is_flag=True, help="Judge the contract's published tables alone, without a dataset.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown", "github"]),
    default="text",
    help="What is printed.",
)
def audit(dataset: str | None, output: Path, form: str, *, published_only: bool, **others: Any) -> NoReturn:
    """Hold DATASET against its contract.

    Reads every voxel of what changed since the last audit, and writes the reports. An audit that ends early leaves no
    reports of an earlier one behind.
    """
    if (dataset is None) is not published_only:
        raise UsageError("name either the folder of the dataset to audit, or --published-only and a --contract")
    discard(outside(Path(dataset), output) if dataset else output)
    settings = Settings(output=output, **others)
    audited = conduct(located(dataset), settings, PROGRESS) if dataset else audit_published(settings)
    _tell(audited, output, form)
    raise SystemExit(audited.report.exit_code)


@main.command(
    epilog=examples(
        "diff old-report segaudit-report               # two output folders, or their report.json",
        "diff DATASET_v1 DATASET_v2 --output diff      # audits both first, and keeps what it measures",
        "diff last/report.json CANDIDATE --gate warning --format markdown",
        "diff old-report segaudit-report --format html > diff.html",
    )
)
@click.argument("old", shell_complete=completing.a_path)
@click.argument("new", shell_complete=completing.a_path)
@choosing
@click.option("--waivers", type=FILE, metavar="FILE", help="Accepted findings, where a dataset is audited.")
@click.option("--gate", type=click.Choice(GATES), help="Lowest that makes it worse; that of NEW's audit if not given.")
@selecting
@click.option(
    "--output", type=FILE, metavar="FOLDER", help="Keeps the audits, in old/ and new/; nothing is kept without."
)
@working
@click.option(
    "--tolerance", type=click.FloatRange(0), default=1.0, show_default=True, metavar="PERCENT", help="Of volumes."
)
@click.option("--format", "form", type=click.Choice([*DIFFERENCES, "text"]), default="text", help="What is printed.")
def diff(old: str, new: str, output: Path | None, tolerance: float, form: str, **others: Any) -> NoReturn:
    """Tell what got worse from OLD to NEW, and what better.

    Each is a report.json, an output folder that holds one, or a dataset, which is audited first. A --contract holds for
    both; where each has its own, audit them first and name the reports.

    Exit codes: 0 nothing got worse, 1 a finding at the gate is new or something newly could not run, 2 wrong usage, 3
    something could not run, as before.
    """
    gate = others.pop("gate")
    settings = {"gate": gate or "error", **others}
    before, after = (_report(path, output and output / side, settings) for path, side in ((old, "old"), (new, "new")))
    difference = compare(before, after, Severity(gate) if gate else after.gate, tolerance)
    if form == "text":
        _print(difference_terminal.render(difference))
    else:
        click.echo(DIFFERENCES[form](difference), nl=False)
    raise SystemExit(difference.exit_code)


def _report(path: str, output: Path | None, settings: dict[str, Any]) -> Report:
    """Return the report that a path names, or that of an audit of the dataset there."""
    if written := reported.report_at(path):
        return reported.load(written)
    click.echo(f"{path}: auditing it", err=True)
    if output:
        discard(outside(Path(path), output))
    audited = conduct(located(path), Settings(output=output, **settings), PROGRESS)
    if output:
        _write(audited, output)
    return audited.report


@main.command(epilog=examples("measure DATASET --output measured", "measure s3://bucket/DATASET --workers 8"))
@DATASET
@choosing
@measuring
def measure(dataset: Place, **others: Any) -> NoReturn:
    """Measure DATASET without judging it.

    OUTPUT/measurements receives cases.csv and masks.csv.
    """
    settings = Settings(**others)
    part = open_dataset(dataset, settings.contract, settings.checks).only(settings.cases)
    measured = survey(part, settings, PROGRESS)
    click.echo(others["output"] / "measurements")
    _end(measured.unmeasured)


@main.command(epilog=examples("stats DATASET", "stats DATASET --format csv > tables.csv"))
@DATASET
@choosing
@measuring
@click.option("--format", "form", type=click.Choice(["markdown", "csv", "json"]), default="markdown")
def stats(dataset: Place, form: str, **others: Any) -> NoReturn:
    """Recompute the published tables of DATASET."""
    settings = Settings(**others)
    part = open_dataset(dataset, settings.contract, settings.checks).only(settings.cases)
    measured = survey(part, settings, PROGRESS)
    click.echo(getattr(tables, form)(statistics(measured.dataset, part.contract)), nl=False)
    _end(measured.unmeasured)


@main.command(epilog=examples("baseline DATASET", "baseline DATASET accepted.toml --ignore integrity"))
@DATASET
@click.argument("file", type=FILE, default="waivers.toml")
@choosing
@selecting
@measuring
def baseline(dataset: Place, file: Path, **others: Any) -> NoReturn:
    """Accept what is found in DATASET today.

    Writes waivers for a year to FILE (waivers.toml).
    """
    if outside(dataset, file).exists():
        raise UsageError(f"{file}: is already there; name another file, or move it away")
    audited = conduct(dataset, Settings(**others), PROGRESS)
    findings = [(trial.check.id, finding) for trial in audited.trials for finding in trial.findings]
    waivers = waiver_files.baseline(findings, waiver_files.today())
    file.write_text(waiver_files.dump(waivers), encoding="utf-8")
    click.echo(f"{file}: {len(waivers)} waivers. Give each its own reason, or correct the data.")
    _end(audited.report.unmeasured)


@main.command("show", epilog=examples("show DATASET s0051 --structure liver", "show DATASET/s0051 --at -12,-30,140"))
@DATASET
@click.argument("case", required=False)
@placing
@click.option("--out", type=FILE, metavar="FILE", help="The picture (.png, .jpg, .webp); else CASE-STRUCTURE.png here.")
def picture(dataset: Place, case: str | None, structures: tuple[str, ...], out: Path | None, **others: Any) -> None:
    """Draw a place in a CASE of DATASET.

    Three slices through it, with the outlines of structures. DATASET alone can be the folder of a case.
    """
    from segaudit.showing import FORMATS, open_case  # noqa: PLC0415 (imaging takes 0.1 s, and only this needs it)

    shown = open_case(dataset, case, structures)
    path = outside(shown.root, out or Path(shown.name))
    if path.suffix.lower() not in FORMATS:
        raise UsageError(f"{path}: expected a name that ends in {', '.join(FORMATS)}")
    shown.picture(**others).save(path)
    click.echo(path)


@main.command("list", epilog=examples("list", "list --checks my_checks.py"))
@with_checks
def list_(checks: tuple[Path, ...]) -> None:
    """List the checks by family."""
    for family, members in catalogue.families(checks).items():
        click.echo(click.style(family, bold=True))
        for check in members:
            click.echo(f"  {check.id:24} {check.severity:8} {check.summary}")


@main.command(epilog=examples("explain mask-off-grid"))
@click.argument("check_id", metavar="ID", shell_complete=completing.a_check)
@with_checks
def explain(check_id: str, checks: tuple[Path, ...]) -> None:
    """Explain a check.

    What it finds, why it matters, what to do, where its threshold comes from.
    """
    check = catalogue.find(check_id, checks)
    click.echo(f"{check.id} ({check.family}, {check.severity})\n\n{check.explanation}")


@main.command(epilog=examples("known totalsegmentator-v2", "known --case s0864 --format csv"))
@click.argument("name", metavar="[NAME|FILE]", required=False)
@click.option("--case", default="*", metavar="GLOB", help="Only issues of cases whose id matches, such as 's00*'.")
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", help="What is printed.")
def known(name: str | None, case: str, form: str) -> None:
    """List what has been reported in public about a release.

    Without a contract named, all releases that ship with segaudit.
    """
    loaded = [load_contract(each) for each in ([name] if name else contracts.names())]
    registers = {each.name: [i for i in each.known_issues if fnmatchcase(i.case, case)] for each in loaded}
    if form == "text":
        _print(issues.text(registers))
    else:
        click.echo({"csv": issues.csv, "json": issues.json}[form](registers), nl=False)


@main.group(cls=Segaudit)
def contract() -> None:
    """Show a contract, or write one for a dataset."""


@contract.command(epilog=examples("contract show totalsegmentator-v2", "contract show mine.toml"))
@click.argument("name", metavar="NAME|FILE", shell_complete=completing.a_contract)
@with_checks
def show(name: str, checks: tuple[Path, ...]) -> None:
    """Print a contract with all that it extends."""
    click.echo(contracts.dump(load_contract(name, checks)), nl=False)


@contract.command(epilog=examples("contract init DATASET", "contract init DATASET mine"))
@DATASET
@click.argument("folder", type=FILE, default="segaudit-contract")
@measuring
def init(dataset: Place, folder: Path, **others: Any) -> NoReturn:
    """Write a first contract for DATASET.

    FOLDER (segaudit-contract) receives what the dataset is found to keep to, to be read and corrected.
    """
    if (outside(dataset, folder) / "contract.toml").exists():
        raise UsageError(f"{folder}: has a contract already; name another folder, or move it away")
    found, measured = observe(dataset, Settings(**others), PROGRESS)
    click.echo(contracts.initial(found, folder))
    _end(measured.unmeasured)


@main.command(epilog=examples("demo", "demo /tmp/demo"))
@click.argument("folder", type=FILE, default="segaudit-demo")
def demo(folder: Path) -> NoReturn:
    """Audit a phantom dataset with known defects.

    Writes it into FOLDER (segaudit-demo), and compares what is found with what was planted.
    """
    from segaudit.demo.build import build_demo  # noqa: PLC0415 (its libraries take 0.3 s, and only the demo needs them)
    from segaudit.demo.outcome import missed, surplus  # noqa: PLC0415 (as above)

    if folder.exists():
        raise UsageError(f"{folder}: is already there; remove it, or name another folder")
    click.echo(f"{folder}: writing a phantom dataset, and planting defects in it", err=True)
    planted = build_demo(folder)
    output = folder / "report"
    audited = conduct(folder / "dataset", Settings(contract=folder / "contract.toml", output=output), PROGRESS)
    _tell(audited, output, "text")
    report = audited.report
    lost, extra = missed(planted, report.findings), surplus(planted, report.findings)
    click.echo(f"planted       {len(planted)} defects ({folder / 'planted.csv'})")
    click.echo(f"found         {len(planted) - len(lost)} of them, and {len(extra)} others")
    raise SystemExit(report.exit_code if report.exit_code == NOT_RUN else bool(lost or extra))


def _end(unmeasured: tuple[Unmeasured, ...]) -> NoReturn:
    """Leave, and say on standard error what could not be measured."""
    for lost in unmeasured:
        click.echo(f"{lost.case} could not be measured: {lost.error}", err=True)
    raise SystemExit(NOT_RUN if unmeasured else 0)


def _tell(audited: Audit, output: Path, form: str) -> None:
    """Write the reports of an audit, and print one."""
    _write(audited, output)
    report = audited.report
    if form == "text":
        _print(terminal.render(report, output))
    else:
        forms = {"json": machine.render, "markdown": summary.render, "github": github.render}
        click.echo(forms[form](report), nl=False)


def _write(audited: Audit, output: Path) -> None:
    """Write the reports of an audit."""
    from segaudit.writing import write_reports  # noqa: PLC0415 (imaging takes 0.1 s, and only audits need it)

    with STDERR.status("drawing the pictures of the report"):
        write_reports(audited, output)


def _print(what: RenderableType) -> None:
    """Print for the width of the terminal, without blanks at the ends of lines and of the whole."""
    console = Console()
    with console.capture() as capture:
        console.print(what)
    click.echo("\n".join(line.rstrip() for line in capture.get().rstrip().splitlines()))
