"""A card that lies in the dataset, against the files that it describes."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import segaudit
from segaudit.checks.published_card import _complete, _file, card_differs
from segaudit.model import Cases, NotApplicable
from segaudit.model.records import StatedCard, StatedFile, StatedGlob, StatedStructure
from segaudit.testing import tables
from segaudit.testing.records import small_contract
from segaudit.testing.small import write_small
from tests.support.commands import run

Node = dict[str, Any]


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a dataset with its card, its contract and its measurements."""
    folder = tmp_path_factory.mktemp("released")
    root, contract = write_small(folder)
    run("card", str(root), "--contract", str(contract), "-o", str(folder / "out"), "--workers", "1")
    shutil.copy(folder / "out" / "croissant.json", root)
    return folder


def found(released: Path) -> list[str]:
    """Return the messages about the card."""
    report = segaudit.audit(
        released / "dataset", released / "contract.toml", output=released / "out", select="card-differs", workers=1
    )
    assert {(one.severity, one.files) for one in report.findings} <= {("warning", ("croissant.json",))}
    return [one.message for one in report.findings]


def changed(released: Path, tmp_path: Path, change: Callable[[Node, dict[str, Node]], object]) -> list[str]:
    """Return what is found where the card is changed: all of it, and its files and record sets by id."""
    shutil.copytree(released, tmp_path, dirs_exist_ok=True, copy_function=shutil.copy2)
    card = json.loads((tmp_path / "dataset" / "croissant.json").read_text("utf-8"))
    change(card, {node["@id"]: node for node in (*card["distribution"], *card["recordSet"])})
    (tmp_path / "dataset" / "croissant.json").write_text(json.dumps(card))
    return found(tmp_path)


def test_a_right_card(released: Path) -> None:
    """What was written of the dataset agrees with it, and is no unexpected file."""
    assert found(released) == []
    report = segaudit.audit(released / "dataset", released / "contract.toml", output=released / "out", workers=1)
    assert report.findings == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda _, n: n["metadata"].update(sha256="0" * 64), "meta.csv: SHA-256 000000000000... is stated, "),
        (lambda _, n: n["metadata"].update(contentSize="5 B"), "meta.csv: 5 bytes are stated, 139 found"),
        (lambda _, n: n["metadata"].update(contentUrl="table.csv"), "table.csv: there is no such file"),
        (
            lambda _, n: n["metadata"].update(contentUrl="../contract.toml"),
            "names '../contract.toml', which leads out of the dataset",
        ),
        (lambda _, n: n["masks"].update(includes="*/labels/*.nii.gz"), "no file matches '*/labels/*.nii.gz'"),
        (lambda _, n: n["cases"]["field"].pop(), "lacks columns of the metadata: split"),
        (
            lambda _, n: n["cases"]["field"][1]["source"]["extract"].update(column="years"),
            "names columns that the metadata lacks: years",
        ),
        (lambda _, n: n["facts"]["data"][0].update({"facts/count": 4}), "4 images are stated, 3 counted"),
        (
            lambda _, n: n["structures"]["data"][0].update({"structures/occurrence": 2}),
            "liver: 2 masks with voxels are stated, 3 counted",
        ),
        (
            lambda _, n: n["structures"]["data"][0].update({"structures/mean_volume_ml": 22.6}),
            "liver: a mean volume of 22.6 ml is stated, 22.5 measured",
        ),
        (
            lambda _, n: n["structures"]["data"][0].update({"structures/structure": "colon"}),
            "colon: is no structure of the contract",
        ),
    ],
)
def test_a_wrong_card(
    released: Path, tmp_path: Path, change: Callable[[Node, dict[str, Node]], object], message: str
) -> None:
    """Each difference is one finding, with what is stated and what is there."""
    messages = changed(released, tmp_path, change)
    others = ["lacks columns of the metadata: age"] if "years" in message else []
    assert [one for one in messages if not one.startswith(message)] == others
    assert len(messages) == 1 + len(others)


@pytest.mark.parametrize(
    "change",
    [
        lambda card, _: card.pop("recordSet"),
        lambda card, _: card.update(distribution={"@id": "x", "contentUrl": "https://example.org/a.zip"}),
        lambda _, n: n["facts"]["data"].append({"facts/fact": "wishes", "facts/count": 3}),
        lambda _, n: n["structures"]["data"][0].update({"structures/mean_volume_ml": None}),
        lambda card, _: card.update(distribution=5, recordSet="x"),
        lambda _, n: n["cases"].update(field=[{"source": {"extract": 3}}, 5, {"source": "x"}]),
    ],
)
def test_what_a_card_may_leave_out(
    released: Path, tmp_path: Path, change: Callable[[Node, dict[str, Node]], object]
) -> None:
    """Addresses on the web, own counts and undefined numbers are not compared, and odd values end nothing."""
    assert changed(released, tmp_path, change) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is not JSON: "), (b"[" * 10**5, "is not JSON: "), (b"[]", "is no card: "), (b"\xff", "is not JSON: ")],
)
def test_what_is_no_card(released: Path, tmp_path: Path, content: bytes, message: str) -> None:
    """The finding says what is wrong with the file."""
    shutil.copytree(released, tmp_path, dirs_exist_ok=True)
    (tmp_path / "dataset" / "croissant.json").write_bytes(content)
    (only,) = found(tmp_path)
    assert only.startswith(message)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_a_pipe_is_not_read(released: Path, tmp_path: Path) -> None:
    """It would never end."""
    shutil.copytree(released, tmp_path, dirs_exist_ok=True)
    (tmp_path / "dataset" / "croissant.json").unlink()
    os.mkfifo(tmp_path / "dataset" / "croissant.json")
    assert found(tmp_path) == ["cannot be read: not a regular file"]


def test_a_subset_is_not_counted(released: Path, tmp_path: Path) -> None:
    """Counts are those of all promised cases; what is left of the files is compared."""
    shutil.copytree(released, tmp_path, dirs_exist_ok=True)
    shutil.rmtree(tmp_path / "dataset" / "s0002")
    assert found(tmp_path) == []


def test_without_a_card() -> None:
    """There is nothing to judge."""
    with pytest.raises(NotApplicable, match=r"there is no croissant\.json"):
        list(card_differs(tables.dataset([], []), small_contract()))


@pytest.mark.parametrize(
    ("promised", "folders", "excluded", "whole"),
    [(0, 3, 0, True), (3, 3, 0, True), (3, 2, 1, True), (3, 2, 0, False), (1, 0, 0, False), (3, 4, 0, False)],
)
def test_numbers_are_those_of_a_whole_dataset(promised: int, folders: int, excluded: int, *, whole: bool) -> None:
    """One with as many cases as it promises, or that promises none."""
    dataset: Any = SimpleNamespace(promised=lambda _: promised, folders=range(folders), excluded=range(excluded))
    assert _complete(dataset, small_contract()) is whole


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"size": None}, "a.csv: there is no such file"),
        ({"size": 5, "stated_size": 6}, "a.csv: 6 bytes are stated, 5 found"),
        ({"size": 5, "sha256": "0123456789abcdef"}, "a.csv: SHA-256 fedcba987654... is stated, 0123456789ab... found"),
        ({"size": 5, "sha256": "fedcba9876543210"}, ""),
        ({"size": 5, "stated_size": 5}, ""),
        ({"size": 5}, ""),
    ],
)
def test_files(stated: dict[str, Any], message: str) -> None:
    """One that is not there, has another size, or other bytes, as far as these are stated and were read."""
    file = StatedFile(path="a.csv", **{"stated_size": None, "stated_sha256": "fedcba9876543210"} | stated)
    assert [found for found, _, _ in _file(file)] == [message] * bool(message)


CASES = ("s0001", "s0002")
DATA = tables.dataset(
    [tables.case(name) for name in CASES],
    [tables.mask(name, "liver", ml) for name, ml in zip(CASES, (10.0, 35.0), strict=True)],
    ("train", "test"),
)
LINE = "names columns that the metadata lacks: "


@pytest.mark.parametrize(
    ("card", "difference"),
    [
        ({"facts": (("images", 4),)}, ("4 images are stated, 2 counted", 4, 2)),
        ({"facts": (("images", 2), ("wishes", 5))}, None),
        ({"globs": (StatedGlob("*.nii", 0),)}, ("no file matches '*.nii'", 0, None)),
        ({"globs": (StatedGlob("*.nii", 1),)}, None),
        ({"columns": ("image_id", "split", *"abcd")}, (f"{LINE}a, b, c, d", None, None)),
        ({"columns": ("image_id", "split", *"abcdef")}, (f"{LINE}a, b, c, d and 2 more", None, None)),
        ({"columns": ("split",)}, ("lacks columns of the metadata: image_id", None, None)),
        (
            {"structures": (StatedStructure("colon", 1, None),)},
            ("colon: is no structure of the contract", "colon", None),
        ),
        (
            {"structures": (StatedStructure("liver", 3, None),)},
            ("liver: 3 masks with voxels are stated, 2 counted", 3, 2),
        ),
        (
            {"structures": (StatedStructure("liver", None, 22.512345),)},
            ("liver: a mean volume of 22.5123 ml is stated, 22.5 measured", 22.512345, 22.5),
        ),
        ({"structures": (StatedStructure("liver", 2, 22.5 * (1 + 0.9e-6)),)}, None),
        (
            {"structures": (StatedStructure("liver", 2, 22.5 * (1 + 1.1e-6)),)},
            ("liver: a mean volume of 22.5 ml is stated, 22.5 measured", 22.5 * (1 + 1.1e-6), 22.5),
        ),
        ({"structures": (StatedStructure("spleen", 0, 0.0),)}, None),
        (
            {"structures": (StatedStructure("spleen", 0, 1.0),)},
            ("spleen: a mean volume of 1 ml is stated, 0 measured", 1.0, 0.0),
        ),
    ],
)
def test_what_differs(card: dict[str, Any], difference: tuple[object, ...] | None) -> None:
    """What is stated and what is there, in words and as numbers, for each kind of statement."""
    dataset = replace(DATA, card=StatedCard(path="croissant.json", **card))
    found = list(card_differs(dataset, small_contract(cases=Cases(count=2))))
    assert [(one.message, one.observed, one.expected) for one in found] == ([difference] if difference else [])
