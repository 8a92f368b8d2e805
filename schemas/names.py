"""Match printed names of structures with those of a class list."""

from __future__ import annotations

import re
from typing import NamedTuple

from segaudit.model import Contract, Published, PublishedStructure, Structure

ORDINAL = re.compile(r"(\d+)(st|nd|rd|th)\b")
WORD = re.compile(r"[a-z]+\d*|\d+")
SYNONYMS = {"clavicula": "clavicle", "oesophagus": "esophagus", "vena": "vein", "vertebra": "vertebrae"}
FILLERS = frozenset({"and", "of", "the"})


class Row(NamedTuple):
    """A printed row, and the structure of the class list that its name refers to; None if there is none."""

    printed: PublishedStructure
    structure: Structure | None

    @property
    def name(self) -> str:
        """Name of the structure, else the printed name."""
        return self.structure.name if self.structure else self.printed.structure


def rows(published: Published, contract: Contract) -> list[Row]:
    """Return the printed rows with their structures."""
    by_key = {key(structure.name): structure for structure in contract.structures}
    return [Row(printed, by_key.get(key(printed.structure))) for printed in published.structures]


def key(name: str) -> tuple[str, ...]:
    """Return a name's words, normalised and sorted: equal for "Rib, Left 1st" and ``rib_left_1``."""
    return tuple(map(canonical, words(name)))


def words(name: str) -> list[str]:
    """Return the significant words of a name, sorted by their normal spelling; numbers without "st", "nd", ..."""
    found = WORD.findall(ORDINAL.sub(r"\1", name.lower()))
    return sorted((word for word in found if word not in FILLERS), key=canonical)


def canonical(word: str) -> str:
    """Return the normal spelling of a word."""
    return SYNONYMS.get(word, word)


def numbering(name: str) -> str:
    """Return the number in a name as it is written: "1st", "1", or an empty text."""
    return "1st" if ORDINAL.search(name) else "1" if any(map(str.isdigit, words(name))) else ""


def kind(name: str) -> tuple[str, ...]:
    """Return the kind of a numbered name: its words without side and number, ("rib",) for "Rib, Left 1st"."""
    return tuple(word for word in key(name) if word not in ("left", "right") and not word.isdigit())
