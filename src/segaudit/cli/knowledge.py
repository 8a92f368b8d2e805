"""Commands that need no dataset: they list and explain checks, and list known issues of releases."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

import click

from segaudit import catalogue, contracts
from segaudit.catalogue.modules import SHIPPED
from segaudit.cli import completing
from segaudit.cli.helping import examples
from segaudit.cli.options import with_checks
from segaudit.cli.output import put
from segaudit.dataset.target import load_contract
from segaudit.model import Check
from segaudit.reports import known as issues
from segaudit.reports import machine


@click.command("list", epilog=examples("list", "list --checks my_checks.py", "list --format json"))
@with_checks
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="What to print.")
def list_(checks: tuple[Path, ...], form: str) -> None:
    """List the checks by family."""
    if form == "json":
        click.echo(machine.dumped([_described(check, checks) for check in catalogue.by_id(checks).values()]), nl=False)
        return
    for family, members in catalogue.families(checks).items():
        _print_family(family, members, checks)


def _described(check: Check[...], files: catalogue.Files) -> dict[str, str]:
    """Return what a check is, as ``list --format json`` has it."""
    return {
        "id": check.id,
        "family": check.family,
        "severity": check.severity,
        "summary": check.summary,
        "explanation": check.explanation,
        "needs": check.needs,
        "source": catalogue.source(check.id, files),
    }


def _print_family(family: str, members: Iterable[Check[...]], files: catalogue.Files) -> None:
    click.echo(click.style(family, bold=True))
    for check in members:
        click.echo(f"  {check.id:24} {check.severity:8} {check.summary}{_whose(check, files)}")


def _whose(check: Check[...], files: catalogue.Files) -> str:
    """Return where a check comes from, in brackets, if it is not one of ours."""
    source = catalogue.source(check.id, files)
    return "" if source == SHIPPED else f" [{source}]"


@click.command(epilog=examples("explain mask-off-grid", "explain alignment   # the checks of a family"))
@click.argument("check_id", metavar="ID|FAMILY", shell_complete=completing.a_check)
@with_checks
def explain(check_id: str, checks: tuple[Path, ...]) -> None:
    """Explain a check, or list those of a family.

    It says what the check finds, why it matters, what to do, and where the threshold comes from.
    """
    if members := catalogue.families(checks).get(check_id):
        _print_family(check_id, members, checks)
        return
    check = catalogue.find(check_id, checks)
    click.echo(f"{check.id} ({check.family}, {check.severity}){_whose(check, checks)}\n\n{check.explanation}")


@click.command(epilog=examples("known totalsegmentator-v2", "known --case s0864 --format csv"))
@click.argument("name", metavar="[NAME|FILE]", required=False)
@click.option("--case", default="*", metavar="GLOB", help="Only issues of cases whose id matches, such as 's00*'.")
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", help="What to print.")
def known(name: str | None, case: str, form: str) -> None:
    """List the publicly reported defects of a release.

    Without a name, those of all releases that ship with segaudit.
    """
    loaded = [load_contract(each) for each in ([name] if name else contracts.names())]
    listed = {each.name: [i for i in each.known_issues if fnmatchcase(i.case, case)] for each in loaded}
    if form == "text":
        put(issues.text(listed))
    else:
        click.echo({"csv": issues.csv, "json": issues.json}[form](listed), nl=False)
