"""The metadata table as text cells."""

from __future__ import annotations

import codecs
import csv
import io
import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit.measure import read_metadata
from segaudit.model import Metadata
from tests.support.systems import pipes

MAX_BYTES = 1 << 26

TABLE = "image_id;age;gender\ns0001;61;m\ns0002; 70 ;f\n"
COLUMNS = ("image_id", "age", "gender")
ROWS = (("s0001", "61", "m"), ("s0002", " 70 ", "f"))


def read(folder: Path, data: bytes) -> Metadata:
    """Return the table that these bytes make."""
    (folder / "meta.csv").write_bytes(data)
    return read_metadata(folder, "meta.csv")


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8], ids=["plain", "BOM"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n"], ids=repr)
def test_healthy_table(tmp_path: Path, delimiter: str, mark: bytes, end: str) -> None:
    """Cells are exactly as stored, whatever the delimiter, the byte order mark and the ends of lines."""
    data = mark + TABLE.replace(";", delimiter).replace("\n", end).encode()
    lines = (3, 5) if end == "\n\n" else (2, 3)
    assert read(tmp_path, data) == Metadata(
        path="meta.csv", delimiter=delimiter, columns=COLUMNS, rows=ROWS, lines=lines
    )


@pytest.mark.parametrize(
    ("encoding", "named"), [("cp1252", "cp1252"), ("utf-16", "utf-16")], ids=["Windows", "spreadsheet text"]
)
def test_encoding(tmp_path: Path, encoding: str, named: str) -> None:
    """Text that is not UTF-8 is read, and its encoding is recorded."""
    metadata = read(tmp_path, TABLE.replace("m\n", "männlich\n").encode(encoding))
    assert (metadata.encoding, metadata.rows[0][2]) == (named, "männlich")
    assert metadata.problems == (f"the text is not UTF-8; it was read as {named}",)


def test_bytes_that_no_encoding_but_latin_1_has(tmp_path: Path) -> None:
    """The last resort decodes every byte."""
    assert read(tmp_path, TABLE.encode() + b"\x81;;\n").encoding == "latin-1"


def test_ragged_rows(tmp_path: Path) -> None:
    """Rows are padded or truncated to the header, and the first of them are named."""
    metadata = read(tmp_path, (TABLE + "a\n\nb;1;2;3\nc;1\nd;1\n").encode())
    assert metadata.rows[2:] == (("a", "", ""), ("b", "1", "2"), ("c", "1", ""), ("d", "1", ""))
    assert metadata.problems == (
        "the header has 3 cells, but line 4 has 1, line 6 has 4, line 7 has 2 and 1 lines more",
    )


def test_quoted_cells(tmp_path: Path) -> None:
    """Delimiters, quotes and ends of lines inside quotes belong to the cell."""
    metadata = read(tmp_path, b'image_id;note\ns0001;"a;b ""c""\nd"\n')
    assert (metadata.rows, metadata.problems) == ((("s0001", 'a;b "c"\nd'),), ())


def test_lines(tmp_path: Path) -> None:
    """A row is on the line on which it begins: blank lines count, and so do those inside a quoted cell."""
    metadata = read(tmp_path, b'\n\nimage_id;note\n\ns1;"a\n\nb"\ns2;c\n\n\ns3\n')
    assert (metadata.header_line, metadata.lines) == (3, (5, 8, 11))
    assert metadata.problems == ("the header has 2 cells, but line 11 has 1",)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "the file is empty"),
        (codecs.BOM_UTF8 + b" \r\n", "the file is empty"),
        (b"PK\x03\x04" + bytes(range(200)), "expected a table, found a zip archive"),
        (bytes(500), "expected a table, found all zero bytes"),
        (bytes(range(200)), "expected a table, found unknown bytes 0x0001020304050607"),
        (b"version https://git-lfs.github.com/spec/v1\n", "expected a table, found a Git LFS pointer"),
        (b"<html>404</html>", "expected a table, found an HTML page"),
    ],
    ids=["empty", "blank", "zip", "zeros", "binary", "Git LFS", "HTML"],
)
def test_no_table(tmp_path: Path, data: bytes, problem: str) -> None:
    """A file that is not a table is described and has no rows."""
    metadata = read(tmp_path, data)
    assert (metadata.columns, metadata.rows, metadata.problems) == ((), (), (problem,))


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"s0001;61;m\n", "the first line is no header: it holds the number 61"),
        (b"image_id;;gender\n", "no name above column 2"),
        (b"image_id;;gender; ;;\n", "no name above column 2, 4, 5 and 1 columns more"),
        (b"image_id;age\ns00\x0001;1\n", "1 NUL bytes in the text"),
        (b"image_id;age\ns0001;1\x1b\n", "a control character (0x1b) in the text, on line 2"),
        (b"image_id;\x07age\x08\ns0001;1\n", "a control character (0x07) in the text, on line 1, and 1 more"),
        (
            b'image_id;age\ns0001;1\ns0002;"2\ns0003;3\n',
            "the quote that opens on line 3 is never closed: all that follows is one cell",
        ),
        (
            b'image_id;"age\ns0001;1\n',
            "the quote that opens on line 1 is never closed: all that follows is one cell",
        ),
    ],
    ids=["no header", "no name", "no names", "NUL", "ESC", "two", "open quote", "open quote in the header"],
)
def test_problem(tmp_path: Path, data: bytes, problem: str) -> None:
    """A table that can be read in part is read, and the problem is reported."""
    metadata = read(tmp_path, data)
    assert (metadata.problems, metadata.columns[0] != "") == ((problem,), True)


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ('s1;"1;f', 2),
        ('s1;a"b;"c', 2),
        ('s1;1;f\n\ns2;"a""b;f\ns3;3;m\n', 4),
        ('s1;"a"b;f\ns2;"c;f\ns3;3;m\n', 3),
        ('s1;"' + "x;1;f\n" * 30_000, 2),
        ('s1;1;"\n', 2),
        ('s1;"1";f', None),
        ('s1;a"b;f\n', None),
        ('s1;"a""b";f\r', None),
        ('s1;"a"b;f\n', None),
        ('s1;1;""', None),
    ],
    ids=[
        *("open", "after a quote in a cell", "after two quotes", "after a closed quote in a cell", "large", "last"),
        *("closed", "in a cell", "doubled", "closed in a cell", "empty"),
    ],
)
def test_open_quotes(tmp_path: Path, rows: str, line: int | None) -> None:
    """A quote opens where a cell begins; whether one is still open at the end does not depend on how many there are."""
    found = read(tmp_path, f"image_id;age;gender\n{rows}".encode()).problems
    opened = [problem for problem in found if problem.startswith("the quote that opens")]
    expected = f"the quote that opens on line {line} is never closed: all that follows is one cell"
    assert opened == ([expected] if line else [])


TOO_MANY_CELLS = "more than 1,048,576 cells, a metadata table has about 13,500; it is not read"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (
            b";" * 3_999 + b"\na" * 4_000,
            "the header has 4000 columns, a metadata table has about 11; it is not read",
        ),
        (b";" * 1_000_000, "the header has 1000001 columns, a metadata table has about 11; it is not read"),
        (b";" * 10_000_000, TOO_MANY_CELLS),
        (b";" * 255 + b"\na" * 100_000, TOO_MANY_CELLS),
        (b";" * 256, "the header has 257 columns, a metadata table has about 11; it is not read"),
        (b";" * (1 << 20), "the header has 1048577 columns, a metadata table has about 11; it is not read"),
        (b";" * ((1 << 20) + 1), TOO_MANY_CELLS),
        (b"a" + b";b" * 255 + b"\na" * 4097, TOO_MANY_CELLS),
    ],
    ids=[
        *("short rows", "columns", "cells in a row", "padded cells"),
        *("a column more", "as many cells", "a cell more", "a row more"),
    ],
)
def test_table_of_no_sane_size(tmp_path: Path, data: bytes, problem: str) -> None:
    """It is refused with one problem, and has no columns and rows."""
    metadata = read(tmp_path, data)
    assert (metadata.columns, metadata.rows, metadata.problems) == ((), (), (problem,))


def test_largest_table(tmp_path: Path) -> None:
    """256 columns and 1,048,576 cells are read."""
    metadata = read(tmp_path, b"a" + b";b" * 255 + b"\na" * 4096)
    assert (len(metadata.columns), len(metadata.rows), metadata.rows[0][:2]) == (256, 4096, ("a", ""))


def test_long_first_line(tmp_path: Path) -> None:
    """The delimiter is the commonest in its first 65,536 characters, the first of several."""
    begin = "a;" + "b" * 40_000 + ",,"
    assert read(tmp_path, (begin + "c" * (65_536 - len(begin)) + ";;;;").encode()).delimiter == ","
    assert read(tmp_path, (begin + ";" + "c" * 25_000).encode()).delimiter == ";"


@pytest.mark.parametrize(("text", "table"), [("a;b\nc;d;\7\n", True), ("a;b\nc;d;\7", False), ("a;b\nc;dd;\7\n", True)])
def test_few_control_characters(tmp_path: Path, text: str, *, table: bool) -> None:
    """Up to a tenth of the characters: one of nine is too many."""
    assert bool(read(tmp_path, text.encode()).columns) is table
    assert not read(tmp_path, text.replace("b", "\xe4").encode("cp1252")).columns


def test_table_of_no_sane_length(tmp_path: Path) -> None:
    """A table with more bytes than the limit is not opened."""
    with (tmp_path / "meta.csv").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    problem = "cannot be read: it has 67,108,865 bytes, a metadata table has about 100,000"
    assert read_metadata(tmp_path, "meta.csv") == Metadata(path="meta.csv", problems=(problem,))


def test_refusing_a_table_costs_no_memory(tmp_path: Path) -> None:
    """A table of 12 KB that would have 16 million padded cells is refused in less than a megabyte."""
    (tmp_path / "meta.csv").write_bytes(b";" * 3_999 + b"\na" * 4_000)
    tracemalloc.start()
    read_metadata(tmp_path, "meta.csv")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20


def test_large_cell(tmp_path: Path) -> None:
    """A cell of megabytes is kept as it is."""
    metadata = read(tmp_path, b"image_id;age\ns0001;" + b"x" * (1 << 21))
    assert (metadata.problems, metadata.rows) == ((), (("s0001", "x" * (1 << 21)),))


@pytest.mark.parametrize("path", ["nowhere.csv", ".", "a\0b"])
def test_unreadable(tmp_path: Path, path: str) -> None:
    """A file that cannot be opened is a problem, never an exception."""
    metadata = read_metadata(tmp_path, path)
    assert metadata.rows == ()
    assert metadata.problems[0].startswith("cannot be read: ")


@pipes
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Opening a pipe without a writer would block forever."""
    os.mkfifo(tmp_path / "meta.csv")
    assert read_metadata(tmp_path, "meta.csv").problems == ("cannot be read: not a regular file",)


@pytest.mark.parametrize(
    ("header", "columns"), [("image_id;age", ("image_id", "age")), ("token=x;age", ()), ("Image_ID;age", ())]
)
def test_a_table_outside_of_the_dataset(tmp_path: Path, header: str, columns: tuple[str, ...]) -> None:
    """One of cases is read as any other; a link can lead to any file, of which a report must not show a word."""
    (tmp_path / "meta.csv").write_text(f"{header}\ns0001;7\n", encoding="utf-8")
    metadata = read_metadata(tmp_path, "meta.csv", outside=True)
    assert (metadata.columns, len(metadata.rows)) == (columns, len(columns[:1]))
    foreign = ("a link out of the dataset to a file without a column image_id: no more of it is shown",)
    assert metadata.problems == (() if columns else foreign)
    assert read_metadata(tmp_path, "meta.csv").columns == tuple(header.split(";"))


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=9)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5), st.sampled_from(";,\t"))
def test_what_csv_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], delimiter: str
) -> None:
    """Any cells that the csv module writes come back as they were."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([COLUMNS, *rows])
    metadata = read(tmp_path_factory.mktemp("table"), text.getvalue().encode())
    assert (metadata.columns, metadata.rows, metadata.problems) == (COLUMNS, tuple(rows), ())


@given(st.binary(max_size=300))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """No bytes raise; every row has as many cells as the header, and a line of its own."""
    metadata = read(tmp_path_factory.mktemp("table"), data)
    assert {len(row) for row in metadata.rows} <= {len(metadata.columns)}
    assert len(set(metadata.lines)) == len(metadata.rows)
    assert [metadata.header_line, *metadata.lines] == sorted([metadata.header_line, *metadata.lines])


def test_real_metadata(real_data: Path) -> None:
    """The real table of v2.0.1 has 1,228 rows and no problem."""
    metadata = read_metadata(real_data, "meta-v2.0.1.csv")
    assert (len(metadata.rows), metadata.columns[0], metadata.delimiter) == (1228, "image_id", ";")
    assert (metadata.encoding, metadata.problems) == ("utf-8", ())
