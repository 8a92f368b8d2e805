"""Positions and volumes of structures in people: those that ship, and messages about wrong ones."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from segaudit import contracts
from segaudit.model import Contract, Structure
from tests.support.contracts import SHIPPED, wrong

PLACE = ("down_low", "down_high", "right_low", "right_high", "front_low", "front_high", "stray_mm", "spine_mm")
VOLUME = ("volume_low_ml", "volume_high_ml", "sides_ratio")
REFERENCE = (*PLACE, "place_source", "place_cases", *VOLUME, "volume_source", "volume_cases")


def test_reference_values_are_those_of_people() -> None:
    """The same structure has the same positions, volumes and sources in all releases."""
    known: dict[str, set[tuple[object, ...]]] = {}
    for release in SHIPPED:
        for structure in contracts.load(release).structures:
            values = tuple(getattr(structure, column) for column in REFERENCE)
            known.setdefault(structure.name, set()).add(values)
    assert {name for name, values in known.items() if len(values) > 1} == set()


@pytest.mark.parametrize("release", SHIPPED)
def test_every_structure_has_limits(release: str) -> None:
    """Vertebrae have a position along the spine, all others but ribs limits; all but cysts and the face a volume."""
    contract = contracts.load(release)
    rows = {structure.name for row in contract.rows for structure in row}
    vertebrae = {vertebra.name for vertebra in contract.spine}
    assert {s.name for s in contract.structures if s.spine_mm is not None} == vertebrae
    assert {s.name for s in contract.structures if s.down_low is None} == rows
    assert {s.name for s in contract.structures if s.volume_low_ml is None} <= {
        "kidney_cyst_left",
        "kidney_cyst_right",
        "face",
    }


@pytest.mark.parametrize("release", SHIPPED)
def test_limits_of_pairs_mirror_each_other(release: str) -> None:
    """Left and right have the same limits, except for the heart's chambers and the veins above them."""
    contract = contracts.load(release)
    askew = {
        s.name
        for s in contract.structures
        if s.partner and contract.ranges[s.name][1] != tuple(-end for end in contract.ranges[s.partner][1][::-1])
    }
    assert askew == {
        s.name for s in contract.structures if s.partner and re.match("heart_|brachiocephalic_vein", s.name)
    }


@pytest.mark.parametrize("release", SHIPPED)
def test_every_source_is_reported(release: str) -> None:
    """The documentation says what each source is."""
    text = (Path(__file__).parents[2] / "docs" / "contracts.md").read_text("utf-8")
    sources = {s.place_source for s in contracts.load(release).structures}
    sources |= {s.volume_source for s in contracts.load(release).structures}
    assert {source for source in sources if source not in text} == set()


COLUMNS = (
    "label,name,group,above,below,spine_mm,down_low,down_high,right_low,right_high,volume_low_ml,volume_high_ml,stray_mm,"
    "sides_ratio"
)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["1,liver,organ,,,,9,8"], "line 2, down_low: found 9.0, expected a finite number, down_high = 8.0 at most"),
        (["1,liver,organ,,,,,8"], "line 2, down_low: found none, expected one where down_high is given"),
        (["1,liver,organ,,,,,,-9"], "line 2, right_high: found none, expected one where right_low is given"),
        (
            ["1,liver,organ,,,,,,,,inf,inf"],
            "line 2, volume_low_ml: found inf, expected a finite number",
        ),
        (["1,liver,organ,,,,,,,,-1,2"], "line 2, volume_low_ml: found -1.0, expected 0 or more"),
        (["1,liver,organ,,,,,,,,,,-1"], "line 2, stray_mm: found -1.0, expected 0 or more"),
        (["1,liver,organ,,,,,,,,,,,0.5"], "line 2, sides_ratio: found 0.5, expected 1 or more"),
        (
            ["1,L1,bone,,L2,10", "2,L2,bone,L1"],
            "line 3, spine_mm: found none, expected one, because other vertebrae have it",
        ),
        (
            ["1,L1,bone,,L2,10", "2,L2,bone,L1,,9"],
            "line 3, spine_mm: found 9.0, expected more than 10.0, that of L1",
        ),
    ],
)
def test_wrong_reference_values(mine: Path, rows: list[str], message: str) -> None:
    """Ranges have two ends in order, and the vertebrae follow each other."""
    padded = [row + "," * (COLUMNS.count(",") - row.count(",")) for row in rows]
    mine.with_name("structures.csv").write_text("\n".join([COLUMNS, *padded]), encoding="utf-8")
    mine.write_text('structures = "structures.csv"', encoding="utf-8")
    assert wrong(mine) == f"structures.csv: {message}"


def test_limits() -> None:
    """Limits that are not given are infinite, and a vertebra's range is its position."""
    anywhere = (-math.inf, math.inf)
    vertebra = Structure(name="L1", label=1, group="bone", below="L2", spine_mm=5.0)
    liver = Structure(name="liver", label=2, group="organ", right_low=1.0, right_high=2.0)
    contract = Contract(name="x", structures=(vertebra, liver))
    assert contract.ranges == {
        "L1": ((5.0, 5.0), anywhere, (0.0, 0.0)),
        "liver": (anywhere, (1.0, 2.0), anywhere),
    }
