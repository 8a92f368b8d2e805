"""The check of published tables against what was measured."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from segaudit.checks.published import published_differs
from segaudit.model import Dataset, Finding, NotApplicable, Published, PublishedGrid, PublishedStructure
from segaudit.model.statistics import statistics
from segaudit.testing.tables import case, dataset, mask
from tests.support.published import CONTRACT, IN_FACTS, IN_GRIDS, IN_ROWS, STRUCTURES, inconsistencies


def described(published: dict[str, Any]) -> Published:
    """Return recomputed statistics as tables that print them with two digits."""
    return Published(
        source="recomputed",
        facts=published["facts"],
        resolution=tuple(
            PublishedGrid(
                statistic=row["statistic"],
                spacing_mm=tuple(round(length, 2) for length in row["spacing_mm"]),
                size=tuple(round(size) for size in row["size"]),
            )
            for row in published["resolution"]
        ),
        structures=tuple(
            PublishedStructure(
                label=row["label"],
                structure=row["structure"],
                occurrence=row["occurrence"],
                presence_rate=round(row["presence_rate"], 2),
                mean_volume_ml=round(row["volume_ml"]["present"]["mean"] or 0.0, 2),
                volume_variability_ml=round(row["volume_ml"]["present"]["std"] or 0.0, 2),
            )
            for row in published["structures"]
        ),
    )


def measured(factors: dict[str, float], without_spleen: frozenset[int] = frozenset()) -> Dataset:
    """Return four cases with volumes of 90.25, 110.5, 130.75 and 210.5 ml times the structure's factor."""
    masks = [
        mask(f"s000{number}", name, 0.0 if name == "spleen" and number in without_spleen else volume * factor)
        for name, factor in factors.items()
        for number, volume in enumerate((90.25, 110.5, 130.75, 210.5))
    ]
    return dataset([case(f"s000{number}") for number in range(4)], masks, ("train", "train", "train", "test"))


FACTORS = {structure.name: 1 + structure.label / 10 for structure in STRUCTURES}
WHOLE = measured(FACTORS)
TRUE = described(statistics(WHOLE, CONTRACT))


MEAN, MAXIMUM = "mean of masks with voxels", "maximum of masks with voxels"


def differences(published: Published, data: Dataset = WHOLE) -> list[Finding]:
    """Return what differs from the data."""
    return list(published_differs(data, replace(CONTRACT, published=published)))


def test_recomputed() -> None:
    """Tables that were recomputed differ in nothing."""
    assert differences(TRUE) == []


@pytest.mark.parametrize("published", [replace(TRUE, facts={"images": 5}), replace(TRUE, facts={}), None])
def test_other_images(published: Published | None) -> None:
    """Tables of another or an unknown number of images are not judged."""
    with pytest.raises(NotApplicable):
        list(published_differs(WHOLE, replace(CONTRACT, published=published)))


def test_excluded_cases_count() -> None:
    """A case that the contract excludes is one of the images, though nothing of it was measured."""
    published = replace(TRUE, facts=TRUE.facts | {"images": 5})
    assert differences(published, dataclasses.replace(WHOLE, excluded=("s0004",))) == []


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        (
            {"facts": TRUE.facts | {"slices": 41, "papers": 3}},
            Finding(file=IN_FACTS, message="41 slices are stated, 40 counted", observed=41, expected=40),
        ),
        (
            {"resolution": (replace(TRUE.resolution[0], size=(10, 10, 9)), *TRUE.resolution[1:])},
            Finding(
                file=IN_GRIDS,
                message=(
                    "min of spacing and size: 1.5 x 1.5 x 1.5 mm, 10 x 10 x 9 voxels is printed, "
                    "1.5 x 1.5 x 1.5 mm, 10 x 10 x 10 voxels recomputed"
                ),
                observed="1.5 x 1.5 x 1.5 mm, 10 x 10 x 9 voxels",
                expected="1.5 x 1.5 x 1.5 mm, 10 x 10 x 10 voxels",
            ),
        ),
    ],
)
def test_different_fact(changes: dict[str, Any], finding: Finding) -> None:
    """A different count or voxel grid is one finding; a fact that the data do not give is none."""
    assert differences(replace(TRUE, **changes)) == [finding]


@pytest.mark.parametrize(
    ("column", "number", "message", "expected"),
    [
        ("occurrence", 3, "3 is printed, 4 recomputed as number of masks with voxels", 4),
        (
            "presence_rate",
            75.0,
            "75.0 is printed, 100 recomputed as per cent of the images with masks",
            100.0,
        ),
        ("mean_volume_ml", 149.0, "149.0 is printed, 149.05 recomputed as mean of masks with voxels", 149.05),
        (
            "mean_volume_ml",
            231.55,
            f"231.55 is printed, 149.05 recomputed as {MEAN}, equals the {MAXIMUM}",
            149.05,
        ),
    ],
)
def test_different_number(column: str, number: float, message: str, expected: float) -> None:
    """A number of a structure that differs is one finding, with the statistic that it equals."""
    published = replace(TRUE, structures=(replace(TRUE.structures[0], **{column: number}), *TRUE.structures[1:]))
    assert differences(published) == [
        Finding(
            file=IN_ROWS,
            structures=("spleen",),
            message=f"row 1: {column} {message}",
            observed=number,
            expected=expected,
        )
    ]


def test_column_of_another_statistic() -> None:
    """A column that is another statistic is one finding, and the rows that differ from that one are named."""
    maxima = [round(210.5 * FACTORS[row.structure], 2) for row in TRUE.structures]
    structures = tuple(
        replace(row, mean_volume_ml=maximum, volume_variability_ml=row.mean_volume_ml)
        for row, maximum in zip(TRUE.structures, maxima, strict=True)
    )
    published = replace(TRUE, structures=(replace(structures[0], mean_volume_ml=1.25), *structures[1:]))
    assert differences(published) == [
        Finding(file=IN_ROWS, message=f"mean_volume_ml: printed is the {MAXIMUM}", observed=MAXIMUM, expected=MEAN),
        Finding(
            file=IN_ROWS,
            structures=("spleen",),
            message=f"row 1: mean_volume_ml 1.25 is printed, 231.55 recomputed as {MAXIMUM}",
            observed=1.25,
            expected=231.55,
        ),
        Finding(
            file=IN_ROWS,
            message=f"volume_variability_ml: printed is the {MEAN}",
            observed=MEAN,
            expected="standard deviation (n - 1) of masks with voxels",
        ),
    ]


def test_population_standard_deviation() -> None:
    """Either standard deviation is one."""
    deviations = [row["volume_ml"]["present"]["std_population"] for row in statistics(WHOLE, CONTRACT)["structures"]]
    structures = tuple(
        replace(row, volume_variability_ml=round(deviation, 2))
        for row, deviation in zip(TRUE.structures, deviations, strict=True)
    )
    assert differences(replace(TRUE, structures=structures)) == []


@settings(max_examples=30)
@given(
    st.lists(st.integers(80, 150), min_size=6, max_size=6, unique=True), st.frozensets(st.integers(0, 3), max_size=3)
)
def test_recomputed_tables_are_consistent(factors: list[int], without_spleen: frozenset[int]) -> None:
    """Tables recomputed from any data neither contradict themselves nor differ from the data."""
    data = measured({name: factor / 100 for name, factor in zip(FACTORS, factors, strict=True)}, without_spleen)
    published = described(statistics(data, CONTRACT))
    assert inconsistencies(published) == []
    assert differences(published, data) == []
