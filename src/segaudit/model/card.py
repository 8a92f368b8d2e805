"""What the card of a release says of it: its files, the columns of its metadata, its recomputed tables."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from segaudit.model.promises import KnownIssue


class CardFile(Struct, frozen=True, kw_only=True):
    """A file that a card names."""

    path: str
    """Relative to the dataset; the file's name if it is the archive that holds the dataset."""
    size: int
    """Bytes."""
    sha256: str
    """The digest of its bytes, in hexadecimal digits."""


class Column(Struct, frozen=True):
    """A column of the metadata."""

    name: str
    number: bool
    """Whether its cells are numbers; they are text if not."""


class Card(Struct, frozen=True, kw_only=True):
    """The card of a release."""

    name: str
    """The name of the contract."""
    title: str
    """The release's full name."""
    url: str
    """Where it is published; empty if unknown."""
    license: str
    """The licence, as a name, an identifier of SPDX or a link; empty if unknown."""
    citation: str
    """How to cite it; empty if unknown."""
    version: str
    """Its version; empty if it has none."""
    published: str
    """The day of its publication, as year, month and day with dashes; empty if unknown."""
    audit: str
    """A link to the report of its audit; empty without one."""
    contract: str
    """The name of the contract by which it was measured."""
    segaudit: str
    """The version of segaudit."""
    archive: CardFile | None
    """The archive that holds the dataset; None for a folder."""
    metadata: CardFile | None
    """The metadata table; None without one."""
    delimiter: str
    """What separates its cells."""
    columns: tuple[Column, ...]
    """Its columns."""
    images: tuple[str, ...]
    """Globs of the CTs, relative to the dataset."""
    masks: tuple[str, ...]
    """Globs of the masks, relative to the dataset."""
    statistics: dict[str, Any]
    """The published tables, recomputed (see ``segaudit.model.statistics``)."""
    known_issues: tuple[KnownIssue, ...]
    """The publicly reported defects."""
