"""The table of relations: what it holds, and what docs/relations.md says of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from segaudit import contracts
from segaudit.catalogue import relations
from segaudit.model.relation_table import RELATIONS, Relation
from tests.support.contracts import SHIPPED

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


def test_structures_of_releases() -> None:
    """Every structure in a relation is one of a release, and none is related to itself."""
    known = {name for release in SHIPPED for name in contracts.load(release).names}
    for relation in RELATIONS:
        assert {relation.first, relation.second, relation.third or "liver"} <= known
        assert len({relation.first, relation.second, relation.third}) == 3
        assert relation.margin > (1 if relation.kind == "larger than" else 0)
        assert (relation.kind == "touches") is bool(relation.third)


def test_no_relation_contradicts_another() -> None:
    """No two are the same, or the reverse of each other."""
    listed = [(relation.first, relation.kind, relation.second, relation.third) for relation in RELATIONS]
    assert len(set(listed)) == len(listed)
    assert not {(second, kind, first, third) for first, kind, second, third in listed} & set(listed)


@pytest.mark.parametrize(
    ("relation", "words"),
    [
        (Relation("a", "right of", "b", 1), "a is right of b"),
        (Relation("a", "higher than", "b", 1), "a reaches higher than b"),
        (Relation("a", "in front of", "b", 1, beside=True), "a is in front of b at each level"),
        (Relation("a", "touches", "b", 1, third="c"), "a touches c more than b does"),
    ],
)
def test_words(relation: Relation, words: str) -> None:
    """Each relation is a sentence."""
    assert relation.words == words
