"""pytest: ``pytest --pyargs segaudit.checks --dataset DIR`` runs the catalogue on a dataset.

This module is imported by every pytest run where segaudit is installed, so it only declares the options; all else is in
``segaudit.pytest_plugin.items``, and imported when there is a dataset.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from segaudit.settings import GATES

HOME = Path(__file__).parents[1].joinpath("checks").resolve()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of an audit."""
    group = parser.getgroup("segaudit", "audit of a CT segmentation dataset")
    group.addoption("--dataset", metavar="DIR", help="folder, ZIP archive or URL of the dataset to audit")
    group.addoption("--contract", metavar="NAME|FILE", help="what the dataset promises; recognised without")
    group.addoption("--waivers", type=Path, metavar="FILE", help="accepted findings")
    group.addoption("--gate", choices=GATES, default="error", help="lowest severity that fails")
    group.addoption("--cases", default="*", metavar="GLOB", help="case ids to audit")
    group.addoption("--workers", type=int, metavar="N", help="processes that measure; one for each processor without")
    group.addoption("--measurements", type=Path, metavar="DIR", help="where measurements are kept")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Collect the catalogue when a dataset is given; ask for one when the catalogue is named without.

    pytest chooses its root folder before it knows our options: it takes the dataset's path for that of tests, and would
    keep its cache in there. Where no configuration file says otherwise, the root is where pytest was called.
    """
    if not config.getoption("--dataset"):
        if any(map(_is_the_catalogue, config.args)):
            raise pytest.UsageError("name the dataset that segaudit.checks is to audit: --dataset=DATASET")
    else:
        if config.inipath is None and config.getoption("--rootdir") is None:
            config._rootpath = config.invocation_params.dir  # noqa: SLF001 (there is no public way)
        from segaudit.pytest_plugin.items import Collecting  # noqa: PLC0415 (its imports cost a second)

        config.pluginmanager.register(Collecting(config), "segaudit-collecting")


def _is_the_catalogue(argument: str) -> bool:
    """Whether an argument of pytest names the checks of the package, as ``--pyargs`` does or by their path."""
    name = argument.partition("::")[0]
    return name.startswith("segaudit.checks") or Path(name).resolve().is_relative_to(HOME)
