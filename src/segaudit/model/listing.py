"""Which files a dataset has, by the place its layout gives them; nothing has been opened yet."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

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
    error: str = ""
    """Why the folder could not be listed."""

    def named(self, structures: Iterable[str]) -> CaseFiles:
        """Return the case with its masks under the names that a class list gives them, whatever their letter case."""
        known = {structure.casefold(): structure for structure in structures}
        masks: dict[str, str] = {}
        for stem, path in self.masks.items():
            name = known.get(stem.casefold(), stem)
            masks[stem if name in masks or name in self.masks else name] = path
        return replace(self, masks=dict(sorted(masks.items())))


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

    def named(self, structures: Iterable[str]) -> Listing:
        """Return the listing with masks under the names that a class list gives them, whatever their letter case."""
        known = tuple(structures)
        return replace(self, cases=tuple(case.named(known) for case in self.cases))
