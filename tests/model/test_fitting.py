"""Words for displacements and turns."""

from __future__ import annotations

import pytest

from segaudit.model.fitting import length_mm, moved, turned
from segaudit.testing.records import healthy_header

HEADER = healthy_header(spacing_mm=(1.5, 2.0, 3.0), orientation="LAS")


@pytest.mark.parametrize(
    ("voxels", "expected"),
    [
        ((1, 0, 0), "1.5 mm (1 voxel along i) to the left"),
        ((-2.04, 0.49, 0), "3.1 mm (2 voxels along i) to the right"),
        ((0, 3, -1.5), "6.0 mm (3 voxels along j) to the front and 4.5 mm (1.5 voxels along k) to the feet"),
        ((0, 1.3, 0), "2.6 mm (1.3 voxels along j) to the front"),
        ((0, 0.96, 0), "1.9 mm (1 voxel along j) to the front"),
        ((0, 0.5, -0.5), "1.0 mm (0.5 voxels along j) to the front and 1.5 mm (0.5 voxels along k) to the feet"),
        ((0, 0, 0), ""),
    ],
)
def test_moved(voxels: tuple[float, float, float], expected: str) -> None:
    """Each axis with half a voxel or more, in mm, voxels, and to the side of the patient."""
    assert moved(HEADER, voxels) == expected


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        ("i", "mirrored along i (right to left)"),
        ("ijk", "mirrored along i (right to left), j (back to front), k (feet to head)"),
        ("ij", "turned by half about k (feet to head)"),
        ("swap", "with i and j exchanged"),
        ("swapij", "with i and j exchanged and mirrored along i (right to left), j (back to front)"),
    ],
)
def test_turned(turn: str, expected: str) -> None:
    """One axis or three are mirrored, two make a turn."""
    assert turned(HEADER, turn) == expected


def test_no_orientation() -> None:
    """Without a header, or axes that it could name, the voxels are all that is said."""
    unknown = healthy_header(orientation="", spacing_mm=(1.0, 1.0, 1.0))
    assert moved(unknown, (2, 0, 0)) == "2.0 mm (2 voxels along i)"
    assert turned(unknown, "jk") == "turned by half about i"
    assert (moved(None, (2, 0, 0)), length_mm(None, (2, 0, 0))) == ("", 0.0)


def test_length() -> None:
    """The length is that of all axes, in mm."""
    assert length_mm(HEADER, (2, 2, 0)) == 5.0
