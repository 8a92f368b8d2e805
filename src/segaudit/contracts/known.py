"""The known anatomy: what the shipped class lists say of each structure, for structures with other names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from msgspec import structs, to_builtins

from segaudit.contracts.tables import read_rows
from segaudit.model import Structure
from segaudit.schemas.shipped import SHIPPED

OWN = frozenset({"name", "label", "is", "guess"})
"""What a structure does not take from the known anatomy."""

RELATIONS = ("partner", "above", "below")
"""Columns that name another structure."""


@cache
def releases() -> dict[str, dict[str, Structure]]:
    """Return the structures by name of each shipped release, oldest first."""
    tables = sorted(SHIPPED.glob("*/structures.csv"))
    return {path.parent.name: {row.name: row for row in read_rows(path, Structure).rows} for path in tables}


@cache
def names_of_releases() -> frozenset[str]:
    """Return the names of all known structures."""
    return frozenset().union(*releases().values())


def described(anatomies: Iterable[str]) -> dict[str, Structure]:
    """Return all known structures by name, as the release that has most of some names describes them, or the newest."""
    some = frozenset(anatomies)
    order = sorted(releases(), key=lambda name: (len(some & releases()[name].keys()), name))
    return {name: structure for release in order for name, structure in releases()[release].items()}


def filled(cells: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of structures.csv with what the known anatomy says where a cell is empty; relations stay empty.

    The group is always that of the known anatomy: a row needs one before anybody knows what it is.
    """
    known = _cells().get(str(cells.get("is", "")), {})
    return {**known, **cells, **({"group": known["group"]} if known else {})}


@cache
def _cells() -> dict[str, dict[str, Any]]:
    """Return the cells that each known anatomy fills."""
    left_out = {*OWN, *RELATIONS, "expected_with"}
    return {
        name: {column: value for column, value in to_builtins(structure).items() if column not in left_out}
        for name, structure in described(()).items()
    }


def row(name: str, label: int, anatomy: str) -> Structure:
    """Return a structure that is a known anatomy, without relations."""
    known = described(())[anatomy]
    return structs.replace(
        known, name=name, label=label, anatomy=anatomy, partner="", above="", below="", expected_with=()
    )


def related(rows: tuple[Structure, ...]) -> tuple[Structure, ...]:
    """Return structures that name each other as the known anatomy does, where they name none themselves.

    A neighbour is one if both name each other. What is expected beside others is so if all of them are in the list.
    """
    named: dict[str, str] = {}
    for structure in rows:
        if structure.anatomy:
            named.setdefault(structure.anatomy, structure.name)
    known = described(named)
    return tuple(_related(structure, known, named) if structure.anatomy in known else structure for structure in rows)


def _related(structure: Structure, known: Mapping[str, Structure], named: Mapping[str, str]) -> Structure:
    like = known[structure.anatomy]
    above, below = known.get(like.above), known.get(like.below)
    relations = {
        "partner": named.get(like.partner, ""),
        "above": named.get(like.above, "") if above and above.below == like.name else "",
        "below": named.get(like.below, "") if below and below.above == like.name else "",
        "expected_with": tuple(named[name] for name in like.expected_with)
        if named.keys() >= set(like.expected_with)
        else (),
    }
    return structs.replace(structure, **{key: getattr(structure, key) or value for key, value in relations.items()})
