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
class PictureSpec:
    """What a picture shows: structures at a place, or the case with all its masks."""

    structures: tuple[str, ...] = ()
    mm: Vector | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class PictureJob:
    """Pictures of a case that are to be drawn."""

    root: Place
    files: CaseFiles
    contract: Contract
    specs: Mapping[str, PictureSpec]
    """By the name of the picture."""


def draw_pictures(job: PictureJob) -> dict[str, bytes | Failure]:
    """Draw pictures as WebP, or tell why one cannot be drawn; the files of the case are read once for all of them.

    A picture is empty where there is nothing to see.
    """
    album = Album(job.root, job.files, job.contract)
    return {name: _drawn(album, spec, job.files) for name, spec in job.specs.items()}


def _drawn(album: Album, spec: PictureSpec, files: CaseFiles) -> bytes | Failure:
    neighbours = files.masks if spec.whole else ()
    try:
        if not spec.mm and album.lacks(spec.structures):
            return b""
        return _webp(album.picture(spec.structures, spec.mm, neighbours=neighbours, scale=SCALE))
    except MemoryError:  # there may be enough of it when the order is alone
        raise
    except Exception as error:  # noqa: BLE001 (a picture that cannot be drawn takes no other with it)
        return Failure.of(error)


def _webp(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=QUALITY, method=METHOD)
    return stream.getvalue()
