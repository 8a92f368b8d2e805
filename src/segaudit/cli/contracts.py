"""Commands that show and write contracts."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import click

from segaudit import contracts
from segaudit.cli import completing
from segaudit.cli.group import Segaudit, UsageError
from segaudit.cli.helping import examples
from segaudit.cli.options import DATASET, FILE, measuring, with_checks
from segaudit.cli.output import PROGRESS, end
from segaudit.model.place import Place
from segaudit.observing import observe
from segaudit.settings import Settings, outside
from segaudit.subject import load_contract


@click.group(cls=Segaudit, epilog=examples("contract show totalsegmentator-v2", "contract init DATASET mine"))
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
    end(measured.unmeasured)
