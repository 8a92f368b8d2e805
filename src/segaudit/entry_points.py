"""Entry points of other packages that extend segaudit: found by metadata, imported on demand."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from segaudit.model.errors import ENDING, InputError, said
from segaudit.model.foreign import contained

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


class PluginError(Exception):
    """An entry point of another package cannot be used. The message names the package, the reason, and what to do."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """An entry point of another package."""

    group: str
    """Its group: ``segaudit.checks`` or ``segaudit.layouts``."""
    name: str
    """Its name, which is unique in its distribution."""
    value: str
    """The object that it refers to, as ``package.module`` or ``package.module:object``."""
    distribution: str
    """Name of its distribution; its value if the distribution has lost its name."""
    version: str
    """Version of the distribution."""

    @property
    def source(self) -> str:
        """Its source in words: distribution and version."""
        return f"{self.distribution} {self.version}".rstrip()

    def load(self) -> object:
        """Import the object that it refers to.

        Raises:
            PluginError: it cannot be imported.
        """
        from importlib.metadata import EntryPoint  # noqa: PLC0415 (quick starts do without)

        try:
            with contained():
                return EntryPoint(self.name, self.value, self.group).load()
        except ENDING:
            raise
        except BaseException as error:
            raise self.unusable(f"cannot be imported: {in_one_line(error)}") from error

    def unusable(self, why: str) -> PluginError:
        """Return the error for an entry point that cannot be used."""
        what = f"its entry point {self.name} of {self.group}, {self.value},"
        return PluginError(f"{self.source} cannot be used: {what} {why}; update {self.distribution}, or uninstall it")


def installed(group: str) -> tuple[Plugin, ...]:
    """Return the entry points of a group, by distribution and name, without importing them.

    Raises:
        InputError: a distribution is damaged, so that its entry points are unknown.
    """
    return _installed(group, tuple(sys.path))


@cache
def _installed(group: str, _path: tuple[str, ...]) -> tuple[Plugin, ...]:
    from importlib.metadata import entry_points  # noqa: PLC0415 (quick starts do without)

    try:
        found = map(_plugin, entry_points(group=group))
    except Exception as error:
        damaged = ", ".join(_damaged()) or "a package"
        raise InputError(
            f"{damaged}: its entry_points.txt cannot be read: {in_one_line(error)}; install it anew"
        ) from error
    return tuple(sorted(found, key=lambda plugin: (plugin.distribution, plugin.name)))


def _damaged() -> Iterator[str]:
    """Yield the names of the distributions whose entry points cannot be read."""
    from importlib.metadata import distributions  # noqa: PLC0415 (quick starts do without)

    for distribution in distributions():
        try:
            _ = distribution.entry_points
        except Exception:  # noqa: BLE001 (whatever is wrong with it)
            yield distribution.name


def _plugin(point: EntryPoint) -> Plugin:
    name, version = (point.dist.name, point.dist.version) if point.dist else ("", "")
    return Plugin(point.group, point.name, point.value, name or point.value, version or "")  # METADATA may be gone


def in_one_line(error: BaseException) -> str:
    """Return the type and the text of an exception in one line."""
    return " ".join(said(error).split())
