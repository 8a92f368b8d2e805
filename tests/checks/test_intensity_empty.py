"""Checks of intensity: parts of a CT without an image."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy import ndimage

from segaudit.checks.intensity_empty import ct_box_empty, ct_part_empty, ct_slice_empty
from segaudit.model import Ct, Finding, NotApplicable
from segaudit.model.records import numbers
from segaudit.testing.records import healthy_ct
from tests.support.stacks import ct_of, scan

CHECKS = (ct_part_empty, ct_slice_empty, ct_box_empty)
AXIS_FIRST = np.diag([5.0, 5.0, 5.0, 1.0])[:, [2, 0, 1, 3]]


def found_in(ct: Ct) -> dict[str, list[Finding]]:
    """Return what each check finds, without those that find nothing."""
    found = {check.id: list(check(ct)) for check in CHECKS}
    return {name: findings for name, findings in found.items() if findings}


def holed(part: Any, value: float, seed: int = 0) -> NDArray[np.float64]:  # noqa: ANN401
    """Return a made scan with one value in a part of it."""
    voxels = scan(seed)
    voxels[part] = value
    return voxels


@pytest.mark.parametrize("value", [0, -1024, 77, 3000])
def test_slab(value: int) -> None:
    """Two slices of one value, whichever, are an error that names them; one is a warning."""
    ((finding,),) = found_in(ct_of(holed(np.s_[..., 20:22], value))).values()
    assert finding.message == f"no image in slices 20 to 21 ({value} HU); expected one in every slice of the body"
    assert (finding.observed, finding.expected, finding.spot and finding.spot.voxel) == (2, 0, (24, 22, 20))
    ((single,),) = found_in(ct_of(holed(np.s_[..., 20], value))).values()
    assert single.message == f"no image in slice 20 ({value} HU); expected one in every slice of the body"
    assert (single.observed, single.expected, single.spot and single.spot.voxel) == (value, None, (24, 22, 20))


def test_checks_of_slices() -> None:
    """A slab is one check's, a slice another's, and slices far from each other are the slab's."""
    parts = (np.s_[..., 20:22], np.s_[..., 20], np.s_[..., ::5])
    names = [list(found_in(ct_of(holed(part, 0)))) for part in parts]
    assert names == [["ct-part-empty"], ["ct-slice-empty"], ["ct-part-empty"]]
    (finding,) = ct_part_empty(ct_of(holed(parts[2], 0)))
    assert finding.spot
    assert finding.spot.voxel[2] == 5
    assert "slice 30 (0 HU) and 1 parts more" in finding.message


@pytest.mark.parametrize(("step", "more"), [(6, ""), (5, " and 1 parts more")])
def test_how_many_parts_are_named(step: int, more: str) -> None:
    """Six: here six from slice 6 on, or seven from slice 5 on."""
    (finding,) = ct_part_empty(ct_of(holed(np.s_[..., step::step], 0)))
    named = ", ".join(f"slice {step * part} (0 HU)" for part in range(1, 7))
    assert finding.message == f"no image in {named}{more}; expected one in every slice of the body"


def test_neighbours_of_other_values() -> None:
    """Two slices of one value each are two without an image, beside which others show the body."""
    voxels = holed(np.s_[..., 20], 0)
    voxels[..., 21] = 77
    ((finding,),) = found_in(ct_of(voxels)).values()
    assert finding.message.startswith("no image in slice 20 (0 HU), slice 21 (77 HU); ")
    assert finding.observed == 2


@pytest.mark.parametrize(("last", "inside"), [(21, "slices 20 to 21"), (20, "slice 20")])
def test_what_is_inside_and_an_end(last: int, inside: str) -> None:
    """They are one finding, which leads to the part, or the slice, inside."""
    voxels = holed(np.s_[..., :4], 0)
    voxels[..., 20 : last + 1] = 77
    ((finding,),) = found_in(ct_of(voxels)).values()
    assert finding.message.startswith(f"no image in {inside} (77 HU), slices 0 to 3 (0 HU) at an end; ")
    assert (finding.observed, finding.spot and finding.spot.voxel[2]) == (4 + last - 19, 20)


@pytest.mark.parametrize(("count", "found"), [(3, True), (2, False), (1, False)])
@pytest.mark.parametrize("value", [0, -1024])
@pytest.mark.parametrize("last", [False, True])
def test_ends(count: int, found: bool, value: int, last: bool) -> None:  # noqa: FBT001 - one of two
    """Three slices at an end that cut the body are an error; two are the rim of a resampled grid."""
    part = np.s_[..., -count:] if last else np.s_[..., :count]
    findings = found_in(ct_of(holed(part, value)))
    assert list(findings) == (["ct-part-empty"] if found else [])
    if found:
        assert f"({value} HU) at an end" in findings["ct-part-empty"][0].message


@pytest.mark.parametrize(("count", "found"), [(4, False), (5, True)])
@pytest.mark.parametrize("mm", [0.0, np.inf, np.nan])
def test_slices_without_a_distance(mm: float, count: int, found: bool) -> None:  # noqa: FBT001 - what is expected
    """Where the header states none, or one that is none, slices count as 1 mm apart."""
    ct = ct_of(holed(np.s_[..., :count], 0))
    assert ct.file.header
    for spacing in ((5.0, 5.0, mm), (5.0, 5.0)):
        header = replace(ct.file.header, spacing_mm=spacing)
        odd = replace(ct, file=replace(ct.file, header=header))
        assert bool(list(ct_part_empty(odd))) == found
    assert bool(list(ct_part_empty(replace(ct, file=replace(ct.file, header=None))))) == found


@pytest.mark.parametrize(("count", "found"), [(9, False), (10, True)])
def test_thin_slices(count: int, found: bool) -> None:  # noqa: FBT001 - what is expected
    """Those of 0.5 mm are 5 mm at an end if they are ten."""
    ct = ct_of(holed(np.s_[..., :count], 0))
    assert ct.file.header
    thin = replace(ct.file, header=replace(ct.file.header, spacing_mm=(5.0, 5.0, 0.5)))
    assert bool(list(ct_part_empty(replace(ct, file=thin)))) == found


@pytest.mark.parametrize(("lit", "share", "found"), [(1, 1.0, 1), (2, 0.5, 1), (2, 0.51, 0), (3, 0.5, 1), (3, 0.51, 0)])
@pytest.mark.parametrize("last", [False, True])
def test_ends_of_which_little_is_left(lit: int, share: float, found: int, *, last: bool) -> None:
    """Where there are not 10 mm deeper, the last slice that shows something is compared."""
    count = 40 - lit
    ct = ct_of(holed(np.s_[..., -count:] if last else np.s_[..., :count], 0))
    body = np.zeros(40)
    body[lit - 1 if last else count] = 0.3501
    body[0 if last else -1] = share
    slices = replace(ct.slices[0], body=body.astype("<f4").tobytes())
    assert len(list(ct_part_empty(replace(ct, slices=(slices,))))) == found


@pytest.mark.parametrize("value", [0, -1000])
def test_crown(value: int) -> None:
    """Beyond the crown of a head, and at the corners of a grid that was turned and padded, nothing is missing."""
    rng = np.random.default_rng(0)
    i, j, k = np.ogrid[:48, :44, :40]
    head = ((i - 24) / 18) ** 2 + ((j - 22) / 16) ** 2 + ((k - 10) / 18) ** 2 < 1
    crown = np.where(head, 40 + rng.normal(0, 12, head.shape), value)
    turned = ndimage.rotate(scan(), 20, axes=(1, 2), reshape=True, order=1, cval=value)
    for voxels in (crown, turned, ndimage.rotate(scan(), 20, axes=(0, 2), reshape=False, order=1, cval=value)):
        assert found_in(ct_of(voxels)) == {}


@pytest.mark.parametrize("value", [0, 100, -1024, -950])
def test_box(value: int) -> None:
    """A box in the body, of any value, is a warning that says where."""
    ((finding,),) = found_in(ct_of(holed(np.s_[18:28, 16:26, 15:22], value))).values()
    assert finding.message == (
        f"no image in a region of voxels 18 to 27, 16 to 25, 15 to 21: all are {value} HU; "
        "expected noise in every part of the body"
    )
    assert (finding.observed, finding.spot and finding.spot.voxel) == (value, (22, 20, 18))


@pytest.mark.parametrize(
    ("value", "length", "found"), [(0, 2, True), (0, 1, False), (-1024, 1, False), (-1024, 2, True)]
)
def test_small_box(value: int, length: int, found: bool) -> None:  # noqa: FBT001 - what is expected
    """A region that is 20 mm wide is one, a thinner one of a few cells is none."""
    assert bool(found_in(ct_of(holed(np.s_[18 : 18 + 2 * length, 16:26, 15:17], value)))) == found


@pytest.mark.parametrize("value", [-1024, 3071])
def test_gas_and_metal(value: int) -> None:
    """A round region of clipped gas, and metal, are no finding; a round one of another value is."""
    i, j, k = np.ogrid[:48, :44, :40]
    ball = (i - 23) ** 2 + (j - 21) ** 2 + (k - 20) ** 2 < 49
    assert found_in(ct_of(np.where(ball, value, scan()))) == {}
    rod = (abs(i - 23) < 6) & (abs(j - 21) < 6) & (abs(k - 20) < 16) & ball
    assert list(found_in(ct_of(np.where(rod, 10, scan())))) == ["ct-box-empty"]


def test_planes_along_another_axis() -> None:
    """Sagittal planes without an image are an error, and so is a slab across a stacking axis that comes first."""
    ((finding,),) = found_in(ct_of(holed(np.s_[20:24], 0))).values()
    assert finding.message.startswith("no image in planes of voxels 20 to 23, 0 to 43, 0 to 39: all are 0 HU")
    first = np.moveaxis(holed(np.s_[..., 20:23], 0), 2, 0)
    ((slab,),) = found_in(ct_of(first, AXIS_FIRST)).values()
    assert "slices 20 to 22 (0 HU)" in slab.message


@pytest.mark.parametrize("seed", range(3))
def test_healthy(seed: int) -> None:
    """Whole scans, crops, clipped air, air of one value, and limbs in air set to zero have no part without an image."""
    voxels = scan(seed)
    limbs = np.where(voxels < -500, 0, voxels)
    limbs[22:26] = 0
    limbs[:3, :3], limbs[-3:, :3] = 0, 0
    clipped, even = voxels.clip(-1000), np.where(voxels < -800, -1024, voxels)
    for healthy in (voxels, voxels[16:30, 16:30, :12], clipped, even):
        assert found_in(ct_of(healthy)) == {}


def test_without_noise() -> None:
    """A CT without noise is even everywhere, and no region of it is a hole."""
    levels = np.round(scan(noise_hu=0.0) / 10) * 10
    levels[18:28, 16:26, 15:22] = 0
    assert "ct-box-empty" not in found_in(ct_of(levels))


@pytest.mark.parametrize(
    ("before", "after", "found"), [(0.05, 0.05, 1), (0.04, 0.5, 0), (0.5, 0.04, 0), (0.5, 0.5, 1), (0.0, 0.5, 0)]
)
@pytest.mark.parametrize("end", [22, 24])
def test_body_beside_an_empty_slice(before: float, after: float, found: int, end: int) -> None:
    """A twentieth of the slices on both sides, whatever is farther away, and however many are empty."""
    ct = ct_of(holed(np.s_[..., 20:end], 0))
    body = numbers(ct.slices[0].body).copy()
    body[:20], body[end:], body[19], body[end] = 0.5, 0.5, before, after
    slices = replace(ct.slices[0], body=body.astype("<f4").tobytes())
    assert len(list(ct_part_empty(replace(ct, slices=(slices,))))) == found


@pytest.mark.parametrize(("mm", "deeper"), [(5.0, 2), (4.5, 3), (9.9, 2), (10.0, 1), (12.0, 1)])
@pytest.mark.parametrize("last", [False, True])
def test_body_deeper_inside(mm: float, deeper: int, *, last: bool) -> None:
    """An end that is empty cuts the body off if the slice beside it shows seven tenths of what is 10 mm deeper."""
    ct = ct_of(holed(np.s_[..., -5:] if last else np.s_[..., :5], 0))
    assert ct.file.header
    ct = replace(ct, file=replace(ct.file, header=replace(ct.file.header, spacing_mm=(5.0, 5.0, mm))))
    beside, step = (len(ct.slices[0]) - 6, -1) if last else (5, 1)
    for share, found in ((0.5, 1), (0.51, 0)):
        body = np.ones(len(ct.slices[0]))
        body[beside], body[beside + step * deeper] = 0.3501, share
        slices = replace(ct.slices[0], body=body.astype("<f4").tobytes())
        assert len(list(ct_part_empty(replace(ct, slices=(slices,))))) == found


def test_needs_an_image() -> None:
    """Nothing is said about a CT that shows nothing."""
    for check in CHECKS:
        with pytest.raises(NotApplicable):
            list(check(healthy_ct(std=0.0)))
