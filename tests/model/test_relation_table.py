"""The table of relations: what docs/relations.md says of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from segaudit.catalogue import relations
from segaudit.model.relation_table import RELATIONS

PAGE = Path(__file__).parents[2] / "docs" / "relations.md"


def test_the_page_is_current() -> None:
    """It is what its command writes: python -m segaudit.catalogue.relations."""
    assert PAGE.read_text(encoding="utf-8") == relations.markdown()
    assert PAGE.read_text(encoding="utf-8").count("\n| ") == 1 + len(RELATIONS)


def test_which_relations_are_compared_at_each_level() -> None:
    """Those of what runs along the spine; the words of the page say so."""
    assert {(one.first, one.second) for one in RELATIONS if one.beside} == {
        ("inferior_vena_cava", "aorta"),
        ("trachea", "esophagus"),
        ("iliac_artery_left", "iliac_vena_left"),
        ("iliac_artery_right", "iliac_vena_right"),
    }


def test_a_finding_can_name_all_relations() -> None:
    """Two structures have three at most."""
    assert max(Counter(frozenset({one.first, one.second}) for one in RELATIONS).values()) == 3
