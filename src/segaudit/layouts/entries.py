"""What lies in a folder: also links in a circle, folders without permission, and names that no report can hold."""

from __future__ import annotations

import unicodedata

from segaudit.model.listing import fold
from segaudit.model.place import Entry, Place
from segaudit.places import listed


def scan(folder: Place) -> list[Entry]:
    """List a folder by name; of names that say the same, lower case and NFC come first, as releases write them.

    Raises:
        OSError: it cannot be listed.
    """
    return sorted(
        listed(folder), key=lambda entry: (entry.name != fold(entry.name), entry.name != nfc(entry.name), entry.name)
    )


def is_folder(entry: Entry) -> bool:
    """Whether an entry is a folder or leads to one; not if it cannot be followed."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def is_file(entry: Entry) -> bool:
    """Whether an entry is a regular file or leads to one; not if it cannot be followed."""
    try:
        return entry.is_file()
    except OSError:
        return False


def size(entry: Entry) -> int:
    """Return an entry's size in bytes; 0 for all but a regular file."""
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
