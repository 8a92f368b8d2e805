"""In which ways masks are turned in their grid to look where they would fit."""

from __future__ import annotations

from segaudit.measure.fit.placements import TURNS

STORED, SWAPPED = (0, 1, 2), (1, 0, 2)


def test_turns() -> None:
    """As stored, mirrored along one axis or three, turned by half about one; and four with i and j exchanged."""
    assert [tuple(turn) for turn in TURNS] == [
        ("", STORED, ()),
        ("i", STORED, (0,)),
        ("j", STORED, (1,)),
        ("k", STORED, (2,)),
        ("ij", STORED, (0, 1)),
        ("ik", STORED, (0, 2)),
        ("jk", STORED, (1, 2)),
        ("ijk", STORED, (0, 1, 2)),
        ("swap", SWAPPED, ()),
        ("swapi", SWAPPED, (0,)),
        ("swapj", SWAPPED, (1,)),
        ("swapij", SWAPPED, (0, 1)),
    ]
