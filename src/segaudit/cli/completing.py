"""Shell completion of contract names and check ids. `segaudit --help` says how to switch it on."""

from __future__ import annotations

from collections.abc import Iterable

import click
from click.shell_completion import CompletionItem

from segaudit import catalogue, contracts


def a_contract(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the shipped contracts that begin like this; if none does, let the shell complete the path of a file."""
    return _beginning(contracts.names(), incomplete) or [CompletionItem(incomplete, type="file")]


def a_check(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the families that begin like this, and the ids of checks, each with its summary."""
    found = (check for check in catalogue.by_id().values() if check.id.startswith(incomplete))
    return [
        *_beginning(catalogue.families(), incomplete),
        *(CompletionItem(check.id, help=check.summary) for check in found),
    ]


def checks(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return ids and families for the last of several names that are separated by commas."""
    before, comma, last = incomplete.rpartition(",")
    names = _beginning([*catalogue.families(), *catalogue.by_id()], last)
    return [CompletionItem(f"{before}{comma}{item.value}") for item in names]


def a_path(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Let the shell complete the path of a folder or a file."""
    return [CompletionItem(incomplete, type="file")]


def _beginning(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]
