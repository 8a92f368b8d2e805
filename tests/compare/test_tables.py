"""The difference between two metadata tables."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit.compare.tables import MAX_WORDS, compare_tables
from segaudit.model import Metadata
from segaudit.model.errors import InputError
from segaudit.model.table_difference import CellChange, ColumnChange, TableDifference
from segaudit.reports import machine
from segaudit.reports.difference import metadata

NAMES = ("old.csv", "new.csv")


def table(*rows: str, columns: str = "image_id;age;sex") -> Metadata:
    """Build a table from lines."""
    return Metadata(
        path="meta.csv", columns=tuple(columns.split(";")), rows=tuple(tuple(row.split(";")) for row in rows)
    )


def difference(old: Metadata, new: Metadata) -> TableDifference:
    """Compare two tables."""
    return compare_tables(old, new, NAMES)


OLD = table("s1;5;m", "s2;6;f", "s3;7;m")


def test_equal_tables() -> None:
    """Nothing differs, also if rows come in another order."""
    found = difference(OLD, table("s3;7;m", "s1;5;m", "s2;6;f"))
    assert (found.differs, found.exit_code, metadata.verdict(found)[:6]) == (False, 0, "EQUAL:")


def test_columns_rows_cells_types_and_words() -> None:
    """Each kind of difference is in its field, and has a line."""
    new = table("s1;m;x;a", "s2;w;6.5;b", "s4;m;8;c", columns="image_id;sex;age;site")
    found = difference(OLD, new)
    assert (found.added_columns, found.removed_columns, found.reordered) == (("site",), (), True)
    assert (found.added_rows, found.removed_rows) == (("s4",), ("s3",))
    assert found.cells == (
        CellChange(case="s1", column="age", old="5", new="x"),
        CellChange(case="s2", column="sex", old="f", new="w"),
        CellChange(case="s2", column="age", old="6", new="6.5"),
    )
    sex, age = found.columns
    assert sex == ColumnChange(
        column="sex", old_type="text", new_type="text", new_words=("w",), gone_words=("f",), cells=1
    )
    assert (age.old_type, age.new_type, age.cells) == ("integer", "text", 2)
    assert dict(metadata.facts(found)) == {
        "old": "old.csv: 3 rows, 3 columns",
        "new": "new.csv: 3 rows, 4 columns",
        "new columns": "1: site",
        "new rows": "1: s4",
        "rows gone": "1: s3",
        "order": "the columns come in another order",
        "sex": "1 cell changed; new words 'w'; words gone 'f'",
        "age": "type integer, now text; 2 cells changed; new words '6.5', '8', 'x'; words gone '5', '6', '7'",
    }
    assert metadata.verdict(found) == "DIFFERENT: 1 column and 2 rows in one table alone, 3 cells changed"


@pytest.mark.parametrize(
    ("cells", "kind"), [("5", "integer"), ("5.5", "number"), ("1e-3", "number"), ("-", "text"), ("", "empty")]
)
def test_types(cells: str, kind: str) -> None:
    """A type is that of all cells with a value."""
    found = difference(table("s1;word;m"), table(f"s1;{cells};m", "s2;;m"))
    assert found.columns[0].new_type == kind


@pytest.mark.parametrize(("values", "listed"), [(MAX_WORDS, True), (MAX_WORDS + 1, False)])
def test_free_text_has_no_words(values: int, listed: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """A column with more different values than words is not listed word by word."""
    new = table(*(f"s{number};5;w{number}" for number in range(values)))
    found = {column.column: bool(column.new_words) for column in difference(table("s0;5;m"), new).columns}
    assert found == {"sex": True} if listed else not found.get("sex")


def test_rows_that_come_twice() -> None:
    """They are named, and not compared."""
    found = difference(OLD, table("s1;5;m", "s1;9;m", "s2;6;f", "s3;7;m"))
    assert (found.repeated, found.cells, found.exit_code) == (("s1",), (), 1)
    assert dict(metadata.facts(found))["not compared"] == "1: s1 (more than once)"


def test_another_key() -> None:
    """Without an id as in the releases, the first column is one; tables without a common one cannot be compared."""
    assert difference(table("a;1", columns="uid;x"), table("a;2", columns="uid;x")).key == "uid"
    with pytest.raises(InputError, match="no column in common"):
        difference(table("a;1", columns="uid;x"), table("a;2", columns="id;x"))
    with pytest.raises(InputError, match=r"new\.csv: cannot be read"):
        difference(OLD, Metadata(path="x", problems=("cannot be read: no such file",)))


def test_text_of_tables_is_data() -> None:
    """Nothing in a cell becomes Markdown, and long tables are cut, but not in JSON."""
    old = table(*(f"s{number};5;`<b>|`" for number in range(30)))
    found = difference(old, table(*(f"s{number};5;[a](b)" for number in range(30))))
    text = metadata.markdown(found)
    assert "... and 10 more" in text
    assert "<b>" not in text.replace("\\<b\\>", "")
    assert len(msgspec.json.decode(machine.render(found))["cells"]) == 30


@given(st.lists(st.lists(st.text("ab; ", max_size=3), min_size=3, max_size=3), max_size=6))
def test_a_table_equals_itself(rows: list[list[str]]) -> None:
    """Whatever its cells are, no row or cell of it differs."""
    one = Metadata(path="a", columns=("image_id", "x", "y"), rows=tuple(map(tuple, rows)))
    found = difference(one, one)
    assert (found.cells, found.added_rows, found.columns) == ((), (), ())
