"""The picture of ``segaudit show``: find the case's files and structures, and draw a location."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from segaudit import contracts, layouts
from segaudit.model import CaseFiles, Listing
from segaudit.model.errors import DatasetError, InputError, did_you_mean
from segaudit.model.listing import fold
from segaudit.model.place import Place
from segaudit.model.records import Vector
from segaudit.pictures import Album, Window
from segaudit.settings import without_slash

SCALE = 2
"""Scale of the picture: twice the basic size, for screens."""

FORMATS = (".png", ".jpg", ".webp")
"""File name endings of the supported formats."""

_MAX_NAME_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case, and the structures to outline in its picture."""

    root: Place
    files: CaseFiles
    album: Album
    structures: tuple[str, ...]

    @property
    def name(self) -> str:
        """The default name of the picture's file."""
        return f"{'-'.join((self.files.case, *self.structures))[:_MAX_NAME_CHARACTERS]}.png"

    def picture(self, mm: Vector | None = None, window: tuple[float, float] | None = None) -> Image.Image:
        """Draw the location, or else the structures, with all other masks around them.

        Raises:
            InputError: the window has no width.
        """
        if window and window[0] <= 0:
            raise InputError(f"a window {window[0]:g} HU wide: expected more than 0, such as --window 400,40")
        return self.album.picture(
            self.structures, mm, neighbours=self.files.masks, window=window and Window(*window), scale=SCALE
        )


def open_case(dataset: Place, case: str | None, structures: Iterable[str]) -> CaseView:
    """Find the files of a case, and the structures by name, ignoring letter case.

    Without a case, ``dataset`` is the case's own folder.

    Raises:
        InputError: there is no such dataset, case or structure.
    """
    listing, case = (layouts.discover(dataset), case) if case else _around(dataset)
    files = _find(listing, case)
    contract = contracts.load(contracts.recognise(frozenset(files.masks)) or contracts.names()[-1])
    files = files.named(contract.meanings)
    known = {fold(name): name for name in (*files.masks, *contract.by_name)}
    names = tuple(dict.fromkeys(_structure(name, known, files.case) for name in structures))
    return CaseView(listing.root, files, Album(listing.root, files, contract), names)


def _around(folder: Place) -> tuple[Listing, str]:
    """List the dataset that contains a case's folder, and return the case's name."""
    try:
        listing = layouts.discover(folder)
    except DatasetError as error:
        with suppress(DatasetError):
            if isinstance(folder, Path):
                return layouts.discover(folder.resolve().parent), folder.resolve().name
        raise error from None
    raise InputError(f"{folder}: name a case of this dataset; there {listing.extent}")


def _find(listing: Listing, case: str) -> CaseFiles:
    name = fold(without_slash(case))
    found = next((files for files in listing.cases if name in (fold(files.case), fold(files.folder))), None)
    if found is None:
        near = did_you_mean(without_slash(case), (files.case for files in listing.cases)) or f"; there {listing.extent}"
        raise InputError(f"{listing.root}: no case {case!r}{near}")
    if found.error:
        raise InputError(f"{listing.root}: {found.error}")
    return found


def _structure(name: str, known: dict[str, str], case: str) -> str:
    if fold(name) not in known:
        raise InputError(f"{case}: no structure {name!r}{did_you_mean(fold(name), known)}")
    return known[fold(name)]
