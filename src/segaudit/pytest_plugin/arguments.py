"""The paths that pytest is called with, and the files of checks that they lead to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

import segaudit.checks
from segaudit import catalogue
from segaudit.catalogue import user_checks

HOME = Path(next(iter(segaudit.checks.__path__))).resolve()


def of_the_catalogue(path: Path) -> bool:
    """Whether a module is one of the installed checks, or an identical copy in a clone."""
    if path.parent.resolve() == HOME:
        return True
    installed = HOME / path.name
    return path.parent.name == HOME.name and installed.exists() and path.read_bytes() == installed.read_bytes()


def own_checks(config: pytest.Config) -> Iterator[Path]:
    """Yield the files given to pytest, or in given folders, that declare checks and are neither tests nor installed."""
    tests, installed = config.getini("python_files"), {module.file for module in catalogue.modules()}
    for path in paths(config):
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            known = of_the_catalogue(file) or file.resolve() in installed
            test = any(fnmatchcase(file.name, pattern) for pattern in tests)
            if file.suffix == ".py" and file.is_file() and not (known or test) and user_checks.declares(file):
                yield file


def paths(config: pytest.Config) -> Iterator[Path]:
    """Return the arguments of pytest as paths, without the ids of tests; one that names a package leads nowhere."""
    return (config.invocation_params.dir / argument.partition("::")[0] for argument in config.args)


def files(path: Path, config: pytest.Config) -> Iterator[Path]:
    """Yield a file, or the files below a folder that pytest looks at: none of environments and hidden folders."""
    if not path.is_dir():
        yield path
    for folder, folders, names in os.walk(path):
        place = Path(folder)
        folders[:] = [
            name
            for name in folders
            if not config.hook.pytest_ignore_collect(collection_path=place / name, config=config)
        ]
        yield from (place / name for name in names)
