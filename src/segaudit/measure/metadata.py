"""The metadata table as text cells, before anyone judges them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from segaudit.measure.content import HEAD, content_of
from segaudit.model import Metadata

_DELIMITERS = (";", ",", "\t")
_ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f]")
"""Characters that no text holds; NUL is left to ``problems``, since the rest around it may still be a table."""
_NAMED = 3
"""Lines that a problem names before it only counts."""


def read_metadata(root: Path, path: str) -> Metadata:
    """Read a table; what is wrong with the file itself goes to ``problems``, never into an exception."""
    try:
        data = _content(root / path)
    except (OSError, ValueError) as error:  # ValueError: the path holds a NUL
        return Metadata(path=path, problems=(f"cannot be read: {getattr(error, 'strerror', None) or error}",))
    text, encoding = _decoded(data)
    if problem := _no_table(data, text):
        return Metadata(path=path, encoding=encoding, problems=(problem,))
    delimiter = max(_DELIMITERS, key=text.strip().splitlines()[0].count)
    (_, columns), *lines = _lines(text, delimiter)
    return Metadata(
        path=path,
        encoding=encoding,
        delimiter=delimiter,
        columns=columns,
        rows=tuple((cells + ("",) * len(columns))[: len(columns)] for _, cells in lines),
        problems=(*_encoding_problems(text, encoding), *_header_problems(columns), *_ragged(lines, len(columns))),
    )


def _content(path: Path) -> bytes:
    if path.exists() and not path.is_file():  # to open a pipe would wait for ever
        raise OSError("not a regular file")
    return path.read_bytes()


def _decoded(data: bytes) -> tuple[str, str]:
    """Return the text and the encoding that it is in: UTF-8 unless that fails."""
    if data.startswith(_UTF16_MARKS):
        return data.decode("utf-16", "replace"), "utf-16"
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding), encoding.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 decodes every byte")


def _no_table(data: bytes, text: str) -> str:
    """Say why a file cannot be a table; empty if it can."""
    if not text.strip():
        return "the file is empty"
    content = content_of(data[:HEAD])
    readable = content == "text" or (content.startswith("unknown") and not _CONTROL.search(text))
    return "" if readable else f"expected a table, found {content}"


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the cells of each line that is not blank, with the line's number."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))  # an open quote makes one cell of all that follows
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return ((reader.line_num, tuple(cells)) for cells in reader if cells)


def _encoding_problems(text: str, encoding: str) -> Iterator[str]:
    if encoding != "utf-8":
        yield f"the text is not UTF-8; it was read as {encoding}"
    if count := text.count("\0"):
        yield f"{count} NUL bytes in the text"


def _header_problems(columns: tuple[str, ...]) -> Iterator[str]:
    """Say what is wrong with the first line; a number is no name of a column."""
    if numbers := [name for name in columns if _NUMBER.fullmatch(name.strip())]:
        yield f"the first line is no header: it holds the number {numbers[0]}"
    if blank := [str(number) for number, name in enumerate(columns, 1) if not name.strip()]:
        yield f"no name above column {', '.join(blank)}"


def _ragged(lines: list[tuple[int, tuple[str, ...]]], expected: int) -> Iterator[str]:
    wrong = [f"line {number} has {len(cells)}" for number, cells in lines if len(cells) != expected]
    if wrong:
        more = f" and {len(wrong) - _NAMED} lines more" if len(wrong) > _NAMED else ""
        yield f"the header has {expected} cells, but {', '.join(wrong[:_NAMED])}{more}"
