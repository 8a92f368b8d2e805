"""What is derived from a contract: rows, pairs, ranges, usual positions, and the release that names fit best."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from msgspec.structs import replace

from segaudit.model import Contract, Structure
from segaudit.model.contract import ANYWHERE, similarity
from segaudit.testing.records import small_contract


def structure(name: str = "liver", **fields: object) -> Structure:
    """Return a structure."""
    return Structure(name=name, label=1, group="organ", **fields)  # type: ignore[arg-type]  # the fields fit


def contract(*structures: Structure, **fields: object) -> Contract:
    """Return a contract of these structures."""
    return small_contract(structures=structures, **fields)


def row(*names: str, **fields: object) -> list[Structure]:
    """Return neighbours, each 3 cm below the one before it."""
    around = ("", *names, "")
    return [
        structure(name, above=around[at], below=around[at + 2], spine_mm=30.0 * at, **fields)
        for at, name in enumerate(names)
    ]


def test_rows() -> None:
    """The spine is the row without sides, and the others are ribs; in whichever order structures are listed."""
    spine, ribs = row("vertebrae_L1", "vertebrae_L2", "vertebrae_L3"), row("rib_left_1", "rib_left_2", side="left")
    found = contract(structure(), *ribs[::-1], *spine[::-1])
    assert found.rows == (tuple(ribs), tuple(spine))
    assert found.spine == tuple(spine)
    assert found.ribs == (tuple(ribs),)
    assert (found.levels.names, found.levels.depths) == (("L1", "L2", "L3"), (0, 30, 60))
    assert (contract(structure()).spine, contract(structure()).ribs) == ((), ())
    alone = contract(ribs[0], spine[0])
    assert (alone.ribs, alone.spine) == (((ribs[0],),), (spine[0],))


def test_levels_that_are_not_given() -> None:
    """A vertebra without a position has no level; the others have theirs, by what they are known as."""
    first, second = row("one", "vertebrae_L2")
    found = contract(replace(first, anatomy="vertebrae_L1"), replace(second, spine_mm=None))
    assert (found.levels.names, found.levels.depths) == (("L1",), (0,))


def test_pairs() -> None:
    """The left one of two comes first; one without a partner is in no pair."""
    left, right = structure("a", side="left", partner="b"), structure("b", side="right", partner="a")
    assert contract(right, left, structure("c", side="left")).pairs == ((left, right),)


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, ANYWHERE),
        ({"low": 0.0}, ANYWHERE),
        ({"high": 0.0}, ANYWHERE),
        ({"low": 0.0, "high": 9.0}, (0.0, 9.0)),
        ({"low": -9.0, "high": 0.0}, (-9.0, 0.0)),
    ],
)
@pytest.mark.parametrize(("axis", "way"), [(0, "down"), (1, "right"), (2, "front")])
def test_ranges(axis: int, way: str, limits: dict[str, float], expected: tuple[float, float]) -> None:
    """Both limits make a range along an axis, and its middle is the usual position there."""
    one = replace(structure(), **{f"{way}_{end}": value for end, value in limits.items()})
    found = contract(one)
    assert found.ranges["liver"] == tuple(expected if at == axis else ANYWHERE for at in range(3))
    assert found.places == (("liver",) if expected != ANYWHERE else ())
    middle = np.nan if expected == ANYWHERE else sum(expected) / 2
    np.testing.assert_array_equal(found.centres["liver"], [middle if at == axis else np.nan for at in range(3)])
    assert contract(replace(one, **{f"usual_{way}": 0.0})).centres["liver"][axis] == 0


def test_the_range_of_a_vertebra() -> None:
    """Its own depth, anywhere to the side, and in the plane of the others."""
    found = contract(structure("vertebrae_L1", spine_mm=0.0, down_low=5.0, down_high=9.0))
    assert found.ranges["vertebrae_L1"] == ((0, 0), ANYWHERE, (0, 0))
    assert found.depths == {"vertebrae_L1": 0}


def test_usual_sides() -> None:
    """Of structures without a side only."""
    found = contract(structure("a", usual_right=40.0), structure("b", usual_right=40.0, side="right"))
    assert found.unpaired == {"a": 40}


@pytest.mark.parametrize(
    ("fields", "volumes", "intensities"),
    [
        ({}, (0.0, inf), None),
        ({"volume_low_ml": 5.0}, (5.0, inf), None),
        ({"volume_high_ml": 0.0}, (0.0, 0.0), None),
        ({"volume_low_ml": 5.0, "volume_high_ml": 9.0}, (5.0, 9.0), None),
        ({"hu_low": 0.0}, (0.0, inf), None),
        ({"hu_high": 0.0}, (0.0, inf), None),
        ({"hu_low": 0.0, "hu_high": 0.0}, (0.0, inf), (0.0, 0.0)),
    ],
)
def test_limits(
    fields: dict[str, float], volumes: tuple[float, float], intensities: tuple[float, float] | None
) -> None:
    """Of a volume each limit counts alone, of an intensity both; with one of them something is known."""
    one = replace(structure(), **fields)
    found = contract(one)
    assert found.volume_limits == {"liver": volumes}
    assert found.hu_ranges == ({"liver": intensities} if intensities else {})
    assert found.volumes == ((one,) if any(name.startswith("volume") for name in fields) else ())
    assert found.intensities == ((one,) if any(name.startswith("hu") for name in fields) else ())


def test_what_is_known_of_structures() -> None:
    """Pieces, usual volumes, and structures that are expected with others."""
    some = structure("a", max_pieces=1), structure("b", usual_high_ml=9.0), structure("c", expected_with=("a",))
    found = contract(*some)
    assert (*found.pieces, *found.usual_volumes, *found.evidence) == some


def test_names_and_meanings() -> None:
    """Structures have names of their own, and those of the known anatomy that they are."""
    found = contract(structure("foie", anatomy="liver", piece_ml=0.1), structure("spleen"))
    assert found.names == {"foie", "spleen"}
    assert found.anatomies == {"foie", "liver", "spleen"}
    assert found.meanings == {"foie": "liver", "spleen": "spleen"}
    assert found.pieces_ml == {"foie": 0.1, "spleen": 1}
    assert found.specks_ml == {"foie": 0.1, "spleen": 0.17}


def test_digest() -> None:
    """Twelve digits of all that is promised, which waivers are not."""
    one = contract(structure())
    assert len(one.digest) == 12
    assert one.digest == contract(structure(), waivers=("some.toml",)).digest
    assert one.digest != contract(structure(), title="Another").digest


def test_keys() -> None:
    """A dotted key leads to a value, an empty one to all."""
    one = contract(structure())
    assert one.at("") is one
    assert one.at("cases.count") == 4
    with pytest.raises(AttributeError, match="nothing"):
        one.at("cases.nothing")


@pytest.mark.parametrize(
    ("first", "second", "expected"), [("", "", 0.0), ("a", "", 0.0), ("ab", "bc", 1 / 3), ("ab", "ba", 1.0)]
)
def test_similarity(first: str, second: str, expected: float) -> None:
    """The names that both have, as a share of all."""
    assert similarity(frozenset(first), frozenset(second)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("names", "sibling"),
    [
        ("abc", ""),  # its own
        ("abcd", ""),
        ("abd", ""),  # as like the one as the other
        ("ade", "later"),
        ("xy", ""),
        ("uv", "other"),
        ("", ""),
    ],
)
def test_siblings(names: str, sibling: str) -> None:
    """The release whose class list fits names better than this one's."""
    siblings = {
        "same": frozenset("abc"),
        "other": frozenset("uvw"),
        "later": frozenset("ade"),
        "near": frozenset("bde"),
    }
    own = contract(*map(structure, "abc"), siblings=siblings)
    assert own.sibling_of(frozenset(names)) == sibling
    assert contract(siblings=siblings).sibling_of(frozenset(names)) == ""
    assert contract(structure("a")).sibling_of(frozenset(names)) == ""
