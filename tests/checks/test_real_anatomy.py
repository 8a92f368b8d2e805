"""Checks of anatomy on real cases: silent on healthy variants, and the smallest displacements that they find."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from msgspec.structs import replace

from segaudit import contracts, layouts
from segaudit.checks.anatomy_place import structure_displaced, structure_misplaced
from segaudit.checks.anatomy_pose import anatomy_flipped, organs_mirrored
from segaudit.checks.anatomy_size import sides_unequal, spacing_implausible, volume_implausible
from segaudit.measure import measure_case
from segaudit.model import Case, Contract, Geometry, Mask
from segaudit.testing.bodies import UPRIGHT, Matrix, rotation
from segaudit.testing.records import empty_mask
from tests.support.checked import found_in

CHECKS = (
    anatomy_flipped,
    organs_mirrored,
    structure_misplaced,
    structure_displaced,
    sides_unequal,
    volume_implausible,
    spacing_implausible,
)


class Real(NamedTuple):
    """A real case, as it was measured, with its contract without a promise of spacing."""

    case: Case
    contract: Contract

    def found(self, **changes: object) -> list[tuple[str, str]]:
        """Return check and structure of what is found in the case with some of its masks changed."""
        case = variant(self.case, **changes)  # type: ignore[arg-type]  # the changes fit, name by name
        return [
            (check.id, ", ".join(finding.structures))
            for check in CHECKS
            for finding in found_in(check, case, self.contract)
        ]


def variant(case: Case, *, world: Matrix = UPRIGHT, down: Mapping[str, float] = {}, lost: tuple[str, ...] = ()) -> Case:
    """Return a case in a world that is turned or scaled, with structures moved down the world (mm), or lost."""
    masks = [empty_mask(mask.structure) if mask.structure in lost else moved(mask, world, down) for mask in case.masks]
    return replace(case, masks=tuple(masks))


def moved(mask: Mask, world: Matrix, down: Mapping[str, float]) -> Mask:
    """Return a mask elsewhere in another world."""
    if mask.centroid_mm is None:
        return mask
    x, y, z = world @ np.subtract(mask.centroid_mm, (0.0, 0.0, down.get(mask.structure, 0.0)))
    return replace(mask, centroid_mm=(x, y, z), volume_ml=mask.volume_ml * abs(np.linalg.det(world)))


def measured(folder: Path, release: str) -> Real:
    """Measure the one case of a dataset."""
    listing = layouts.discover(folder)
    contract = replace(contracts.load(release), geometry=Geometry())
    return Real(measure_case(listing.root, listing.cases[0]), contract)


@pytest.fixture(scope="module")
def v1(real_data: Path) -> Real:
    """Measure the v1 example, an abdomen with five complete vertebrae."""
    return measured(real_data / "v1-example", "totalsegmentator-v1")


@pytest.fixture(scope="module")
def v2(real_data: Path) -> Real:
    """Measure s0327, a trunk with sixteen."""
    return measured(real_data / "v2-masks", "totalsegmentator-v2")


@pytest.fixture(params=["v1", "v2"])
def real(request: pytest.FixtureRequest) -> Real:
    """Take the one real case, then the other."""
    found: Real = request.getfixturevalue(request.param)
    return found


WORLDS = {
    "as it is": UPRIGHT,
    "nodding": rotation(0, 15),
    "leaning": rotation(1, -15),
    "turned": rotation(2, 15),
    "askew": rotation(0, -15) @ rotation(1, 15) @ rotation(2, -15),
    "child": 0.5 * UPRIGHT,
    "infant": 0.33 * UPRIGHT,
    "giant": 1.25 * UPRIGHT,
}


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_silent_on_healthy_worlds(world: Matrix, real: Real) -> None:
    """Nothing is wrong with patients who lie askew, nor with small and tall ones."""
    assert real.found(world=world) == []


@pytest.mark.parametrize(
    "lost", ["kidney_left", "kidney_right", "spleen", "gallbladder", "urinary_bladder", "prostate"]
)
def test_silent_on_what_people_lack(lost: str, real: Real) -> None:
    """What a person can lack is not missed."""
    assert real.found(lost=(lost,)) == []


@pytest.mark.parametrize("lost", ["vertebrae_L2", "vertebrae_L3"])
def test_silent_on_a_missing_vertebra(lost: str, real: Real) -> None:
    """A frame does without one of its vertebrae."""
    assert real.found(lost=(lost,)) == []


@pytest.mark.parametrize(
    ("structure", "displaced", "misplaced"),
    [("heart", 70, 100), ("liver", 90, 150), ("kidney_right", 130, 260), ("spleen", 190, 270)],
)
def test_smallest_shift_that_is_found(structure: str, displaced: float, misplaced: float, v2: Real) -> None:
    """Millimetres down the world from which on an organ of s0327 is a warning, and an error."""
    assert v2.found(down={structure: displaced}) == [("structure-displaced", structure)]
    assert v2.found(down={structure: misplaced}) == [("structure-misplaced", structure)]


@pytest.mark.parametrize(
    ("world", "found"),
    [
        (np.diag([1, 1, -1]), "anatomy-flipped"),
        (np.diag([1, -1, 1]), "anatomy-flipped"),
        (np.diag([1, 1, 2]), "spacing-implausible"),
        (np.diag([1, 1, 1 / 3]), "spacing-implausible"),
        (np.diag([1, 1, 3]), "spacing-implausible"),
    ],
)
def test_wrong_headers(world: Matrix, found: str, real: Real) -> None:
    """A header that reverses or stretches the body is one finding."""
    case = variant(real.case, world=world)
    errors = (anatomy_flipped, spacing_implausible)
    assert [check.id for check in errors for _ in found_in(check, case, real.contract)] == [found]
