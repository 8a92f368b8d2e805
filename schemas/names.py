"""Match the names of structures as people print them with those of a class list."""

from __future__ import annotations

import re
from typing import NamedTuple

from segaudit.model import Contract, Published, PublishedStructure, Structure

ORDINAL = re.compile(r"(\d+)(st|nd|rd|th)\b")
WORD = re.compile(r"[a-z]+\d*|\d+")
SYNONYMS = {"clavicula": "clavicle", "oesophagus": "esophagus", "vena": "vein", "vertebra": "vertebrae"}
FILLERS = frozenset({"and", "of", "the"})


class Row(NamedTuple):
    """A printed row, and the structure of the class list that its name means; None if it means none."""

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
    """Return a name's words in alphabetical order, in one spelling: equal for "Rib, Left 1st" and ``rib_left_1``."""
    return tuple(map(canonical, words(name)))


def words(name: str) -> list[str]:
    """Return the words of a name that matter, numbers without "st", "nd", ..., in the order of their one spelling."""
    found = WORD.findall(ORDINAL.sub(r"\1", name.lower()))
    return sorted((word for word in found if word not in FILLERS), key=canonical)


def canonical(word: str) -> str:
    """Return the one spelling of a word."""
    return SYNONYMS.get(word, word)


def numbering(name: str) -> str:
    """Return how a name writes its number: "1st", "1", or nothing where it has none."""
    return "1st" if ORDINAL.search(name) else "1" if any(map(str.isdigit, words(name))) else ""


def kind(name: str) -> tuple[str, ...]:
    """Return what a numbered name is about: its words without side and number, ("rib",) for "Rib, Left 1st"."""
    return tuple(word for word in key(name) if word not in ("left", "right") and not word.isdigit())
