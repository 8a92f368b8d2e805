"""Tables that grow by rows: what pandas makes of all rows at once."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit.dataset import columns
from segaudit.dataset.columns import Columns

NAMES = ("case", "whole", "voxels", "ml", "size")
ROWS = st.tuples(
    st.text(max_size=3),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(),
    st.one_of(st.integers(0, 9), st.just(float("nan"))),
)


@given(st.lists(st.lists(ROWS, max_size=3), max_size=8), st.integers(1, 4))
def test_frames(rows: list[list[tuple[object, ...]]], waiting: int) -> None:
    """It does not matter how many rows wait to become columns."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "ROWS", waiting)
        table = Columns(NAMES)
        for some in rows:
            table.add(some)
    expected = pd.DataFrame([row for some in rows for row in some], columns=list(NAMES))
    pd.testing.assert_frame_equal(table.frame(), expected)
