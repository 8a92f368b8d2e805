"""Releases are recognised by the names of their structures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit import contracts
from tests.support.contracts import SHIPPED, V1, V2, V3, classes


@pytest.mark.parametrize("release", SHIPPED)
def test_recognise_a_whole_release(release: str) -> None:
    """The class list of a release is that release."""
    assert contracts.recognise(classes(release)) == release


@pytest.mark.parametrize(
    ("names", "release"),
    [
        (set(), None),
        ({"liver", "spleen"}, None),
        ({"cat", "dog"}, None),
        ({"liver", "face"}, V1),
        ({"liver", "vertebrae_S1"}, V2),
        ({"liver", "vertebrae_L6"}, V3),
        ({"liver", "sternum"}, None),
        ({"liver", "face", "cat"}, None),
        ({"vertebrae_S1", "vertebrae_L6"}, None),
    ],
)
def test_recognise_a_few_names(names: set[str], release: str | None) -> None:
    """A few names are recognised if exactly one release has them all."""
    assert contracts.recognise(frozenset(names)) == release


def test_recognise_the_newest_of_equals() -> None:
    """With both or neither of the structures that distinguish v2 and v3, the newer one is taken."""
    assert contracts.recognise(classes(V2) & classes(V3)) == V3
    assert contracts.recognise(classes(V2) | classes(V3)) == V3


@given(release=st.sampled_from(SHIPPED), data=st.data())
def test_recognise_most_of_a_release(release: str, data: st.DataObject) -> None:
    """A release with missing structures is recognised, as long as those that distinguish it are present."""
    marks = {V1: {"face"}, V2: {"vertebrae_S1"}, V3: {"vertebrae_L6"}}[release]
    lost = data.draw(st.sets(st.sampled_from(sorted(classes(release) - marks)), max_size=9))
    assert contracts.recognise(classes(release) - lost) == release
