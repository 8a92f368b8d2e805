"""Guesses by place and size."""

from __future__ import annotations

import numpy as np
import pytest

from segaudit.contracts.guessing import MIN_SHARE, Guess, Known, Shape, guesses
from segaudit.model.records import Vector
from segaudit.testing import healthy_mask

NINE = (
    "liver",
    "kidney_left",
    "kidney_right",
    "spleen",
    "stomach",
    "aorta",
    "gallbladder",
    "urinary_bladder",
    "pancreas",
)
FILLS = {"aorta": 0.14, "stomach": 0.14, "urinary_bladder": 0.45, "pancreas": 0.08}


def typical(names: dict[str, str], at: Vector = (0.0, 0.0, 0.0)) -> list[Shape]:
    """Return masks in the middle of the known ranges, by structure and anatomy; the world's origin is elsewhere."""
    known = Known(())
    middles = dict(zip(known.names, known.middle, strict=True))
    return [
        Shape(name, float(np.exp(middles[meant][3])), tuple(middles[meant][:3] + at), FILLS.get(meant, 0.3))
        for name, meant in names.items()
    ]


UNNAMED = {f"structure_{number}": name for number, name in enumerate(NINE, 1)}


@pytest.mark.parametrize("at", [(0.0, 0.0, 0.0), (100.0, -250.0, 1200.0)])
def test_names_that_say_nothing(at: Vector) -> None:
    """Nine masks are told from each other wherever the origin of the world lies."""
    found = guesses([typical(UNNAMED, at)] * 3, {})
    assert found == {name: Guess(meant, 3, 3) for name, meant in UNNAMED.items()}
    assert str(found["structure_1"]) == "liver in 3 of 3 cases"


def test_known_names_say_where_the_body_is() -> None:
    """Only unknown names are guessed, and never as anatomy that has a name."""
    meant = {name: name for name in NINE if name != "pancreas"}
    shapes = typical({**meant, "x": "pancreas", "y": "liver"}, (5.0, 5.0, 5.0))
    assert guesses([shapes], meant) == {"x": Guess("pancreas", 1, 1)}
    assert str(Guess("pancreas", 1, 1)) == "pancreas in 1 of 1 case"


def test_what_is_like_nothing_is_not_guessed() -> None:
    """Neither a mask far from everything, nor one of two alike, nor a thin one among solid organs."""
    meant = {name: name for name in NINE if name != "spleen"}
    shapes = typical({**meant, "x": "spleen"})
    far = shapes[-1]._replace(centre_mm=(900.0, 0.0, 0.0))
    thin = shapes[-1]._replace(fill=0.02)
    assert [guesses([[*shapes[:-1], one]], meant) for one in (far, thin)] == [{}, {}]
    assert guesses([shapes], meant) == {"x": Guess("spleen", 1, 1)}


def test_intensity_speaks_against() -> None:
    """A liver at the place of a liver, but as dark as lung, is none."""
    meant = {name: name for name in NINE if name != "liver"}
    *others, liver = typical({**meant, "x": "liver"})
    assert [bool(guesses([[*others, liver._replace(hu=hu)]], meant)) for hu in (60.0, -700.0)] == [True, False]


@pytest.mark.parametrize(("alike", "guessed"), [(2, False), (3, True)])
def test_most_cases_have_to_agree(alike: int, guessed: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """At least three of five do: a share just below, at the least share."""
    assert MIN_SHARE == 0.6
    meant = {name: name for name in NINE if name != "spleen"}
    shapes = typical({**meant, "x": "spleen"})
    other = [*shapes[:-1], shapes[-1]._replace(centre_mm=(900.0, 0.0, 0.0))]
    found = guesses([shapes] * alike + [other] * (5 - alike), meant)
    assert found == ({"x": Guess("spleen", alike, 5)} if guessed else {})


def test_nothing_to_guess() -> None:
    """Without unknown masks, or without masks at all, there is no guess."""
    assert guesses([], {}) == guesses([[]], {}) == guesses([typical({"liver": "liver"})], {"liver": "liver"}) == {}


def test_the_shape_of_a_mask() -> None:
    """A mask that is cut, empty or a speck has none."""
    mask = healthy_mask("liver")
    shape = Shape.of(mask)
    assert shape
    assert (shape.structure, shape.volume_ml) == ("liver", mask.volume_ml)
    assert 0 < shape.fill <= 1
    assert Shape.of(healthy_mask("liver", faces=(0, 9, 9, 9, 9, 9))) is None
    assert Shape.of(healthy_mask("liver", volume_ml=0.1)) is None
    assert Shape.of(healthy_mask("liver", box=None)) is None
    assert Shape.of(healthy_mask("liver", volume_ml=float("nan"))) is None
