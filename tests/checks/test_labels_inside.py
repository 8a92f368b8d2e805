"""Checks of what masks enclose, of their slices and of their surface."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from segaudit.checks import labels_inside as checks
from segaudit.model import Case, Check, Finding, Mask, Spot
from segaudit.model.flaws import Kind, flaw_of
from segaudit.model.records import Cavity, SliceGaps
from segaudit.testing.judge import judge_record
from segaudit.testing.records import (
    CASE,
    CENTRE,
    empty_mask,
    healthy_case,
    healthy_file,
    healthy_mask,
    small_contract,
)
from tests.support.findings import about_liver

HOLE = Spot((25, 20, 15), (-7.5, -7.5, -7.5))
GAPS = SliceGaps(axis=2, gaps=3, slices=4, filled=16, first=12, width=2, likeness=0.9)
EACH = (
    checks.mask_slices_missing,
    checks.mask_hollow,
    checks.mask_riddled,
    checks.mask_ragged,
    checks.mask_cavity,
)
CASES = (checks.masks_slices_missing, checks.masks_hollow, checks.masks_riddled, checks.masks_ragged)
STRUCTURES = ("liver", "spleen", "stomach", "pancreas", "heart", "brain")


def damaged(structure: str = "liver", fields: dict[str, object] | None = None, **inside: object) -> Mask:
    """Return a cube of 20 voxels with another inside, and other changes."""
    mask = healthy_mask(structure)
    assert mask.inside is not None
    return replace(mask, inside=replace(mask.inside, **inside), **(fields or {}))


def case_of(*masks: Mask) -> Case:
    """Return a case of these masks."""
    return replace(healthy_case(), masks=masks)


def found_by(check: Check[...], case: Case) -> list[Finding]:
    """Return what a check finds in a case."""
    return judge_record(check, case, small_contract()).findings


def hollow(structure: str = "liver", enclosed: int = 4000, faces: int = 1920) -> Mask:
    """Return a shell: 12 per cent of its faces are surface, and it encloses half of its volume."""
    return damaged(structure, cavity_voxels=enclosed, faces=(faces,) * 3, changes=(2 * faces,) * 3)


def riddled(structure: str = "liver", pinholes: int = 400, cavity_voxels: int = 800) -> Mask:
    """Return a mask in which a tenth of the voxels are missing."""
    faces, changes = (3000,) * 3, (5400,) * 3
    return damaged(structure, pinholes=pinholes, filled=3600, cavity_voxels=cavity_voxels, faces=faces, changes=changes)


def ragged(structure: str = "liver", faces: int = 1300, changes: int = 2000) -> Mask:
    """Return a mask with a random surface."""
    return damaged(structure, faces=(faces,) * 3, changes=(changes,) * 3)


def with_hole(voxels: int = 600, structure: str = "liver", **changes: object) -> Mask:
    """Return a mask with a hole."""
    cavity = Cavity(**{"voxels": voxels, "spot": HOLE} | changes)  # type: ignore[arg-type]
    return damaged(structure, cavities=1, cavity_voxels=voxels, cavity=cavity)


MADE = {
    Kind.SLICES: lambda structure: damaged(structure, slice_gaps=(GAPS,)),
    Kind.HOLLOW: hollow,
    Kind.RIDDLED: riddled,
    Kind.RAGGED: ragged,
}


@pytest.mark.parametrize(
    ("mask", "check", "finding"),
    [
        (
            damaged(slice_gaps=(GAPS,)),
            checks.mask_slices_missing,
            about_liver(
                "4 empty slices along k between 16 slices that are not, the first such gap at k = 12; expected none",
                4, None, CENTRE,
            ),
        ),
        (
            hollow(),
            checks.mask_hollow,
            about_liver("a shell: it encloses 0.5 times its own volume; expected a filled mask", 0.5, None, CENTRE),
        ),
        (
            riddled(),
            checks.mask_riddled,
            about_liver("10 % of the voxels inside are missing, one by one", 0.1, None, CENTRE),
        ),
        (
            ragged(),
            checks.mask_ragged,
            about_liver(
                "its surface is random: over one slice it changes by 65 % of the change over two slices, "
                "expected about 50 %", 0.65, None, CENTRE,
            ),
        ),
        (
            damaged(faces=(800, 800, 1600), changes=(1600, 1600, 2100)),
            checks.mask_ragged,
            about_liver(
                "its slices along k lie about 0.69 voxels beside each other at random", 0.688, None, CENTRE
            ),
        ),
        (
            with_hole(hu_median=-0.4),
            checks.mask_cavity,
            about_liver("encloses a hole of 2.02 ml at 0 HU, fluid: a cyst may be left out", 2.025, None, HOLE),
        ),
        (
            with_hole(hu_median=10.0),
            checks.mask_cavity,
            about_liver("encloses a hole of 2.02 ml at 10 HU, fluid: a cyst may be left out", 2.025, None, HOLE),
        ),
    ],
)  # fmt: skip
def test_found(mask: Mask, check: Check[...], finding: Finding) -> None:
    """Each flaw is one finding of one check."""
    found = [(each, each_finding) for each in (*EACH, *CASES) for each_finding in found_by(each, case_of(mask))]
    assert found == [(check, finding)]


@pytest.mark.parametrize(
    ("mask", "said", "observed"),
    [
        (hollow(enclosed=4357), "encloses 0.54 times its own", 0.545),
        (riddled(pinholes=466), "11 % of the voxels inside", 0.115),
        (ragged(faces=1313, changes=2003), "by 66 % of the change", 0.656),
        (with_hole(601), "a hole of 2.03 ml", 2.028),
    ],
)
def test_digits(mask: Mask, said: str, observed: float) -> None:
    """A message has two or three digits, what is observed has three places."""
    (finding,) = [one for check in EACH for one in found_by(check, case_of(mask))]
    assert said in finding.message
    assert finding.observed == observed


@pytest.mark.parametrize(
    "mask",
    [
        healthy_mask(),
        empty_mask(),
        damaged(slice_gaps=(replace(GAPS, likeness=0.599),)),
        damaged(slice_gaps=(replace(GAPS, likeness=0.799),), fields={"faces": (20, 20, 15, 15, 2, 10)}),
        damaged(slice_gaps=(GAPS,), fields={"volume_ml": 0.99}),
        damaged(slice_gaps=(GAPS,), fields={"distinct_values": 2}),
        hollow(enclosed=3999),
        hollow(faces=1919),
        hollow("skull"),
        riddled(pinholes=19),
        damaged(pinholes=146, filled=3600, cavity_voxels=800, faces=(3000,) * 3, changes=(5400,) * 3),  # 3.9 per cent
        damaged(pinholes=400, filled=3600, cavity_voxels=239, faces=(3000,) * 3, changes=(5400,) * 3),  # of the surface
        damaged(pinholes=400, filled=3600, cavity_voxels=800, faces=(3000,) * 3, changes=(5460,) * 3),  # along one axis
        ragged(changes=2001),
        ragged(faces=6000, changes=8001),  # thin: 2.7 voxels
        damaged(faces=(800, 800, 1600), changes=(1600, 1600, 2134)),  # 74.98 per cent
        damaged(faces=(1600, 1600, 1270), changes=(3200, 3200, 1270)),  # 0.397 voxels
        damaged(faces=(800, 800, 1600), changes=(1600, 1600, 2100), fields={"box": (20, 39, 15, 34, 10, 16)}),
        with_hole(148),  # 0.4995 ml
        with_hole(400, filled_by="tumour", filled_share=0.5),
    ],
)  # fmt: skip
def test_not_found(mask: Mask) -> None:
    """Just beyond the thresholds, and where the structure or another mask explains it, there is no finding."""
    assert [finding for check in (*EACH, *CASES) for finding in found_by(check, case_of(mask))] == []


@pytest.mark.parametrize(
    ("mask", "kind"),
    [
        (damaged(slice_gaps=(replace(GAPS, likeness=0.6),)), Kind.SLICES),
        (damaged(slice_gaps=(replace(GAPS, likeness=0.8),), fields={"faces": (20, 20, 15, 15, 2, 10)}), Kind.SLICES),
        (hollow(), Kind.HOLLOW),
        (damaged(rings=(0, 4000), faces=(1920,) * 3, changes=(3840,) * 3), Kind.HOLLOW),
        (riddled(cavity_voxels=240), Kind.RIDDLED),
        (damaged(pinholes=150, filled=3600, cavity_voxels=96, faces=(3000,) * 3, changes=(5454,) * 3), Kind.RIDDLED),
        (damaged(pinholes=900, filled=3600, faces=(3000,) * 3, changes=(5454,) * 3), Kind.RIDDLED),
        (ragged(faces=6000, changes=8000), Kind.RAGGED),
        (damaged(faces=(800, 800, 1600), changes=(1600, 1600, 2133)), Kind.RAGGED),
        (damaged(faces=(1600, 1600, 1280), changes=(3200, 3200, 1280)), Kind.RAGGED),
        (with_hole(149), Kind.CAVITY),
        (with_hole(400, filled_by="tumour", filled_share=0.499), Kind.CAVITY),
    ],
)
def test_thresholds(mask: Mask, kind: Kind) -> None:
    """At the thresholds there is a flaw."""
    flaw = flaw_of(mask)
    assert flaw is not None
    assert flaw.kind is kind


@pytest.mark.parametrize(
    ("voxels", "volume_ml", "found"),
    [(79, 100.0, False), (80, 100.0, True), (41, 99.0, True), (40, 99.0, False), (9, 900.0, False), (10, 900.0, True)],
)
def test_size_of_holes(voxels: int, volume_ml: float, *, found: bool) -> None:
    """A hole of 1 ml is found in masks of 100 ml and more, of 0.5 ml in smaller ones, if it has 10 voxels."""
    mask = replace(with_hole(voxels), volume_ml=volume_ml)
    assert bool(found_by(checks.mask_cavity, case_of(mask))) == found


@pytest.mark.parametrize(
    ("hu", "content"),
    [
        *((-200.1, "gas"), (-200.0, "tissue"), (-20.1, "tissue"), (-20.0, "fluid"), (25.0, "fluid"), (25.1, "tissue")),
        *((29.9, "tissue"), (30.0, "as in the mask"), (70.0, "as in the mask"), (70.1, "tissue")),
    ],
)
def test_content_of_holes(hu: float, content: str) -> None:
    """A hole's intensity says what can be in it."""
    (finding,) = found_by(checks.mask_cavity, case_of(with_hole(hu_median=hu)))
    assert f"at {hu:.0f} HU, {content}" in finding.message


@pytest.mark.parametrize("kind", list(MADE))
def test_most_masks(kind: Kind) -> None:
    """Where half of the masks have a flaw, three or more, it is one error of the case."""
    single = EACH[list(MADE).index(kind)]
    whole = CASES[list(MADE).index(kind)]
    three = [MADE[kind](name) for name in STRUCTURES[:3]]
    few = case_of(*three, *(healthy_mask(name) for name in ("kidney_left", "kidney_right", "trachea", "colon")))
    assert len(found_by(single, few)) == 3
    assert found_by(whole, few) == []
    most = case_of(*three, *(healthy_mask(name) for name in ("kidney_left", "kidney_right", "trachea")))
    assert found_by(single, most) == []
    (finding,) = found_by(whole, most)
    assert (finding.case, finding.structures, finding.observed, finding.expected) == (CASE, (), 3, 0)
    assert finding.message.startswith("3 of 6 masks of at least 1 ml and 300 voxels ")
    assert finding.message.endswith(": liver, spleen, stomach")
    assert [found for each in CASES if each is not whole for found in found_by(each, most)] == []
    two = case_of(*three[:2], healthy_mask("colon"))
    assert (len(found_by(single, two)), found_by(whole, two)) == (2, [])


@pytest.mark.parametrize(("count", "named"), [(5, ""), (6, " and 1 more")])
def test_how_many_masks_are_named(count: int, named: str) -> None:
    """The finding of a case names five of its masks."""
    (finding,) = checks.masks_hollow(case_of(*map(hollow, STRUCTURES[:count])))
    assert finding.message.endswith(f": liver, spleen, stomach, pancreas, heart{named}")


def test_small_masks_do_not_count() -> None:
    """Masks of less than 300 voxels show not all flaws: they are not counted, be they flawed or not."""
    three = [hollow(name) for name in STRUCTURES[:3]]
    small = [healthy_mask(name, voxels=299) for name in STRUCTURES[3:]]
    assert [finding.observed for finding in checks.masks_hollow(case_of(*three, *small, healthy_mask("colon")))] == [3]
    tiny = [replace(mask, voxels=299) for mask in three]
    assert [len(found_by(check, case_of(*tiny))) for check in (checks.mask_hollow, checks.masks_hollow)] == [3, 0]


def test_riddled_and_ragged_together() -> None:
    """Small riddled masks look ragged: the case has one error, that of the larger number."""
    masks = [riddled("liver"), riddled("spleen"), ragged("stomach"), healthy_mask("colon")]
    assert [len(found_by(each, case_of(*masks))) for each in (*EACH, *CASES)] == [0] * 7 + [1, 0]
    masks[1] = ragged("spleen")
    assert [len(found_by(each, case_of(*masks))) for each in (*EACH, *CASES)] == [0] * 8 + [1]


def test_holes_in_most_masks() -> None:
    """Holes are a finding of each mask."""
    masks = [with_hole(structure=name) for name in STRUCTURES]
    assert len(found_by(checks.mask_cavity, case_of(*masks))) == len(STRUCTURES)


@pytest.mark.parametrize(("voxels", "found"), [(1999, 0), (2000, 1)])
def test_thick_shells(voxels: int, found: int) -> None:
    """Where most masks enclose a quarter of their volume, they are shells, and one finding."""
    masks = [with_hole(voxels, name) for name in STRUCTURES[:2]] + [hollow("stomach")]
    case = case_of(*masks, *map(healthy_mask, ("kidney_left", "kidney_right", "trachea")))
    assert [len(found_by(each, case)) for each in CASES] == [0, found, 0, 0]
    assert sum(len(found_by(each, case)) for each in EACH) == (0 if found else 3)


@pytest.mark.parametrize(("thick", "found"), [(3.0, True), (3.01, False)])
def test_thick_slices(thick: float, *, found: bool) -> None:
    """Slices of more than twice the voxels' width share little: across them chords of 2.5 voxels are asked for."""
    faces, changes = (1600, 1600, 8000), (3200, 3200, 8400)
    file = healthy_file("liver")
    assert file.header is not None
    file = replace(file, header=replace(file.header, spacing_mm=(1.5, 1.5, thick)))
    mask = damaged(faces=faces, changes=changes)
    assert (flaw_of(replace(mask, file=file)) is not None) == found


def test_no_cavity_off_the_grid() -> None:
    """What fills it is not known there: a chamber of a heart may be another structure's."""
    hole = Cavity(voxels=400, spot=HOLE)
    assert found_by(checks.mask_cavity, case_of(damaged(cavity=hole)))
    assert not found_by(checks.mask_cavity, case_of(damaged(fields={"on_grid": False}, cavity=hole)))
