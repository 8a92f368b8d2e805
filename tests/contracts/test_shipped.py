"""The shipped contracts hold what was published about the releases."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from segaudit import contracts
from segaudit.contracts.value_rules import ORIENTATIONS
from segaudit.model import Alignment, Geometry, Intensity
from tests.support.contracts import SHIPPED, V1, V2, V3, classes


def test_names() -> None:
    """Three releases ship, oldest first."""
    assert contracts.names() == SHIPPED


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        (V1, (1204, {"train": 1082, "val": 57, "test": 65}, "totalsegmentator-v1", 104, 35)),
        (V2, (1228, {"train": 1082, "val": 57, "test": 89}, "totalsegmentator-v2", 117, 206)),
        (V3, (1939, {"train": 1830, "test": 109}, "totalsegmentator-v3", 117, 10)),
    ],
)
def test_promises(release: str, expected: tuple[object, ...]) -> None:
    """Counts, splits, metadata, structures and known issues are those of the release."""
    contract = contracts.load(release)
    promised = (
        contract.cases.count,
        contract.splits,
        contract.metadata,
        len(contract.structures),
        len(contract.known_issues),
    )
    assert promised == expected


@pytest.mark.parametrize("release", SHIPPED)
def test_grid_and_values(release: str) -> None:
    """All releases are 1.5 mm, RAS, int16 and uint8, within the same intensities."""
    contract = contracts.load(release)
    least, most = ((47, 48, 29), (499, 430, 851)) if release == V1 else (None, None)
    assert contract.geometry == Geometry(spacing_mm=1.5, orientation="RAS", shape_min=least, shape_max=most)
    assert contract.alignment == Alignment(tolerance_mm=0.1)
    assert contract.intensity == Intensity(
        dtypes=("int16", "int32", "float32", "float64"), minimum_hu=-3100, maximum_hu=20000
    )
    assert contract.labels.dtypes == ("uint8",)


@pytest.mark.parametrize("release", SHIPPED)
def test_class_list_is_the_published_one(release: str, real_data: Path) -> None:
    """Labels and names are those of TotalSegmentator's own list."""
    with (real_data / f"classes-{release[-2:]}.csv").open(encoding="utf-8-sig", newline="") as file:
        published = [(int(row["label"]), row["name"]) for row in csv.DictReader(file)]
    assert [(s.label, s.name) for s in contracts.load(release).structures] == published


@pytest.mark.parametrize(
    ("release", "groups"),
    [
        (V1, {"organ": 27, "bone": 59, "muscle": 10, "vessel": 8}),
        (V2, {"organ": 28, "bone": 63, "muscle": 10, "vessel": 16}),
        (V3, {"organ": 28, "bone": 63, "muscle": 10, "vessel": 16}),
    ],
)
def test_groups_count_as_published(release: str, groups: dict[str, int]) -> None:
    """Version 1 counts as published: 27 organs, 59 bones, 10 muscles, 8 vessels."""
    assert Counter(structure.group for structure in contracts.load(release).structures) == groups


@pytest.mark.parametrize("release", SHIPPED)
def test_sides(release: str) -> None:
    """Every structure with a side has its partner on the other side, except for three without one."""
    known = contracts.load(release).by_name
    partners = {s.name: known[s.partner].side for s in known.values() if s.partner}
    assert partners == {name: {"left": "right", "right": "left"}[known[name].side] for name in partners}
    alone = {s.name for s in known.values() if s.side and not s.partner}
    assert alone == {"lung_middle_lobe_right"} | ({"atrial_appendage_left"} if release != V1 else set())


@pytest.mark.parametrize(("release", "last"), [(V1, "L5"), (V2, "S1"), (V3, "L6")])
def test_spine_is_one_row(release: str, last: str) -> None:
    """From C1 down, each vertebra names the next, to the last of the release."""
    loaded = contracts.load(release)
    row = [vertebra.name for vertebra in loaded.spine]
    assert set(row) == {name for name in loaded.by_name if name.startswith("vertebrae_")}
    assert (row[6:8], row[-1]) == (["vertebrae_C7", "vertebrae_T1"], f"vertebrae_{last}")


@pytest.mark.parametrize("release", SHIPPED)
@pytest.mark.parametrize("side", ["left", "right"])
def test_ribs_are_rows(release: str, side: str) -> None:
    """From the first rib down, each rib names the next one of its side."""
    rows = [[rib.name for rib in row] for row in contracts.load(release).rows]
    assert [f"rib_{side}_{number}" for number in range(1, 13)] in rows


@pytest.mark.parametrize("release", SHIPPED)
def test_nothing_removable_is_expected(release: str) -> None:
    """Structures that a person can lack are never expected."""
    both = {s.name for s in contracts.load(release).structures if s.removable and s.expected_with}
    assert both == set()


@pytest.mark.parametrize(
    ("release", "name", "evidence"),
    [
        (V1, "liver", ("vertebrae_T12", "kidney_left", "kidney_right")),
        (V1, "vertebrae_T8", ("vertebrae_T7", "vertebrae_T9")),
        (V1, "rib_left_5", ("rib_left_4", "rib_left_6")),
        (V1, "vertebrae_T12", ()),
        (V2, "rib_right_11", ()),
        (V2, "vertebrae_L5", ()),
        (V2, "heart", ("atrial_appendage_left",)),
        (V3, "vertebrae_L5", ("vertebrae_L4", "vertebrae_L6")),
    ],
)
def test_expected_with(release: str, name: str, evidence: tuple[str, ...]) -> None:
    """A structure between two of a row is expected; one that varies between persons is not."""
    assert contracts.load(release).by_name[name].expected_with == evidence


@pytest.mark.parametrize("release", SHIPPED)
def test_known_issues_are_public(release: str) -> None:
    """Each issue names a case id or all cases, has a source, and concerns this release."""
    issues = contracts.load(release).known_issues
    assert {bool(i.source and i.description and i.defect.isupper()) for i in issues} == {True}
    assert {i.release for i in issues} <= {
        V1: {"v1.0"},
        V2: {"v2.0.0", "v2.0.1", "v2.0.0/v2.0.1"},
        V3: {"v3.0.0"},
    }[release]
    assert {i.case[0] + str(len(i.case)) for i in issues} <= {"s5", "*1"}


def test_damaged_case_is_known() -> None:
    """The damaged CT of version 1 is on the list, with its file."""
    issues = contracts.load(V1).known_issues
    assert {(i.case, i.file) for i in issues if i.defect == "FILE_CORRUPT"} == {("s0864", "ct.nii.gz")}


def test_siblings() -> None:
    """Every contract knows the class lists of all releases."""
    assert contracts.load(V2).siblings == {release: classes(release) for release in SHIPPED}


def test_48_orientations() -> None:
    """Three axes, each along one of the body's three axes and in one of two directions."""
    assert len(ORIENTATIONS) == 48
