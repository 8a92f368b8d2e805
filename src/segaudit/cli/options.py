"""The options that commands share."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from segaudit.cli import completing
from segaudit.settings import GATES

if TYPE_CHECKING:
    from segaudit.model.place import Place

Command = TypeVar("Command", bound=Callable[..., Any])

EMPTY = "it is empty, as a variable that is not set"


class _File(click.Path):
    """A path, which is not empty: that would be the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        return super().convert(value, param, ctx) if value else self.fail(EMPTY, param, ctx)


class _Named(click.types.StringParamType):
    """A path, a URL or a name, which is not empty."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the text."""
        return super().convert(value, param, ctx) if value else self.fail(EMPTY, param, ctx)


FILE = _File(path_type=Path)

NAMED = _Named()


class Dataset(click.ParamType):  # type: ignore[type-arg]  # click took to generics in 8.3 only
    """A dataset's folder, archive or URL."""

    name = "dataset"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Place:
        """Return the named place; errors are reported like those of any other input."""
        from segaudit.places import located

        return located(value or self.fail(EMPTY, param, ctx))

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        """Let the shell complete the path."""
        return completing.a_path(ctx, param, incomplete)


class WorkerCount(click.IntRange):
    """A number of worker processes."""

    name = "number of processes"


class Percentage(click.FloatRange):
    """A percentage; it may be more than 100."""

    name = "percentage"


DATASET = click.argument("dataset", type=Dataset())


def measuring(command: Command) -> Command:
    """Add the options of every command that measures a dataset into a folder."""
    output = click.option(
        "-o", "--output", type=FILE, default="segaudit-report", show_default=True, help="Folder for results."
    )
    return output(working(command))


def tables(command: Command) -> Command:
    """Add the option of the commands whose measurements others read."""
    option = click.option("--parquet", is_flag=True, help="Also write the measurements as Parquet.")
    return option(command)


def working(command: Command) -> Command:
    """Add the options that say how to measure."""
    return _add(
        command,
        click.option(
            "--workers",
            type=WorkerCount(1),
            metavar="N",
            help="Processes that measure and draw; default: one per processor.",
        ),
        click.option(
            "--scheduler", metavar="ADDRESS", help="Dask scheduler whose workers measure, such as tcp://host:8786."
        ),
        click.option(
            "--no-cache", "cache", flag_value=False, default=True, help="Measure all files again, even if unchanged."
        ),
        click.option("--verify", is_flag=True, help="Detect changes by content, not by size and time."),
    )


def choosing(command: Command) -> Command:
    """Add the options of every command that uses a contract."""
    return _add(
        command,
        click.option(
            "--contract",
            type=NAMED,
            metavar="NAME|FILE",
            help="What the dataset promises; default: the recognised release.",
            shell_complete=completing.a_contract,
        ),
        click.option("--cases", default="*", metavar="GLOB", help="Only cases whose id matches, such as 's00*'."),
        with_checks,
    )


def with_checks(command: Command) -> Command:
    """Add the option of every command that uses the catalogue."""
    return click.option(
        "--checks",
        type=FILE,
        multiple=True,
        metavar="FILE|FOLDER",
        help="Your own checks, in addition to the built-in ones; can be given more than once.",
    )(command)


def selecting(command: Command) -> Command:
    """Add the options of every command that runs checks."""
    listed: dict[str, Any] = {
        "metavar": "ID,..",
        "callback": _names,
        "shell_complete": completing.checks,
    }
    return _add(
        command,
        click.option("--select", help="Only these checks or families.", **listed),
        click.option("--ignore", help="All but these checks or families.", **listed),
    )


def gating(command: Command) -> Command:
    """Add the options of the command that passes or fails a dataset."""
    return _add(
        command,
        click.option("--waivers", type=FILE, metavar="FILE", help="Accepted findings."),
        click.option(
            "--gate", type=click.Choice(GATES), default="error", show_default=True, help="Lowest severity that fails."
        ),
    )


def locating(command: Command) -> Command:
    """Add the options of the command that draws a location in a case."""
    return _add(
        command,
        click.option("--structure", "structures", metavar="NAME,..", callback=_names, help="Structures to outline."),
        click.option(
            "--at",
            "mm",
            metavar="X,Y,Z",
            callback=_numbers(3),
            help="The location in mm; default: that of the structure.",
        ),
        click.option(
            "--window", metavar="WIDTH,LEVEL", callback=_numbers(2), help="In HU; default: fitted to the tissue."
        ),
    )


def _add(command: Command, *options: Callable[[Command], Command]) -> Command:
    """Decorate a command so that ``--help`` lists the options in the given order."""
    return reduce(lambda decorated, option: option(decorated), reversed(options), command)


def _names(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Split names at commas; refuse an empty value, so that a CI job's empty variable does not select everything."""
    names = tuple(name.strip() for name in (value or "").split(",") if name.strip())
    if value is not None and not names:
        raise click.BadParameter("it is empty; give names, or leave the option out")
    return names


def _numbers(count: int) -> Callable[[click.Context, click.Parameter, str | None], tuple[float, ...] | None]:
    """Return a callback that reads this many numbers, separated by commas or blanks."""

    def read(_ctx: click.Context, parameter: click.Parameter, value: str | None) -> tuple[float, ...] | None:
        if value is None:
            return None
        try:
            numbers = tuple(float(word) for word in value.replace(",", " ").split())
        except ValueError:
            numbers = ()
        if len(numbers) != count or not all(map(math.isfinite, numbers)):
            raise click.BadParameter(f"{value!r} is not {parameter.make_metavar(_ctx)}: {count} numbers with commas")
        return numbers

    return read
