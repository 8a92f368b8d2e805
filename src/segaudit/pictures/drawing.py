"""Draw the pictures of a job."""

from __future__ import annotations

import io

from PIL import Image

from segaudit.executors.base import Failure
from segaudit.model import CaseFiles
from segaudit.pictures.album import Album
from segaudit.pictures.jobs import PictureJob, PictureSpec

SCALE = 2
"""Scale of the pictures in a report: twice the basic size, for high-resolution screens and for enlarging."""

QUALITY, METHOD = 70, 2
"""Of WebP. Of 0 to 100, 70 keeps outlines and letters sharp; of 0 to 6, 2 takes half the time of the usual 4, for files
that are 6 % larger."""


def drawn(job: PictureJob) -> dict[str, bytes | Failure]:
    """Draw pictures as WebP, or return why one cannot be drawn; the files of the case are read once for all of them.

    A picture is empty if there is nothing to show.
    """
    album = Album(job.root, job.files, job.contract)
    return {name: _drawn(album, spec, job.files) for name, spec in job.specs.items()}


def _drawn(album: Album, spec: PictureSpec, files: CaseFiles) -> bytes | Failure:
    neighbours = files.masks if spec.whole else ()
    try:
        if not spec.mm and album.lacks(spec.structures):
            return b""
        picture = album.picture(
            spec.structures, spec.mm, neighbours=neighbours, misplacement=spec.misplacement, scale=SCALE
        )
        return webp(picture)
    except MemoryError:  # there may be enough memory when the job is retried alone
        raise
    except Exception as error:  # noqa: BLE001 (an error in one picture must not stop the others)
        return Failure.of(error)


def webp(image: Image.Image) -> bytes:
    """Return an image as WebP."""
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=QUALITY, method=METHOD)
    return stream.getvalue()
