"""The command that demonstrates segaudit on a phantom dataset."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from segaudit.cli.group import NOT_RUN, Interrupted, UsageError
from segaudit.cli.helping import examples
from segaudit.cli.options import FILE
from segaudit.model.words import count
from segaudit.settings import Settings

if TYPE_CHECKING:
    from segaudit.model import Report


@click.command(epilog=examples("demo", "demo /tmp/demo"))
@click.argument("folder", type=FILE, default="segaudit-demo")
def demo(folder: Path) -> NoReturn:
    """Audit a phantom dataset with known defects.

    Writes it into FOLDER (segaudit-demo), and compares the findings with the planted defects.
    """
    if folder.exists():
        raise UsageError(f"{folder}: is already there; remove it, or name another folder")
    from segaudit.demo.build import build_demo
    from segaudit.demo.outcome import missed, surplus

    click.echo(f"{folder}: writing a phantom dataset, and planting defects in it", err=True)
    try:
        planted = build_demo(folder)
        report = _audited(folder)
    except OSError as error:
        named = error.filename or str(folder)  # what fails while voxels are written names no file
        raise OSError(error.errno, error.strerror or str(error), named) from error
    except KeyboardInterrupt as error:
        raise Interrupted(f"Remove {folder} before you run the demo again, or name another folder.") from error
    lost, extra = missed(planted, report.findings), surplus(planted, report.findings)
    click.echo(f"planted       {len(planted)} defects ({folder / 'planted.csv'})")
    click.echo(f"found         {len(planted) - len(lost)} of them, and {count(len(extra), 'other')}")
    raise SystemExit(report.exit_code if report.exit_code == NOT_RUN else bool(lost or extra))


def _audited(folder: Path) -> Report:
    """Audit the demo's dataset without knowledge of what was planted, and return the report."""
    from segaudit.auditing.session import run_audit
    from segaudit.cli.output import PROGRESS, publish

    output = folder / "report"
    audited = run_audit(folder / "dataset", Settings(contract=folder / "contract.toml", output=output), PROGRESS)
    publish(audited, output, "text")
    return audited.report
