"""Commands that need no dataset: they list and explain checks, and list known issues of releases."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from segaudit.cli import completing
from segaudit.cli.helping import examples
from segaudit.cli.options import NAMED, with_checks
from segaudit.model.errors import no_such_check
from segaudit.settings import without_slash

if TYPE_CHECKING:
    from segaudit.cli.stated import Stated
    from segaudit.model.limits import Limit


@click.command("list", epilog=examples("list", "list --checks my_checks.py", "list --format json"))
@with_checks
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="What to print.")
def list_(checks: tuple[Path, ...], form: str) -> None:
    """List the checks by family."""
    from segaudit.cli import stated

    families = stated.families(checks)
    if form == "json":
        from segaudit.reports import machine

        known = (one for members in families.values() for one in members)
        click.echo(machine.dumped([_described(one) for one in known]), nl=False)
        return
    for family, members in families.items():
        _print_family(family, members)


def _described(one: Stated) -> dict[str, Any]:
    """Return what a check is, as ``list --format json`` has it."""
    return {
        "id": one.id,
        "family": one.family,
        "severity": one.severity,
        "summary": one.summary,
        "explanation": one.explanation,
        "needs": one.needs,
        "source": one.source,
        "limits": [_limit(limit) for limit in one.limits],
    }


def _limit(limit: Limit) -> dict[str, str | float | None]:
    """Return what a limit is; a largest value of None is none."""
    return {
        "key": limit.name,
        "default": limit.default,
        "unit": limit.unit,
        "least": limit.least,
        "most": None if math.isinf(limit.most) else limit.most,
        "meaning": limit.meaning,
        "source": limit.source,
    }


def _print_family(family: str, members: Iterable[Stated]) -> None:
    click.echo(click.style(family, bold=True))
    for one in members:
        click.echo(f"  {one.id:24} {one.severity:8} {one.summary}{_whose(one)}")


def _whose(one: Stated) -> str:
    """Return where a check comes from, in brackets, if it is not one of ours."""
    from segaudit.cli.stated import OURS

    return "" if one.source == OURS else f" [{one.source}]"


@click.command(epilog=examples("explain mask-off-grid", "explain alignment   # the checks of a family"))
@click.argument("check_id", metavar="ID|FAMILY", shell_complete=completing.a_check)
@with_checks
def explain(check_id: str, checks: tuple[Path, ...]) -> None:
    """Explain a check, or list those of a family.

    It says what the check finds, why it matters, what to do, and where the threshold comes from.
    """
    from segaudit.cli import stated

    families = stated.families(checks)
    if members := families.get(check_id):
        _print_family(check_id, members)
        return
    known = {one.id: one for members in families.values() for one in members}
    if check_id not in known:
        raise no_such_check(check_id, [*known, *families])
    one = known[check_id]
    click.echo(f"{one.id} ({one.family}, {one.severity}){_whose(one)}\n\n{one.explanation}")
    if one.limits:
        click.echo(f"\nLimits, which [limits.{one.id}] of a contract can set, with a reason:")
    for limit in one.limits:
        click.echo(f"    {limit.name}: {limit.described}")


@click.command(epilog=examples("known totalsegmentator-v2", "known --case s0864 --format csv"))
@click.argument("name", type=NAMED, metavar="[NAME|FILE]", required=False)
@click.option("--case", default="*", metavar="GLOB", help="Only issues of cases whose id matches, such as 's00*'.")
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", help="What to print.")
def known(name: str | None, case: str, form: str) -> None:
    """List the publicly reported defects of a release.

    Without a name, those of all releases that ship with segaudit.
    """
    from segaudit import contracts
    from segaudit.cli.output import put
    from segaudit.dataset.target import load_contract
    from segaudit.reports import known as issues

    case = without_slash(case)
    loaded = [load_contract(each) for each in ([name] if name else contracts.names())]
    listed = {each.name: [i for i in each.known_issues if fnmatchcase(i.case, case)] for each in loaded}
    if form == "text":
        put(issues.text(listed))
    else:
        click.echo({"csv": issues.csv, "json": issues.json}[form](listed), nl=False)
