"""Checks of anatomy: what lies under the masks."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from segaudit import contracts
from segaudit.checks.anatomy_tissue import hu_implausible, mask_leaks
from segaudit.model import Case, Contract, Finding, HuSample, Mask, NotApplicable, Structure
from segaudit.model.hu_rescaling import rescaling
from segaudit.model.registration import Registration
from segaudit.testing.records import healthy_case, healthy_ct, healthy_mask, small_contract
from segaudit.testing.tissues import ORGANS, body, case_of

RANGES = {
    "liver": (-50.0, 250.0),
    "spleen": (-20.0, 350.0),
    "kidney_left": (-20.0, 500.0),
    "kidney_right": (-20.0, 500.0),
}


def contract() -> Contract:
    """Return the small contract with ranges of intensity."""
    ranged = tuple(
        replace(structure, hu_low=RANGES[structure.name][0], hu_high=RANGES[structure.name][1])
        if structure.name in RANGES
        else structure
        for structure in small_contract().structures
    )
    others = (
        Structure(name="femur_cement", label=99, group="bone", hu_low=-60.0, hu_high=20000.0),
        Structure(name="autochthon_left", label=98, group="muscle", hu_low=-60.0, hu_high=150.0),
        Structure(name="urinary_bladder", label=97, group="organ", hu_low=-60.0, hu_high=400.0),
        Structure(name="stomach", label=96, group="organ", airy=True, hu_low=-950.0, hu_high=400.0),
    )
    return small_contract(structures=(*ranged, *others))


def sample(median: float, p5: float | None = None) -> HuSample:
    """Return intensities around a median."""
    low = median - 20 if p5 is None else p5
    return HuSample(mean=median, std=10, minimum=low, p5=low, p25=median - 5, median=median, p75=median + 5,
                    p95=median + 20, maximum=median + 60)  # fmt: skip


def masked(structure: str, median: float, p5: float | None = None, **changes: object) -> Mask:
    """Return a mask over other intensities."""
    return healthy_mask(structure, hu=sample(median, p5), **changes)


def test_implausible() -> None:
    """A median outside the range is a finding that leads to the mask."""
    (finding,) = hu_implausible(Registration(healthy_case(masked("liver", -800))), contract())
    mask = healthy_mask("liver")
    assert finding == Finding(
        case="s0001",
        structures=("liver",),
        file=mask.file.path,
        message="median -800 HU, expected -50 to 250 HU in any contrast phase",
        observed="-800",
        expected="-50 to 250 HU",
        spot=mask.spot,
    )


def test_implausible_alike() -> None:
    """Structures of one range that miss it on one side are one finding; the other side is another."""
    kidneys = masked("kidney_left", 600), masked("kidney_right", 700)
    case = healthy_case(*kidneys, masked("spleen", -300))
    found = list(hu_implausible(Registration(case), contract()))
    assert [(", ".join(finding.structures), finding.message, finding.file == "") for finding in found] == [
        ("kidney_left, kidney_right", "median 600 to 700 HU, expected -20 to 500 HU in any contrast phase", True),
        ("spleen", "median -300 HU, expected -20 to 350 HU in any contrast phase", False),
    ]
    assert kidneys[0].spot != kidneys[1].spot
    assert found[0].spot == kidneys[0].spot


def test_implausible_on_both_sides() -> None:
    """Two structures of one range that miss it on two sides have nothing in common."""
    case = healthy_case(masked("kidney_left", 600), masked("kidney_right", -300))
    found = [(each.structures, each.observed) for each in hu_implausible(Registration(case), contract())]
    assert found == [(("kidney_left",), "600"), (("kidney_right",), "-300")]


@pytest.mark.parametrize(
    "changes", [{"void_share": 0.01}, {"outside_body_share": 0.01}, {"corner_displacement_mm": 0.1}]
)
def test_masks_that_are_in_place(changes: dict[str, float]) -> None:
    """What other checks accept is judged here."""
    for check, mask in (
        (hu_implausible, masked("liver", -800, **changes)),
        (mask_leaks, masked("liver", 50, -600, **changes)),
    ):
        assert len(list(check(Registration(healthy_case(mask)), contract()))) == 1


def test_implausible_without_upper_limit() -> None:
    """Where metal may be, only the lower end is named."""
    (finding,) = hu_implausible(Registration(healthy_case(masked("femur_cement", -300))), contract())
    assert finding.message == "median -300 HU, expected -60 HU or more in any contrast phase"


@pytest.mark.parametrize(
    "mask",
    [
        masked("liver", -50),
        masked("liver", 250),
        masked("trachea", 50),
        masked("liver", -800, faces=(2, 9, 9, 9, 9, 9)),
        masked("liver", -800, volume_ml=0.9),
        masked("liver", -800, void_share=0.02),
        masked("liver", -800, outside_body_share=0.02),
        masked("liver", -800, corner_displacement_mm=5.0),
        healthy_mask("liver", hu=None),
    ],
    ids=["low", "high", "no-range", "cut", "speck", "void", "outside", "off-grid", "no-ct"],
)
def test_silent(mask: Mask) -> None:
    """The limits themselves, masks that cannot be judged, and those that other checks report, give no finding."""
    case = healthy_case(mask)
    assert [*hu_implausible(Registration(case), contract()), *mask_leaks(Registration(case), contract())] == []


@pytest.mark.parametrize(
    ("mask", "leaks"),
    [
        (masked("liver", 50, -501), True),
        (masked("liver", 50, -500), False),
        (masked("liver", 50, -501, volume_ml=20.0), True),
        (masked("liver", 50, -600, volume_ml=19.9), False),
        (masked("liver", -50, -501), True),
        (masked("autochthon_left", 50, -501), True),
        (masked("femur_cement", 200, -600), False),
        (masked("urinary_bladder", 10, -600), False),
        (masked("stomach", 10, -600), False),
        (masked("liver", 50, -600, faces=(0, 9, 9, 9, 9, 9)), False),
        (masked("trachea", -900, -1000), False),
        (masked("femur_left", 200, -600), False),
        (masked("liver", -800, -900), False),
    ],
    ids=[
        "leak",
        "limit",
        "large",
        "small",
        "dark",
        "muscle",
        "metal",
        "bladder",
        "stomach",
        "cut",
        "airy",
        "bone",
        "implausible",
    ],
)
def test_leaks(mask: Mask, leaks: bool) -> None:  # noqa: FBT001 - what is expected
    """A solid organ with a twentieth of lung or gas is a finding; what is nearly all air is implausible instead."""
    found = [finding.message for finding in mask_leaks(Registration(healthy_case(mask)), contract())]
    assert found == (["5 % of its voxels are below -501 HU, expected -500 HU or more in solid tissue"] if leaks else [])


@pytest.mark.parametrize(
    "case",
    [
        healthy_case(ct=None),
        healthy_case(ct=healthy_ct(std=0.0)),
        healthy_case(ct=healthy_ct(distinct=256, minimum=0.0, maximum=255.0)),
    ],
    ids=["no-ct", "empty", "clipped"],
)
def test_not_applicable(case: Case) -> None:
    """Without a CT in Hounsfield units there is nothing to judge."""
    for check in (hu_implausible, mask_leaks):
        with pytest.raises(NotApplicable):
            list(check(Registration(case), contract()))


def test_other_units() -> None:
    """A CT in other units is reported once, and not again for its masks."""
    case = case_of(body() + 1024, *ORGANS)
    assert [*hu_implausible(Registration(case), contract()), *mask_leaks(Registration(case), contract())] == []
    assert rescaling(case) is not None


@pytest.mark.parametrize(("comparable", "elsewhere", "found"), [(True, False, 1), (False, False, 0), (True, True, 0)])
def test_what_the_ct_says_nothing_of(
    monkeypatch: pytest.MonkeyPatch, found: int, *, comparable: bool, elsewhere: bool
) -> None:
    """Where its units or its slices are wrong, or all masks lie elsewhere, that is the finding."""
    monkeypatch.setattr(Registration, "comparable", comparable)
    monkeypatch.setattr(Registration, "lies_elsewhere", elsewhere)
    assert len(list(mask_leaks(Registration(healthy_case(masked("liver", 50, -600))), contract()))) == found
    assert len(list(hu_implausible(Registration(healthy_case(masked("liver", -800))), contract()))) == found


def test_shipped_ranges() -> None:
    """A shipped range has two ends and a source, and is the same in every release."""
    releases = [contracts.load(f"totalsegmentator-v{version}").by_name for version in (1, 2, 3)]
    for release in releases:
        for name, own in release.items():
            assert (own.hu_low is None) == (own.hu_high is None) == (own.hu_source == "")
            alike = {(r[name].hu_low, r[name].hu_high, r[name].hu_source, r[name].hu_n) for r in releases if name in r}
            assert len(alike) == 1
    assert (releases[0]["liver"].hu_low, releases[0]["liver"].hu_high, releases[0]["liver"].hu_n) == (-50, 250, 3357)
