"""Checks of intensity: images that are no CT."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray

from segaudit.checks.intensity import ct_clipped
from segaudit.checks.intensity_scale import ct_rescaled
from segaudit.checks.intensity_units import ct_not_hounsfield
from segaudit.model import Case, Fault, Wrap
from segaudit.testing.records import healthy_case, healthy_ct, healthy_file
from segaudit.testing.tissues import ORGANS, body, case_of

HU = body()
FAT_BRIGHT = ((-1024, 5), (-900, 10), (-300, 60), (-100, 900), (-60, 850), (0, 500), (60, 320), (300, 120), (1500, 20))
"""What an MR image shows of what has so many HU."""


def mr() -> NDArray[np.float64]:
    """Return an MR image of the body: fat bright, bone and air dark, nothing negative."""
    hu, grey = zip(*FAT_BRIGHT, strict=True)
    grey_values = np.interp(HU, hu, grey) + np.random.default_rng(0).normal(0, 10, HU.shape)
    return np.asarray(grey_values.clip(0))


def pet() -> NDArray[np.float64]:
    """Return a PET image: hot spots, and little else."""
    return np.random.default_rng(0).gamma(0.5, 800, HU.shape)


def labels() -> NDArray[np.float64]:
    """Return a label map of the organs."""
    numbers = np.zeros(HU.shape)
    for number, (box, _) in enumerate(ORGANS.values(), 1):
        numbers[box] = number
    return numbers


def found_in(case: Case) -> list[str]:
    """Return the messages about a CT in other units, or about what is none."""
    assert case.ct is not None
    return [
        finding.message
        for found in (ct_not_hounsfield(case), ct_rescaled(case), ct_clipped(case.ct))
        for finding in found
    ]


@pytest.mark.parametrize("names", [tuple(ORGANS), ()], ids=["masks", "no-masks"])
def test_mr(names: tuple[str, ...]) -> None:
    """An MR image is one finding, with masks and without."""
    (message,) = found_in(case_of(mr(), *names))
    assert message.endswith("; expected Hounsfield units")


def test_pet_and_labels() -> None:
    """PET shows no fat, and a label map says what it is."""
    assert found_in(case_of(pet())) == [
        "only one voxel in a thousand is below 0; fat or air are below -60 HU; expected Hounsfield units"
    ]
    assert found_in(case_of(labels())) == [
        "a label map: 8 values from 0 to 7, each in whole regions; expected Hounsfield units"
    ]


def test_tissues() -> None:
    """Tissues where neither disease nor contrast medium puts them are named, if no line explains them."""
    wrong = np.where(HU < -500, 900.0 + HU % 97, HU + 400)
    (message,) = found_in(case_of(wrong, *ORGANS))
    assert message.startswith("no linear change of Hounsfield units has muscle at 444")


@pytest.mark.parametrize(("slope", "offset"), [(1, 0), (1, 1024), (0.5, 0), (-1, 0), (1, 100)])
def test_lines_are_rescaled(slope: float, offset: float) -> None:
    """Hounsfield units are none, and a linear change of them is another check's finding."""
    case = case_of(HU * slope + offset, *ORGANS)
    assert list(ct_not_hounsfield(case)) == []
    assert len(list(ct_rescaled(case))) == (slope != 1 or offset != 0)


def test_windows_are_clipped() -> None:
    """Grey values of a window are clipped, and no label map."""
    assert len(found_in(case_of(np.clip((HU + 160) / 400, 0, 1) * 255, *ORGANS))) == 1


@pytest.mark.parametrize("names", [tuple(ORGANS), ()], ids=["masks", "no-masks"])
@pytest.mark.parametrize("part", [np.s_[24:32, 10:30, 2:14], np.s_[:, :, 16:28], np.s_[8:20, 8:30, 2:14]])
def test_small_field(part: tuple[slice, ...], names: tuple[str, ...]) -> None:
    """Inside the liver, in a chest, and beside the spine, there is nothing that speaks against Hounsfield units."""
    whole = case_of(HU, *names)
    assert whole.ct is not None
    cut = case_of(HU[part])
    assert found_in(Case(case="s0001", ct=cut.ct, masks=whole.masks)) == []


def test_nothing_to_judge() -> None:
    """A case without a CT, or with an empty one, has no finding."""
    assert list(ct_not_hounsfield(healthy_case(ct=None))) == []
    assert list(ct_not_hounsfield(healthy_case(ct=healthy_ct(std=0.0)))) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, 1),
        ({"nonfinite": 1}, 0),
        ({"file": healthy_file("", faults=(Fault("corrupt", "CRC"),))}, 0),
        ({"wrap": Wrap(bits=12, seams=0.009, voxels=8, place=(3, 4, 5))}, 1),
        ({"wrap": Wrap(bits=12, seams=0.01, voxels=8, place=(3, 4, 5))}, 0),
    ],
    ids=["whole", "nonfinite", "damaged", "some-wrapped", "much-wrapped"],
)
def test_what_other_checks_report(changes: dict[str, object], found: int) -> None:
    """What is damaged, undefined in a voxel, or wrapped in much of it, is not judged; each by itself is enough."""
    case = case_of(np.where(HU < -500, 900.0 + HU % 97, HU + 400), *ORGANS)
    assert case.ct is not None
    dark = replace(case.ct, quantiles=(-100.0, *case.ct.quantiles[1:]))
    assert len(list(ct_not_hounsfield(replace(case, ct=replace(dark, **changes))))) == found
