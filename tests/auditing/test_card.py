"""The card of a release: what is written of a folder, an archive, a dataset without metadata."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from segaudit.contracts import load
from segaudit.testing.small import SHAPE, write_small, write_volume
from tests.support.commands import run

ABOUT = ("--license", "CC-BY-4.0", "--citation", "Doe <2026>", "--release", "1.0", "--published", "2027-01-31")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return the folder of a small dataset and its contract."""
    write_small(tmp_path)
    return tmp_path


def written(small: Path, dataset: str = "dataset", *more: str) -> dict[str, Any]:
    """Write the card of a dataset, and return it."""
    result = run(
        "card", str(small / dataset), "--contract", str(small / "contract.toml"), "-o", str(small / "out"),
        "--workers", "1", *ABOUT, *more,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [str(small / "out" / name) for name in ("croissant.json", "card.md")]
    card: dict[str, Any] = json.loads((small / "out" / "croissant.json").read_text("utf-8"))
    return card


def nodes(card: dict[str, Any], table: str) -> dict[str, Any]:
    """Return the parts of a card by id."""
    return {node["@id"]: node for node in card[table]}


def test_the_card_of_a_folder(small: Path) -> None:
    """Digest and size of the metadata, globs of images and masks, columns with types, and the recomputed tables."""
    before = {path: path.stat().st_mtime_ns for path in small.rglob("*")}
    card, meta = written(small, "dataset", "--audit", "https://example.org/a"), small / "dataset" / "meta.csv"
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert (card["name"], card["license"], card["version"], card["datePublished"], card["citeAs"]) == (
        "small", "CC-BY-4.0", "1.0", "2027-01-31", "Doe <2026>",
    )  # fmt: skip
    assert card["description"].endswith("The report of its audit: https://example.org/a")
    files = nodes(card, "distribution")
    assert (files["metadata"]["sha256"], files["metadata"]["contentSize"], files["metadata"]["contentUrl"]) == (
        hashlib.sha256(meta.read_bytes()).hexdigest(),
        f"{meta.stat().st_size} B",
        "meta.csv",
    )
    assert (files["images"]["includes"], files["masks"]["includes"]) == (["*/ct.nii.gz"], ["*/segmentations/*.nii.gz"])
    records = nodes(card, "recordSet")
    assert {field["name"]: field["dataType"] for field in records["cases"]["field"]} == {
        "image_id": "sc:Text", "age": "sc:Float", "gender": "sc:Text", "institute": "sc:Text",
        "study_type": "sc:Text", "split": "sc:Text",
    }  # fmt: skip
    assert {row["facts/fact"]: row["facts/count"] for row in records["facts"]["data"]}["images"] == 3
    liver = next(row for row in records["structures"]["data"] if row["structures/structure"] == "liver")
    assert (liver["structures/occurrence"], liver["structures/mean_volume_ml"]) == (3, 22.5)
    text = (small / "out" / "card.md").read_text("utf-8")
    assert "| 1 | liver | 3 | 100.0 | 22.5 | 0.0 |" in text
    assert r"| citation | Doe \<2026\> |" in text
    assert (
        run(
            "stats", str(small / "dataset"), "--contract", str(small / "contract.toml"), "--workers", "1"
        ).stdout.strip()
        in text
    )


def test_licence_and_citation_of_a_release(small: Path) -> None:
    """They come from the contract, unless an option says otherwise; of the shipped releases, both are known."""
    contract = small / "contract.toml"
    contract.write_text('license = "CC0-1.0"\ncitation = "Roe, 2025"\n' + contract.read_text("utf-8"), "utf-8")
    words = ("card", str(small / "dataset"), "--contract", str(contract), "-o", str(small / "out"), "--workers", "1")
    for more, stated in (((), "CC0-1.0"), (("--license", "CC-BY-4.0"), "CC-BY-4.0")):
        assert run(*words, *more).exit_code == 0
        card = json.loads((small / "out" / "croissant.json").read_text("utf-8"))
        assert (card["license"], card["citeAs"]) == (stated, "Roe, 2025")
    for release in ("totalsegmentator-v1", "totalsegmentator-v2"):
        known = load(release)
        assert (known.license, "10.1148/ryai.230024" in known.citation) == ("CC-BY-4.0", True)


def test_the_card_of_an_archive(small: Path) -> None:
    """The archive has its digest, and holds the rest."""
    shutil.make_archive(str(small / "released"), "zip", small / "dataset")
    files = nodes(written(small, "released.zip"), "distribution")
    content = (small / "released.zip").read_bytes()
    assert files["archive"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert files["archive"]["contentSize"] == f"{len(content)} B"
    inside = {name for name, node in files.items() if node.get("containedIn") == {"@id": "archive"}}
    assert (inside, {*files} - inside) == ({"metadata", "images", "masks"}, {"archive"})


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of rdflib, which mlcroissant uses
@pytest.mark.parametrize("dataset", ["dataset", "released.zip"])
def test_mlcroissant_accepts_it(small: Path, dataset: str) -> None:
    """The reference implementation finds no error, nothing that it recommends missing, and reads the tables."""
    mlcroissant = pytest.importorskip("mlcroissant")
    shutil.make_archive(str(small / "released"), "zip", small / "dataset")
    for number in range(3):  # a structure that is nowhere has no rate and no volume
        empty = small / "dataset" / f"s000{number}" / "segmentations" / "spleen.nii.gz"
        write_volume(empty, np.zeros(SHAPE, np.uint8))
    written(small, dataset, "--url", "https://example.org/dataset")
    read = mlcroissant.Dataset(jsonld=str(small / "out" / "croissant.json"))
    assert (read.metadata.ctx.issues.errors, read.metadata.ctx.issues.warnings) == (set(), set())
    assert [row["structures/structure"] for row in read.records("structures")] == ["liver", "spleen"]
    assert {row["facts/fact"]: row["facts/count"] for row in read.records("facts")}["images"] == 3


def test_known_issues_are_limitations(small: Path) -> None:
    """Each publicly reported defect is one of the card's limitations."""
    issue = "release,case,defect,description,source\nsmall,s0001,FILE_CORRUPT,the CT breaks off,https://example.org/1\n"
    (small / "known_issues.csv").write_text(issue)
    text = (small / "contract.toml").read_text()
    (small / "contract.toml").write_text(f'known_issues = "known_issues.csv"\n{text}')
    limitation = "small, s0001: the CT breaks off (https://example.org/1)"
    assert written(small)["rai:dataLimitations"] == [limitation]
    assert f"- {limitation}" in (small / "out" / "card.md").read_text("utf-8")


def test_without_metadata(small: Path) -> None:
    """A dataset without a table has neither its file nor its columns."""
    (small / "dataset" / "meta.csv").unlink()
    card = written(small)
    assert ([*nodes(card, "distribution")], [*nodes(card, "recordSet")]) == (
        ["images", "masks"],
        ["facts", "structures"],
    )


@pytest.mark.parametrize("day", ["yesterday", "2026-13-31", "20270131", "2027-01-31T00:00"])
def test_a_day_that_is_none(small: Path, day: str) -> None:
    """It would be published with the data."""
    result = run("card", str(small / "dataset"), "--published", day)
    assert (result.exit_code, f"'{day}' is no date; expected one such as 2027-01-31" in result.stderr) == (2, True)


def test_wrong_usage(small: Path) -> None:
    """A card of some cases would be taken for that of all, and the dataset is never written to."""
    result = run("card", str(small / "dataset"), "--contract", str(small / "contract.toml"), "--cases", "s0001")
    assert (result.exit_code, "leave out --cases" in result.stderr) == (2, True)
    inside = small / "dataset" / "out"
    result = run("card", str(small / "dataset"), "--contract", str(small / "contract.toml"), "-o", str(inside))
    assert (result.exit_code, inside.exists()) == (2, False)
