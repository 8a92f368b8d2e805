"""Pictures of one case, drawn where there is a processor for it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image

from segaudit.executors.base import Failure
from segaudit.model import CaseFiles, Contract
from segaudit.model.place import Place
from segaudit.model.records import Vector
from segaudit.pictures import Album

SCALE = 2
"""Pixels for each of those that a picture has at least: screens are fine, and pictures can be enlarged."""

QUALITY, METHOD = 70, 2
"""Of WebP. Of 0 to 100, 70 keeps outlines and letters sharp; of 0 to 6, 2 takes half the time of the usual 4, for files
that are 6 % larger."""


@dataclass(frozen=True, slots=True)
class Motif:
    """What a picture shows: structures at a place, or the case with all its masks."""

    structures: tuple[str, ...] = ()
    mm: Vector | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """Pictures of a case that are to be drawn."""

    root: Place
    files: CaseFiles
    contract: Contract
    motifs: Mapping[str, Motif]
    """By the name of the picture."""


def paint(order: Order) -> dict[str, bytes | Failure]:
    """Draw pictures as WebP, or tell why one cannot be drawn; the files of the case are read once for all of them.

    A picture is empty where there is nothing to see.
    """
    album = Album(order.root, order.files, order.contract)
    return {name: _painted(album, motif, order.files) for name, motif in order.motifs.items()}


def _painted(album: Album, motif: Motif, files: CaseFiles) -> bytes | Failure:
    neighbours = files.masks if motif.whole else ()
    try:
        if not motif.mm and album.lacks(motif.structures):
            return b""
        return _webp(album.picture(motif.structures, motif.mm, neighbours=neighbours, scale=SCALE))
    except MemoryError:  # there may be enough of it when the order is alone
        raise
    except Exception as error:  # noqa: BLE001 (a picture that cannot be drawn takes no other with it)
        return Failure.of(error)


def _webp(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=QUALITY, method=METHOD)
    return stream.getvalue()
