"""The recomputed statistics, compared with plain loops; and recognising the statistic of a printed column."""

from __future__ import annotations

import json
import math
import statistics as plain
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segaudit.model import Contract, Dataset, Structure
from segaudit.model.published_columns import half_unit, reading, title, volume_readings
from segaudit.model.statistics import STATISTICS, statistics
from segaudit.testing.tables import Cell, case, dataset, mask

CONTRACT = Contract(
    name="three",
    structures=(
        Structure(name="liver", label=5, group="organ"),
        Structure(name="rib_left_1", label=58, group="bone"),
        Structure(name="spleen", label=1, group="organ"),
    ),
)
NAMES = [structure.name for structure in CONTRACT.structures]


def described(volumes: list[float]) -> dict[str, float | None]:
    """Describe volumes without pandas."""
    if not volumes:
        return dict.fromkeys(STATISTICS)
    return {
        "mean": plain.fmean(volumes),
        "median": plain.median(volumes),
        "std": plain.stdev(volumes) if len(volumes) > 1 else None,
        "std_population": plain.pstdev(volumes),
        "min": min(volumes),
        "max": max(volumes),
    }


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    """Return a dataset of up to five cases, some damaged, with masks of any volume, some damaged, empty or cut."""
    flags, volumes = st.booleans(), st.one_of(st.just(0.0), st.floats(0.001, 5000).map(lambda ml: round(ml, 3)))
    cases, masks = [], []
    for number in range(draw(st.integers(0, 5))):
        name, size = f"s{number:04}", draw(st.integers(1, 900))
        cases.append(case(name, size_k=size, spacing_k=size / 100, ct_whole=draw(flags)))
        masks += [
            mask(name, structure, draw(volumes), whole=draw(flags), cut=draw(flags))
            for structure in (*NAMES, "unknown")
            if draw(flags)
        ]
    return dataset(cases, masks, tuple(draw(st.lists(st.sampled_from(["train", "val", ""]), max_size=4))))


def rows(table: pd.DataFrame) -> list[Cell]:
    """Return the rows of a table."""
    return [dict(zip(table.columns, values, strict=True)) for values in table.itertuples(index=False)]


def slow_statistics(data: Dataset) -> dict[str, Any]:
    """Recompute everything by plain loops."""
    cases = rows(data.cases)
    measured = [row for row in cases if row["ct_whole"]] or cases
    whole = [row for row in rows(data.masks) if row["whole"] and row["case"] in {one["case"] for one in measured}]
    labelled = len({row["case"] for row in rows(data.masks)} & {row["case"] for row in measured})
    splits = [split for _, split in data.metadata.rows if split] if data.metadata else []
    found = {row["structure"] for row in rows(data.masks)} & set(NAMES)
    organs, bones = found & {"liver", "spleen"}, found & {"rib_left_1"}
    groups = {"organs": len(organs)} if organs else {}
    groups |= {"bones": len(bones)} if bones else {}
    return {
        "facts": {
            "images": len(cases),
            "images_measured": len(measured),
            **{split: splits.count(split) for split in splits},
            "structures": len(found),
            **groups,
            "slices": sum(row["size_k"] for row in measured),
        },
        "resolution": [
            {
                "statistic": name,
                "spacing_mm": [
                    function([row[f"spacing_{axis}"] for row in measured]) if measured else None for axis in "ijk"
                ],
                "size": [function([row[f"size_{axis}"] for row in measured]) if measured else None for axis in "ijk"],
            }
            for name, function in (("min", min), ("median", plain.median), ("max", max))
        ],
        "structures": [slow_structure(structure, whole, labelled) for structure in CONTRACT.structures],
    }


def slow_structure(structure: Structure, whole: list[Cell], images: int) -> dict[str, Any]:
    """Describe one structure by plain loops."""
    mine = [row for row in whole if row["structure"] == structure.name]
    present = [row for row in mine if row["voxels"]]
    scopes = {
        "present": present,
        "present_uncut": [row for row in present if not row["cut"]],
        "all": mine,
        "all_uncut": [row for row in mine if not row["cut"]],
    }
    return {
        "label": structure.label,
        "structure": structure.name,
        "occurrence": len(present),
        "presence_rate": 100 * len(present) / images if images else None,
        "volume_ml": {scope: described([row["volume_ml"] for row in part]) for scope, part in scopes.items()},
    }


def close(value: Any) -> Any:  # noqa: ANN401 (any value of JSON)
    """Return nested values with approximate numbers: sums in another order differ in the last bits."""
    if isinstance(value, dict):
        return {name: close(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [close(inner) for inner in value]
    return pytest.approx(value, rel=1e-6, abs=1e-6) if isinstance(value, float) else value


@settings(max_examples=25)
@given(datasets())
def test_against_plain_loops(data: Dataset) -> None:
    """Facts, resolution and every statistic of every scope equal those of plain loops, and are ready for JSON."""
    result = statistics(data, CONTRACT)
    assert result == close(slow_statistics(data))
    assert json.loads(json.dumps(result, allow_nan=False)) == result


def test_by_hand() -> None:
    """Two cases, one damaged and one with a cut liver, calculated by hand."""
    masks = [
        mask("s0001", "liver", 1000.0, cut=True),
        mask("s0002", "liver", 2000.0),
        mask("s0003", "liver", 0.0),
        mask("s0004", "liver", 5000.0),
    ]
    cases = [case("s0001", size_k=4), case("s0002"), case("s0003"), case("s0004", ct_whole=False)]
    result = statistics(dataset(cases, masks, ("train", "train", "val")), CONTRACT)
    assert result["facts"] == {
        "images": 4, "images_measured": 3, "train": 2, "val": 1, "structures": 1, "organs": 1, "slices": 24,
    }  # fmt: skip
    liver = result["structures"][0]
    assert (liver["occurrence"], liver["presence_rate"]) == (2, pytest.approx(200 / 3))
    assert {scope: numbers["mean"] for scope, numbers in liver["volume_ml"].items()} == {
        "present": 1500.0, "present_uncut": 2000.0, "all": 1000.0, "all_uncut": 1000.0,
    }  # fmt: skip


def test_rates_leave_out_what_has_no_masks() -> None:
    """An unlabelled test image is left out of presence rates; it still counts as an image."""
    masks = [mask("s0001", "liver", 1000.0), mask("s0002", "liver", 0.0)]
    result = statistics(dataset([case("s0001"), case("s0002"), case("s0003")], masks), CONTRACT)
    assert (result["facts"]["images_measured"], result["structures"][0]["presence_rate"]) == (3, 50.0)


def test_masks_without_cts() -> None:
    """If no case has a CT, the cases whose masks have a grid are measured."""
    cases = [case("s0001", ct_whole=False), case("s0002", ct_whole=False, size_k=math.nan)]
    assert statistics(dataset(cases, []), CONTRACT)["facts"]["images_measured"] == 1


@pytest.mark.parametrize(
    ("printed", "half"), [([1.5, 2.0], 0.05), ([69.74, 70.7], 0.005), ([241, 312400], 0.5), ([], 0.5)]
)
def test_half_unit(printed: list[float], half: float) -> None:
    """Rounding changes a number by half a unit of the last printed digit."""
    assert half_unit(printed) == pytest.approx(half)


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize("scope", ["present", "present_uncut", "all", "all_uncut"])
def test_reading(statistic: str, scope: Any) -> None:  # noqa: ANN401 (a literal of scopes)
    """Any printed statistic is recognised, unless another one has equal numbers."""
    volumes = {"s0001": 100.0, "s0002": 140.0, "s0003": 310.0, "s0004": 0.0, "s0005": 155.0}
    masks = [
        mask(name, structure, volume * factor, cut=name in ("s0003", "s0001"))
        for factor, structure in enumerate(NAMES, start=1)
        for name, volume in volumes.items()
    ]
    readings = volume_readings(dataset([case(name) for name in volumes], masks), CONTRACT)
    wanted = readings[title(statistic, scope)]
    printed = [(structure, round(wanted[structure], 2)) for structure in NAMES]
    found = reading(printed, readings, (title("mean", "present"),))
    assert readings[found].tolist() == wanted.tolist()
