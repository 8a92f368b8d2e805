"""Listing folders, including circular links, folders without permission, and names that are not valid text."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from pathlib import Path

from segaudit.model import UnexpectedFile
from segaudit.model.listing import fold, leftover, stem
from segaudit.model.place import Entry, Place
from segaudit.places import listed


def scan(folder: Place) -> list[Entry]:
    """List a folder by name; of equivalent names, lower case and NFC come first, as releases write them.

    Raises:
        OSError: it cannot be listed.
    """
    return sorted(
        listed(folder), key=lambda entry: (entry.name != fold(entry.name), entry.name != nfc(entry.name), entry.name)
    )


def is_folder(entry: Entry) -> bool:
    """Whether an entry is a folder or a link to one; false if it cannot be followed."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def is_file(entry: Entry) -> bool:
    """Whether an entry is a regular file or a link to one; false if it cannot be followed."""
    try:
        return entry.is_file()
    except OSError:
        return False


def leads_out(root: Place, folder: Place, entry: Entry) -> bool:
    """Whether an entry is a link to something outside of the dataset that is there."""
    is_link = getattr(entry, "is_symlink", None)
    if is_link is None or not isinstance(root, Path) or not isinstance(folder, Path):  # archives and servers have none
        return False
    try:
        return is_link() and not (folder / entry.name).resolve(strict=True).is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a broken link, or one in a circle
        return False


def links_beside(root: Place, entries: list[Entry], known: Collection[str]) -> tuple[str, ...]:
    """Return the names of links out of the dataset that the layout knows, or that are documents and tables.

    Cases and unexpected files are left out: these have findings of their own, wherever they lead.
    """
    found = (entry for entry in entries if entry.name in known or not (out_of_place(entry) or is_folder(entry)))
    return tuple(sorted(readable(entry.name) for entry in found if leads_out(root, root, entry)))


def size(entry: Entry) -> int:
    """Return an entry's size in bytes; 0 if it is not a regular file."""
    try:
        return entry.stat().st_size if entry.is_file() else 0
    except OSError:
        return 0


def nfc(name: str) -> str:
    """Return a name in Unicode's composed form."""
    return unicodedata.normalize("NFC", name)


def readable(name: str) -> str:
    """Return a name with each byte that is not UTF-8 written as an escape."""
    return name.encode(errors="backslashreplace").decode()


def only_subfolder(path: Place) -> list[Place]:
    """Return the subfolder, ignoring leftovers of programs, if there is exactly one."""
    folders = [path / entry.name for entry in scan(path) if is_folder(entry) and not leftover(entry.name)]
    return folders if len(folders) == 1 else []


def out_of_place(entry: Entry) -> bool:
    """Whether an entry beside the cases is unexpected; documents, scripts and hidden folders are not."""
    name = entry.name
    if leftover(name) or name != readable(name):
        return True
    if is_folder(entry):
        return not name.startswith(".")
    return not is_file(entry) or bool(_volume(name))


def volumes(entries: list[Entry], folder: str, ending: str = ".gz") -> tuple[dict[str, str], list[UnexpectedFile]]:
    """Sort entries into volumes (path by name) and unexpected files.

    A ``.nii`` beside its ``.nii.gz`` is its twin; the one with the ``ending`` counts as the volume.
    """
    found: dict[str, str] = {}
    unexpected_files = []
    for entry in sorted(entries, key=lambda entry: not entry.name.casefold().endswith(ending)):
        path, volume = f"{folder}/{readable(entry.name)}", _volume(entry.name)
        if not volume or leftover(entry.name):
            unexpected_files.append(UnexpectedFile(path, size(entry)))
        elif volume in found:
            unexpected_files.append(UnexpectedFile(path, size(entry), twin=found[volume]))
        else:
            found[volume] = path
    return found, unexpected_files


def by_path(unexpected_files: list[UnexpectedFile]) -> tuple[UnexpectedFile, ...]:
    """Sort unexpected files by path."""
    return tuple(sorted(unexpected_files, key=lambda unexpected: unexpected.path))


def _volume(name: str) -> str:
    """Return the stem of a NIfTI file in NFC; empty for any other file, or for a name that is not UTF-8."""
    return nfc(stem(name)) if name == readable(name) else ""
