"""Load user-defined checks from Python files."""

from __future__ import annotations

import importlib.util
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

from segaudit.catalogue.modules import Checks, Module, written_in
from segaudit.model.errors import ENDING, ChecksError, said
from segaudit.model.findings import OWN_CHECKS
from segaudit.model.foreign import contained

DECLARES = re.compile(r"^@(?:\w+\.)*check\(", re.MULTILINE)


def found(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the files at some paths, including those in folders, except for names that begin with ``_`` or ``.``.

    Raises:
        ChecksError: a path does not exist, is not a Python file, or is a folder without any.
    """
    return tuple(dict.fromkeys(file.resolve() for path in paths for file in _files(path)))


def beside(known: Iterable[Module], files: Iterable[Path]) -> tuple[Module, ...]:
    """Return the known modules, followed by those of the user's files.

    Raises:
        ChecksError: a file cannot be used, or has the name or an id of another one.
    """
    found = list(known)
    owners = {check.id: module.source for module in found for check in module.checks}
    for file in files:
        if any(file.stem == module.name for module in found):
            raise ChecksError(f"{file}: there is a module {file.stem!r} already; give the file another name")
        found.append(Module(file.stem, load(file), str(file), file))
        for check in found[-1].checks:
            if check.id in owners:
                raise ChecksError(f"{file}: {check.id}: {owners[check.id]} has a check of this id; choose another")
            owners[check.id] = str(file)
    return tuple(found)


def load(file: Path) -> Checks:
    """Return the checks that a file defines; it is imported once, and again if it has changed.

    Raises:
        ChecksError: it cannot be imported, or defines no check.
    """
    return _loaded(file, file.stat().st_mtime_ns)


def declares(file: Path) -> bool:
    """Whether a file seems to declare checks, judged by its text; it is not imported."""
    text = file.read_text(encoding="utf-8", errors="replace")
    return "segaudit" in text and DECLARES.search(text) is not None


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        inside = sorted(file for file in path.glob("*.py") if not file.name.startswith(("_", ".")))
        if not inside:
            raise ChecksError(f"{path}: holds no file of checks; expected files such as spleen.py")
        for file in inside:
            yield from _files(file)
    elif not path.is_file():
        raise ChecksError(f"{path}: there is no such file or folder; expected checks of your own, such as spleen.py")
    elif path.suffix != ".py" or not path.stem.isidentifier() or path.stem.startswith("_"):
        raise ChecksError(f"{path}: expected a file of Python named with letters, digits and _, such as spleen.py")
    else:
        yield path


@cache
def _loaded(file: Path, _written_ns: int) -> Checks:
    checks = written_in(_imported(file))
    if not checks:
        raise ChecksError(
            f"{file}: defines no check; expected functions under @check, as `segaudit explain` shows ours"
        )
    return checks


def _imported(file: Path) -> ModuleType:
    name = f"{OWN_CHECKS}.{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None and spec.loader is not None  # noqa: S101, PT018 (a file that ends in .py has a loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and others look modules up there
    try:
        with contained():
            spec.loader.exec_module(module)
    except ENDING:
        raise
    except BaseException as error:
        del sys.modules[name]
        raise ChecksError(f"{file}: cannot be imported: {said(error)}{_line(error, file)}") from error
    return module


def _line(error: BaseException, file: Path) -> str:
    """Return the line of the file that caused an error; empty for a syntax error, which names its own."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    return f" (line {lines[-1]})" if lines else ""
