"""The published resolution of v1, recomputed from the grids of its CTs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from segaudit import contracts
from segaudit.checks.published import published_differs
from segaudit.model import Dataset
from segaudit.model.statistics import facts, resolution_table
from segaudit.testing.tables import case, dataset

DAMAGED = "s0864"
"""The CT that cannot be read."""


def v1(real_data: Path, damaged: str = "") -> Dataset:
    """Return the dataset of v1's grids, of which one CT may be damaged."""
    grids = pd.read_csv(real_data / "v1-sizes.csv", dtype={"case": str})
    columns = (grids[name].tolist() for name in ("case", "i", "j", "k"))
    return dataset(
        [
            case(name, size_i=i, size_j=j, size_k=k, ct_whole=name != damaged)
            for name, i, j, k in zip(*columns, strict=True)
        ],
        [],
    )


def test_resolution(real_data: Path) -> None:
    """Without the damaged one, the grids have the printed minimum, median and maximum, and 312,400 slices."""
    released, contract = v1(real_data, DAMAGED), contracts.load("totalsegmentator-v1")
    counted = facts(released, contract)
    assert (counted["images"], counted["images_measured"], counted["slices"]) == (1204, 1203, 312_400)
    assert resolution_table(released).to_numpy().tolist() == [
        [1.5, 1.5, 1.5, 47, 48, 29],
        [1.5, 1.5, 1.5, 241, 231, 231],
        [1.5, 1.5, 1.5, 499, 430, 851],
    ]
    messages = [finding.message for finding in published_differs(released, contract)]
    assert not any("spacing and size" in message or "slices are" in message for message in messages)


def test_resolution_with_the_damaged_one(real_data: Path) -> None:
    """With the damaged one, there are more slices than printed, and the audit says so."""
    differing = published_differs(v1(real_data), contracts.load("totalsegmentator-v1"))
    assert any("312400 slices are stated" in finding.message for finding in differing)
