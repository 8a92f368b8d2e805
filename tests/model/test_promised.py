"""How many cases there have to be: as the contract states, or else those that are listed and those left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from segaudit.model import Contract
from segaudit.model.promises import Cases
from segaudit.testing.records import dataset, healthy_case, metadata


@pytest.mark.parametrize(("count", "expected"), [(0, 4), (9, 9)])
def test_promised(count: int, expected: int) -> None:
    """A case that is listed twice counts once, and an excluded one whether it is listed or not."""
    listed = metadata(("s0001", "train"), ("s0001", "train"), ("s0002", "train"), ("s0003", "train"))
    excluding = replace(dataset(healthy_case(), listed=listed), excluded=("s0003", "s0009"))
    assert excluding.promised(Contract(name="any", cases=Cases(count=count or None))) == expected
