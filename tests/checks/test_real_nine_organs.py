"""Nine organs without a vertebra, as in AbdomenAtlas: silent on real cases, and what is found when one is elsewhere."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from segaudit import contracts, layouts
from segaudit.checks.anatomy import sides_swapped
from segaudit.checks.anatomy_place import structure_displaced, structure_misplaced
from segaudit.checks.anatomy_pose import anatomy_flipped, organs_mirrored
from segaudit.checks.anatomy_size import sides_unequal, volume_implausible, volume_unusual
from segaudit.measure import measure_case
from segaudit.model import Case, Mask
from segaudit.model.records import Vector
from segaudit.testing.bodies import UPRIGHT, Matrix, rotation
from tests.support.checked import found_by

CHECKS = (
    anatomy_flipped,
    organs_mirrored,
    sides_swapped,
    sides_unequal,
    structure_displaced,
    structure_misplaced,
    volume_implausible,
    volume_unusual,
)
CONTRACT = contracts.load("totalsegmentator-v2")
SPELLED = {"gall_bladder": "gallbladder", "postcava": "inferior_vena_cava"}
NINE = (
    *("aorta", "gallbladder", "inferior_vena_cava", "kidney_left", "kidney_right"),
    *("liver", "pancreas", "spleen", "stomach"),
)
CASES = ("BDMAP_00000338", "s0010", "s0327", "s9001")


@pytest.fixture(scope="module")
def cases(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    """Measure the nine organs of each real case that shows an abdomen."""
    root = tmp_path_factory.mktemp("cases")
    for name, folder in zip(CASES, ("", "", "v2-masks", "v1-example"), strict=True):
        for file in sorted((real_data / folder / name / "segmentations").iterdir()):
            organ = SPELLED.get(file.name.removesuffix(".nii.gz"), file.name.removesuffix(".nii.gz"))
            if organ in NINE:
                link = root / name / "segmentations" / f"{organ}.nii.gz"
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(file.resolve())
    listing = layouts.discover(root)
    return {each.case: measure_case(listing.root, each) for each in listing.cases}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, cases: dict[str, Case]) -> Case:
    """Take one case after the other."""
    return cases[request.param]


def found(case: Case) -> list[tuple[str, str]]:
    """Return check and structure of each finding."""
    return [(check, ", ".join(finding.structures)) for check, finding in found_by(CHECKS, case, CONTRACT)]


def moved(case: Case, name: str, way: Vector) -> Case:
    """Return a case with an organ elsewhere in the world, mm."""
    masks = tuple(
        _at(mask, np.add(mask.centroid_mm or 0, way)) if mask.structure == name else mask for mask in case.masks
    )
    return replace(case, masks=masks)


def turned(case: Case, world: Matrix) -> Case:
    """Return a case in a world that is turned or scaled."""
    factor = abs(float(np.linalg.det(world)))
    masks = (_at(mask, world @ (mask.centroid_mm or (0, 0, 0))) for mask in case.masks)
    return replace(case, masks=tuple(replace(mask, volume_ml=mask.volume_ml * factor) for mask in masks))


def _at(mask: Mask, point: Matrix) -> Mask:
    x, y, z = point.tolist()
    return replace(mask, centroid_mm=(x, y, z))


def test_silent_as_they_are(case: Case) -> None:
    """Nothing is wrong with them; their positions are those of other people."""
    assert found(case) == []


@pytest.mark.parametrize("angle", [-15, 15])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_silent_on_slanting_bodies(axis: int, angle: int, case: Case) -> None:
    """A patient who lies askew."""
    assert found(turned(case, rotation(axis, angle))) == []


@pytest.mark.parametrize("scale", [0.4, 0.6, 0.75, 0.9, 1.2])
def test_silent_on_bodies_of_any_size(scale: float, case: Case) -> None:
    """Children and tall people."""
    assert found(turned(case, scale * UPRIGHT)) == []


def test_silent_on_any_five(case: Case) -> None:
    """Whatever else is not labelled."""
    for kept in combinations(NINE, 5):
        few = replace(case, masks=tuple(mask for mask in case.masks if mask.structure in kept))
        assert found(few) == [], kept


WAYS: tuple[Vector, ...] = (
    *((-100.0, 0.0, 0.0), (100.0, 0.0, 0.0), (0.0, -100.0, 0.0)),
    *((0.0, 100.0, 0.0), (0.0, 0.0, -100.0), (0.0, 0.0, 100.0)),
)


@pytest.mark.parametrize("name", ["kidney_left", "kidney_right", "liver", "pancreas", "spleen"])
def test_an_organ_moved_by_100_mm(name: str, cases: dict[str, Case]) -> None:
    """In any direction, of those that the field of view does not cut, a solid organ is found, and no other."""
    for case in cases.values():
        if not case.whole_masks[name].cut:
            assert [found(moved(case, name, way)) for way in WAYS] == [[("structure-displaced", name)]] * 6


@pytest.mark.parametrize("name", ["gallbladder", "stomach"])
def test_a_hollow_organ_moved_by_100_mm(name: str, cases: dict[str, Case]) -> None:
    """One that moves with its filling is found in most directions, and no other is."""
    whole = [case for case in cases.values() if not case.whole_masks[name].cut]
    results = [found(moved(case, name, way)) for case in whole for way in WAYS]
    assert all(result in ([], [("structure-displaced", name)]) for result in results)
    assert sum(map(bool, results)) >= 0.8 * len(results)


def test_sides_exchanged(case: Case) -> None:
    """The kidneys under each other's name are one finding."""
    names = {"kidney_left": "kidney_right", "kidney_right": "kidney_left"}
    masks = (replace(mask, structure=names.get(mask.structure, mask.structure)) for mask in case.masks)
    assert [check for check, _ in found(replace(case, masks=tuple(masks)))] == ["sides-swapped"]


def test_organs_mirrored(case: Case) -> None:
    """Situs inversus is one finding."""
    left, right = (case.whole_masks[name].centroid_mm or (0.0, 0.0, 0.0) for name in ("kidney_left", "kidney_right"))
    middle = (left[0] + right[0]) / 2
    pair = {"kidney_left": "kidney_right", "kidney_right": "kidney_left"}
    masks = (
        replace(_at(mask, np.array([2 * middle, 0, 0]) + (-1, 1, 1) * np.array(mask.centroid_mm)),
                structure=pair.get(mask.structure, mask.structure))
        for mask in case.masks
    )  # fmt: skip
    assert [check for check, _ in found(replace(case, masks=tuple(masks)))] == ["organs-mirrored"]
