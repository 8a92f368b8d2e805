"""The command line.

Exit codes: 0 passes the gate, 1 findings at the gate, 2 wrong usage, 3 something could not run, 130 Ctrl-C.
"""

from __future__ import annotations

import click

from segaudit.cli.audits import audit, baseline
from segaudit.cli.contracts import contract
from segaudit.cli.demonstration import demo
from segaudit.cli.differences import diff
from segaudit.cli.group import Segaudit
from segaudit.cli.helping import COMPLETION, versions
from segaudit.cli.knowledge import explain, known, list_
from segaudit.cli.measurements import card, measure, stats
from segaudit.cli.pictures import show
from segaudit.cli.reviewing import review


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


for command in (audit, baseline, card, contract, demo, diff, explain, known, list_, measure, review, show, stats):
    main.add_command(command)
