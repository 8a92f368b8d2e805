"""Which known anatomy a mask's name stands for, in several languages and conventions.

The names and words are data: ``schemas/anatomy/names.csv`` and ``words.csv``, with their sources. In a name of the
table, ``*`` stands for a side and ``#`` for a number or a vertebra's level.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from segaudit import schemas
from segaudit.contracts.known import names_of_releases

Side: TypeAlias = Literal["", "left", "right"]
Key: TypeAlias = tuple[str, ...]

TABLES = Path(schemas.__file__).parent / "anatomy"

LEVEL = re.compile(r"(c|th?|d|l|s)(\d{1,2})")
"""A vertebra's level; French, Spanish and Italian write D for the thoracic ones."""

REGIONS = {"c": "C", "t": "T", "th": "T", "d": "T", "l": "L", "s": "S"}

ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)  # fmt: skip

CODE_DIGITS = 6
"""Digits from which on a number is a code of SNOMED CT, the shortest of which have six, and not a count."""

ORDINAL = re.compile(r"(\d)(?:st|nd|rd|th)\b")

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "\N{LATIN SMALL LETTER DOTLESS I}": "i"})
UMLAUTS = re.compile("([aou])e")
CHUNK = re.compile(r"[^\W_]+")
PART = re.compile(r"[^\W\d_]+|\d+")
APART = re.compile(r"\b(c|t|d|l|s)[\W_]+(?=\d)")
"""A level that is written in two parts."""


class Words(NamedTuple):
    """The words of a name by what they say."""

    named: Key
    """What names the structure, sorted."""
    sides: frozenset[str]
    spelled: bool
    """Whether a word for the side has more than two letters."""
    numbers: tuple[str, ...]
    levels: tuple[str, ...]
    """Levels of vertebrae, such as ``L3``."""
    ordered: str
    """All letters and digits in their order."""

    @property
    def side(self) -> Side:
        """The side; empty if there is none, or two."""
        return "left" if self.sides == {"left"} else "right" if self.sides == {"right"} else ""


def anatomy(name: str) -> str:
    """Return the known anatomy that a name stands for, as the releases name it; empty if none."""
    return next((found for found in _readings(name) if found in names_of_releases()), "")


def recognised(names: Iterable[str]) -> dict[str, str]:
    """Return the known anatomy by name, of those that have one; of names for the same one, the first of the closest.

    A name as the releases spell it is closer than any other.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    known = names_of_releases()
    for name in sorted(names, key=lambda name: (name not in known, name)):
        meant = anatomy(name)
        if meant and meant not in taken:
            found[name] = meant
            taken.add(meant)
    return found


def sides(names: Iterable[str]) -> dict[str, tuple[Side, str]]:
    """Return the side in each name and the name for the other side; empty texts without one.

    A short word, such as ``l`` or ``re``, is a side only if both sides are there.
    """
    said = {name: spoken(name) for name in names}
    alike: Mapping[tuple[object, ...], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, words in said.items():
        alike[words.named, words.numbers, words.levels][words.side].append(name)
    both: dict[str, tuple[Side, str]] = {}
    for name, words in said.items():
        other = alike[words.named, words.numbers, words.levels][{"left": "right", "right": "left"}.get(words.side, "")]
        own = alike[words.named, words.numbers, words.levels][words.side]
        partner = other[0] if words.side and words.named and len(other) == len(own) == 1 else ""
        both[name] = (words.side if partner or words.spelled else "", partner)
    return both


@cache
def spoken(name: str) -> Words:
    """Return the words of a name by what they say."""
    sided, empty = _words()
    named, found, numbers, levels = list[str](), list[str](), list[str](), list[str]()
    chunks = CHUNK.findall(plain(_apart(unicodedata.normalize("NFC", name))))
    for chunk in chunks:
        if level := LEVEL.fullmatch(chunk):
            levels.append(REGIONS[level[1]] + level[2].lstrip("0"))
            continue
        for part in PART.findall(ORDINAL.sub(r"\1", chunk)):
            if part in sided:
                found.append(part)
            elif part.isdigit() and len(part) < CODE_DIGITS:
                numbers.append(part.lstrip("0"))
            elif part in ORDINALS:
                numbers.append(str(ORDINALS.index(part) + 1))
            elif part not in empty:
                named.append(part)
    return Words(
        tuple(sorted(named)),
        frozenset(sided[part] for part in found),
        any(len(part) > 2 or not part.isascii() for part in found),  # noqa: PLR2004 (see above)
        tuple(numbers),
        tuple(levels),
        "".join(chunks),
    )


def plain(text: str) -> str:
    """Return a text without letter case and marks: the same for ``Drüse``, ``DRUESE`` and both Unicode forms of it."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(LIGATURES))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return UMLAUTS.sub(r"\1", re.sub("([左右])", r" \1 ", bare))


def _apart(name: str) -> str:
    """Return a name with a blank before each capital that follows a small letter."""
    return "".join(f" {b}" if a.islower() and b.isupper() else b for a, b in zip(" " + name, name, strict=False))


def _readings(name: str) -> Iterator[str]:
    """Yield what a name can stand for, the most literal reading first."""
    words, table = spoken(name), _table()
    yield from table.get(_key(words), ())
    if not words.named and not words.sides and len(words.levels) == 1 and not words.numbers:
        yield f"vertebrae_{words.levels[0]}"
    if words.named and words.numbers and (joined := APART.sub(r"\1", plain(name.replace("_", " ")))) != plain(name):
        yield from (found for found in _readings(joined) if found.startswith("vertebrae_"))
    for side, named in ((words.side, words.named), *_attached(words)):
        if len(words.sides) <= 1 and (side or not words.sides):
            for pattern in table.get((named, frozenset(), (), ()), ()):
                yield _filled(pattern, side, words)


def _filled(pattern: str, side: Side, words: Words) -> str:
    """Put side, number and level into a pattern; empty if the name has one too many or lacks one."""
    numbered = "#" in pattern
    if ("*" in pattern) != bool(side) or (not numbered and (words.levels or words.numbers[1:])):
        return ""
    if not numbered:
        leading = not words.numbers or re.match(r"0*" + (words.numbers[0] or "0"), words.ordered)
        return pattern.replace("*", side) if leading else ""
    given = (*words.levels, *words.numbers)
    if len(given) != 1 or (pattern == "vertebrae_#") != bool(words.levels):
        return ""
    return pattern.replace("*", side).replace("#", given[0])


def _attached(words: Words) -> Iterator[tuple[Side, Key]]:
    """Yield the side and the rest of a name that begins or ends with the letter of a side: ``lkidney``, ``NiereR``."""
    if len(words.named) == 1 and not words.sides:
        (word,) = words.named
        for letter, rest in ((word[0], word[1:]), (word[-1], word[:-1])):
            if letter in "lr" and rest:
                yield ("left" if letter == "l" else "right"), (rest,)


def _key(words: Words) -> tuple[object, ...]:
    return words.named, words.sides, words.numbers, words.levels


@cache
def _table() -> dict[tuple[object, ...], tuple[str, ...]]:
    """Return what names stand for by their words, and by all their letters in order."""
    found: dict[tuple[object, ...], list[str]] = defaultdict(list)
    rows = [(row["anatomy"], row["name"]) for row in _rows("names.csv")]
    for meant, name in (*((name, name) for name in names_of_releases()), *rows):
        words = spoken(name)
        nothing: tuple[object, ...] = (frozenset(), (), ())
        for key in (_key(words), ((words.ordered,), *nothing)):
            if key[0] and meant not in found[key]:
                found[key].append(meant)
    return {key: tuple(meanings) for key, meanings in found.items()}


@cache
def _words() -> tuple[dict[str, str], frozenset[str]]:
    """Return the side of each word that says one, and the words that say nothing."""
    rows = [(plain(row["word"]).strip(), row["means"]) for row in _rows("words.csv")]
    return {word: means for word, means in rows if means != "nothing"}, frozenset(
        word for word, means in rows if means == "nothing"
    )


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((TABLES / name).read_text("utf-8").splitlines()))
