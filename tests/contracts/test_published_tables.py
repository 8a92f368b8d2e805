"""The tables that were published with a release, as a contract states them."""

from __future__ import annotations

from pathlib import Path

from segaudit import contracts
from segaudit.model import PublishedGrid, PublishedStructure
from tests.support.contracts import V1, wrong


def test_published_facts() -> None:
    """The counts in the text are included, also the slices and the measured images."""
    published = contracts.load(V1).published
    assert published is not None
    assert published.facts == {
        "images": 1204, "train": 1082, "val": 57, "test": 65, "structures": 104, "organs": 27, "bones": 59,
        "muscles": 10, "vessels": 8, "slices": 312400, "images_measured": 1203,
    }  # fmt: skip
    assert "openmedlab" in published.source


def test_published_resolution() -> None:
    """Three rows of spacing and size."""
    published = contracts.load(V1).published
    assert published is not None
    assert published.resolution == (
        PublishedGrid(statistic="min", spacing_mm=(1.5, 1.5, 1.5), size=(47, 48, 29)),
        PublishedGrid(statistic="median", spacing_mm=(1.5, 1.5, 1.5), size=(241, 231, 231)),
        PublishedGrid(statistic="max", spacing_mm=(1.5, 1.5, 1.5), size=(499, 430, 851)),
    )


def test_published_structures_keep_their_mistakes() -> None:
    """The rows are as printed: rib 11 twice, and the rate of the esophagus beside the count of another."""
    published = contracts.load(V1).published
    assert published is not None
    rows = {row.label: row for row in published.structures}
    assert sorted(rows) == list(range(1, 105))
    assert (rows[67].structure, rows[68].structure) == ("Rib, Left 11th", "Rib, Left 11")
    assert rows[41] == PublishedStructure(
        label=41,
        structure="Esophagus",
        occurrence=240,
        presence_rate=84.37,
        mean_volume_ml=17.67,
        volume_variability_ml=27.35,
    )


def test_published_as_in_the_description(real_data: Path) -> None:
    """Every number is that of the description."""
    text = (real_data / "published" / "TotalSegmentator.md").read_text("utf-8")
    cells = [[cell.strip() for cell in line.strip(" |\n").split("|")] for line in text.splitlines() if line[:1] == "|"]
    printed = [
        (int(label), name, int(occurrence), float(rate.rstrip("%")), float(mean), float(variability))
        for label, name, occurrence, rate, mean, variability in (row for row in cells if len(row) == 6)
        if label.isdigit()
    ]
    published = contracts.load(V1).published
    assert published is not None
    shipped = [
        (r.label, r.structure, r.occurrence, r.presence_rate, r.mean_volume_ml, r.volume_variability_ml)
        for r in published.structures
    ]
    assert shipped == printed


GRIDS = "statistic,spacing_mm,size\n"
PUBLISHED = "label,structure,occurrence,presence_rate,mean_volume_ml,volume_variability_ml\n"
"""Published tables without rows."""


def test_wrong_published_fact(mine: Path) -> None:
    """A fact that is not a number is named."""
    folder = mine.parent / "tables"
    folder.mkdir()
    tables = {"facts": "key,value\nsource,a text\nimages,many\n", "resolution": GRIDS, "structures": PUBLISHED}
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    mine.write_text('published = "tables"', encoding="utf-8")
    assert wrong(mine) == 'tables/facts.csv: images: found "many", expected a whole number'
