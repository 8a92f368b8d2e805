"""Read the metadata table as text cells, without judging them."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeAlias

from segaudit.measure.content import HEAD_BYTES, content_of
from segaudit.measure.small_file import read_small
from segaudit.model import Metadata
from segaudit.model.place import Place
from segaudit.model.words import some

_DELIMITERS = (";", ",", "\t")
_ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f]")
"""Characters that do not occur in text; NUL has a problem of its own."""
_MAX_CONTROL_SHARE = 0.1
"""Share of such characters up to which a file of valid Unicode is a table with a problem, rather than none."""
_MAX_NAMED = 3
"""The most lines or columns that a problem names; further ones are counted."""

MAX_BYTES = 1 << 26
"""A larger table is not read (64 MiB); those of the releases have 100 KB."""

MAX_COLUMNS = 256
"""A table with more columns is not read, because each short row is padded to them; the releases have 6 and 11."""

MAX_CELLS = 1 << 20
"""A table with more cells is not read, including padded ones; v2.0.1 has 13,508 (1,228 rows)."""

_MAX_HEADER_CHARACTERS = 1 << 16
"""Characters in which the end of the header is searched, to find the delimiter."""

_END = "end"
"""Put behind a table on a line of its own: within a quote that is still open, it is no row."""

_FOREIGN = "a link out of the dataset to a file without a column image_id: no more of it is shown"

_Line: TypeAlias = tuple[int, tuple[str, ...]]
"""The cells of a row, and the line on which it begins."""


def read_metadata(root: Place, path: str, *, outside: bool = False) -> Metadata:
    """Read a table; problems of the file itself are listed in ``problems``, never raised.

    Args:
        root: the place of the dataset.
        path: the table's path in it.
        outside: whether the path is a link out of the dataset. What is there may be any file; of one that is no table
            of cases nothing is returned, since reports are published.
    """
    try:
        data = read_small(root / path, MAX_BYTES, "a metadata table has about 100,000")
    except (OSError, ValueError) as error:  # ValueError: the path contains a NUL
        return Metadata(path=path, problems=(f"cannot be read: {getattr(error, 'strerror', None) or error}",))
    text, encoding = _decoded(data)
    if problem := _no_table(data, text, encoding):
        return Metadata(path=path, encoding=encoding, problems=(problem,))
    delimiter = max(_DELIMITERS, key=text.strip()[:_MAX_HEADER_CHARACTERS].splitlines()[0].count)
    try:
        (header_line, columns), *lines = _bounded(text, delimiter)
    except ValueError as error:
        return Metadata(path=path, encoding=encoding, delimiter=delimiter, problems=(str(error),))
    if outside and "image_id" not in columns:
        return Metadata(path=path, encoding=encoding, delimiter=delimiter, problems=(_FOREIGN,))
    return Metadata(
        path=path,
        encoding=encoding,
        delimiter=delimiter,
        columns=columns,
        rows=tuple((cells + ("",) * len(columns))[: len(columns)] for _, cells in lines),
        header_line=header_line,
        lines=tuple(number for number, _ in lines),
        problems=(
            *_encoding_problems(text, encoding),
            *_quote_problems(text, delimiter, header_line, lines),
            *_header_problems(columns),
            *_ragged(lines, len(columns)),
        ),
    )


def _decoded(data: bytes) -> tuple[str, str]:
    """Return the text and its encoding: UTF-8 unless that fails."""
    if data.startswith(_UTF16_MARKS):
        return data.decode("utf-16", "replace"), "utf-16"
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding), encoding.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 decodes every byte")


def _no_table(data: bytes, text: str, encoding: str) -> str:
    """Return why a file cannot be a table; empty if it can."""
    if not text.strip():
        return "the file is empty"
    content = content_of(data[:HEAD_BYTES])
    few = len(_CONTROL.findall(text)) <= (_MAX_CONTROL_SHARE * len(text) if encoding.startswith("utf") else 0)
    readable = content == "text" or (content.startswith("unknown") and few)
    return "" if readable else f"expected a table, found {content}"


def _bounded(text: str, delimiter: str) -> list[_Line]:
    """Return the header and the rows.

    Raises:
        ValueError: there are more columns or cells than in a metadata table.
    """
    if text.count(delimiter) > MAX_CELLS:
        raise ValueError(f"more than {MAX_CELLS:,} cells, a metadata table has about 13,500; it is not read")
    lines = _lines(text, delimiter)
    header = next(lines)
    if (columns := len(header[1])) > MAX_COLUMNS:
        raise ValueError(f"the header has {columns} columns, a metadata table has about 11; it is not read")
    rows = list(islice(lines, MAX_CELLS // columns + 1))
    if len(rows) * columns > MAX_CELLS:
        raise ValueError(f"more than {MAX_CELLS:,} cells, a metadata table has about 13,500; it is not read")
    return [header, *rows]


def _lines(text: str, delimiter: str) -> Iterator[_Line]:
    """Yield the cells of each row, with its first line; blank lines are counted but are not rows."""
    before = csv.field_size_limit()
    csv.field_size_limit(max(before, len(text)))  # an unclosed quote makes one cell of all the rest
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begin = 1
    try:
        for cells in reader:
            if cells:
                yield begin, tuple(cells)
            begin = reader.line_num + 1
    finally:
        csv.field_size_limit(before)  # it is the whole process's


def _encoding_problems(text: str, encoding: str) -> Iterator[str]:
    if encoding != "utf-8":
        yield f"the text is not UTF-8; it was read as {encoding}"
    if count := text.count("\0"):
        yield f"{count} NUL bytes in the text"
    if found := _CONTROL.findall(text):
        line = text.count("\n", 0, text.index(found[0])) + 1
        what = f"a control character (0x{ord(found[0]):02x})"
        yield f"{what} in the text, on line {line}" + (f", and {len(found) - 1} more" if len(found) > 1 else "")


def _quote_problems(text: str, delimiter: str, header_line: int, lines: Sequence[_Line]) -> Iterator[str]:
    """Yield that the last row holds a quote without an end, which makes one cell of all that follows."""
    if '"' not in text:
        return
    _, cells = deque(_lines(text + "\n" + _END, delimiter), maxlen=1).pop()
    if cells != (_END,):
        line = lines[-1][0] if lines else header_line
        yield f"the quote that opens on line {line} is never closed: all that follows is one cell"


def _header_problems(columns: tuple[str, ...]) -> Iterator[str]:
    """Yield what is wrong with the first line, such as a number instead of a column name."""
    if numbers := [name for name in columns if _NUMBER.fullmatch(name.strip())]:
        yield f"the first line is no header: it holds the number {numbers[0]}"
    if blank := [str(number) for number, name in enumerate(columns, 1) if not name.strip()]:
        yield f"no name above column {some(blank, _MAX_NAMED, 'columns')}"


def _ragged(lines: Sequence[_Line], expected: int) -> Iterator[str]:
    if wrong := [f"line {number} has {len(cells)}" for number, cells in lines if len(cells) != expected]:
        yield f"the header has {expected} cells, but {some(wrong, _MAX_NAMED, 'lines')}"
