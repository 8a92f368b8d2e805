"""Names of splits that are misspellings of other ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

USUAL = frozenset({"train", "training", "val", "valid", "validation", "test", "testing"})
"""Names that splits have; others (``fold0``, ``holdout``) differ from each other by intention."""


def misspelt(names: Iterable[str]) -> dict[str, str]:
    """Return the name that was meant by each misspelt one, of the names of splits, one for each case.

    Misspelt is what differs from a usual name that more cases have in letter case, by one letter, or by two neighbours
    that are exchanged.
    """
    cases = Counter(filter(None, names))
    usual = [name for name, _ in cases.most_common() if name.casefold() in USUAL]
    meant = {name: _meant(name, usual) for name in cases}
    return {name: other for name, other in meant.items() if other and cases[other] > cases[name]}


def _meant(name: str, usual: Iterable[str]) -> str:
    """Return the usual name that another name is nearly; empty if there is none."""
    if name in USUAL or not name.isalpha():  # train1 and train2 are no errors
        return ""
    return next((other for other in usual if other != name and _near(name.casefold(), other.casefold())), "")


def _near(one: str, other: str) -> bool:
    """Whether two words are equal, or differ by one letter or by two neighbours that are exchanged."""
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    start = next((at for at, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    if len(shorter) == len(longer):
        exchanged = shorter[start + 1 : start + 2] + shorter[start : start + 1] + shorter[start + 2 :]
        return shorter[start + 1 :] == longer[start + 1 :] or exchanged == longer[start:]
    return shorter[start:] == longer[start + 1 :]
