"""What is wrong with the tables that were published with version 1."""

from __future__ import annotations

import csv
from pathlib import Path

from segaudit.checks.published import published_inconsistent
from segaudit.model import Contract, Published, PublishedStructure, Structure
from tests.support.published import IN_ROWS, JOINED


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
