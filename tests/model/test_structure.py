"""What is derived from a structure's row."""

from __future__ import annotations

from math import sqrt

import pytest

from segaudit import contracts
from segaudit.model import Structure
from segaudit.model.structure import NO_LIMIT_HU
from tests.support.contracts import SHIPPED


def structure(**fields: object) -> Structure:
    """Return a liver."""
    return Structure(name="liver", label=1, group="organ", **fields)  # type: ignore[arg-type]  # the fields fit


@pytest.mark.parametrize(
    ("field", "value", "judged"),
    [
        *((name, 0.0, True) for name in ("spine_mm", "down_low", "right_low", "front_low", "volume_low_ml", "hu_low")),
        *((name, "spleen", True) for name in ("partner", "above", "below")),
        *((name, "spleen", False) for name in ("guess", "hu_source", "anatomy")),
        ("max_pieces", 1, False),
    ],
)
def test_judged(field: str, value: object, *, judged: bool) -> None:
    """By a partner, a neighbour, a place, a volume or an intensity; 0 is a number like any other."""
    assert structure(**{field: value}).judged is judged


@pytest.mark.parametrize(
    ("low", "high", "middle"), [(4.0, 9.0, 6.0), (None, 9.0, 0.0), (4.0, None, 0.0), (2.0, 3.0, sqrt(6))]
)
def test_middle(low: float | None, high: float | None, middle: float) -> None:
    """The geometric mean of both limits."""
    assert structure(volume_low_ml=low, volume_high_ml=high).middle_ml == middle


@pytest.mark.parametrize(("piece", "speck"), [(1.0, 0.17), (0.18, 0.17), (0.16, 0.16), (0.0, 0.0)])
def test_specks(piece: float, speck: float) -> None:
    """Fifty voxels of 1.5 mm, or less where a piece may be smaller."""
    assert structure(piece_ml=piece).speck_ml == speck


@pytest.mark.parametrize("release", SHIPPED)
def test_what_metal_may_fill(release: str) -> None:
    """The class lists of releases state no limit as one beyond all that a CT shows of bone or contrast medium."""
    highest = {structure.hu_high or 0.0 for structure in contracts.load(release).structures}
    assert {hu for hu in highest if hu > 3071} == {NO_LIMIT_HU}


def test_meant() -> None:
    """The known anatomy, or its own name."""
    assert structure().meant == "liver"
    assert structure(anatomy="spleen").meant == "spleen"
