"""The pytest plugin: ``pytest --pyargs segaudit.checks --segaudit=DATASET`` runs the catalogue on a dataset.

This module is imported by every pytest run where segaudit is installed, so it only declares the options, all of which
begin with ``segaudit``. All else is in ``segaudit.pytest_plugin.items``, which is imported if there is a dataset.
"""

from __future__ import annotations

from pathlib import Path

import pytest

HOME = Path(__file__).parents[1].joinpath("checks").resolve()

OPTIONS = {
    "dataset": ("DATASET", "folder, ZIP archive or URL of the dataset to audit"),
    "contract": ("NAME|FILE", "what the dataset promises; default: the recognised release"),
    "waivers": ("FILE", "accepted findings"),
    "gate": ("error|warning", "lowest severity that fails; default: error"),
    "cases": ("GLOB", "case ids to audit; default: all"),
    "workers": ("N", "processes that measure; default: one per processor"),
    "measurements": ("DIR", "where measurements are kept; default: pytest's cache"),
}
"""The options, on the command line and in a configuration file, by name: a placeholder and an explanation."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of an audit: ``--segaudit``, ``--segaudit-contract`` and so on, and each as an ini option."""
    group = parser.getgroup("segaudit", "audit of a CT segmentation dataset")
    for name, (metavar, explanation) in OPTIONS.items():
        flag = "--segaudit" if name == "dataset" else f"--segaudit-{name}"
        group.addoption(flag, dest=f"segaudit_{name}", metavar=metavar, help=explanation)
        parser.addini(f"segaudit_{name}", f"{explanation} ({flag})")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Collect the catalogue if a dataset is given; raise an error if the catalogue is named without one."""
    named = any(map(_is_the_catalogue, config.args))
    if config.getoption("segaudit_dataset") or config.getini("segaudit_dataset"):
        from segaudit.pytest_plugin.items import Collecting  # noqa: PLC0415 (its imports cost a second)

        config.pluginmanager.register(Collecting(config), "segaudit-collecting")
    elif named and not config.getoption("help"):
        raise pytest.UsageError("name the dataset that segaudit.checks is to audit: --segaudit=DATASET")


def _is_the_catalogue(argument: str) -> bool:
    """Whether an argument of pytest names the checks of the package, as ``--pyargs`` does or by their path."""
    name = argument.partition("::")[0]
    return name.startswith("segaudit.checks") or Path(name).resolve().is_relative_to(HOME)
