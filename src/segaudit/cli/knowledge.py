"""Commands that tell what segaudit knows without a dataset: its checks, and what is known of releases."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

import click

from segaudit import catalogue, contracts
from segaudit.cli import completing
from segaudit.cli.helping import examples
from segaudit.cli.options import with_checks
from segaudit.cli.output import put
from segaudit.dataset.target import load_contract
from segaudit.model import Check
from segaudit.reports import known as issues


@click.command("list", epilog=examples("list", "list --checks my_checks.py"))
@with_checks
def list_(checks: tuple[Path, ...]) -> None:
    """List the checks by family."""
    for family, members in catalogue.families(checks).items():
        _tell_family(family, members)


def _tell_family(family: str, members: Iterable[Check[...]]) -> None:
    click.echo(click.style(family, bold=True))
    for check in members:
        click.echo(f"  {check.id:24} {check.severity:8} {check.summary}")


@click.command(epilog=examples("explain mask-off-grid", "explain alignment   # the checks of a family"))
@click.argument("check_id", metavar="ID|FAMILY", shell_complete=completing.a_check)
@with_checks
def explain(check_id: str, checks: tuple[Path, ...]) -> None:
    """Explain a check, or list those of a family.

    What it finds, why it matters, what to do, where its threshold comes from.
    """
    if members := catalogue.families(checks).get(check_id):
        _tell_family(check_id, members)
        return
    check = catalogue.find(check_id, checks)
    click.echo(f"{check.id} ({check.family}, {check.severity})\n\n{check.explanation}")


@click.command(epilog=examples("known totalsegmentator-v2", "known --case s0864 --format csv"))
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
        put(issues.text(registers))
    else:
        click.echo({"csv": issues.csv, "json": issues.json}[form](registers), nl=False)
