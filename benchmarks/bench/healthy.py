"""All healthy variants of a case: views of it, diseases, patients; and the warnings that say what they are."""

from __future__ import annotations

from collections.abc import Iterator

from .diseases import diseases
from .patients import patients
from .variants import Variant, variants

FITTING = {
    "lesion left out": frozenset({"mask-cavity"}),
    "large organ": frozenset({"volume-unusual"}),
    "ectopic organ": frozenset({"structure-displaced"}),
    "extra ribs": frozenset({"mask-fragmented", "mask-stray-piece"}),
}
"""The warnings that are true of a group of variants: what is left out, is large, or lies elsewhere."""


def healthy(own_mm: float) -> Iterator[Variant]:
    """Yield all healthy variants of a case with a given spacing."""
    yield from variants(own_mm)
    yield from (Variant(*each) for each in (*diseases(), *patients()))
