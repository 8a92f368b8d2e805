"""The options that commands share, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar

import click

from segaudit.model import Severity
from segaudit.survey import Options

Command = TypeVar("Command", bound=Callable[..., Any])

FILE = click.Path(path_type=Path)


class UsageError(click.ClickException):
    """The user can put it right, and the message says how."""

    exit_code = 2


class Names(click.ParamType[tuple[str, ...]]):
    """Names with commas between them."""

    name = "names"

    def convert(self, value: str, _param: click.Parameter | None, _ctx: click.Context | None) -> tuple[str, ...]:
        """Split at the commas."""
        return tuple(name.strip() for name in value.split(",") if name.strip())


def measuring(command: Command) -> Command:
    """Add the options of every command that measures a dataset."""
    return _add(
        command,
        click.option("--contract", metavar="NAME|FILE", help="What the dataset promises; recognised if not named."),
        click.option("--output", type=FILE, default="segaudit-report", show_default=True, help="Folder for results."),
        click.option("--cases", default="*", metavar="GLOB", help="Only cases whose id matches, such as 's00*'."),
        click.option("--workers", type=click.IntRange(1), help="Processes that measure; one a processor if not given."),
        click.option("--no-cache", "cache", flag_value=False, default=True, help="Measure also what did not change."),
    )


def judging(command: Command) -> Command:
    """Add the options of every command that judges a dataset."""
    gates = click.Choice(["error", "warning"])
    return _add(
        command,
        click.option("--waivers", type=FILE, metavar="FILE", help="Accepted findings."),
        click.option("--gate", type=gates, default="error", show_default=True, help="Lowest severity that fails."),
        click.option("--select", type=Names(), default="", metavar="ID,..", help="Only these checks or families."),
        click.option("--ignore", type=Names(), default="", metavar="ID,..", help="Not these checks or families."),
    )


def options_of(dataset: Path | None, output: Path, gate: str = "error", **others: Any) -> Options:
    """Return the options of an audit.

    Raises:
        UsageError: the output folder lies inside the dataset, which is never written to.
    """
    if dataset and output.resolve().is_relative_to(dataset.resolve()):
        raise UsageError(f"{output}: lies inside the dataset, which is never written to; name another with --output")
    return Options(output=output, gate=Severity(gate), **others)


def _add(command: Command, *options: Callable[[Command], Command]) -> Command:
    """Decorate a command, so that ``--help`` lists the options as they are written."""
    return reduce(lambda decorated, option: option(decorated), reversed(options), command)
