"""Files that a user writes: reading text and TOML, and errors that name the key or line."""

from __future__ import annotations

import stat
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from segaudit.model.errors import InputError
from segaudit.model.words import printable

Keys: TypeAlias = tuple[str | int, ...]


class Problem(NamedTuple):
    """An error in a file: the keys that lead to it, and what was found and expected."""

    keys: Keys
    text: str
    meant: Keys = ()
    """For an unknown key: the keys that were probably meant; empty if none is similar."""


MAX_LINE = 10_000
"""The most characters of a line: making a pattern of names of a text takes time by the square of its length."""

MAX_BYTES = 1 << 26
"""A larger file is not read (64 MiB)."""

TOO_MUCH = "cannot be used, because it nests too deeply, or holds a number of too many digits"


@dataclass(frozen=True, slots=True)
class Source:
    """A file, or a part of it, and the kind of error to raise for it."""

    path: Path
    kind: type[InputError]
    part: str = ""
    """A prefix of the key, such as ``line 5, ``."""

    def error(self, text: str, keys: Keys = ()) -> InputError:
        """Return an error that says ``file: table.key: text``, or ``file: line 5, column: text``."""
        dotted = "".join(f"[{key}]" if isinstance(key, int) else f".{printable(key)}" for key in keys).removeprefix(".")
        place = f"{self.path}: {self.part}{dotted}".removesuffix(": ").removesuffix(", ")
        return self.kind(f"{place}: {text}")

    def errors(self, problems: Iterable[Problem]) -> list[InputError]:
        """Return an error for each problem."""
        return [self.error(problem.text, problem.keys) for problem in problems]


@contextmanager
def collecting(errors: list[InputError]) -> Iterator[None]:
    """Add an error that is raised in the block to a list, and continue after the block."""
    try:
        yield
    except InputError as error:
        errors.append(error)


def raise_all(errors: Sequence[InputError]) -> None:
    """Raise one error with the messages of several; do nothing if there are none.

    Raises:
        InputError: of the kind of the first one.
    """
    if errors:
        raise type(errors[0])(*(message for error in errors for message in error.args))


def read_text(source: Source) -> str:
    """Return the text of a UTF-8 file, without a byte order mark.

    Raises:
        InputError: it cannot be read, is no regular file (a pipe may never end), is not UTF-8, or it or one of its
            lines is too long.
    """
    try:
        status = source.path.stat()
        regular, large = stat.S_ISREG(status.st_mode), status.st_size > MAX_BYTES
        text = source.path.read_text("utf-8-sig") if regular and not large else ""
    except UnicodeDecodeError as error:
        raise source.error(f"is not UTF-8 text (byte {error.start})") from error
    except OSError as error:
        raise source.error(f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise source.error("cannot be read: no path can hold a null byte") from error
    if not regular:
        raise source.error("is no regular file, expected a file of text")
    if large:
        raise source.error(f"has {status.st_size:,} bytes, expected {MAX_BYTES:,} at most")
    long = next((number for number, line in enumerate(text.splitlines(), 1) if len(line) > MAX_LINE), 0)
    if long:
        raise source.error(f"line {long} has more than {MAX_LINE:,} characters, expected fewer: write lists in lines")
    return text


def read_toml(source: Source) -> dict[str, Any]:
    """Return the values of a TOML file.

    Raises:
        InputError: it cannot be read, is not TOML, or is more than Python can parse.
    """
    text = read_text(source)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise source.error(f"is not TOML: {error}") from error
    except (ValueError, RecursionError) as error:  # ValueError: Python converts no more than 4300 digits
        raise source.error(TOO_MUCH) from error
