"""Layouts of other packages: objects that their distributions name under the entry points ``segaudit.layouts``.

They are asked after ours: what an environment holds never changes how a dataset in a layout of ours is read. One that
cannot be used is passed over, and named only where no layout takes the dataset.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeVar

from segaudit.entry_points import Plugin, PluginError, in_one_line, installed
from segaudit.layouts.layout import Layout
from segaudit.model import CaseFiles, Listing
from segaudit.model.errors import ENDING, InputError
from segaudit.model.foreign import contained
from segaudit.model.place import Place

GROUP = "segaudit.layouts"

Answer = TypeVar("Answer")


def discover(path: Place) -> Listing | list[str]:
    """List the files of a dataset in the first layout that takes it, or say what each expected, or why it is of no use.

    Raises:
        DatasetError: a layout takes it, and what describes the dataset cannot be used.
        OSError: it cannot be listed.
    """
    refusals = []
    for plugin in installed(GROUP):
        try:
            if listing := _listing(plugin, path):
                return listing
            refusals.append(f"or, by {plugin.source}, {_layout(plugin).example}")
        except PluginError as error:
            refusals.append(str(error))
    return refusals


def _listing(plugin: Plugin, path: Place) -> Listing | None:
    """Return what a layout finds; None if it does not take the dataset.

    Raises:
        PluginError: it cannot be used.
    """
    layout = _layout(plugin)
    root = _asked(plugin, lambda: layout.root(path), "root")
    if root is None:
        return None
    listing = _asked(plugin, lambda: layout.discover(root), "discover")
    if not isinstance(listing, Listing) or not all(isinstance(case, CaseFiles) for case in listing.cases):
        raise plugin.unusable("returns from discover what is no Listing of CaseFiles")
    return listing


def _layout(plugin: Plugin) -> Layout:
    """Import a layout.

    Raises:
        PluginError: it cannot be imported, or is no layout.
    """
    loaded = _loaded(plugin)
    if isinstance(loaded, PluginError):
        raise loaded
    return loaded


@cache
def _loaded(plugin: Plugin) -> Layout | PluginError:
    """Import a layout once; what fails is not tried again."""
    try:
        loaded = plugin.load()
    except PluginError as error:
        return error
    methods = all(callable(getattr(loaded, name, None)) for name in ("root", "discover"))
    if isinstance(loaded, type) or not methods or not isinstance(getattr(loaded, "example", None), str):
        kind = f"the class {loaded.__name__}" if isinstance(loaded, type) else f"of type {type(loaded).__name__}"
        return plugin.unusable(
            f"is {kind}, expected an object with example, root and discover, as package.module:LAYOUT"
        )
    return loaded  # type: ignore[return-value]  # it has what a Layout has


def _asked(plugin: Plugin, ask: Callable[[], Answer], method: str) -> Answer:
    """Return what a layout answers; what else it raises than a layout may is a fault of its own."""
    try:
        with contained():
            return ask()
    except (InputError, OSError, *ENDING):
        raise
    except BaseException as error:
        raise plugin.unusable(f"fails in {method}: {in_one_line(error)}") from error
