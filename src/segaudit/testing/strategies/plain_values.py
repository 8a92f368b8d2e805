"""Numbers, texts, names and tuples of them."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from segaudit.testing.records import AFFINE, STRUCTURES

NAMES = tuple(structure.name for structure in STRUCTURES)
UNKNOWN = ("kidney_lft", "Liver", "heart", "brain", "skull", "tumour")

anything = st.floats(width=32)
"""Any number, including NaN and infinity."""
positive = st.floats(min_value=0, max_value=1e6)
counts = st.integers(min_value=0, max_value=10**9)
shares = st.floats(min_value=0, max_value=1)
texts = st.text(max_size=60)
words = st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=60)
"""A description from measuring: one line."""
structures = st.sampled_from(NAMES + UNKNOWN)
shapes = st.lists(st.integers(min_value=0, max_value=2000), max_size=5).map(tuple)
affines = st.just(AFFINE) | st.lists(anything, min_size=12, max_size=12).map(tuple)


def three(numbers: SearchStrategy[float]) -> SearchStrategy[tuple[float, float, float]]:
    """Return triples of numbers."""
    return st.tuples(numbers, numbers, numbers)


values = st.lists(st.tuples(anything, counts), max_size=16).map(tuple)
