"""Checks of anatomy: sizes of structures, of sides, and of the whole body."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from segaudit.checks.anatomy_size import sides_unequal, spacing_implausible, volume_implausible, volume_unusual
from segaudit.model import Case, Contract, Finding, Geometry, NotApplicable
from segaudit.testing.bodies import RELEASE, UPRIGHT, Matrix, body
from tests.support.checked import found_in

SPINE = [vertebra.name for vertebra in RELEASE.spine]
SPECK_ML = RELEASE.by_name["liver"].speck_ml


def unequal(case: Case, contract: Contract = RELEASE) -> list[str]:
    """Return the structures that are smaller than their partner, or missing."""
    return [", ".join(finding.structures) for finding in found_in(sides_unequal, case, contract)]


def volumes(**sizes: float) -> list[str]:
    """Return what volume-implausible says about a body with structures of these volumes, ml."""
    return [finding.message for finding in found_in(volume_implausible, body(volumes=sizes), RELEASE)]


def cut(case: Case, *names: str) -> Case:
    """Return a case whose field of view cuts these structures."""
    masks = (replace(mask, faces=(2, 9, 9, 9, 9, 9)) if mask.structure in names else mask for mask in case.masks)
    return replace(case, masks=tuple(masks))


def test_half_a_hip() -> None:
    """The finding leads to the smaller one."""
    case = body(volumes={"hip_left": 100.0, "hip_right": 253.0})
    (finding,) = found_in(sides_unequal, case, RELEASE)
    assert (finding.structures, finding.observed, finding.expected) == (("hip_left",), 2.5, 1.6)
    assert finding.message == "100 ml against 253 ml on the other side, expected a ratio of 1.6 at most"
    assert finding.spot == case.whole_masks["hip_left"].spot


@pytest.mark.parametrize(("larger", "found"), [(159.0, []), (160.0, []), (160.1, ["hip_left"])])
def test_ratio(larger: float, found: list[str]) -> None:
    """The contract's ratio is the limit, and still good."""
    assert unequal(body(volumes={"hip_left": 100.0, "hip_right": larger})) == found


@pytest.mark.parametrize("name", ["lung_upper_lobe_left", "rib_left_3", "iliac_artery_left", "brain"])
def test_what_differs_in_health(name: str) -> None:
    """Lobes, ribs and vessels may be a third of their partners."""
    assert unequal(body(volumes={name: RELEASE.by_name[name].middle_ml / 3})) == []


def test_cut_sides_are_not_compared() -> None:
    """What is not seen is not missing."""
    assert unequal(cut(body(volumes={"hip_left": 100.0}), "hip_left")) == []
    assert unequal(cut(body(without=["scapula_left"]), "scapula_right")) == []


def test_one_side_missing() -> None:
    """A shoulder blade whose mirror image would lie in the grid is missed."""
    case = body(without=["scapula_left"])
    message = "empty, although the other side is complete and its mirror image lies inside the grid"
    missing = Finding.about(case.whole_masks["scapula_left"], message, 0, 1)
    assert found_in(sides_unequal, case, RELEASE) == [missing]


@pytest.mark.parametrize("name", ["scapula_left", "scapula_right"])
def test_sides_without_a_file(name: str) -> None:
    """A shoulder blade of which there is no mask at all is mask-missing's, and says nothing of the other one."""
    case = body()
    assert unequal(replace(case, masks=tuple(mask for mask in case.masks if mask.structure != name))) == []


@pytest.mark.parametrize(("depth_mm", "missing"), [(299.0, True), (300.0, True), (300.5, False)])
def test_structures_that_can_lie_anywhere(depth_mm: float, *, missing: bool) -> None:
    """Where limits are more than 300 mm apart along the spine, one side can be out of view."""
    changed = {"scapula_left": {"down_high": 50.0 + depth_mm}, "scapula_right": {"down_high": 50.0 + depth_mm}}
    structures = tuple(replace(each, **changed.get(each.name, {})) for each in RELEASE.structures)
    assert RELEASE.by_name["scapula_left"].down_low == 50
    found = unequal(body(without=["scapula_left"]), replace(RELEASE, structures=structures))
    assert found == ["scapula_left"] * missing


@pytest.mark.parametrize("name", ["kidney_left", "rib_left_3", "hip_left", "humerus_left", "femur_left"])
def test_one_side_missing_is_no_finding(name: str) -> None:
    """Kidneys are removed, ribs not compared, arms raised, legs bent, and mask-expected reports a missing hip."""
    assert unequal(body(without=[name])) == []


def test_one_side_outside_the_grid() -> None:
    """Off-centre fields of view show one shoulder."""
    case = body(without=["scapula_left"], moved={"scapula_right": (0.0, 200.0, 0.0)})
    assert unequal(case) == []


def test_without_a_frame_nothing_is_missed() -> None:
    """Without vertebrae the position of the other side is unknown."""
    assert unequal(body(without=[*SPINE, "scapula_left"])) == []


def test_a_rest_is_reported_once() -> None:
    """A side that is too small by itself is a finding of volume-implausible alone."""
    case = body(volumes={"hip_left": 79.0})
    assert unequal(case) == []
    assert [f.structures for f in found_in(volume_implausible, case, RELEASE)] == [("hip_left",)]


@pytest.mark.parametrize(
    ("volume", "found"),
    [
        (0.16, []),  # mask-tiny
        (SPECK_ML, [f"{SPECK_ML:.3g} ml, expected 300 ml at least"]),
        (0.18, ["0.18 ml, expected 300 ml at least"]),
        (299.0, ["299 ml, expected 300 ml at least"]),
        (301.0, []),
        (4999.0, []),
        (5001.0, ["5e+03 ml, expected 5e+03 ml at most"]),
    ],
)
def test_volumes(volume: float, found: list[str]) -> None:
    """The contract's limits hold, and specks are left to mask-tiny."""
    assert volumes(liver=volume) == found


def test_volume_leads_to_the_mask() -> None:
    """The finding names file and place."""
    case = body(volumes={"liver": 100.0})
    assert found_in(volume_implausible, case, RELEASE) == [
        Finding.about(case.whole_masks["liver"], "100 ml, expected 300 ml at least", 100.0, 300.0)
    ]


@pytest.mark.parametrize("scale", [0.3, 0.5, 1.0, 1.3])
def test_volumes_of_any_size(scale: float) -> None:
    """Limits follow the vertebrae: children and giants are silent, and half a per cent of a liver is not."""
    assert found_in(volume_implausible, body(world=scale * UPRIGHT), RELEASE) == []
    found = found_in(volume_implausible, body(world=scale * UPRIGHT, volumes={"liver": 100.0}), RELEASE)
    assert [finding.structures for finding in found] == [("liver",)]


ALL_BUT_LIVER = [structure.name for structure in RELEASE.structures if structure.name != "liver"]


@pytest.mark.parametrize(
    ("without", "sizes"),
    [
        (SPINE, (153.7, 153.5)),  # 0.8 cubed of 300 ml: the other structures show the size within a fifth
        (ALL_BUT_LIVER, (4.7, 4.6)),  # a newborn's
    ],
)
def test_volume_without_vertebrae(without: list[str], sizes: tuple[float, float]) -> None:
    """The size of the body is what other structures show; alone, an organ can be a newborn's."""
    found = [found_in(volume_implausible, body(without=without, volumes={"liver": size}), RELEASE) for size in sizes]
    assert [len(findings) for findings in found] == [0, 1]


@pytest.mark.parametrize(("without", "enough", "less"), [((), 60.1, 59.9), (tuple(SPINE), 0.94, 0.93)])
def test_least_volume_of_what_has_many_pieces(without: tuple[str, ...], enough: float, less: float) -> None:
    """It can be cut without a sign: only vertebrae show that it is an adult's, else it can be a newborn's."""
    found = [
        found_in(volume_implausible, body(without=without, volumes={"colon": size}), RELEASE) for size in (enough, less)
    ]
    assert [[finding.structures for finding in findings] for findings in found] == [[], [("colon",)]]


@pytest.mark.parametrize(
    ("volume", "scale", "found"),
    [(2499, 1.0, 0), (2501, 1.0, 1), (4999, 1.0, 1), (5001, 1.0, 0), (4990, 0.5, 0), (5010, 0.5, 1), (2501, 1.3, 1)],
)
def test_unusually_large(volume: float, scale: float, found: int) -> None:
    """More than hardly anybody has who is not ill, but a person can have; a child's limit shrinks with the square."""
    case = body(volumes={"liver": volume}, world=scale * UPRIGHT)
    assert len(found_in(volume_unusual, case, RELEASE)) == found


def test_unusually_large_says_so() -> None:
    """The finding names what was got and what was expected."""
    case = body(volumes={"spleen": 800.0})
    expected = "800 ml, expected 700 ml at most in a body of this size"
    assert found_in(volume_unusual, case, RELEASE) == [
        Finding.about(case.whole_masks["spleen"], expected, 800.0, 700.0)
    ]


def test_a_cut_organ_can_be_too_large() -> None:
    """The rest adds to what is seen."""
    assert len(found_in(volume_unusual, cut(body(volumes={"liver": 2600.0}), "liver"), RELEASE)) == 1


@pytest.mark.parametrize(("ratio", "found"), [(1.75, []), (1.85, ["kidney_left"])])
def test_kidneys_of_unequal_size(ratio: float, found: list[str]) -> None:
    """A shrunken kidney is looked at."""
    size = RELEASE.by_name["kidney_left"].middle_ml
    assert unequal(body(volumes={"kidney_left": size / ratio})) == found


@pytest.mark.parametrize(("volume", "found"), [(10.0, 0), (6000.0, 1)])
def test_cut_volumes_have_an_upper_limit_only(volume: float, found: int) -> None:
    """A part can be small, and not larger than the whole."""
    case = cut(body(volumes={"liver": volume}), "liver")
    assert len(found_in(volume_implausible, case, RELEASE)) == found


@pytest.mark.parametrize("scale", [0.28, 0.5, 1.0, 1.35])
def test_spacing_of_people(scale: float) -> None:
    """Newborns and giants are people."""
    assert found_in(spacing_implausible, body(world=scale * UPRIGHT), RELEASE) == []


@pytest.mark.parametrize(
    ("turn", "message"),
    [
        (UPRIGHT * 2, "the vertebrae are 2 times as far apart as an adult's, expected 0.25 to 1.4"),
        (UPRIGHT * 0.2, "the vertebrae are 0.2 times as far apart as an adult's, expected 0.25 to 1.4"),
    ],
)
def test_spacing_wrong_by_a_factor(turn: Matrix, message: str) -> None:
    """A factor in all directions changes the distances."""
    (finding,) = found_in(spacing_implausible, body(world=turn), RELEASE)
    assert (finding.message, finding.expected) == (message, 1)


@pytest.mark.parametrize(("factor", "found"), [(0.55, 1), (0.7, 0), (1.0, 0), (1.3, 0), (1.75, 1)])
def test_spacing_wrong_in_one_direction(factor: float, found: int) -> None:
    """A slice distance that is off makes vertebrae bulky or slender; volumes follow it as much as distances."""
    assert len(found_in(spacing_implausible, body(world=np.diag([1, 1, factor])), RELEASE)) == found


def test_bulky_vertebrae_are_reported() -> None:
    """The message says how bulky, and what people have."""
    bulky = {vertebra.name: vertebra.middle_ml * 4.0123 for vertebra in RELEASE.spine}
    (finding,) = found_in(spacing_implausible, body(volumes=bulky), RELEASE)
    message = "the vertebrae are 4 times as bulky, for their distances, as an adult's, expected 0.35 to 3"
    assert (finding.message, finding.expected) == (message, 1)
    assert finding.observed == 4.01


def test_a_wrong_spacing_is_reported_once() -> None:
    """If the header has another spacing than promised, spacing-unexpected reports it; volumes are not judged."""
    promised = replace(RELEASE, geometry=Geometry(spacing_mm=2.0))
    for check, contract in ((spacing_implausible, promised), (volume_implausible, RELEASE)):
        with pytest.raises(NotApplicable):
            found_in(check, body(world=UPRIGHT * 2), contract)


@pytest.mark.parametrize(
    ("promised", "kept"),
    [(None, True), (2.0, True), (2.002, False), ((2.0, 2.0, 2.0005), True), ((2.0, 2.0, 3.0), False)],
)
def test_promised_spacing(promised: float | tuple[float, float, float] | None, kept: bool) -> None:  # noqa: FBT001
    """One number stands for three axes, and none for any spacing."""
    assert Geometry(spacing_mm=promised).has_spacing((2.0, 2.0, 2.0)) is kept


@pytest.mark.parametrize(("volume", "found"), [(4999, 0), (5001, 1)])
@pytest.mark.parametrize("scale", [1.0, 1.3])
def test_largest_volumes_grow_with_the_body(scale: float, volume: float, found: int) -> None:
    """By the cube of its size in tall people; those of the short are an adult's."""
    case = body(volumes={"liver": volume}, world=scale * UPRIGHT)
    limit = float(f"{5000 * scale**3:.3g}")
    assert [finding.expected for finding in found_in(volume_implausible, case, RELEASE)] == [limit] * found


@pytest.mark.parametrize(("volume", "found"), [(4999, []), (5001, ["5e+03 ml, expected 5e+03 ml at most"])])
def test_largest_volumes_without_vertebrae(volume: float, found: list[str]) -> None:
    """They are an adult's, whatever other structures show."""
    case = body(volumes={"liver": volume}, without=SPINE)
    assert [finding.message for finding in found_in(volume_implausible, case, RELEASE)] == found


@pytest.mark.parametrize(("volume", "scale", "found"), [(2499, 1.0, 0), (2501, 1.0, 1), (800, 0.5, 0), (1000, 0.5, 1)])
def test_unusually_large_without_vertebrae(volume: float, scale: float, found: int) -> None:
    """Other structures show the size of a body within a fifth: it may be larger, up to an adult."""
    case = body(volumes={"liver": volume / scale**3}, world=scale * UPRIGHT, without=SPINE)
    assert len(found_in(volume_unusual, case, RELEASE)) == found


@pytest.mark.parametrize(("volume", "found"), [(2499, 0), (2501, 1)])
def test_unusually_large_alone(volume: float, found: int) -> None:
    """Where nothing shows the size of the body, it is an adult's."""
    case = body(volumes={"liver": volume}, without=ALL_BUT_LIVER)
    assert len(found_in(volume_unusual, case, RELEASE)) == found
