"""Layouts of other packages: asked after ours; one that cannot be used is named where no layout takes the dataset."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from segaudit.layouts import discover
from segaudit.model.errors import DatasetError
from segaudit.testing.small import write_case
from tests.support.sites import install

NUMBERS = itertools.count()
LAYOUT = """
from segaudit.model import CaseFiles, Listing
from segaudit.model.errors import DatasetError
class Flat:
    example = "a file such as a.flat"
    def root(self, path):
        {root}
    def discover(self, root):
        {discover}
LAYOUT = Flat()
"""
TAKES = "return path if (path / 'a.flat').exists() else None"
LISTS = "return Listing(root=root, cases=(CaseFiles(case='flat', folder=''),))"

Install = Callable[..., str]


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return what installs a distribution with a layout, and returns its name, which is new each time."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(site)

    def added(root: str = TAKES, discover: str = LISTS, value: str = "{}:LAYOUT") -> str:
        name = f"flat{next(NUMBERS)}"
        text = LAYOUT.format(root=root, discover=discover)
        install(site, name, {"segaudit.layouts": {"flat": value.format(name)}}, {name: text})
        monkeypatch.syspath_prepend(site / name)  # the path is another one, so that it is looked through anew
        return name

    return added


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Return a folder that is in no layout of ours."""
    root = tmp_path / "dataset"
    root.mkdir()
    (root / "a.flat").touch()
    return root


def test_it_lists_what_it_takes(acme: Install, dataset: Path) -> None:
    """Its cases are the dataset's."""
    acme()
    assert [files.case for files in discover(dataset).cases] == ["flat"]


def test_ours_are_asked_first(acme: Install, dataset: Path) -> None:
    """What an environment holds never changes how a dataset in a layout of ours is read."""
    acme("raise ValueError")
    write_case(dataset / "s0001", 1)
    assert [files.case for files in discover(dataset).cases] == ["s0001"]


def test_what_it_does_not_take_is_said_with_its_example(acme: Install, dataset: Path) -> None:
    """The message of a folder without cases has a line for each."""
    name = acme()
    (dataset / "a.flat").unlink()
    with pytest.raises(DatasetError) as caught:
        discover(dataset)
    first, second = str(caught.value).splitlines()
    assert first.startswith(f"{dataset}: no cases found, the folder is empty; expected ")
    assert second == f"or, by {name} 1.0, a file such as a.flat"


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"value": "{}_missing:LAYOUT"}, "cannot be imported: ModuleNotFoundError: "),
        ({"value": "{}:Flat"}, "is the class Flat, expected an object with example, root and discover"),
        ({"value": "{}"}, "is of type module, expected an object with example, root and discover"),
        ({"value": "{}:TAKEN"}, "cannot be imported: AttributeError: "),
        ({"root": "raise ValueError('two\\nlines')"}, "fails in root: ValueError: two lines"),
        ({"discover": "raise KeyError('x')"}, "fails in discover: KeyError: 'x'"),
        ({"discover": "raise SystemExit(0)"}, "fails in discover: SystemExit: 0"),
        ({"discover": "return {}"}, "returns from discover what is no Listing of CaseFiles"),
        ({"discover": "return Listing(root=root, cases=('s0001',))"}, "returns from discover what is no Listing of"),
    ],
)
def test_what_cannot_be_used_is_named(acme: Install, dataset: Path, parts: dict[str, str], why: str) -> None:
    """Whose it is, why, and what to do; without it the dataset is in no layout."""
    name = acme(**parts)
    with pytest.raises(DatasetError) as caught:
        discover(dataset)
    _, line = str(caught.value).splitlines()
    assert line.startswith(f"{name} 1.0 cannot be used: its entry point flat of segaudit.layouts, ")
    assert why in line
    assert line.endswith(f"; update {name}, or uninstall it")


def test_another_one_is_asked_all_the_same(acme: Install, dataset: Path) -> None:
    """One that fails stops no other."""
    acme("raise ValueError")
    acme()
    assert [files.case for files in discover(dataset).cases] == ["flat"]


@pytest.mark.parametrize("error", ["DatasetError('its list is odd')", "OSError('its list is odd')"])
def test_what_is_wrong_with_the_dataset_is_said(acme: Install, dataset: Path, error: str) -> None:
    """A layout may refuse a dataset that it takes, as ours do."""
    acme(discover=f"raise {error}")
    with pytest.raises(DatasetError, match="its list is odd"):
        discover(dataset)
