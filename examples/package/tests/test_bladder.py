"""The bladder's check: at its threshold, and in a phantom whose bladder is made smaller."""

from __future__ import annotations

import pytest
from scipy import ndimage

from acme_audit.bladder import bladder_unfilled
from segaudit.testing import Damage, Target, assert_finds, assert_silent, healthy_mask


def emptied(target: Target) -> Damage:
    """Shrink the bladder by 20 mm on all sides."""
    inside = target.inside("urinary_bladder")
    target.draw("urinary_bladder", ndimage.binary_erosion(inside, iterations=4))
    return target.at("urinary_bladder")


def test_a_small_bladder_is_found() -> None:
    """Below the threshold there is one finding, with the volume."""
    (finding,) = assert_finds(bladder_unfilled, healthy_mask("urinary_bladder", volume_ml=49.9))
    assert (finding.message, finding.observed) == ("50 ml, expected 50 ml or more", 49.9)


@pytest.mark.parametrize("changes", [{"volume_ml": 50.0}, {"faces": (0, 9, 9, 9, 9, 9), "volume_ml": 10.0}])
def test_silence(changes: dict[str, object]) -> None:
    """At the threshold there is none, nor where the field of view cuts the bladder."""
    assert_silent(bladder_unfilled, healthy_mask("urinary_bladder", **changes))


def test_it_finds_what_is_planted() -> None:
    """A phantom's bladder is full; emptied it is found."""
    assert_finds(bladder_unfilled, emptied)
