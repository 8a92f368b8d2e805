"""Names of splits that are misspellings of other ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

USUAL = frozenset({"train", "training", "val", "valid", "validation", "test", "testing"})
"""Names that splits have; others (``fold0``, ``holdout``) differ from each other by intention."""


def misspelt(names: Iterable[str]) -> dict[str, str]:
    """Return the name that was meant by each misspelt one, of the names of splits, one for each case.

    Misspelt is what differs in letter case alone from a spelling that is more common, or as common and lower case; and
    what differs from a usual name that more cases have by one letter, or by two neighbours that are exchanged.
    """
    cases = Counter(filter(None, names))
    spellings, folded = dict[str, str](), Counter[str]()
    for name in sorted(cases, key=lambda name: (-cases[name], name != name.casefold())):
        spellings.setdefault(name.casefold(), name)
        folded[name.casefold()] += cases[name]
    found = {name: spellings[_meant(name.casefold(), folded)] for name in cases}
    return {name: other for name, other in found.items() if name != other}


def _meant(name: str, cases: Counter[str]) -> str:
    """Return the usual name that another name is nearly, if more cases have it; else the name itself."""
    if name in USUAL or not name.isalpha():  # train1 and train2 are no errors
        return name
    usual = sorted(USUAL & cases.keys(), key=lambda other: (-cases[other], other))
    return next((other for other in usual if cases[other] > cases[name] and _near(name, other)), name)


def _near(one: str, other: str) -> bool:
    """Whether two different words differ by one letter or by two neighbours that are exchanged."""
    shorter, longer = sorted((one, other), key=len)
    start = next((at for at, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    if len(shorter) == len(longer):
        exchanged = shorter[start + 1 : start + 2] + shorter[start : start + 1] + shorter[start + 2 :]
        return shorter[start + 1 :] == longer[start + 1 :] or exchanged == longer[start:]
    return shorter[start:] == longer[start + 1 :]
