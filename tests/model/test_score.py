"""Scores of masks and cases."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from segaudit.contracts import load
from segaudit.model.score import SCORE_COLUMNS, case_scores, scores
from segaudit.testing.tables import Cell, dataset, mask

CAP = 10.0
MIN_CASES = 30

CONTRACT = load("totalsegmentator-v1")
ORGANS = {"liver": 1500.0, "spleen": 200.0, "kidney_left": 150.0, "kidney_right": 150.0, "pancreas": 80.0}


def cases(number: int, **odd: Cell) -> pd.DataFrame:
    """Return the masks of healthy cases that differ a little; the last one has others, by structure."""
    rows = []
    for case in range(number):
        for name, usual in ORGANS.items():
            volume = usual * (1 + 0.02 * ((case * 7 + len(name)) % 5))
            cells: Cell = {"complete": True, "components": 1, "hu_median": 50.0 + case % 3, "agreement": 0.9}
            cells |= dict(zip(("depth_mm", "right_mm", "front_mm"), CONTRACT.centres[name], strict=True))
            cells |= {"neighbours": 3, "largest_ml": volume} | (odd.get(name, {}) if case == number - 1 else {})
            rows.append(mask(f"s{case:04}", name, volume, **cells))
    return dataset([], rows).masks.drop(columns=list(SCORE_COLUMNS))


def last(masks: pd.DataFrame, structure: str = "spleen") -> pd.Series:
    """Return the scores of a structure in the last case."""
    return scores(masks, CONTRACT)[masks["structure"] == structure].iloc[-1]


@pytest.mark.parametrize(
    ("odd", "unusual"),
    [
        ({"hu_median": 150.0}, "intensity"),
        ({"hu_std": 90.0}, "spread of intensities"),
        ({"components": 9}, "pieces"),
        ({"largest_ml": 120.0}, "pieces"),
        ({"outside_body_share": 0.2}, "outside of the body"),
        ({"void_share": 0.2}, "padding"),
        ({"overlap_share": 0.4}, "overlap"),
        ({"cavity_ml": 20.0}, "cavities"),
        ({"roughness": 0.6}, "surface"),
        ({"neighbours": 12}, "neighbours"),
        ({"agreement": 0.1}, "fit"),
        ({"depth_mm": 900.0}, "position"),
    ],
)
def test_what_is_unusual(odd: Cell, unusual: str) -> None:
    """Whatever a mask differs in from the same structure of the others is named, and it is the most unusual one."""
    masks = cases(MIN_CASES + 2, spleen=odd)
    found = last(masks)
    assert (found["unusual"], found["score"]) == (unusual, 100.0)
    assert 2 < found["deviation"] <= CAP * 1.5
    assert last(masks, "liver")["score"] < 100


def test_several_oddities_add_up() -> None:
    """As their squares do, each up to a limit."""
    one = last(cases(40, spleen={"hu_median": 1e6}))["deviation"]
    two = last(cases(40, spleen={"hu_median": 1e6, "overlap_share": 0.9}))["deviation"]
    assert (one, two) == (pytest.approx(CAP, rel=0.02), pytest.approx(math.hypot(CAP, CAP), rel=0.02))


@pytest.mark.parametrize("number", [1, 2, MIN_CASES - 1])
def test_few_cases_are_compared_with_the_reference(number: int) -> None:
    """A spleen of 2,000 ml is unusual where there are no others, and so is one that shows fat."""
    masks = cases(number, spleen={"hu_median": -60.0})
    assert last(masks)["unusual"] == "intensity"
    assert last(masks)["reference_score"] > 99
    assert last(masks, "liver")["reference_score"] < 99


def test_masks_without_voxels_have_no_score() -> None:
    """Neither has a case without any mask that has some."""
    masks = cases(3)
    masks.loc[masks["case"] == "s0002", "voxels"] = 0
    scored = scores(masks, CONTRACT)
    assert scored.loc[masks["case"] == "s0002", ["deviation", "score", "reference_score"]].isna().all(axis=None)
    assert set(scored.loc[masks["case"] == "s0002", "unusual"]) == {""}
    by_case = case_scores(masks, scored)
    assert by_case["score"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize("number", [1, MIN_CASES - 1, MIN_CASES])
def test_masks_without_reference_values_have_no_percentile_among_people(number: int) -> None:
    """Nothing that was not compared is usual: where others are too few as well, such a mask has no score at all."""
    masks = cases(number)
    masks["structure"] = masks["structure"].replace("spleen", "seroma")
    columns = ["agreement", "hu_std", "roughness", "void_share", "outside_body_share", "hu_median", "cavity_ml"]
    masks[columns] = math.nan
    seroma = last(masks, "seroma")
    assert math.isnan(seroma["reference_score"])
    assert bool(np.isnan(float(seroma["deviation"]))) is (number < MIN_CASES)
    assert bool(np.isnan(float(seroma["score"]))) is (number < MIN_CASES)
    assert not math.isnan(last(masks, "liver")["reference_score"])


@pytest.mark.parametrize(
    ("odd", "unusual"), [({}, ""), ({"void_share": 1.0, "outside_body_share": 1.0}, "outside of the body")]
)
def test_what_is_named_of_equals(odd: Cell, unusual: str) -> None:
    """Nothing of a mask that differs in nothing; of two measurements that are as far off, the first."""
    masks = cases(MIN_CASES)
    masks["structure"] = masks["structure"].replace("spleen", "seroma")
    first = masks.loc[masks["structure"] == "seroma"].iloc[0]
    masks.loc[masks["structure"] == "seroma", masks.columns.drop("case")] = first.drop("case").tolist()
    masks.loc[masks.index[masks["structure"] == "seroma"][-1], list(odd)] = list(odd.values())
    assert last(masks, "seroma")["unusual"] == unusual


def test_a_case_is_as_unusual_as_its_first_three_masks() -> None:
    """On average."""
    masks = cases(40, spleen={"hu_median": 150.0}, liver={"hu_median": -150.0})
    scored = scores(masks, CONTRACT)
    three = scored[masks["case"] == "s0039"]["deviation"].nlargest(3).mean()
    by_case = case_scores(masks, scored)
    assert by_case.loc["s0039", "deviation"] == pytest.approx(three)
    assert by_case["score"].idxmax() == "s0039"


def test_no_masks() -> None:
    """Without masks there are no scores."""
    assert list(scores(cases(1)[:0], CONTRACT)) == list(SCORE_COLUMNS)
