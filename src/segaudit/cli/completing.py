"""Shell completion of contract names and check ids. `segaudit --help` says how to switch it on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from segaudit.schemas import shipped

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def a_contract(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the shipped contracts that begin like this; if none does, let the shell complete the path of a file."""
    return _beginning(shipped.names(), incomplete) or a_path(_ctx, _parameter, incomplete)


def a_check(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the families that begin like this, and the ids of checks, each with its summary."""
    from click.shell_completion import CompletionItem

    from segaudit.cli import stated

    families = stated.families()
    found = (one for members in families.values() for one in members if one.id.startswith(incomplete))
    return [*_beginning(families, incomplete), *(CompletionItem(one.id, help=one.summary) for one in found)]


def checks(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return ids and families for the last of several names that are separated by commas."""
    from click.shell_completion import CompletionItem

    from segaudit.cli import stated

    before, comma, last = incomplete.rpartition(",")
    families = stated.families()
    names = _beginning([*families, *(one.id for members in families.values() for one in members)], last)
    return [CompletionItem(f"{before}{comma}{item.value}") for item in names]


def a_path(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Let the shell complete the path of a folder or a file."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def _beginning(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in names if name.startswith(incomplete)]
