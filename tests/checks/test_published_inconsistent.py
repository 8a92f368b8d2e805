"""The check of published tables that contradict themselves or the class list."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from segaudit.model import Finding, Published
from segaudit.schemas.names import key
from tests.support.published import (
    FACTS,
    GRIDS,
    IN_FACTS,
    IN_GRIDS,
    IN_ROWS,
    JOINED,
    PUBLISHED,
    ROWS,
    inconsistencies,
    printed,
    with_rows,
)


def test_consistent() -> None:
    """Tables that agree with themselves and with the class list give no finding, and neither do none."""
    assert inconsistencies(PUBLISHED) == []
    assert inconsistencies(Published(source="")) == []


@pytest.mark.parametrize(
    ("name", "structure"),
    [
        ("Kidney, Right", "kidney_right"),
        ("Vertebrae, L5", "vertebrae_L5"),
        ("Rib, Left 1st", "rib_left_1"),
        ("Rib, Left 11", "rib_left_11"),
        ("Iliac Vein, Left", "iliac_vena_left"),
        ("Clavicle, Right", "clavicula_right"),
        ("Inferior Vena Cava", "inferior_vena_cava"),
        ("Lung, Upper Lobe, Left", "lung_upper_lobe_left"),
        ("Portal Vein and Splenic Vein", "portal_vein_and_splenic_vein"),
    ],
)
def test_names(name: str, structure: str) -> None:
    """Printed names mean structures of the class list."""
    assert key(name) == key(structure)


@pytest.mark.parametrize(
    ("published", "finding"),
    [
        (
            with_rows(row_2=printed(2, "liver", mean_volume_ml=-1.0)),
            Finding(
                file=IN_ROWS,
                message="row 2: mean_volume_ml is -1.0, expected 0 ml or more",
                observed=-1.0,
                expected="0 ml or more",
            ),
        ),
        (
            replace(PUBLISHED, resolution=(replace(GRIDS[0], spacing_mm=(1.5, 1.5, 0.0)), *GRIDS[1:])),
            Finding(
                file=IN_GRIDS,
                message="min: spacing_k is 0.0, expected more than 0 mm",
                observed=0.0,
                expected="more than 0 mm",
            ),
        ),
        (
            replace(PUBLISHED, resolution=(replace(GRIDS[0], size=(8, 11, 8)), *GRIDS[1:])),
            Finding(
                file=IN_GRIDS,
                message="min (1.5, 1.5, 1.5, 8, 11, 8) is above median (1.5, 1.5, 1.5, 10, 10, 10) along an axis",
                observed="(1.5, 1.5, 1.5, 8, 11, 8)",
                expected="at most (1.5, 1.5, 1.5, 10, 10, 10)",
            ),
        ),
        (
            replace(PUBLISHED, facts=FACTS | {"bones": 3}),
            Finding(
                file=IN_FACTS,
                message="2 organs + 2 vessels + 3 bones are 7, 6 structures are stated",
                observed=7,
                expected=6,
            ),
        ),
        (
            replace(PUBLISHED, facts=FACTS | {"test": 2}),
            Finding(file=IN_FACTS, message="3 train + 2 test are 5, 4 images are stated", observed=5, expected=4),
        ),
        (
            with_rows(row_2=printed(2, "liver", presence_rate=75.0)),
            Finding(
                file=IN_ROWS,
                structures=("liver",),
                message="row 2: 2 of 4 images are 50.00 %, printed 75.0 %, the rate of 3 images",
                observed=75.0,
                expected=50.0,
            ),
        ),
        (
            with_rows(row_2=printed(2, "liver", presence_rate=60.1)),
            Finding(
                file=IN_ROWS,
                structures=("liver",),
                message="row 2: 2 of 4 images are 50.00 %, printed 60.1 %, the rate of no whole number of images",
                observed=60.1,
                expected=50.0,
            ),
        ),
        (
            with_rows(row_2=printed(2, "liver", occurrence=1, presence_rate=100.0)),
            Finding(
                file=IN_ROWS,
                structures=("liver",),
                message=(f"row 2: 1 of 4 images are 25.00 %, printed 100.0 %, the rate of 4 images: {JOINED}"),
                observed=100.0,
                expected=25.0,
            ),
        ),
        (
            with_rows(row_2=printed(2, "Ureter")),
            Finding(
                file=IN_ROWS,
                structures=("Ureter",),
                message="row 2: the name is not in the class list, expected liver",
                observed="Ureter",
                expected="liver",
            ),
        ),
        (
            with_rows(row_2=printed(2, "liver", mean_volume_ml=101.0, volume_variability_ml=21.0)),
            Finding(
                file=IN_ROWS,
                structures=("liver", "spleen"),
                message=(
                    "rows 1, 2 print the same volumes: equal in occurrence, presence_rate, mean_volume_ml, "
                    "volume_variability_ml, different in nothing"
                ),
            ),
        ),
        (
            with_rows(row_5=printed(5, "Rib, Left 1st")),
            Finding(file=IN_ROWS, message="one kind of structure is numbered in 2 ways: '1st' in row 5, '1' in row 6"),
        ),
        (
            with_rows(row_3=printed(3, "Iliac Vein, Left"), row_4=printed(4, "Iliac Vein, Right")),
            Finding(
                file=IN_ROWS,
                message="rows 3, 4: the word is 'vein', 'vena' in the class list",
                observed="vein",
                expected="vena",
            ),
        ),
        (
            with_rows(row_5=printed(5, "rib_left_1", mean_volume_ml=212.5)),
            Finding(
                file=IN_ROWS,
                structures=("rib_left_1", "rib_right_1"),
                message="rows 5, 6: mean volumes are 212.5 ml left and 106.0 ml right, 2.00 times apart",
                observed=2.0,
                expected="at most 2 times",
            ),
        ),
        (
            with_rows(
                row_1=printed(1, "spleen", mean_volume_ml=2542.37, volume_variability_ml=176.34),
                row_2=printed(2, "liver", mean_volume_ml=4162.89, volume_variability_ml=1356.34),
            ),
            Finding(
                file=IN_ROWS,
                structures=("spleen", "liver"),
                message=(
                    "mean volumes are above the healthy range and variabilities within it, so that they are hardly "
                    "mean and standard deviation, rather maximum and mean: "
                    "2542.37 and 176.34 ml, 81 to 322 ml in health; 4162.89 and 1356.34 ml, 824 to 1700 ml in health"
                ),
            ),
        ),
    ],
)
def test_one_contradiction(published: Published, finding: Finding) -> None:
    """A contradiction is one finding."""
    assert inconsistencies(published) == [finding]


@pytest.mark.parametrize("rate", [float("inf"), float("nan")])
def test_rate_that_is_no_number(rate: float) -> None:
    """A rate that is not finite is an odd cell, and of no number of images."""
    messages = [
        finding.message for finding in inconsistencies(with_rows(row_2=printed(2, "liver", presence_rate=rate)))
    ]
    assert messages == [f"row 2: presence_rate is {rate}, expected from 0 to 100 per cent"]


def test_row_of_two_structures() -> None:
    """A lost row, the row that took its place, and the labels that moved are three findings."""
    moved = tuple(replace(row, label=row.label - 1) for row in ROWS[1:])
    joined = replace(moved[0], occurrence=1, presence_rate=100.0)
    published = replace(PUBLISHED, facts={"images": 4}, structures=(joined, *moved[1:]))
    said = "row 1: 1 of 4 images are 25.00 %, printed 100.0 %, the rate of 4 images"
    assert inconsistencies(published) == [
        Finding(
            file=IN_ROWS,
            structures=("liver",),
            message=f"{said}: {JOINED}, and spleen has no row",
            observed=100.0,
            expected=25.0,
        ),
        Finding(file=IN_ROWS, structures=("spleen",), message="no row names it; it has label 1 in the class list"),
        Finding(
            file=IN_ROWS, message="rows 1 to 5: labels are 1 too low against the class list", observed=1, expected=2
        ),
    ]


def test_structure_in_two_rows() -> None:
    """A structure with two rows is a finding that says in what they agree; the number of rows is another."""
    published = replace(PUBLISHED, structures=(*ROWS, replace(ROWS[5], label=7, mean_volume_ml=90.0)))
    assert inconsistencies(published) == [
        Finding(
            file=IN_FACTS, message="the table of structures has 7 rows, 6 structures are stated", observed=7, expected=6
        ),
        Finding(
            file=IN_ROWS,
            structures=("rib_right_1",),
            message=(
                "rows 6, 7 are about it: equal in occurrence, presence_rate, volume_variability_ml, "
                "different in mean_volume_ml (106.0, 90.0)"
            ),
            observed=2,
            expected=1,
        ),
        Finding(file=IN_ROWS, message="row 7: labels are 1 too high against the class list", observed=7, expected=6),
    ]
