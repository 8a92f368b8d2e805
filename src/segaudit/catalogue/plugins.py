"""Checks of other packages: modules that their distributions declare as entry points of ``segaudit.checks``.

A module that cannot be used does not stop the audit. A check that cannot run takes its place: the gate fails as long as
installed rules are not applied, and ``--ignore`` leaves them out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from types import ModuleType

from segaudit.catalogue import modules
from segaudit.catalogue.modules import Module
from segaudit.entry_points import Plugin, PluginError, installed
from segaudit.model import Check, Dataset, Finding, NotApplicable, Severity

GROUP = "segaudit.checks"


def beside(known: Iterable[Module]) -> tuple[Module, ...]:
    """Return the known modules, followed by those of other packages; of two checks with one id, the first is kept."""
    found = list(known)
    owners = {check.id: module.source for module in found for check in module.checks}
    for plugin in installed(GROUP):
        module = _module(plugin)
        if taken := next((check.id for check in module.checks if check.id in owners), None):
            module = _unusable(plugin, plugin.unusable(f"has {taken}, an id that {owners[taken]} has"))
        owners |= dict.fromkeys((check.id for check in module.checks), module.source)
        found.append(module)
    return tuple(found)


@cache
def _module(plugin: Plugin) -> Module:
    """Import a module once; a failed import is not repeated."""
    try:
        loaded = plugin.load()
        if not isinstance(loaded, ModuleType):
            raise plugin.unusable(f"is of type {type(loaded).__name__}, expected a module of checks")
        module = modules.of(loaded.__name__, loaded, plugin.source)
        if not module.checks:
            raise plugin.unusable("defines no check, expected functions under @check")
    except PluginError as error:
        return _unusable(plugin, error)
    return module


def _unusable(plugin: Plugin, error: PluginError) -> Module:
    """Return a module with a check that cannot run, in place of the checks that cannot be used."""
    words = f"plugin {plugin.distribution} {plugin.name}".lower()
    check_id = "-".join(re.findall(r"[a-z0-9]+", words))

    def cannot_run(_dataset: Dataset) -> Iterator[Finding]:
        raise NotApplicable
        yield

    cannot_run.__doc__ = f"""{error}.

Why it matters: its rules are not applied, so the gate fails.
What to do: update {plugin.distribution} or uninstall it; to audit without it, add --ignore {check_id}.
"""
    advice = f"{error}, or leave it out: --ignore {check_id}"
    check = Check(check_id, Severity.ERROR, cannot_run, Dataset, takes_contract=False, needs="", error=advice)
    return Module(GROUP, (check,), plugin.source, None)
