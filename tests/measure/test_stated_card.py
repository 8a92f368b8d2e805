"""A card in the Croissant format: what is read of it, what is not, and how much at most."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from segaudit.measure import stated_card
from segaudit.measure.stated_card import read_card
from segaudit.model import CaseFiles, Listing
from segaudit.model.records import StatedCard, StatedFile, StatedGlob, StatedStructure
from tests.support.systems import pipes

MAX_NODES = 1000
"""How many files, patterns and columns are looked at."""

TEXT = b"image_id;age\n"
DIGEST = hashlib.sha256(TEXT).hexdigest()

CASES = (
    CaseFiles(case="s1", folder="s1", ct="s1/ct.nii.gz", masks={"liver": "s1/segmentations/liver.nii.gz"}),
    CaseFiles(case="s2", folder="s2", ct="s2/ct.nii.gz"),
)


def read(folder: Path, card: object) -> StatedCard:
    """Return what is read of a card beside a small table."""
    (folder / "meta.csv").write_bytes(TEXT)
    (folder / "croissant.json").write_text(json.dumps(card), "utf-8")
    found = read_card(Listing(root=folder, cases=CASES, metadata="meta.csv"))
    assert found
    return found


def file(**more: object) -> dict[str, Any]:
    """Return a card that names one file."""
    return {"distribution": [{"@id": "metadata", "contentUrl": "meta.csv", **more}]}


def column(name: object, table: object = "metadata") -> dict[str, Any]:
    """Return a field that is taken from a table."""
    return {"source": {"fileObject": table, "extract": {"column": name}}}


def fields(*each: object) -> dict[str, Any]:
    """Return a card with the metadata table and some fields."""
    return file() | {"recordSet": [{"@id": "cases", "field": list(each)}]}


def rows(name: str, *each: object) -> dict[str, Any]:
    """Return a card that holds a table itself."""
    return {"recordSet": [{"@id": "cases", "data": [{"facts/fact": "other"}]}, {"@id": name, "data": list(each)}]}


def test_no_card(tmp_path: Path) -> None:
    """There need not be one."""
    assert read_card(Listing(root=tmp_path, cases=())) is None


def test_an_empty_card(tmp_path: Path) -> None:
    """It states nothing, and nothing is wrong with it."""
    assert read(tmp_path, {}) == StatedCard(path="croissant.json")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is not JSON: "),
        (b"{", "is not JSON: "),
        (b"[" * 100_000, "is not JSON: "),
        (b"[]", "is no card: expected an object with a distribution"),
        (b'"card"', "is no card: expected an object with a distribution"),
    ],
)
def test_no_object(tmp_path: Path, content: bytes, problem: str) -> None:
    """What is no object is reported, and nothing else is read."""
    (tmp_path / "croissant.json").write_bytes(content)
    card = read_card(Listing(root=tmp_path, cases=()))
    assert card
    assert card.problems[0].startswith(problem)
    assert card == StatedCard(path="croissant.json", problems=card.problems)


@pytest.mark.parametrize(
    ("more", "problems"), [(0, ()), (1, ("cannot be read: it has 65 bytes, expected 64 at most",))]
)
def test_large_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: int, problems: tuple[str, ...]) -> None:
    """A card of so many bytes is read, and none with one more."""
    monkeypatch.setattr(stated_card, "MAX_BYTES", 64)
    (tmp_path / "croissant.json").write_bytes(b"{" + b" " * (62 + more) + b"}")
    assert read_card(Listing(root=tmp_path, cases=())) == StatedCard(path="croissant.json", problems=problems)


@pytest.mark.parametrize(
    ("size", "problem"),
    [
        (1 << 24, "is not JSON: "),
        ((1 << 24) + 1, "cannot be read: it has 16,777,217 bytes, expected 16,777,216 at most"),
    ],
)
def test_largest_card(tmp_path: Path, size: int, problem: str) -> None:
    """One of 16 MiB."""
    with (tmp_path / "croissant.json").open("wb") as file:
        file.truncate(size)
    card = read_card(Listing(root=tmp_path, cases=()))
    assert card
    assert card.problems[0].startswith(problem)


@pipes
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """In place of the card, and of a file that it names."""
    card = read(tmp_path, {})
    assert not card.problems
    os.mkfifo(tmp_path / "pipe")
    stated = file(contentUrl="pipe", sha256=DIGEST)
    assert read(tmp_path, stated).files == (StatedFile(path="pipe", stated_sha256=DIGEST),)
    (tmp_path / "croissant.json").unlink()
    os.mkfifo(tmp_path / "croissant.json")
    assert read_card(Listing(root=tmp_path, cases=())) == StatedCard(
        path="croissant.json", problems=("cannot be read: not a regular file",)
    )


@pytest.mark.parametrize(
    ("stated", "size"),
    [
        ("13", 13),
        ("13B", 13),
        ("13 B", 13),
        ("9" * 15, 10**15 - 1),
        ("9" * 16, None),
        ("13 kB", None),
        ("-13", None),
        ("13 B ", None),
        ("", None),
        (13, None),
    ],
)
def test_size(tmp_path: Path, stated: object, size: int | None) -> None:
    """Bytes as a text, with or without the unit; others are not compared."""
    expected = StatedFile(path="meta.csv", stated_size=size, stated_sha256="", size=len(TEXT))
    assert read(tmp_path, file(contentSize=stated)).files == (expected,)


@pytest.mark.parametrize("least", [0, 1])
def test_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, least: int) -> None:
    """Where one is stated the file is read, unless it is large; capitals say the same."""
    monkeypatch.setattr(stated_card, "MAX_DIGEST_BYTES", len(TEXT) - least)
    (found,) = read(tmp_path, file(sha256=DIGEST.upper())).files
    assert (found.stated_sha256, found.size, found.sha256) == (DIGEST, len(TEXT), "" if least else DIGEST)


@pytest.mark.parametrize("path", ["gone.csv", "folder", "meta.csv/x", "a" * 5000])
def test_no_file(tmp_path: Path, path: str) -> None:
    """What is not there has neither size nor digest, nor has a folder."""
    (tmp_path / "folder").mkdir()
    expected = (StatedFile(path=path, stated_size=4, stated_sha256=DIGEST),)
    assert read(tmp_path, file(contentUrl=path, contentSize="4", sha256=DIGEST)).files == expected


@pytest.mark.parametrize("path", ["/etc/passwd", "../meta.csv", "s1/../../x", "..", "meta\0.csv"])
def test_outside(tmp_path: Path, path: str) -> None:
    """What lies outside of the dataset is named, and not looked at."""
    card = read(tmp_path, file(contentUrl=path))
    assert (card.files, card.problems) == ((), (f"names {path!r}, which leads out of the dataset",))


@pytest.mark.parametrize("url", ["https://example.org/meta.csv", "", None, 5])
def test_elsewhere(tmp_path: Path, url: object) -> None:
    """An address is no path, and a part without one is no file."""
    card = read(tmp_path, file(contentUrl=url))
    assert (card.files, card.problems) == ((), ())


def test_dots_within_a_name(tmp_path: Path) -> None:
    """Two dots lead out of a folder only where they are a part of the path."""
    assert [each.path for each in read(tmp_path, file(contentUrl="a..b/c")).files] == ["a..b/c"]


def test_patterns(tmp_path: Path) -> None:
    """One or several for each set, with the number of files of the layout that match; capitals count."""
    card = {
        "distribution": [
            {"@id": "images", "includes": "*/ct.nii.gz"},
            {"@id": "masks", "includes": ["*/segmentations/*", 5, "*/CT.nii.gz"]},
            {"@id": "none", "includes": {"glob": "*"}},
            {"@id": "nothing"},
        ]
    }
    expected = (StatedGlob("*/ct.nii.gz", 2), StatedGlob("*/segmentations/*", 1), StatedGlob("*/CT.nii.gz", 0))
    assert read(tmp_path, card).globs == expected


def test_columns(tmp_path: Path) -> None:
    """Those of the metadata table alone, each once, in their order; the table is named in two ways."""
    card = fields(
        column("age"),
        column("sex", {"@id": "metadata"}),
        column("age"),
        column("name", "other"),
        column("name", {"@id": "other"}),
        column("name", 5),
        {"source": {"fileObject": "metadata"}},
        {"source": "metadata"},
        {},
        5,
    )
    assert read(tmp_path, card).columns == ("age", "sex")


def test_facts(tmp_path: Path) -> None:
    """Rows with a name and a whole number, of the table of that name."""
    named = [{"facts/fact": name, "facts/count": count} for name, count in (("a", 5), ("b", 0), ("c", 1.5), (3, 4))]
    assert read(tmp_path, rows("facts", *named, {}, "d")).facts == (("a", 5), ("b", 0))
    assert read(tmp_path, rows("other", *named)).facts == ()


def test_structures(tmp_path: Path) -> None:
    """How often each is there, and its mean volume; what is no number is not stated."""
    names = ("structures/structure", "structures/occurrence", "structures/mean_volume_ml")
    stated = [("liver", 3, 22.5), ("spleen", 1, 4), ("colon", 2.5, "8"), (5, None, None)]
    card = rows("structures", *(dict(zip(names, row, strict=True)) for row in stated))
    assert read(tmp_path, card).structures == (
        StatedStructure("liver", 3, 22.5),
        StatedStructure("spleen", 1, 4.0),
        StatedStructure("colon", None, None),
        StatedStructure("5", None, None),
    )


def test_one_in_place_of_several(tmp_path: Path) -> None:
    """A list of one thing may be that thing."""
    record = {"@id": "facts", "field": column("age"), "data": {"facts/fact": "a", "facts/count": 1}}
    card = read(tmp_path, {"distribution": file()["distribution"][0], "recordSet": record})
    assert ([each.path for each in card.files], card.columns, card.facts) == (["meta.csv"], ("age",), (("a", 1),))


@pytest.mark.parametrize("what", ["files", "globs", "columns", "facts"])
def test_as_many_as_are_looked_at(tmp_path: Path, what: str) -> None:
    """A thousand of each, and none after them."""
    made: dict[str, Callable[[list[str]], dict[str, Any]]] = {
        "files": lambda names: {"distribution": [{"@id": name, "contentUrl": name} for name in names]},
        "globs": lambda names: {"distribution": [{"@id": name, "includes": name} for name in names]},
        "columns": lambda names: fields(*map(column, names)),
        "facts": lambda names: rows("facts", *({"facts/fact": name, "facts/count": 1} for name in names)),
    }
    for more in (-1, 0, 1):
        names = [f"n{number}" for number in range(MAX_NODES + more)]
        assert len(getattr(read(tmp_path, made[what](names)), what)) == min(len(names), MAX_NODES)


def test_columns_of_several_tables(tmp_path: Path) -> None:
    """Those of all records together are a thousand as well."""
    records = [{"@id": str(part), "field": [column(f"c{part}-{at}") for at in range(600)]} for part in range(2)]
    columns = read(tmp_path, file() | {"recordSet": records}).columns
    assert (len(columns), columns[-1]) == (MAX_NODES, "c1-399")
