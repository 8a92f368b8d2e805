"""Errors that a user can correct.

    InputError
    ├── DatasetError        a path is not a dataset, or cannot be used like this
    ├── ContractError       a contract cannot be read, or none was recognised
    ├── WaiverError         the waivers cannot be read
    ├── UnknownCheckError   there is no check of that name
    ├── ChecksError         a file with the user's own checks cannot be used
    └── ReportError         a report of an earlier audit cannot be read

Each message says what is wrong, what was found, what was expected, and what to do. Tracebacks name them as people
import them, from ``segaudit``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from segaudit.model.words import printable

MAX_LISTED = 20
"""Messages that an error prints; the rest are counted."""


class InputError(ValueError):
    """The user's input is wrong; several errors at once have a message each in ``args``."""

    __module__ = "segaudit"

    def __str__(self) -> str:
        """Return the messages, one per line, in printable characters: names of files and folders are in them."""
        more = len(self.args) - MAX_LISTED
        rest = [f"and {more} more"] if more > 0 else []
        return "\n".join([*(printable(str(message)) for message in self.args[:MAX_LISTED]), *rest])


class Terminated(BaseException):
    """A signal asks the program to end."""

    def __init__(self, number: int) -> None:
        """Take the number of the signal."""
        super().__init__(number)
        self.exit_code = 128 + number


ENDING = (KeyboardInterrupt, Terminated)
"""What ends the program wherever it is raised. All else that code of others raises is a fault of that code: also
``SystemExit``, and outcomes of pytest, which are no ``Exception``."""


def said(error: BaseException) -> str:
    """Return the type and the text of an exception of others, whose ``__str__`` may fail, too."""
    try:
        return f"{type(error).__name__}: {error}"
    except ENDING:
        raise
    except BaseException:  # noqa: BLE001 (code of others)
        return f"{type(error).__name__}, whose text cannot be read"


class DatasetError(InputError):
    """A path is not a dataset in a known layout, or cannot be used like this."""

    __module__ = "segaudit"


class ContractError(InputError):
    """A contract cannot be used, or none was recognised."""

    __module__ = "segaudit"


class WaiverError(InputError):
    """A file of waivers cannot be read."""

    __module__ = "segaudit"


class UnknownCheckError(InputError):
    """There is no check or family of that name."""

    __module__ = "segaudit"


class ChecksError(InputError):
    """A file with the user's own checks cannot be used."""

    __module__ = "segaudit"


class ReportError(InputError):
    """A report of an earlier audit cannot be read."""

    __module__ = "segaudit"


def os_error_text(error: OSError) -> str:
    """Return the operating system's message, with the file if it names one."""
    return printable(f"{error.filename}: {error.strerror}" if error.filename else str(error))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` for the most similar known word; empty if none is similar."""
    near = nearest(word, known)
    return f"; did you mean {near!r}?" if near else ""


def no_such_check(name: str, known: Iterable[str]) -> UnknownCheckError:
    """Return the error for a name that no check or family has, with the most similar name as a suggestion."""
    advice = did_you_mean(name.lower(), known) or "; `segaudit list` shows what there is"
    return UnknownCheckError(f"there is no check {name!r}{advice}")


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is most similar to another; empty if none is similar."""
    return next(iter(difflib.get_close_matches(word, list(known))), "")
