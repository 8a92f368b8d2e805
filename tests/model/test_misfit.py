"""Whether all masks of a case lie on the edges of its CT: each threshold just below, at, and above."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from segaudit.model import Case, NotApplicable
from segaudit.model.misfit import Kind, fit_of, misfit
from segaudit.model.records import CaseFit, Fault, Placement, SlabFit
from segaudit.model.registration import Registration
from segaudit.testing.records import healthy_case, healthy_ct, healthy_file

PLACE = Placement(voxels=(2.0, 0.0, 0.0), agreement=0.9, contrast=0.1)
OTHER = Placement(turn="j", agreement=0.4, contrast=0.02)


def case(*placements: Placement, **changes: Any) -> Case:  # noqa: ANN401 - fields of any type
    """Return a case whose masks fit as they do in health, with changes."""
    fit = CaseFit(masks=(), structures=30, faces=9000, agreement=0.95, magnitude=0.12, placements=placements)
    return healthy_case(fit=replace(fit, **changes))


def kind(case: Case) -> Kind | None:
    """Return what is wrong."""
    found = misfit(case, fit_of(case))
    return found.kind if found else None


def test_health() -> None:
    """Masks that agree with the CT, and were not looked for elsewhere, are in their place."""
    assert Registration(case()).misfit is None


@pytest.mark.parametrize(
    ("voxels", "gain", "agreement", "found"),
    [
        ((0.74, 0.0, 0.0), 2.0, 0.5, False),
        ((0.75, 0.0, 0.0), 2.0, 0.5, True),
        ((0.0, 0.0, -3.0), 1.0, 0.799, True),
        ((0.0, 0.0, -3.0), 1.0, 0.801, False),
        ((1.0, 0.0, 0.0), 1.3, 0.869, True),
        ((1.0, 0.0, 0.0), 1.29, 0.869, False),
        ((1.0, 0.0, 0.0), 2.0, 0.871, False),
    ],
)
def test_displaced(voxels: tuple[float, float, float], gain: float, agreement: float, found: bool) -> None:  # noqa: FBT001
    """Far enough off, and better there: in agreement, or in agreement and steps."""
    place = replace(PLACE, voxels=voxels)
    seen = kind(case(place, OTHER, agreement=agreement, gain=(gain, 1.0, gain)))
    assert seen == (Kind.DISPLACED if found else None)


def test_fine_grid() -> None:
    """On a fine grid a displacement has 1.1 mm."""
    header = replace(healthy_ct().file.header, spacing_mm=(0.5, 0.5, 0.5))  # type: ignore[type-var]
    ct = healthy_ct(file=healthy_file("", header=header))
    for voxels, expected in ((2.1, None), (2.2, Kind.DISPLACED)):
        moved = case(replace(PLACE, voxels=(voxels, 0.0, 0.0)), OTHER, agreement=0.5)
        assert kind(replace(moved, ct=ct)) == expected


@pytest.mark.parametrize(
    ("contrast", "second", "agreement", "found"),
    [
        (0.05, 0.0325, 0.45, True),
        (0.05, 0.0326, 0.45, False),
        (0.05, 0.0325, 0.44, False),
        (0.049, 0.025, 0.5, False),
        (0.03, 0.0135, 0.55, True),
        (0.03, 0.0136, 0.9, False),
        (0.05, 0.0425, 0.8, True),
        (0.05, 0.0426, 0.8, False),
        (0.05, 0.0425, 0.79, False),
        (0.049, 0.04, 0.9, False),
        (0.029, 0.0, 0.9, False),
        (0.03, 0.0, 0.54, False),
    ],
)
def test_clear(contrast: float, second: float, agreement: float, found: bool) -> None:  # noqa: FBT001
    """A place counts where the masks fit, and when turned otherwise do so far less, however uneven the CT is there."""
    place = Placement(turn="ij", agreement=agreement, contrast=contrast, spread=0.2)
    seen = kind(case(place, replace(OTHER, contrast=second), agreement=0.1, magnitude=0.5))
    assert seen == (Kind.TURNED if found else None)


@pytest.mark.parametrize(
    ("contrast", "agreement", "second", "off", "found"),
    [
        (0.03, 0.6, 0.015, 3.0, True),
        (0.029, 0.6, 0.014, 3.0, False),
        (0.03, 0.599, 0.015, 3.0, False),
        (0.03, 0.6, 0.0151, 3.0, False),
        (0.03, 0.6, 0.015, 3.1, False),
    ],
)
def test_even(contrast: float, agreement: float, second: float, off: float, found: bool) -> None:  # noqa: FBT001
    """What is even inside may have large steps elsewhere, where it is uneven; what is turned stays in its grid."""
    place = Placement(turn="i", voxels=(0.0, -off, 0.0), agreement=agreement, contrast=contrast, spread=0.01)
    others = replace(OTHER, contrast=second, spread=0.01), replace(OTHER, contrast=2 * second, spread=0.06)
    seen = kind(case(place, *others, agreement=0.1, magnitude=0.5))
    assert seen == (Kind.TURNED if found else None)
    unturned = kind(case(replace(place, turn=""), *others, agreement=0.1, magnitude=0.5))
    assert unturned == (Kind.DISPLACED if found or off > 3 else None)


@pytest.mark.parametrize(("voxels", "found"), [(1.24, False), (1.25, True)])
def test_even_displaced(voxels: float, found: bool) -> None:  # noqa: FBT001
    """What only evenness shows has to lie further off."""
    place = Placement(voxels=(0.0, voxels, 0.0), agreement=0.7, contrast=0.04, spread=0.01)
    other = replace(OTHER, contrast=0.039, spread=0.2)
    assert kind(case(place, other, agreement=0.5)) == (Kind.DISPLACED if found else None)


@pytest.mark.parametrize(
    ("agreement", "magnitude", "found"),
    [
        (0.39, 0.07, True),
        (0.4, 0.07, False),
        (0.375, 0.08, False),  # 0.03, exactly
        (0.374, 0.08, True),
        (0.39, 0.08, False),
        (0.9, 0.019, True),
        (0.9, 0.02, False),
        (-0.5, 0.3, True),
    ],
)
def test_unrelated(agreement: float, magnitude: float, found: bool) -> None:  # noqa: FBT001
    """Masks that agree with nothing, whose mean step is small: noise alone lowers the agreement."""
    place = Placement(agreement=0.5, contrast=0.02)
    seen = kind(case(place, replace(place, turn="i"), agreement=agreement, magnitude=magnitude))
    assert seen == (Kind.UNRELATED if found else None)


def test_in_most_slabs() -> None:
    """Masks that fit in most parts of the body are not unrelated to the CT."""
    good = SlabFit(first=0, last=4, structures=3, agreement=0.6, typical=0.6, certain=None)
    bad = replace(good, agreement=0.0)
    for slabs, expected in (((good, good, bad), None), ((good, bad), Kind.UNRELATED), ((), Kind.UNRELATED)):
        assert kind(case(agreement=0.2, magnitude=0.05, slabs=slabs)) == expected
    few = replace(good, structures=2)
    assert kind(case(agreement=0.2, magnitude=0.05, slabs=(few, few))) == Kind.UNRELATED


def test_not_applicable() -> None:
    """Not decidable: no CT, a damaged one, an empty one, no such masks, few faces."""
    fit = case().fit
    damaged = healthy_ct(file=healthy_file("", faults=(Fault("corrupt", "CRC"),)))
    silent = {
        "no CT that can be read": (healthy_case(ct=None, fit=fit), healthy_case(ct=damaged)),
        "the CT shows nothing": (healthy_case(ct=healthy_ct(std=4.9), fit=fit),),
        "no mask whose surface": (healthy_case(fit=None),),
        "only 299 voxels of surface, of 30 structures": (case(faces=299),),
    }
    for reason, cases in silent.items():
        for each in cases:
            with pytest.raises(NotApplicable, match=reason):
                fit_of(each)
    assert fit_of(case(faces=300)).faces == 300
