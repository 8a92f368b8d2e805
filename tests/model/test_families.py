"""Families of checks: of which one a module is, and which comes first."""

from __future__ import annotations

import pytest

from segaudit.model.families import FIRST, family_of, ordered


@pytest.mark.parametrize("module", ["anatomy", "anatomy_spine", "anatomy_spine_levels"])
def test_family(module: str) -> None:
    """Its name up to an underscore."""
    assert family_of(module) == "anatomy"


def test_order() -> None:
    """Causes before consequences, each once, and then all others by name."""
    assert ordered(["zoo", *reversed(FIRST), "labels", "art"]) == [*FIRST, "art", "zoo"]
    assert ordered([]) == []
