"""Checks of outliers: one value is moved in a population that nothing is wrong with."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from segaudit.checks.outliers import hu_outlier, position_outlier, volume_outlier
from segaudit.model import Check, Contract, Dataset, Finding, NotApplicable, Spot, Structure
from segaudit.testing import tables
from segaudit.testing.records import STRUCTURES, healthy_ct, small_contract


def population(cases: int = 40) -> Dataset:
    """Return a dataset of healthy people, who differ in size, in contrast phase and in how they lie."""
    names = [f"s{number:04d}" for number in range(1, cases + 1)]
    people = [mask for seed, name in enumerate(names) for mask in person(name, seed)]
    return tables.dataset([tables.case(name) for name in names], people)


def person(name: str, seed: int) -> list[tables.Cell]:
    """Return the complete masks of one case."""
    random = np.random.default_rng(seed)
    size, enhanced, lean = random.normal(0, 0.15), random.choice([0, 60]), random.normal(0, 5, 3)
    return [
        tables.mask(
            name,
            structure.name,
            100 * math.exp(size + random.normal(0, 0.2)),
            complete=True,
            hu_median=50 + enhanced + random.normal(0, 10),
            depth_mm=400 + 10 * structure.label + lean[0] + random.normal(0, 8),
            right_mm=5 * structure.label + lean[1] + random.normal(0, 5),
            front_mm=40 + lean[2] + random.normal(0, 5),
        )
        for structure in STRUCTURES
    ]


CONTRACT = small_contract()
PEOPLE = population()

CHECKS = (volume_outlier, hu_outlier, position_outlier)
PLANTS = {
    "volume_ml": (volume_outlier, 1000.0),
    "hu_median": (hu_outlier, 400.0),
    "depth_mm": (position_outlier, 640.0),
    "right_mm": (position_outlier, -150.0),
    "front_mm": (position_outlier, 150.0),
}

Find = Callable[[Dataset, Contract], Iterator[Finding]]

every_plant = pytest.mark.parametrize(("column", "find", "value"), [(name, *plant) for name, plant in PLANTS.items()])


def moved(
    column: str, value: float, structure: str = "liver", people: Dataset = PEOPLE, case: str = "s0007"
) -> Dataset:
    """Return a population of which one case's structure has another value."""
    masks = people.masks.copy()
    masks.loc[(masks["case"] == case) & (masks["structure"] == structure), column] = value
    return replace(people, masks=masks)


def places(findings: Iterator[Finding]) -> list[tuple[str, str]]:
    """Return cases and structures."""
    return [(finding.case, ", ".join(finding.structures)) for finding in findings]


@pytest.mark.parametrize("find", CHECKS, ids=lambda check: check.id)
def test_population(find: Find) -> None:
    """People differ."""
    assert list(find(PEOPLE, CONTRACT)) == []


@every_plant
def test_outlier(column: str, find: Find, value: float) -> None:
    """One value far from the others is reported by exactly one check."""
    people = moved(column, value)
    assert {check.id: places(check(people, CONTRACT)) for check in CHECKS} == {
        check.id: [("s0007", "liver")] if check is find else [] for check in CHECKS
    }


def test_under_a_blank_ct() -> None:
    """What a CT that shows nothing has under its masks is that CT's fault."""
    column, value = "hu_median", PLANTS["hu_median"][1]
    people = moved(column, value)
    blank = healthy_ct(case="s0007", std=0.0)
    assert places(hu_outlier(people, CONTRACT)) == [("s0007", "liver")]
    assert places(hu_outlier(replace(people, cts=(blank,)), CONTRACT)) == []


def test_where_masks_lie_on_something_else() -> None:
    """What a CT has under masks that do not lie on what they mark is the fault of their place."""
    people = replace(moved("hu_median", 400.0), unlike_tissue=frozenset({"s0007"}))
    assert places(hu_outlier(people, CONTRACT)) == []
    assert places(volume_outlier(replace(moved("volume_ml", 1000.0), unlike_tissue=frozenset({"s0007"})), CONTRACT))


@every_plant
def test_flawed_masks_are_not_compared(column: str, find: Find, value: float) -> None:
    """A check of their case says what is wrong with them; they are no cases of the others either."""
    people = moved(column, value)
    here = (people.masks["case"] == "s0007") & (people.masks["structure"] == "liver")
    assert (
        list(
            find(replace(people, masks=people.masks.assign(flaw=here.map({True: "mask-hollow", False: ""}))), CONTRACT)
        )
        == []
    )
    with pytest.raises(NotApplicable, match="30 cases"):
        list(find(replace(PEOPLE, masks=PEOPLE.masks.assign(flaw="masks-hollow")), CONTRACT))


def test_the_place_of_a_part_is_not_compared() -> None:
    """A liver of which most is missing is beyond the limits of volume, and its centre with it."""
    liver = structs.replace(Structure(name="liver", label=4, group="organ"), volume_low_ml=10.0, volume_high_ml=900.0)
    judged = small_contract(structures=tuple(liver if each.name == "liver" else each for each in STRUCTURES))
    people = moved("depth_mm", 640.0)
    assert places(position_outlier(people, judged)) == [("s0007", "liver")]
    assert list(position_outlier(moved("volume_ml", 9.0, people=people), judged)) == []


def test_volume_in_words() -> None:
    """The finding says what was measured, what others have, and where to look."""
    people = moved("volume_ml", 1000.0)
    at = {"centroid_i": 10.2, "centroid_j": 20, "centroid_k": 30, "centroid_x": 1.26, "centroid_y": -2, "centroid_z": 3}
    for column, value in at.items():
        people = moved(column, value, people=people)
    (finding,) = volume_outlier(people, CONTRACT)
    low, high = np.exp(np.log(people.masks.query("structure == 'liver'")["volume_ml"]).quantile([0.025, 0.975]))
    assert finding == Finding(
        case="s0007",
        structures=("liver",),
        message=f"1000.0 ml, 95 % of 40 cases have {low:.1f} to {high:.1f} ml: 7 standard deviations off",
        observed="1000.0 ml",
        expected=f"{low:.1f} to {high:.1f} ml",
        spot=Spot((10, 20, 30), (1.3, -2.0, 3.0)),
    )


@pytest.mark.parametrize(
    ("column", "find", "value", "words"),
    [
        ("hu_median", hu_outlier, 400.0, "median 400 HU"),
        ("depth_mm", position_outlier, 640.0, "centre 640 mm below the first vertebra"),
        ("right_mm", position_outlier, -150.0, "centre -150 mm to the right of the spine"),
        ("front_mm", position_outlier, 150.0, "centre 150 mm in front of the spine"),
    ],
)
def test_others_in_words(column: str, find: Find, value: float, words: str) -> None:
    """Each kind of value has its unit and its direction."""
    (finding,) = find(moved(column, value), CONTRACT)
    assert (finding.observed, finding.message[: len(words) + 1]) == (words, f"{words},")


def test_position_off_along_two_axes_is_one_finding() -> None:
    """The axis with the largest deviation is reported."""
    people = moved("right_mm", -150.0, people=moved("front_mm", 600.0))
    assert [finding.observed for finding in position_outlier(people, CONTRACT)] == [
        "centre 600 mm in front of the spine"
    ]


@every_plant
def test_whole_case_is_no_outlier(column: str, find: Find, value: float) -> None:
    """A child, a CT with another scale, another count of vertebrae: all values deviate, and other checks report it."""
    people = PEOPLE
    for structure in STRUCTURES:
        offset = value - float(PEOPLE.masks.query("structure == 'liver'")[column].median())
        own = PEOPLE.masks.query(f"case == 's0007' and structure == '{structure.name}'")[column].item()
        people = moved(column, own * 10 if column == "volume_ml" else own + offset, structure.name, people)
    assert list(find(people, CONTRACT)) == []


@every_plant
def test_common_value_is_no_outlier(column: str, find: Find, value: float) -> None:
    """What more than one in a hundred cases have is a tail."""
    people = moved(column, value, people=moved(column, value * 1.01, case="s0008"))
    assert list(find(people, CONTRACT)) == []


@every_plant
@pytest.mark.parametrize("structure", ["kidney_cyst_left", "trachea", "iliac_artery_left"])
def test_structures_without_a_usual_value(column: str, find: Find, value: float, structure: str) -> None:
    """Airy structures and vessels are not judged, nor those of which any piece counts."""
    any_piece = {"kidney_cyst_left": {"piece_ml": 0.0}}
    structures = tuple(structs.replace(each, **any_piece.get(each.name, {})) for each in STRUCTURES)
    assert list(find(moved(column, value, structure), small_contract(structures=structures))) == []


@every_plant
def test_cut_structure_is_not_judged(column: str, find: Find, value: float) -> None:
    """What is not complete has neither size nor place."""
    assert list(find(moved("complete", False, people=moved(column, value)), CONTRACT)) == []  # noqa: FBT003 (a cell)


@pytest.mark.parametrize(
    ("column", "value", "limits"),
    [
        ("volume_ml", 1000.0, {"volume_low_ml": 10.0, "volume_high_ml": 1000.0}),
        ("volume_ml", 5.0, {"volume_low_ml": 5.0, "volume_high_ml": 900.0}),
        ("hu_median", 400.0, {"hu_low": -20.0, "hu_high": 400.0}),
        ("depth_mm", 640.0, {"down_low": 300.0, "down_high": 640.0}),
        ("right_mm", -150.0, {"right_low": -150.0, "right_high": 100.0}),
        ("front_mm", 150.0, {"front_low": -100.0, "front_high": 150.0}),
    ],
)
def test_beyond_the_contract(column: str, value: float, limits: dict[str, float]) -> None:
    """Other checks report values beyond the contract's limits; a limit itself is within."""
    (find, _), people = PLANTS[column], moved(column, value)
    inward = math.copysign(0.1, sum(limits.values()) / 2 - value)
    for step, found in ((0.0, [("s0007", "liver")]), (inward, [])):
        own = {name: limit + step * (limit == value) for name, limit in limits.items()}
        liver = structs.replace(Structure(name="liver", label=4, group="organ"), **own)
        judged = small_contract(structures=tuple(liver if each.name == "liver" else each for each in STRUCTURES))
        assert places(find(people, judged)) == found


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_what_is_off_by_default(check: Check[...]) -> None:
    """What of simulated healthy cases few have: 6 deviations among 30 cases or more, and not in 1 per cent of them."""
    defaults = {limit.key.partition(".")[2]: limit.default for limit in check.limits}
    assert defaults == {"deviations": 6.0, "cases": 30, "tail": 0.01}


@pytest.mark.parametrize("find", CHECKS, ids=lambda check: check.id)
def test_few_cases(find: Find) -> None:
    """Fewer than thirty complete masks do not determine what is usual."""
    with pytest.raises(NotApplicable, match="30 cases"):
        list(find(population(29), CONTRACT))


@pytest.mark.parametrize(("find", "column"), [(hu_outlier, "hu_median"), (position_outlier, "depth_mm")])
def test_unknown_values(find: Find, column: str) -> None:
    """Without CTs there are no intensities, without vertebrae no places."""
    with pytest.raises(NotApplicable, match=column):
        list(find(replace(PEOPLE, masks=PEOPLE.masks.assign(**{column: np.nan})), CONTRACT))


def test_all_beyond_the_contract() -> None:
    """If other checks report all values, nothing is left to judge."""
    narrow = tuple(structs.replace(each, hu_low=0.0, hu_high=1.0) for each in STRUCTURES)
    assert list(hu_outlier(PEOPLE, small_contract(structures=narrow))) == []


@settings(max_examples=10)
@given(st.integers(0, 2**32), st.sampled_from([1.0, 10.0]))
def test_healthy_tails_give_few_findings(seed: int, phase: float) -> None:
    """Of 300 cases whose values have heavy tails and two phases, few have an outlier."""
    people, random = population(300), np.random.default_rng(seed)
    tails = random.standard_t(5, (len(people.masks), 2))
    masks = people.masks.assign(
        volume_ml=100 * np.exp(0.25 * tails[:, 0]),
        hu_median=50 + 15 * tails[:, 1] + 10 * phase * (random.random(len(tails)) < 0.3),
    )
    findings = [
        *volume_outlier(replace(people, masks=masks), CONTRACT),
        *hu_outlier(replace(people, masks=masks), CONTRACT),
    ]
    assert len(findings) < 0.05 * 300
