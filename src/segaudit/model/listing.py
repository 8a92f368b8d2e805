"""Which files a dataset has, by the place its layout gives them; nothing has been opened yet."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from segaudit.model.records import Stranger


class CaseFiles(Struct, frozen=True, kw_only=True):
    """The files of one case. Paths are relative to the dataset's root, with forward slashes."""

    case: str
    folder: str
    """Name of the folder as found."""
    ct: str = ""
    """Empty when there is none."""
    masks: dict[str, str] = {}
    """Path by structure."""
    strangers: tuple[Stranger, ...] = ()


class Listing(Struct, frozen=True, kw_only=True):
    """The files of a dataset."""

    root: Path
    cases: tuple[CaseFiles, ...]
    """By case id."""
    metadata: str = ""
    """Path of the metadata table; empty when there is none."""
    strangers: tuple[Stranger, ...] = ()

    @property
    def structures(self) -> frozenset[str]:
        """Every structure that some case has a mask of."""
        return frozenset(structure for case in self.cases for structure in case.masks)
