"""Messages about the table of structures."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.contracts import HEADER, wrong


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            ["1,liver,organs"],
            "line 2, group: found \"organs\", expected one of bone, muscle, organ, vessel; did you mean 'organ'?",
        ),
        (["1,liver,"], "line 2, group: missing, and it has no default"),
        (["one,liver,organ"], 'line 2, label: found "one", expected a whole number'),
        (["0,liver,organ"], "line 2, label: found 0, expected 1 or more"),
        (["1,liver,organ", "2,liver,organ"], 'line 3, name: found "liver" a second time, expected each name once'),
        (["1,liver,organ", "", "1,spleen,organ"], "line 4, label: found 1 a second time, expected each label once"),
        (["1,hip_left,bone,links"], 'line 2, side: found "links", expected one of "", left, right'),
        (["1,liver,organ,,,,,,maybe"], 'line 2, removable: found "maybe", expected true or false'),
        (["1,liver,organ,,,,,,,,0"], "line 2, max_pieces: found 0, expected 1 or more"),
        (["1,liver,organ,,,,,,,,,-1"], "line 2, piece_ml: found -1.0, expected 0 or more"),
        (
            ["1,hip_left,bone,left,hip_rigth", "2,hip_right,bone,right,hip_left"],
            "line 2, partner: found \"hip_rigth\", which is no other structure of the list; did you mean 'hip_right'?",
        ),
        (
            ["1,hip_left,bone,left,hip_left"],
            'line 2, partner: found "hip_left", which is no other structure of the list',
        ),
        (
            ["1,hip_left,bone,left,hip_right", "2,hip_right,bone,right,"],
            'line 2, partner: found "hip_right", whose partner is "", expected "hip_left"',
        ),
        (
            ["1,rib_1,bone,,,,rib_2", "2,rib_2,bone,,,rib_3", "3,rib_3,bone,,,,rib_2"],
            'line 2, below: found "rib_2", whose above is "rib_3", expected "rib_1"',
        ),
        (
            ["1,rib_1,bone,,,rib_0"],
            'line 2, above: found "rib_0", which is no other structure of the list',
        ),
        (
            ["1,liver,organ,,,,,spleen aorta", "2,spleen,organ"],
            'line 2, expected_with: found "aorta", which is no other structure of the list',
        ),
        (["1,liver,organ,,,,,,,,,,,"], "line 2: expected as many cells as the header has columns"),
    ],
)
def test_wrong_structures(mine: Path, rows: list[str], message: str) -> None:
    """The message names the line and the column of the table."""
    padded = [row + "," * max(0, HEADER.count(",") - row.count(",")) if row else row for row in rows]
    mine.with_name("structures.csv").write_text("\n".join([HEADER, *padded]), encoding="utf-8")
    mine.write_text('structures = "structures.csv"', encoding="utf-8")
    assert wrong(mine) == f"structures.csv: {message}"


def test_short_row(mine: Path) -> None:
    """A row with too few cells is not guessed at."""
    mine.with_name("structures.csv").write_text("label,name,group\n1,liver\n", encoding="utf-8")
    mine.write_text('structures = "structures.csv"', encoding="utf-8")
    assert wrong(mine) == "structures.csv: line 2: expected as many cells as the header has columns"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("label;name;group\n1;liver;organ\n", "line 1: the cells are separated by ';', expected ','"),
        ("label\tname\n1\tliver\n", "line 1: the cells are separated by '\\t', expected ','"),
        ("label,name\n1,liver\n", "line 1, group: missing, and it has no default"),
        ("label,name,group,name\n1,liver,organ,x\n", "line 1, name: found a second time, expected each column once"),
        ("label,group", "line 1, name: missing, and it has no default"),
        (
            'label,name\n1,"' + "x\n" * 2**16 + "y",
            "line 65538: is not CSV: field larger than field limit (131072)",
        ),
    ],
)
def test_wrong_table(mine: Path, table: str, message: str) -> None:
    """Errors of the header are reported for line 1."""
    mine.with_name("structures.csv").write_text(table, encoding="utf-8")
    mine.write_text('structures = "structures.csv"', encoding="utf-8")
    assert wrong(mine) == f"structures.csv: {message}"


def test_unknown_column(mine: Path) -> None:
    """An unknown column is named."""
    mine.with_name("structures.csv").write_text("label,name,group,partnr\n1,liver,organ,x\n", encoding="utf-8")
    mine.write_text('structures = "structures.csv"', encoding="utf-8")
    assert wrong(mine) == "structures.csv: line 1, partnr: unknown key; did you mean 'partner'?"


def test_a_table_that_is_a_link_elsewhere(mine: Path, tmp_path: Path) -> None:
    """What another file holds is not printed: a link out of the contract's folder is refused."""
    secret = tmp_path.parent / f"{tmp_path.name}-secret"
    secret.write_text("password,hunter2\n")
    (tmp_path / "structures.csv").unlink()
    (tmp_path / "structures.csv").symlink_to(secret)
    mine.write_text("structures = 'structures.csv'")
    said = wrong(mine)
    assert said == 'mine.toml: structures: found "structures.csv", expected a path in the contract\'s folder'
