"""Docstrings, also where Python left them out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from segaudit.model.docstrings import docstring


def written() -> None:
    """One line.

    Another one.
    """


class Written:
    """A class."""

    def inner(self) -> None:
        """Inside."""

    async def waiting(self) -> None:
        """Later."""


def bare() -> None:  # noqa: D103 (what is tested)
    pass


SAID = {written: "One line.\n\nAnother one.", Written: "A class.", Written.inner: "Inside.", Written.waiting: "Later."}


@pytest.mark.parametrize("left_out", [False, True])
@pytest.mark.parametrize("function", SAID, ids=lambda each: each.__qualname__)
def test_docstrings(function: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, *, left_out: bool) -> None:
    """The same in memory and in the source, without indentation."""
    if left_out:
        monkeypatch.setattr(function, "__doc__", None)
    docstring.cache_clear()
    assert docstring(function) == SAID[function]


@pytest.mark.parametrize("function", [bare, eval("lambda: None")], ids=["bare", "unwritten"])  # noqa: S307
def test_none(function: Callable[..., Any]) -> None:
    """Nothing is said, or nothing can be read."""
    assert docstring(function) == ""
