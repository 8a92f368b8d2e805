"""Two structures with each other's names."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from segaudit.checks.anatomy_relations import structures_exchanged
from segaudit.model import Contact, Finding
from segaudit.testing.bodies import RELEASE, UPRIGHT, Matrix, body, rotation
from tests.support.checked import found_in


@pytest.mark.parametrize("world", [UPRIGHT, 0.5 * rotation(0, 20)])
def test_liver_and_kidney(world: Matrix) -> None:
    """The finding names all relations that are reversed, and leads to the first mask; in a child askew, too."""
    case = body(named={"liver": "kidney_right", "kidney_right": "liver"}, world=world)
    assert found_in(structures_exchanged, case, RELEASE) == [
        Finding(
            case="s0001",
            structures=("kidney_right", "liver"),
            message="look exchanged: expected that liver is above kidney_right, liver is in front of kidney_right, "
            "liver is larger than kidney_right, and found the reverse",
            observed=3,
            expected=0,
            spot=case.whole_masks["kidney_right"].spot,
        )
    ]


@pytest.mark.parametrize(("area", "found"), [(61.0, 3), (60.0, 2)])
def test_what_touches_the_vena_cava(area: float, found: int) -> None:
    """A spleen that does is no spleen; contacts of this size and less say nothing."""
    case = body(named={"liver": "spleen", "spleen": "liver"})
    case = replace(case, contacts=(Contact("inferior_vena_cava", "spleen", area),))
    (finding,) = found_in(structures_exchanged, case, RELEASE)
    assert finding.observed == found


def test_healthy() -> None:
    """All names are right."""
    assert found_in(structures_exchanged, body(), RELEASE) == []
