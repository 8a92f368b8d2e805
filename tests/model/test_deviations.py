"""Deviations in robust standard deviations."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from segaudit.model.deviations import deviations, median

MAD_TO_STD = 1.4826

NUMBERS = st.just(math.nan) | st.floats(-1e6, 1e6)


@given(arrays(np.float64, array_shapes(min_dims=2, max_dims=2, max_side=7), elements=NUMBERS), st.sampled_from((0, 1)))
@pytest.mark.filterwarnings("ignore:All-NaN")
def test_medians_are_those_of_numpy(table: NDArray[np.float64], axis: int) -> None:
    """Values that are missing do not count; without any, there is no median."""
    assert np.array_equal(median(table, axis), np.nanmedian(table, axis, keepdims=True), equal_nan=True)


def test_deviations() -> None:
    """The unit is the robust standard deviation, or the narrowest one; what a case's structures share is taken off."""
    table = np.array([[0.0, 10.0, 5.0], [1.0, 11.0, 5.0], [2.0, 12.0, 5.0], [12.0, 22.0, 5.0], [1.0, 41.0, 5.0]])
    assert deviations(table, 0.1)[4, 1] == pytest.approx(29 / (MAD_TO_STD * 2))
    assert deviations(table, 100.0)[4, 1] == pytest.approx(29 / 100)
    assert deviations(table, 0.1)[3] == pytest.approx([1 / MAD_TO_STD, 0.0, 0.0])  # 11 and 10 more: a large person
    assert not deviations(table, 0.1)[:, 2].any()


def test_what_is_missing_says_nothing() -> None:
    """A case without a structure has no deviation there, and the others keep theirs."""
    table = np.array([[0.0, math.nan, 3.0], [1.0, 5.0, 3.0], [2.0, 6.0, 3.0], [50.0, 7.0, 3.0]])
    found = deviations(table, 1.0)
    assert np.isnan(found).tolist() == np.isnan(table).tolist()
    assert found[3, 0] > 20
