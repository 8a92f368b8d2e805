"""The page of the Python API names what is public, and nothing else; its example is run by ``test_demo_audit``."""

from __future__ import annotations

import re
from pathlib import Path
from pkgutil import resolve_name
from types import ModuleType

import pytest

import segaudit
import segaudit.model
import segaudit.testing
from segaudit.model import errors

PAGE = (Path(__file__).parents[2] / "docs/api.md").read_text(encoding="utf-8")
NAMES = re.findall(r"^::: (\S+)", PAGE, re.MULTILINE)


def test_every_name_is_there() -> None:
    """Each name is public, and is listed once."""
    documented = [resolve_name(name) for name in NAMES]
    assert all(each.__doc__ for each in documented)
    assert [name for name in NAMES if "._" in name] == []
    assert len(set(map(id, documented))) == len(NAMES)


@pytest.mark.parametrize("package", [segaudit, segaudit.model, segaudit.testing])
def test_everything_public_is_documented(package: ModuleType) -> None:
    """Each class and function is on the page; the errors are, by their module."""
    documented = {id(resolve_name(name)) for name in NAMES} | {id(each) for each in vars(errors).values()}
    named = {name: getattr(package, name) for name in package.__all__}
    assert [name for name, each in named.items() if callable(each) and id(each) not in documented] == []
    assert id(errors) in documented
