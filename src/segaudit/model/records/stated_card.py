"""The record of a card that lies in a dataset, and of the files that it names."""

from __future__ import annotations

from msgspec import Struct


class StatedFile(Struct, frozen=True, kw_only=True):
    """A file that a card names, and what lies there."""

    path: str
    """Relative to the dataset."""
    stated_size: int | None = None
    """Bytes by the card; None if it does not say."""
    stated_sha256: str = ""
    """Digest by the card, in lower case; empty if it does not say."""
    size: int | None = None
    """Bytes of the file; None if there is none."""
    sha256: str = ""
    """Digest of the file; empty if the card states none, or if the file is too large to be read again."""


class StatedGlob(Struct, frozen=True):
    """A pattern of files in a card, and how many files of the layout match it."""

    glob: str
    files: int


class StatedStructure(Struct, frozen=True):
    """What a card says of a structure."""

    name: str
    occurrence: int | None
    """Masks with voxels; None if it does not say."""
    mean_volume_ml: float | None
    """Their mean volume; None if it does not say."""


class StatedCard(Struct, frozen=True, kw_only=True):
    """What a card says, as far as files can show it."""

    path: str
    """Relative to the dataset."""
    problems: tuple[str, ...] = ()
    """Why it, or a part of it, cannot be used."""
    files: tuple[StatedFile, ...] = ()
    """The files that it names by a path."""
    globs: tuple[StatedGlob, ...] = ()
    """The patterns of its sets of files."""
    columns: tuple[str, ...] = ()
    """The columns that it takes from the metadata table."""
    facts: tuple[tuple[str, int], ...] = ()
    """Counts of the dataset by name, as ``segaudit card`` writes them."""
    structures: tuple[StatedStructure, ...] = ()
    """The numbers of structures, as ``segaudit card`` writes them."""
