"""What CONTRIBUTING.md sends people to is there."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

from segaudit.demo.build import PLAN
from segaudit.demo.plant import DEFECTS
from segaudit.layouts import LAYOUTS
from segaudit.reports.write import FILES
from tests.support.contracts import SHIPPED

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FOLDERS = "checks|docs|reports|schemas|src|tests|.github"


def test_paths_are_there() -> None:
    """Each file and folder that it names in full, and each that it links to."""
    named = re.findall(rf"`((?:{FOLDERS})/[\w./*-]+)`|\]\(([\w./-]+)(?:#[\w-]+)?\)", TEXT)
    paths = {one or other for one, other in named}
    assert len(paths) > 15
    assert [path for path in paths if not [*ROOT.glob(path)]] == []


def test_environments_are_there() -> None:
    """Each environment of tox that it names."""
    tox = configparser.ConfigParser()
    tox.read(ROOT / "tox.ini", encoding="utf-8")
    named = {*re.findall(r"\(`([a-z]+)`\)", TEXT), *re.findall(r"tox run -e (\w+)", TEXT)} - {"NAME", "tests"}
    assert {"lint", "types", "docs", "dev"} <= named
    assert [name for name in named if f"testenv:{name}" not in tox.sections()] == []


def test_lists_are_there() -> None:
    """Each list that something new is added to."""
    lists = {"DEFECTS": DEFECTS, "PLAN": PLAN, "LAYOUTS": LAYOUTS, "FILES": FILES, "SHIPPED": SHIPPED}
    assert [name for name, entries in lists.items() if f"`{name}`" not in TEXT or not entries] == []
