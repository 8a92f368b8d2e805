"""What a user can put right.

    InputError
    ├── DatasetError        a path is no dataset, or one that cannot be used like this
    ├── ContractError       a contract cannot be read, or none was recognised
    ├── WaiverError         the waivers cannot be read
    ├── UnknownCheckError   there is no check of that name
    ├── ChecksError         a file of checks of the user's own cannot be used
    └── ReportError         a report of an earlier audit cannot be read

Each message names what is wrong, says what was found and what was expected, and what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class InputError(ValueError):
    """Something is wrong with what the user gave."""


class DatasetError(InputError):
    """A path is no dataset in a known layout, or cannot be used like this."""


class ContractError(InputError):
    """A contract cannot be used, or none was recognised."""


class WaiverError(InputError):
    """A file of waivers cannot be read."""


class UnknownCheckError(InputError):
    """There is no check or family of that name."""


class ChecksError(InputError):
    """A file of checks of the user's own cannot be used."""


class ReportError(InputError):
    """A report of an earlier audit cannot be read."""


def os_error_text(error: OSError) -> str:
    """Return what the operating system refused, with the file where it names one."""
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` for the nearest known word; empty where none is near."""
    nearest = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {nearest[0]!r}?" if nearest else ""
