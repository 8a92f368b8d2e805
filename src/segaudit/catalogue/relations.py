"""Write the relations between structures as a page: ``python -m segaudit.catalogue.relations > docs/relations.md``."""

from __future__ import annotations

import sys

from segaudit.model.relation_table import RELATIONS, Kind, Relation

INTRODUCTION = """\
# How structures lie to each other

The relations by which [structures-exchanged](catalogue.md#structures-exchanged) sees that two structures have each
other's name, and how far the reverse of each has to go before it counts: mm and mm2 in an adult, scaled to the body, a
ratio of volumes, or HU of the darkest twentieth. They follow the descriptions of topographic anatomy (Gray's Anatomy,
42nd edition). What is marked is enough by itself.

| in health | reversed by more than | enough by itself |
|---|---:|---|
"""

UNITS: dict[Kind, str] = {"larger than": "times", "gassier than": "HU", "touches": "mm2"}
"""Units of margins; mm where none is given."""


def markdown() -> str:
    """Return the page, as Markdown."""
    return INTRODUCTION + "".join(map(_row, RELATIONS))


def _row(relation: Relation) -> str:
    margin = f"{relation.margin:g} {UNITS.get(relation.kind, 'mm')}"
    return f"| {relation.words} | {margin} | {'yes' if relation.decisive else ''} |\n"


if __name__ == "__main__":
    sys.stdout.write(markdown())
