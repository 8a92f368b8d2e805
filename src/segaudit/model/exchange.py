"""Which exchanges of two names would make the relations between a case's structures hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from segaudit.model.records import Mask
from segaudit.model.relation_table import RELATIONS, Relation
from segaudit.model.relations import Relations, Reversal, limit_of

COSTLY = ("higher than", "lower than", "touches")
"""Kinds that are looked at last, the last one behind courses side by side."""

MIN_REVERSED = 2
"""Reversed relations of two structures that show that their names are exchanged, unless one is decisive."""

MAX_LEFT_SHARE = 1 / 3
"""Share of the reversed relations of two structures that may stay so once their names are exchanged."""


def _cost(relation: Relation) -> int:
    """Return a rank of what looking at a relation costs."""
    if relation.beside:
        return 2
    return 1 + COSTLY.index(relation.kind) if relation.kind in COSTLY else 0


_PAIRS = {
    pair: sorted((relation for relation in RELATIONS if {relation.first, relation.second} == pair), key=_cost)
    for pair in dict.fromkeys(frozenset({relation.first, relation.second}) for relation in RELATIONS)
}
"""The relations between each two structures."""


class Exchange(NamedTuple):
    """Two structures whose names are exchanged."""

    names: tuple[str, str]
    """Both anatomies, in alphabetical order."""
    first: Mask
    """The mask that has the first of them as its name."""
    second: Mask
    """And the second."""
    reversals: tuple[Reversal, ...]
    """The relations between them that the exchange makes right."""
    mended: int
    """How many reversed relations it makes right, those with other structures included."""


def exchanges_of(case: Relations) -> tuple[Exchange, ...]:
    """Return the pairs whose names are exchanged, each structure in one pair at most, the clearest first."""
    found = list[Exchange]()
    while best := max(_candidates(case, found), key=lambda one: one.mended, default=None):
        found.append(best)
        case = case.exchanged(*best.names)  # what is left is judged with these names right
    return tuple(found)


def _candidates(case: Relations, found: Iterable[Exchange]) -> list[Exchange]:
    """Return the exchanges of two names that relations show, but for structures that are in those found."""
    if all(_kept_apart(case, pair) for pair in _PAIRS):
        return []
    taken = {name for exchange in found for name in exchange.names}
    pairs = dict.fromkeys(tuple(sorted((one.relation.first, one.relation.second))) for one in case.reversals())
    free = ((one, other) for one, other in pairs if taken.isdisjoint({one, other}))
    return [exchange for one, other in free if (exchange := _exchange(case, one, other))]


def _kept_apart(case: Relations, pair: frozenset[str]) -> bool:
    """Whether relations between two structures do not show an exchange: mostly the first one holds."""
    reversals = 0
    for relation in _PAIRS[pair] if pair <= case.masks.keys() else ():
        amount, limit = case.amount(relation), limit_of(relation)
        if amount is not None and amount > limit:
            return True
        if amount is not None and amount < -limit:
            reversals += MIN_REVERSED if relation.decisive else 1
    return reversals < MIN_REVERSED


def _exchange(case: Relations, one: str, other: str) -> Exchange | None:
    """Return the exchange of two names, if relations between them show it, and none with a third contradicts."""
    own = [relation for relation in RELATIONS if {relation.first, relation.second} == {one, other}]
    amounts = [(relation, amount) for relation in own if (amount := case.amount(relation)) is not None]
    reversals = tuple(Reversal(relation, -amount) for relation, amount in amounts if amount < -limit_of(relation))
    holds = any(amount > limit_of(relation) for relation, amount in amounts)
    enough = len(reversals) >= MIN_REVERSED or any(each.relation.decisive for each in reversals)
    if holds or not enough or (len(reversals) < MIN_REVERSED and _mirrored(case, reversals[0])):
        return None
    before, after = (each.reversed_of(one, other) for each in (case, case.exchanged(one, other)))
    mended = after <= MAX_LEFT_SHARE * before
    masks = case.masks[one], case.masks[other]
    return Exchange((one, other), *masks, reversals, before - after) if mended else None


def _mirrored(case: Relations, only: Reversal) -> bool:
    """Whether other structures, too, are on each other's sides."""
    return only.relation.kind == "right of" and any(
        each.relation.kind == "right of" and each.relation != only.relation for each in case.reversals()
    )
