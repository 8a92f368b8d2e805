"""Spines and ribs of real cases: as they are, with other names, and with bodies that two masks share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray

from segaudit.checks.anatomy_ribs import ribs_order
from segaudit.checks.anatomy_spine import vertebrae_gap, vertebrae_joined, vertebrae_mixed, vertebrae_order
from segaudit.contracts import load
from segaudit.measure import measure_case
from segaudit.model import Case
from segaudit.testing.spines import RIBS, renumbered, rib, shifted, vertebra
from segaudit.testing.volumes import Made, listed, measured
from tests.support.checked import found_by

CONTRACT = load("totalsegmentator-v2")
CHECKS = (vertebrae_order, vertebrae_gap, vertebrae_mixed, vertebrae_joined, ribs_order)
NAMES = [level.name for level in CONTRACT.spine]
LUMBAR = ("L1", "L2", "L3", "L4", "L5")

Masks = dict[str, NDArray[np.bool_]]


@pytest.fixture(scope="module")
def s0327(real_data: Path) -> Case:
    """Return the vertebrae and ribs of s0327, 1.5 mm, T3 to S1 complete."""
    files = listed(real_data / "v2-masks", "s0327")
    bones = {name: path for name, path in files.masks.items() if name.startswith(("vertebrae", "rib"))}
    return measure_case(real_data / "v2-masks", replace(files, masks=bones))


@pytest.fixture(scope="module")
def lumbar(real_data: Path) -> tuple[Masks, NDArray[Any]]:
    """Return L1 to L5 of the v1 example, 3 mm, and their affine."""
    folder = real_data / "v1-example" / "s9001" / "segmentations"
    images = {name: nib.Nifti1Image.from_filename(folder / f"{name}.nii.gz") for name in map(vertebra, LUMBAR)}
    affine = images[vertebra("L1")].affine
    return {name: np.asarray(image.dataobj) > 0 for name, image in images.items()}, affine


def found(case: Case) -> list[tuple[str, str]]:
    """Return check and structure of all findings."""
    return [(check, ", ".join(finding.structures)) for check, finding in found_by(CHECKS, case, CONTRACT)]


def split(masks: Masks, giver: str, taker: str, share: float) -> Masks:
    """Give a share of a body's height, on the side of the taker, to the taker; an arch above or below goes with it."""
    points = np.argwhere(masks[giver])
    body = points[points[:, 1] >= points[:, 1].mean(), 2]
    low, high = np.percentile(body, [3, 97])
    heights = np.arange(masks[giver].shape[2])
    upwards = np.argwhere(masks[taker])[:, 2].mean() > points[:, 2].mean()
    taken = heights > high - share * (high - low) if upwards else heights < low + share * (high - low)
    return masks | {giver: masks[giver] & ~taken, taker: masks[taker] | (masks[giver] & taken)}


def write(folder: Path, masks: Masks, affine: NDArray[Any]) -> Case:
    """Write masks and measure them."""
    return measured(folder, **{name: Made(mask.astype(np.uint8), affine) for name, mask in masks.items()})


def test_untouched(s0327: Case, lumbar: tuple[Masks, NDArray[Any]], tmp_path: Path) -> None:
    """Both real spines give nothing."""
    assert found(s0327) == found(write(tmp_path, *lumbar)) == []


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
@pytest.mark.parametrize(("giver", "taker"), [("L3", "L2"), ("L3", "L4")])
def test_body_shared_by_two(
    lumbar: tuple[Masks, NDArray[Any]], giver: str, taker: str, share: float, tmp_path: Path
) -> None:
    """A quarter, half or three quarters of a body in its neighbour's mask are found, and nothing else is said."""
    masks, affine = lumbar
    case = write(tmp_path, split(masks, vertebra(giver), vertebra(taker), share), affine)
    both = ", ".join(vertebra(level) for level in LUMBAR if level in {giver, taker})
    assert found(case) == [("vertebrae-mixed", both)]


def test_two_vertebrae_in_one_mask(lumbar: tuple[Masks, NDArray[Any]], tmp_path: Path) -> None:
    """Two bodies in the mask of L2, with the names going on below."""
    masks, affine = lumbar
    l1, l2, l3, l4, l5 = masks.values()
    names = (vertebra(level) for level in LUMBAR)
    case = write(tmp_path, dict(zip(names, (l1, l2 | l3, l4, l5, np.zeros_like(l5)), strict=True)), affine)
    assert found(case) == [("vertebrae-mixed", vertebra("L2"))]


@pytest.mark.parametrize("at", range(NAMES.index("vertebrae_T3"), NAMES.index("vertebrae_L5")))
def test_two_vertebrae_exchanged(s0327: Case, at: int) -> None:
    """Any two complete neighbours are found."""
    one, other = NAMES[at : at + 2]
    assert found(renumbered(s0327, {one: other, other: one})) == [("vertebrae-order", f"{one}, {other}")]


@pytest.mark.parametrize("level", ["T5", "T9", "L2"])
def test_unlabelled_vertebra(s0327: Case, level: str) -> None:
    """A vertebra without a label, with the names going on, leaves a gap."""
    at = NAMES.index(vertebra(level))
    assert found(renumbered(s0327, shifted(NAMES, at + 1, -1))) == [
        ("vertebrae-gap", ", ".join(NAMES[at - 1 : at + 1]))
    ]


@pytest.mark.parametrize("level", ["T5", "T9"])
def test_names_that_skip_two_levels(s0327: Case, level: str) -> None:
    """Two levels without a vertebra are a gap; mask-expected reports a single one."""
    at = NAMES.index(vertebra(level))
    assert found(renumbered(s0327, shifted(NAMES, at, 2))) == [("vertebrae-gap", ", ".join(NAMES[at : at + 2]))]
    assert found(renumbered(s0327, shifted(NAMES, at, 1))) == []


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("number", range(3, 12))
def test_two_ribs_exchanged(s0327: Case, side: str, number: int) -> None:
    """Any two neighbours are found, short ones at the end of the cage too."""
    one, other = rib(side, number), rib(side, number + 1)
    assert found(renumbered(s0327, {one: other, other: one})) == [("ribs-order", f"{one}, {other}")]


@pytest.mark.parametrize("by", [1, -1])
@pytest.mark.parametrize("side", ["left", "right"])
def test_ribs_of_a_side_off_by_one(s0327: Case, side: str, by: int) -> None:
    """A side whose ribs all have their neighbours' numbers gives one finding."""
    ((check_id, structure),) = found(renumbered(s0327, shifted([rib(side, number) for number in RIBS], 0, by)))
    assert check_id == "ribs-order"
    assert structure.split(", ") == [rib(side, number) for number in range(3, 13 + min(by, 0))]
