"""Commands that show and write contracts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from segaudit.cli import completing
from segaudit.cli.group import Segaudit, UsageError
from segaudit.cli.helping import examples
from segaudit.cli.options import DATASET, FILE, NAMED, measuring, with_checks
from segaudit.model.words import argument, count
from segaudit.settings import Settings, outside

if TYPE_CHECKING:
    from segaudit.model import Contract, Report
    from segaudit.model.place import Place

WIDEST = 5000
"""Characters of a line: a class list has a hundred names."""


@click.group(cls=Segaudit, epilog=examples("contract show totalsegmentator-v2", "contract init DATASET mine"))
def contract() -> None:
    """Show a contract, or write one for a dataset."""


@contract.command(epilog=examples("contract show totalsegmentator-v2", "contract show mine.toml"))
@click.argument("name", type=NAMED, metavar="NAME|FILE", shell_complete=completing.a_contract)
@with_checks
def show(name: str, checks: tuple[Path, ...]) -> None:
    """Print a contract with all that it extends."""
    from segaudit import contracts
    from segaudit.dataset.target import load_contract

    click.echo(contracts.dump(load_contract(name, checks)), nl=False)


@contract.command(
    epilog=examples("contract init DATASET", "contract init DATASET mine", "contract init DATASET mine --growing")
)
@DATASET
@click.argument("folder", type=FILE, default="segaudit-contract")
@click.option("--growing", is_flag=True, help="Cases will be added: promise no number of them, and wider sizes.")
@measuring
def init(dataset: Place, folder: Path, *, growing: bool, **others: Any) -> NoReturn:
    """Write a first contract for DATASET.

    FOLDER (segaudit-contract) receives what was found in the dataset, for you to read and correct. Names of structures
    are recognised in several languages; column `is` of structures.csv says what each one is.
    """
    if (outside(dataset, folder) / "contract.toml").exists():
        raise UsageError(f"{folder}: has a contract already; name another folder, or move it away")
    from segaudit import contracts
    from segaudit.auditing.session import run_audit
    from segaudit.cli.output import PROGRESS, end
    from segaudit.dataset.facts import collect_facts
    from segaudit.reports.phrases import visible

    settings = Settings(**others)
    found, measured = collect_facts(dataset, settings, PROGRESS, growing=growing)
    click.echo(contracts.initial(found, folder))
    written = run_audit(dataset, replace(settings, contract=folder, cache=True, verify=False))
    for name, text in (("promises", _promises(written.target.contract)), *_anatomy(written.target.contract)):
        click.echo(f"{name:13} {visible(text, WIDEST)}")
    click.echo(f"open          {_open(written.report)}")
    click.echo("what to do    read it, and take out what was found but is not promised; then:")
    click.echo(f"              segaudit audit {argument(dataset)} --contract {argument(folder)}")
    end(measured.unmeasured)


def _promises(contract: Contract) -> str:
    """Return what a contract states, in one line."""
    grid, cases = contract.geometry, contract.cases
    lengths = grid.spacing_mm if isinstance(grid.spacing_mm, tuple) else (grid.spacing_mm,)
    words = (
        count(cases.count, "case") if cases.count is not None else "any number of cases",
        f"ids like {cases.pattern}",
        count(len(contract.structures), "structure"),
        lengths[0] and f"spacing {' x '.join(f'{length:g}' for length in lengths)} mm",
        grid.orientation and f"orientation {grid.orientation}",
        grid.shape_min and grid.shape_max and f"shapes from {_shape(grid.shape_min)} to {_shape(grid.shape_max)}",
        contract.intensity.dtypes and f"CTs of {'/'.join(contract.intensity.dtypes)}",
        contract.labels.dtypes and f"masks of {'/'.join(contract.labels.dtypes)}",
    )
    return ", ".join(word for word in words if word)


def _anatomy(contract: Contract) -> Iterator[tuple[str, str]]:
    """Yield which structures were recognised by name, which were not, and what these look like."""
    known = [one for one in contract.structures if one.anatomy]
    others = [one for one in contract.structures if not one.anatomy]
    renamed = [f"{one.name} is {one.anatomy}" for one in known if one.name != one.anatomy]
    text = f"{len(known)} of {count(len(contract.structures), 'structure')} by name"
    yield "recognised", f"{text}: {', '.join(renamed)}" if renamed else text
    if others:
        yield "not", f"{', '.join(one.name for one in others)}: column `is` of structures.csv can name their anatomy"
    for one in others:
        if one.guess:
            yield "a guess", f"{one.name} looks like {one.guess}, by place and size: look, then write it under `is`"


def _shape(shape: tuple[int, int, int]) -> str:
    return " x ".join(map(str, shape))


def _open(report: Report) -> str:
    """Return what an audit finds although the contract was written from the dataset."""
    found = [f"{check.id} ({check.findings})" for check in report.checks if check.findings]
    counts = f"{count(report.counts.error, 'error')}, {count(report.counts.warning, 'warning')}"
    return f"{counts}: {', '.join(found)}" if found else counts
