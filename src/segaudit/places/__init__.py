"""Where a dataset lies: a folder, a ZIP archive, or a URL that fsspec supports (``s3://``, ``https://``)."""

from __future__ import annotations

import os
from pathlib import Path

from segaudit.model.place import Entry, Place
from segaudit.places.archive import Archive, is_archive
from segaudit.places.remote import Remote, remote


def located(dataset: str | Path | Place) -> Place:
    """Return the place at a path or a URL.

    Raises:
        DatasetError: the archive or the URL cannot be read.
    """
    if isinstance(dataset, Archive | Remote):
        return dataset
    text = str(dataset)
    if "://" in text:
        return remote(text)
    path = Path(text)
    return Archive.at(path) if path.is_file() and is_archive(path) else path


def archive_of(place: Place) -> tuple[str, int] | None:
    """Return name and size in bytes of the archive that a place is in; None if it is in none."""
    return (place.file.name, place.file.stat().st_size) if isinstance(place, Archive) else None


def archive_path(place: Place) -> Path | None:
    """Return the path of the archive that a place is in; None if it is in none."""
    return place.file if isinstance(place, Archive) else None


def archive_flaws(place: Place) -> dict[str, str]:
    """Return what is wrong with the list of contents of the archive that a place is in, by path."""
    return place.flaws() if isinstance(place, Archive) else {}


def invalidate_cache(place: Place) -> None:
    """Drop cached directory listings, so that the server is asked again."""
    if isinstance(place, Remote):
        place.invalidate_cache()


def listed(folder: Place) -> list[Entry]:
    """List a folder.

    Raises:
        OSError: it cannot be listed.
    """
    if isinstance(folder, Archive | Remote):
        return [*folder.scan()]
    with os.scandir(str(folder)) as entries:
        return [*entries]
