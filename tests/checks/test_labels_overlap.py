"""Checks of labels: masks that share voxels."""

from __future__ import annotations

from itertools import combinations

import pytest
from msgspec.structs import replace

from segaudit.checks.labels_overlap import masks_identical, masks_overlap, masks_overlap_large
from segaudit.model import (
    Case,
    Check,
    Fault,
    Finding,
    NotApplicable,
    Overlap,
)
from segaudit.testing.records import (
    CENTRE,
    VOXEL_ML,
    healthy_case,
    healthy_file,
    healthy_mask,
    merged_case,
    small_contract,
)

BROKEN = healthy_file(faults=(Fault("corrupt", "CRC"),))


def overlapping(first: str, second: str, voxels: int, size: int = 8000) -> Case:
    """Return a case in which two masks share voxels; the second one has a size."""
    smaller = healthy_mask(second, voxels=size, volume_ml=size * VOXEL_ML)
    return healthy_case(smaller, overlaps=(Overlap(first, second, voxels),))


def overlaps(case: Case) -> dict[str, list[Finding]]:
    """Return what each check of overlaps finds in a case, without those that find nothing."""
    checks: tuple[Check[...], ...] = (masks_overlap, masks_overlap_large, masks_identical)
    found = {check.id: list(check(case, small_contract())) for check in checks}
    return {check_id: findings for check_id, findings in found.items() if findings}


def of_pair(message: str, observed: float) -> Finding:
    """Return a finding about liver and spleen."""
    return Finding(case="s0001", structures=("liver", "spleen"), message=message, observed=observed, spot=CENTRE)


def test_overlap() -> None:
    """A part of the smaller mask is a warning."""
    assert overlaps(overlapping("liver", "spleen", 123, size=1000)) == {
        "masks-overlap": [of_pair("share 12 % of the smaller mask, 5 % at most expected", 12.0)]
    }


def test_large_overlap() -> None:
    """A large part of the smaller mask is an error, and no warning besides."""
    assert overlaps(overlapping("liver", "spleen", 950, size=1000)) == {
        "masks-overlap-large": [of_pair("share 95 % of the smaller mask, 30 % at most expected", 95.0)]
    }


def test_overlaps_of_noise() -> None:
    """Masks with too many runs for their overlaps to be counted are an error, which names the contract's limit."""
    message = (
        "its masks have more than 16,777,216 runs of voxels together, and were not compared: they are noise, or the "
        "contract needs a larger reading.max_runs"
    )
    finding = Finding(case="s0001", message=message, expected=16_777_216)
    assert overlaps(replace(healthy_case(), overlaps_counted=False)) == {"masks-overlap-large": [finding]}
    for case in (merged_case(overlaps_counted=False), replace(healthy_case(), masks=(), overlaps_counted=False)):
        assert list(masks_overlap_large(case, small_contract())) == [finding]


def test_identical() -> None:
    """Two equal masks are one finding of one check, also where the pair may overlap."""
    message = "are the same: Dice coefficient 1, 0.95 at most expected"
    assert overlaps(overlapping("liver", "spleen", 8000)) == {"masks-identical": [of_pair(message, 100.0)]}
    assert list(overlaps(overlapping("kidney_cyst_left", "kidney_left", 8000))) == ["masks-identical"]


@pytest.mark.parametrize(
    ("voxels", "size", "checks"),
    [
        (100, 2000, []),  # 5 per cent
        (101, 2000, ["masks-overlap"]),
        (600, 2000, ["masks-overlap"]),  # 30 per cent
        (601, 2000, ["masks-overlap-large"]),
        (50, 60, []),  # 0.169 ml
        (51, 60, ["masks-overlap-large"]),
        (7600, 8000, ["masks-overlap-large"]),  # Dice 0.95
        (7601, 8000, ["masks-identical"]),
    ],
)
def test_limits_of_overlap(voxels: int, size: int, checks: list[str]) -> None:
    """The limits themselves belong to the lower severity."""
    assert list(overlaps(overlapping("liver", "spleen", voxels, size))) == checks


def test_allowed_overlap() -> None:
    """A pair that the contract allows may overlap, in whichever order it is written."""
    assert overlaps(overlapping("kidney_cyst_left", "kidney_left", 5000)) == {}
    assert overlaps(overlapping("kidney_left", "kidney_cyst_left", 5000)) == {}
    assert list(overlaps(overlapping("kidney_left", "liver", 5000))) == ["masks-overlap-large"]


@pytest.mark.parametrize(
    ("names", "meant", "found"),
    [
        (("kidney_left", "kidney_cyst_left"), ("", ""), 0),
        (("kidney_cyst_left", "kidney_left"), ("", ""), 0),
        (("Niere", "Zyste"), ("kidney_left", "kidney_cyst_left"), 0),  # allowed by what they are
        (("kidney_left", "kidney_cyst_left"), ("liver", "spleen"), 0),  # or by their own names
        (("Niere", "Leber"), ("kidney_left", "liver"), 1),
    ],
)
def test_pairs_that_may_overlap(names: tuple[str, str], meant: tuple[str, str], found: int) -> None:
    """By the names of both in the dataset, or by the anatomy that both are, in either order."""
    masks = tuple(healthy_mask(name, anatomy=anatomy) for name, anatomy in zip(names, meant, strict=True))
    case = replace(healthy_case(), masks=masks, overlaps=(Overlap(min(names), max(names), 4000),))
    assert sum(map(len, overlaps(case).values())) == found


def test_overlap_with_a_damaged_mask() -> None:
    """Where one of a pair cannot be trusted, its overlap cannot either."""
    case = healthy_case(healthy_mask("spleen", file=BROKEN), overlaps=(Overlap("liver", "spleen", 8000),))
    assert overlaps(case) == {}


@pytest.mark.parametrize("check", [masks_overlap, masks_overlap_large, masks_identical])
def test_label_maps_have_no_overlaps(check: Check[...]) -> None:
    """Regions of one file share voxels by definition; so nothing is judged."""
    case = merged_case(overlaps=(Overlap("liver", "spleen", 8000),))
    with pytest.raises(NotApplicable):
        list(check.function(case, small_contract()) if check.takes_contract else check.function(case))


def test_masks_that_are_all_the_same_are_one_finding() -> None:
    """One cause is one finding; two groups that have nothing in common are two."""
    names = [f"m{number}" for number in range(9)]
    pairs = [(a, b) for a, b in combinations(names, 2) if (a < "m6") == (b < "m6")]
    pairs.remove(("m0", "m5"))  # joined by the others
    overlaps = tuple(Overlap(a, b, 8000) for a, b in pairs)
    case = replace(healthy_case(*map(healthy_mask, names)), overlaps=overlaps)
    found = list(masks_identical(case, small_contract()))
    assert [finding.structures for finding in found] == [tuple(names[:6]), tuple(names[6:])]
    assert {finding.message for finding in found} == {"are the same: Dice coefficient 1, 0.95 at most expected"}


def test_what_is_the_same_leads_to_the_smaller_mask_of_the_first_pair() -> None:
    """Of three masks that are the same, each with a place of its own."""
    places = {name: (float(at), 0.0, 0.0) for at, name in enumerate(("m0", "m1", "m2"))}
    sizes = {"m0": 7900, "m1": 8000, "m2": 7950}
    masks = [healthy_mask(name, voxels=sizes[name], centroid_mm=place) for name, place in places.items()]
    pairs = (Overlap("m0", "m1", 7850), Overlap("m1", "m2", 7900))
    (finding,) = masks_identical(replace(healthy_case(*masks), overlaps=pairs), small_contract())
    assert (finding.structures, finding.spot) == (("m0", "m1", "m2"), masks[0].spot)
    assert (finding.observed, finding.message.partition(",")[0]) == (99.0, "are the same: Dice coefficient 0.987")
