"""All that is wrong in a contract is said at once, each with its file and key, and nothing that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit import contracts
from segaudit.contracts.decoding import examine
from segaudit.contracts.sources import collecting, raise_all
from segaudit.model import Contract, Regrade, Structure
from segaudit.model.errors import MAX_LISTED, ContractError, InputError

TABLE = "label,name,group,side,partner,piece_ml\n"
LEFT, RIGHT = "1,hip_left,bone,left,hip_right,\n", "2,hip_right,bone,right,hip_left,\n"


def said(folder: Path, text: str, tables: Mapping[str, str] = {}) -> list[str]:
    """Return the lines of what is said about a contract, with the folder taken out."""
    for name, table in {"structures.csv": TABLE + LEFT + RIGHT, **tables}.items():
        (folder / name).write_text(table, encoding="utf-8")
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        contracts.load(folder / "mine.toml")
    return str(caught.value).replace(f"{folder}/", "").splitlines()


def test_all_kinds_at_once(tmp_path: Path) -> None:
    """Three misspelt keys, a wrong type, a pair of a structure that there is not, and a wrong row: six lines."""
    text = """
titel = "mine"
structures = "structures.csv"
[cases]
cuont = 3
[geometry]
spacng_mm = 1.5
orientation = 5
[labels]
allowed_overlaps = [["hip_left", "hip_rigth"]]
"""
    wrong_row = TABLE + LEFT + RIGHT + "three,liver,organ,,,\n"
    assert said(tmp_path, text, {"structures.csv": wrong_row}) == [
        "mine.toml: titel: unknown key; did you mean 'title'?",
        'structures.csv: line 4, label: found "three", expected a whole number',
        "mine.toml: cases.cuont: unknown key; did you mean 'count'?",
        "mine.toml: geometry.spacng_mm: unknown key; did you mean 'spacing_mm'?",
        "mine.toml: geometry.orientation: found 5, expected text",
        (
            'mine.toml: labels.allowed_overlaps: found "hip_rigth", which matches no structure'
            "; did you mean 'hip_right'?"
        ),
    ]


def test_each_wrong_value_is_a_line(tmp_path: Path) -> None:
    """Of one table, of a list, and of tables in it; in the order of the file."""
    text = """
structures = ""
[cases]
count = "3"
pattern = 4
[geometry]
spacing_mm = [1, "x", "y"]
shape_min = [1, 2]
[splits]
train = "a"
val = 2
test = true
[regrade]
a-b = {severity = "warn"}
c-d = {reason = " ", severity = "info"}
"""
    assert said(tmp_path, text) == [
        'mine.toml: cases.count: found "3", expected a whole number',
        "mine.toml: cases.pattern: found 4, expected text",
        'mine.toml: geometry.spacing_mm[1]: found "x", expected a number',
        'mine.toml: geometry.spacing_mm[2]: found "y", expected a number',
        "mine.toml: geometry.shape_min: found [1, 2], expected three whole numbers",
        'mine.toml: splits.train: found "a", expected a whole number',
        "mine.toml: splits.test: found true, expected a whole number",
        (
            'mine.toml: regrade.a-b.severity: found "warn", expected one of error, info, off, warning'
            "; did you mean 'warning'?"
        ),
        "mine.toml: regrade.a-b.reason: missing, and it has no default",
        'mine.toml: regrade.c-d.reason: found " ", expected the reason in words',
    ]


def test_each_wrong_row_is_a_line(tmp_path: Path) -> None:
    """Cells, rows of another length, and what rows say of each other."""
    rows = "1,liver,organs,,,x\n2,spleen\n3,aorta,vessel,,,-1\n3,heart,organ,,,\n"
    assert said(tmp_path, 'structures = "structures.csv"', {"structures.csv": TABLE + rows}) == [
        (
            'structures.csv: line 2, group: found "organs", expected one of bone, muscle, organ, vessel'
            "; did you mean 'organ'?"
        ),
        'structures.csv: line 2, piece_ml: found "x", expected a number',
        "structures.csv: line 3: expected as many cells as the header has columns",
        "structures.csv: line 4, piece_ml: found -1.0, expected 0 or more",
        "structures.csv: line 5, label: found 3 a second time, expected each label once",
    ]


def test_each_wrong_column_is_a_line(tmp_path: Path) -> None:
    """Rows are not read under a wrong header; a column that is misspelt is not missing, too."""
    tables = {"structures.csv": "label,nmae,odd,label\n1,liver,x,2\n"}
    allowed = ", ".join(Structure.__struct_encode_fields__)
    assert said(tmp_path, 'structures = "structures.csv"', tables) == [
        "structures.csv: line 1, nmae: unknown key; did you mean 'name'?",
        f"structures.csv: line 1, odd: unknown key, allowed are {allowed}",
        "structures.csv: line 1, label: found a second time, expected each column once",
        "structures.csv: line 1, group: missing, and it has no default",
    ]


def test_each_table_is_read(tmp_path: Path) -> None:
    """One that is not there does not hide what is wrong in another."""
    text = 'structures = "no.csv"\nknown_issues = "issues.csv"\npublished = "tables"\n'
    absent = "cannot be read: No such file or directory"
    assert said(tmp_path, text, {"issues.csv": "release,case\n"}) == [
        f"no.csv: {absent}",
        *(
            f"issues.csv: line 1, {column}: missing, and it has no default"
            for column in ("defect", "description", "source")
        ),
        *(f"tables/{name}.csv: {absent}" for name in ("facts", "resolution", "structures")),
    ]


def test_base_and_own_file_are_both_read(tmp_path: Path) -> None:
    """What is wrong in the base comes with what is wrong here; what depends on the base is not judged."""
    base = 'structures = ""\n[cases]\ncount = -1\n[splits]\ntrain = "x"\n'
    text = 'extends = "base.toml"\n[geometry]\nshape = 1\n[splits]\ntrain = 3\n[cases]\ncount = 4\n'
    assert said(tmp_path, text, {"base.toml": base}) == [
        'base.toml: splits.train: found "x", expected a whole number',
        "base.toml: cases.count: found -1, expected 0 or more",
        "mine.toml: geometry.shape: unknown key; did you mean 'shape_min'?",
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("[cases]\ncuont = 9\n[splits]\ntrain = 8", 1),  # whether 8 is right depends on what was meant
        ("[cases]\ncount = -9\n[splits]\ntrain = 8", 1),
        ("[cases]\ncount = 9\n[splits]\ntrain = 8", 1),
        ("[cases]\npattern = 3\n[exclude]\ncases = ['x1']", 1),
        ("[cases]\npattern = '('\n[exclude]\ncases = ['x1']", 1),
        ("[cases]\npattern = 'x1'\n[exclude]\ncases = ['x2', 'x3']", 2),
        ("[intensity]\nminimum_hu = inf\nmaximum_hu = 'x'", 2),
        ("[intensity]\nmaximum_hu = -9999", 1),
        ("[geometry]\nshape_min = [9, 9, 9]\nshape_max = [1, 1]", 1),
        ("[geometry]\nshape_min = [9, 9, 9]\nshape_max = [1, 1, 1]", 1),
        ("structres = 'structures.csv'\n[labels]\nallowed_overlaps = [['hip_left', 'x']]", 1),
        ("[labels]\nallowed_overlaps = [['hip_left', 'x'], ['y'], ['z', 'hip_*']]", 3),
    ],
)
def test_what_follows_from_an_error_is_none(tmp_path: Path, text: str, lines: int) -> None:
    """Values that are compared with a wrong one are not judged; by themselves they are."""
    assert len(said(tmp_path, text if "structres" in text else f'structures = "structures.csv"\n{text}')) == lines


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        (LEFT + RIGHT.replace("2,", "x,"), ["line 3, label"]),
        (LEFT + RIGHT.replace("hip_right", ""), ["line 3, name"]),
        (LEFT + RIGHT[:-2], ["line 3"]),
        (LEFT + RIGHT.replace("hip_left", "hip"), ["line 3, partner"]),
        (LEFT + LEFT + RIGHT, ["line 3, name", "line 3, label"]),
        (LEFT.replace("hip_right", "x") + RIGHT.replace("hip_left", "y"), ["line 2, partner", "line 3, partner"]),
    ],
)
def test_a_wrong_row_is_wrong_alone(tmp_path: Path, rows: str, lines: list[str]) -> None:
    """The row that names it is not; nor is it, for a cell that it lacks."""
    found = said(tmp_path, 'structures = "structures.csv"', {"structures.csv": TABLE + rows})
    assert [line.split(": ")[1] for line in found] == lines


@pytest.mark.parametrize(("count", "last"), [(MAX_LISTED, "k19"), (MAX_LISTED + 1, "and 1 more"), (90, "and 70 more")])
def test_a_long_list_ends(tmp_path: Path, count: int, last: str) -> None:
    """Twenty are listed, and further ones are counted; the exception has all of them."""
    text = 'structures = ""\n[cases]\n' + "".join(f"k{n:02} = 1\n" for n in range(count))
    lines = said(tmp_path, text)
    assert len(lines) == min(count, MAX_LISTED + 1)
    assert last in lines[-1]
    with pytest.raises(ContractError) as caught:
        contracts.load(tmp_path / "mine.toml")
    assert len(caught.value.args) == count


def test_one_error_is_as_ever() -> None:
    """An error of one message reads as any exception does."""
    assert (str(InputError("one")), str(InputError()), InputError("one").args) == ("one", "", ("one",))


def test_collected_errors_are_raised_together() -> None:
    """Of the kind of the first, in order; other exceptions are not held up, and no errors raise nothing."""
    errors: list[InputError] = []
    raise_all(errors)
    for message in ("a", "b"):
        with collecting(errors):
            raise ContractError(message)
    with pytest.raises(ContractError) as caught:
        raise_all(errors)
    assert caught.value.args == ("a", "b")
    with pytest.raises(ZeroDivisionError), collecting(errors):
        raise ZeroDivisionError


def test_what_is_right_is_kept() -> None:
    """Beside what is wrong, values are read; what a struct cannot be without is blank."""
    data = {
        "name": "x",
        "cases": {"count": "no", "pattern": "a+"},
        "structures": [{"name": "liver", "label": "one"}, 3],
        "regrade": {"a-b": {"severity": "info", "reason": 5}},
    }
    contract, found = examine(data, Contract)
    assert (contract.cases.count, contract.cases.pattern) == (None, "a+")
    assert contract.structures == (Structure(name="liver", label=0, group="bone"),)
    assert contract.regrade == {"a-b": Regrade("info", "")}
    assert [problem.keys for problem in found] == [
        ("cases", "count"),
        ("structures", 0, "label"),
        ("structures", 0, "group"),
        ("structures", 1),
        ("regrade", "a-b", "reason"),
    ]


LEAVES = st.sampled_from([1, -1, 2.5, True, "x", "RAS", "info", [], [1, 1, 1], {}])
TABLES = st.dictionaries(st.sampled_from(["count", "pattern", "orientation", "x"]), LEAVES, max_size=3)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("title", "cases", "geometry", "splits"), LEAVES | TABLES)))
def test_problems_are_those_found_one_by_one(data: dict[str, object]) -> None:
    """The slow way: take the first problem, remove its key, and examine the rest anew."""
    data = {"name": "x", **data}
    _, found = examine(data, Contract)
    one_by_one = []
    while (problem := next(iter(examine(data, Contract)[1]), None)) is not None:
        one_by_one.append(problem)
        *tables, key = problem.keys
        inner = data
        for table in tables:
            inner = inner[table]  # type: ignore[assignment, index]  # a table, for it has a key
        del inner[str(key)]
    assert one_by_one == list(found)
