"""What is held while files are measured: nothing changes it, and it takes no room for more than its fields."""

from __future__ import annotations

import pytest

import segaudit.measure
from tests.support.held import compared, dataclasses_of, frozen, slotted

HELD = dataclasses_of(segaudit.measure)
COUNTING = {"Values"}
"""What is counted block by block."""
WITH_DERIVED = {"_There", "CaseMasks", "Foreground", "Reference"}
"""Those that keep what is derived of their fields."""
ROOMY = {"_Turned", "Cavities", "PieceRuns", "Placing", "RowTable", "Scan", "Structured", "Values"}
"""One for each case: their room is nothing."""
EACH_ITSELF = {"_Turned", "CaseMasks", "Cavities", "PieceRuns", "RowTable", "Structured"}
"""Tables of arrays, which have no single answer to whether they are equal."""


@pytest.mark.parametrize("kind", HELD.values(), ids=HELD)
def test_how_it_is_held(kind: type) -> None:
    """Frozen, in slots, and compared by its fields, but for those named here."""
    assert frozen(kind) is (kind.__name__ not in COUNTING)
    assert slotted(kind) is (kind.__name__ not in WITH_DERIVED | ROOMY)
    assert compared(kind) is (kind.__name__ not in EACH_ITSELF)


def test_names() -> None:
    """Nothing is named here that is not there."""
    assert HELD.keys() >= COUNTING | WITH_DERIVED | ROOMY | EACH_ITSELF
