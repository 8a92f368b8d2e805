"""Which exchanges of two names make the relations between structures right."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from math import exp

import pytest
from msgspec.structs import replace

from segaudit.model import Case, Contact, Mask
from segaudit.model.anatomy import Anatomy
from segaudit.model.exchange import exchanges_of
from segaudit.model.organ_frame import WORLD
from segaudit.model.records import HuSample, Vector
from segaudit.model.relations import Relations
from segaudit.testing.bodies import RELEASE, UPRIGHT, body, rotation
from segaudit.testing.records import healthy_mask


def exchanged(one: str, other: str, **changes: object) -> Case:
    """Return a body in which two structures have each other's name."""
    return body(named={one: other, other: one}, **changes)  # type: ignore[arg-type]  # the changes fit, name by name


def pairs(case: Case) -> list[tuple[str, str]]:
    """Return the pairs that look exchanged."""
    return [exchange.names for exchange in Anatomy(case, RELEASE).exchanges]


@pytest.mark.parametrize("world", [UPRIGHT, 0.35 * UPRIGHT, *(rotation(axis, 20) for axis in range(3))])
def test_healthy_bodies(world: object) -> None:
    """Nothing is exchanged in a body of any size that lies askew."""
    assert Anatomy(body(world=world), RELEASE).exchanges == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "pair",
    [
        ("liver", "spleen"),
        ("spleen", "stomach"),
        ("duodenum", "pancreas"),
        ("adrenal_gland_left", "kidney_left"),
        ("prostate", "urinary_bladder"),
        ("gluteus_medius_right", "gluteus_minimus_right"),
        ("autochthon_left", "iliopsoas_left"),
    ],
)
def test_neighbours_under_each_others_names(pair: tuple[str, str]) -> None:
    """An exchange is one pair, also in a child, and in a body without vertebrae."""
    assert pairs(exchanged(*pair)) == [pair]
    assert pairs(exchanged(*pair, world=0.5 * UPRIGHT)) == [pair]
    assert pairs(exchanged(*pair, without=[vertebra.name for vertebra in RELEASE.spine])) == [pair]


def test_two_pairs() -> None:
    """Each structure is in one pair at most."""
    names = {"liver": "spleen", "spleen": "liver", "duodenum": "pancreas", "pancreas": "duodenum"}
    assert sorted(pairs(body(named=names))) == [("duodenum", "pancreas"), ("liver", "spleen")]


def test_mirrored_organs_are_not_exchanged() -> None:
    """In situs inversus the liver is on the left, and still larger than the spleen."""
    sides = {name: (0.0, -2 * RELEASE.centres[name][1], 0.0) for name in ("liver", "spleen", "stomach", "gallbladder")}
    assert pairs(body(moved=sides)) == []


def test_a_huge_spleen_is_no_liver() -> None:
    """Size alone is not enough."""
    assert pairs(body(volumes={"spleen": 3400.0, "liver": 1200.0})) == []


def related(first: Mask, second: Mask, *contacts: Contact, scale: float = 1.0) -> Relations:
    """Return the relations between two structures."""
    return Relations(
        masks={first.structure: first, second.structure: second},
        openings={},
        contacts=tuple(contacts),
        axes=WORLD,
        scale=scale,
    )


def vessel(name: str, course: Sequence[Vector]) -> Mask:
    """Return a vessel with a course."""
    return healthy_mask(name, course_mm=tuple(course))


def course(x: Sequence[float]) -> list[Vector]:
    """Return a course that is so far to the right at levels 20 mm apart, stored from the feet up."""
    return [(each, 0.0, 20.0 * level) for level, each in enumerate(x)]


@pytest.mark.parametrize(
    ("x", "found"),
    [
        ((-9,) * 6, True),
        ((-7,) * 6, False),
        ((-9, -9, -9, -9, -9, 9), True),
        ((-9, -9, -9, -9, 9, 9), False),  # a left vena cava crosses at the renal veins
        ((9,) * 6, False),
        ((-9, -9), False),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_vena_cava_and_aorta(x: tuple[float, ...], found: bool, order: int) -> None:  # noqa: FBT001
    """They are compared at each level at which both are, in whichever order these are stored."""
    cava, aorta = vessel("inferior_vena_cava", course(x)[::order]), vessel("aorta", course((0,) * 6))
    assert bool(exchanges_of(related(cava, aorta))) is found


def test_levels_that_they_do_not_share() -> None:
    """The arch of the aorta says nothing about a vena cava far below it."""
    arch = [(x, y, z + 500) for x, y, z in course((0,) * 6)]
    assert exchanges_of(related(vessel("inferior_vena_cava", course((-30,) * 6)), vessel("aorta", arch))) == ()


def test_one_relation_that_is_not_decisive() -> None:
    """Two are needed, unless one is."""
    liver, spleen = (healthy_mask(name, volume_ml=1000.0, centroid_mm=at) for name, at in (
        ("liver", (-50.0, 0.0, 0.0)), ("spleen", (50.0, 0.0, 0.0)),
    ))  # fmt: skip
    assert exchanges_of(related(liver, spleen)) == ()
    larger = replace(spleen, volume_ml=1301.0)
    (exchange,) = exchanges_of(related(liver, larger))
    assert [each.relation.kind for each in exchange.reversals] == ["right of", "larger than"]
    assert exp(exchange.reversals[1].amount) == pytest.approx(1.301)
    assert exchanges_of(related(liver, replace(spleen, volume_ml=1299.0))) == ()


def test_one_relation_that_holds() -> None:
    """A relation between them that holds speaks against an exchange."""
    liver = healthy_mask("liver", volume_ml=800.0, centroid_mm=(-50.0, 0.0, 0.0))
    spleen = healthy_mask("spleen", volume_ml=1600.0, centroid_mm=(50.0, 0.0, 0.0))
    cava = healthy_mask("inferior_vena_cava")
    case = related(liver, spleen, Contact("inferior_vena_cava", "liver", 100.0))
    assert len(exchanges_of(case)) == 1
    holding = Relations(
        masks={**case.masks, "inferior_vena_cava": cava}, openings={}, contacts=case.contacts, axes=WORLD, scale=1.0
    )
    assert exchanges_of(holding) == ()


def test_one_relation_that_holds_beside_another_exchange() -> None:
    """It speaks against its own pair alone, also where an exchange of that would mend a relation with a third one."""
    places = {
        "liver": (-50.0, 0.0, 0.0), "spleen": (50.0, 0.0, 0.0), "stomach": (0.0, 0.0, 0.0),
        "inferior_vena_cava": (0.0, -40.0, 0.0), "urinary_bladder": (0.0, 0.0, -420.0), "prostate": (0.0, 0.0, -400.0),
    }  # fmt: skip
    volumes = {"liver": 800.0, "spleen": 1600.0}
    masks = {
        name: healthy_mask(name, centroid_mm=place, volume_ml=volumes.get(name, 100.0))
        for name, place in places.items()
    }
    touching = Relations(
        masks=masks, openings={}, contacts=(Contact("inferior_vena_cava", "liver", 100.0),), axes=WORLD, scale=1.0
    )
    assert [each.names for each in exchanges_of(touching)] == [("prostate", "urinary_bladder")]
    apart = dataclasses.replace(touching, contacts=())
    assert sorted(each.names for each in exchanges_of(apart)) == [("liver", "spleen"), ("prostate", "urinary_bladder")]


def hu(p5: float) -> HuSample:
    """Return the intensities of an organ whose darkest voxels are gas, or are not."""
    return HuSample(mean=40, std=9, minimum=p5, p5=p5, p25=36, median=40, p75=44, p95=50, maximum=60)


def test_gas() -> None:
    """What is bright in all its voxels is no stomach, where the spleen holds gas."""
    spleen = healthy_mask("spleen", hu=hu(-900), centroid_mm=(0.0, 40.0, 0.0))
    stomach = healthy_mask("stomach", hu=hu(20), centroid_mm=(0.0, 0.0, 0.0))
    (exchange,) = exchanges_of(related(spleen, stomach))
    assert [each.relation.kind for each in exchange.reversals] == ["in front of", "gassier than"]
