"""The checks of the published tables, and the matching of printed names behind them."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from segaudit.checks.published import published_differs, published_inconsistent
from segaudit.model import (
    Contract,
    Dataset,
    Finding,
    NotApplicable,
    Published,
    PublishedGrid,
    PublishedStructure,
    Structure,
)
from segaudit.model.statistics import statistics
from segaudit.schemas.names import key
from segaudit.testing.tables import case, dataset, mask

JOINED = "the row joins numbers of two structures"

IN_FACTS, IN_GRIDS, IN_ROWS = "published/facts.csv", "published/resolution.csv", "published/structures.csv"

STRUCTURES = (
    Structure(name="spleen", label=1, group="organ"),
    Structure(name="liver", label=2, group="organ"),
    Structure(name="iliac_vena_left", label=3, group="vessel", side="left", partner="iliac_vena_right"),
    Structure(name="iliac_vena_right", label=4, group="vessel", side="right", partner="iliac_vena_left"),
    Structure(name="rib_left_1", label=5, group="bone", side="left", partner="rib_right_1"),
    Structure(name="rib_right_1", label=6, group="bone", side="right", partner="rib_left_1"),
)
SPLITS = {"train": 3, "test": 1}
FACTS = {
    "images": 4,
    "images_measured": 4,
    "structures": 6,
    "organs": 2,
    "vessels": 2,
    "bones": 2,
    "slices": 40,
} | SPLITS
GRIDS = (
    PublishedGrid(statistic="min", spacing_mm=(1.5, 1.5, 1.5), size=(8, 8, 8)),
    PublishedGrid(statistic="median", spacing_mm=(1.5, 1.5, 1.5), size=(10, 10, 10)),
    PublishedGrid(statistic="max", spacing_mm=(1.5, 1.5, 1.5), size=(12, 12, 12)),
)


def printed(label: int, structure: str, **changes: Any) -> PublishedStructure:  # noqa: ANN401 (fields of the row)
    """Return the row of a structure that half of the images have, with changes."""
    row = PublishedStructure(
        label=label,
        structure=structure,
        occurrence=2,
        presence_rate=50.0,
        mean_volume_ml=100.0 + label,
        volume_variability_ml=20.0 + label,
    )
    return replace(row, **changes)


ROWS = tuple(printed(structure.label, structure.name) for structure in STRUCTURES)
PUBLISHED = Published(source="a document", facts=FACTS, resolution=GRIDS, structures=ROWS)
CONTRACT = Contract(name="six", structures=STRUCTURES, splits=SPLITS, published=PUBLISHED)


def with_rows(**changed: PublishedStructure) -> Published:
    """Return the tables with other rows in the places ``row_1`` to ``row_6``."""
    return replace(PUBLISHED, structures=tuple(changed.get(f"row_{row.label}", row) for row in ROWS))


def inconsistencies(published: Published) -> list[Finding]:
    """Return what contradicts itself."""
    return list(published_inconsistent(published, CONTRACT))


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
    """Tables of another number of images, or of one that nobody states, are not judged."""
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
    """A count or a voxel grid that differs is one finding; a fact that the data cannot tell is none."""
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


def real_published(path: Path) -> Published:
    """Read the tables of the description of v1."""
    text = path.read_text(encoding="utf-8")
    lines = [[cell.strip() for cell in line.strip("| ").split("|")] for line in text.splitlines()]
    structures = tuple(
        PublishedStructure(
            label=int(cells[0]),
            structure=cells[1],
            occurrence=int(cells[2]),
            presence_rate=float(cells[3].rstrip("%")),
            mean_volume_ml=float(cells[4]),
            volume_variability_ml=float(cells[5]),
        )
        for cells in lines
        if cells[0].isdigit()
    )
    facts = {"images": 1204, "images_measured": 1203, "structures": 104, "train": 1082, "val": 57, "test": 65}
    return Published(source="v1", facts=facts, structures=structures)


def rate(occurrence: int, true: float, printed: float) -> str:
    """Return the words about a rate of v1."""
    return f"{occurrence} of 1203 images are {true:.2f} %, printed {printed} %, the rate of"


REAL = [
    ("lung_lower_lobe_left", f"row 14: {rate(900, 74.81, 82.92)} no whole number of images"),
    ("lung_middle_lobe_right", f"row 16: {rate(865, 71.90, 71.89)} no whole number of images"),
    ("vertebrae_T8", f"row 27: {rate(830, 68.99, 68.84)} no whole number of images"),
    ("vertebrae_T5", f"row 30: {rate(759, 63.09, 60.43)} 727 images"),
    ("vertebrae_T3", f"row 32: {rate(759, 63.09, 61.43)} 739 images"),
    (
        "esophagus",
        f"row 41: {rate(240, 19.95, 84.37)} 1015 images: {JOINED}, and vertebrae_C1 has no row",
    ),
    ("rib_left_11", f"row 68: {rate(869, 72.24, 69.74)} 839 images"),
    ("rib_right_9", f"row 78: {rate(848, 70.49, 70.7)} no whole number of images"),
    ("hip_left", f"row 90: {rate(632, 52.54, 52.37)} 630 images"),
    ("hip_right", f"row 91: {rate(620, 51.54, 51.7)} 622 images"),
    ("iliopsoas_right", f"row 103: {rate(854, 70.99, 68.5)} 824 images"),
    ("Ureter, Right (Distal End)", f"row 104: {rate(829, 68.91, 68.57)} no whole number of images"),
    (
        "Ureter, Right (Distal End)",
        "row 104: the name is not in the class list, expected urinary_bladder",
    ),
    ("vertebrae_C1", "no row names it; it has label 41 in the class list"),
    (
        "rib_left_11",
        (
            "rows 67, 68 are about it: equal in presence_rate, mean_volume_ml, volume_variability_ml, "
            "different in occurrence (839, 869)"
        ),
    ),
    ("", "rows 41 to 67: labels are 1 too low against the class list"),
    ("", "one kind of structure is numbered in 2 ways: '1st' in rows 57 to 67, '1' in rows 68 to 81"),
    ("", "rows 52, 53: the word is 'vein', 'vena' in the class list"),
    ("", "rows 86, 87: the word is 'clavicle', 'clavicula' in the class list"),
    (
        "rib_left_1, rib_right_1",
        "rows 57, 70: mean volumes are 211.19 ml left and 26.65 ml right, 7.92 times apart",
    ),
    (
        "scapula_left, scapula_right",
        "rows 84, 85: mean volumes are 327.81 ml left and 160.98 ml right, 2.04 times apart",
    ),
    (
        "spleen, liver, adrenal_gland_right, adrenal_gland_left",
        (
            "mean volumes are above the healthy range and variabilities within it, so that they are hardly mean and "
            "standard deviation, rather maximum and mean: 2542.37 and 176.34 ml, 81 to 322 ml in health; "
            "4162.89 and 1356.34 ml, 824 to 1700 ml in health; 9.88 and 3.96 ml, 2.49 to 4.06 ml in health; "
            "13.27 and 4.0 ml, 3.72 to 5.39 ml in health"
        ),
    ),
]


def test_real_tables(real_data: Path) -> None:
    """All that is wrong with the description of v1 is found by rule."""
    with (real_data / "classes-v1.csv").open(encoding="utf-8") as file:
        classes = [(int(row["label"]), row["name"]) for row in csv.DictReader(file)]
    structures = tuple(
        Structure(name=name, label=label, group="organ", side="left", partner=name.replace("left", "right"))
        if "left" in name.split("_")
        else Structure(name=name, label=label, group="organ")
        for label, name in classes
    )
    contract = Contract(name="v1", structures=structures, splits={"train": 1082, "val": 57, "test": 65})
    findings = list(published_inconsistent(real_published(real_data / "published" / "TotalSegmentator.md"), contract))
    assert [(", ".join(finding.structures), finding.message) for finding in findings] == REAL
    assert {finding.file for finding in findings} == {IN_ROWS}
