"""Exchanged neighbours and misnamed processes on real cases."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from segaudit import contracts, layouts
from segaudit.checks.anatomy import sides_swapped
from segaudit.checks.anatomy_place import structure_displaced, structure_misplaced
from segaudit.checks.anatomy_pose import organs_mirrored
from segaudit.checks.anatomy_processes import vertebrae_processes_mixed
from segaudit.checks.anatomy_relations import structures_exchanged
from segaudit.checks.anatomy_size import volume_implausible, volume_unusual
from segaudit.checks.anatomy_spine import vertebrae_joined, vertebrae_mixed
from segaudit.demo.volume import Volume
from segaudit.measure import measure_case
from segaudit.model import Case, Contact, Geometry, Listing, Overlap
from tests.support.checked import found_by

CHECKS = (
    structures_exchanged,
    vertebrae_processes_mixed,
    organs_mirrored,
    sides_swapped,
    structure_displaced,
    structure_misplaced,
    vertebrae_joined,
    vertebrae_mixed,
    volume_implausible,
    volume_unusual,
)
CASES = {"s9001": "v1-example", "s0327": "v2-masks", "s0010": "", "s9104": ""}


@pytest.fixture(scope="module")
def cases(real_data: Path) -> dict[str, Case]:
    """Measure the real cases that show a trunk, as they are."""
    found = {}
    for name, folder in CASES.items():
        listing = layouts.discover(real_data / folder) if folder else _alone(real_data / name)
        found[name] = measure_case(listing.root, listing.cases[0])
    return found


def _alone(folder: Path) -> Listing:
    """List a case that lies among others."""
    listing = layouts.discover(folder.parent)
    return replace(listing, cases=tuple(each for each in listing.cases if each.case == folder.name))


def found(case: Case) -> list[tuple[str, str]]:
    """Return check and structures of each finding."""
    release = "totalsegmentator-v1" if "face" in case.structures else "totalsegmentator-v2"
    contract = replace(contracts.load(release), geometry=Geometry())
    return [(check, ", ".join(finding.structures)) for check, finding in found_by(CHECKS, case, contract)]


def exchanged(case: Case, one: str, other: str) -> Case:
    """Return a case in which two masks have each other's name."""
    new = {one: other, other: one}
    masks = (replace(mask, structure=new.get(mask.structure, mask.structure)) for mask in case.masks)
    contacts = (
        Contact(*_sorted(pair.first, pair.second, new), pair.area_mm2, pair.beside_mm2) for pair in case.contacts
    )
    overlaps = (Overlap(*_sorted(pair.first, pair.second, new), pair.voxels) for pair in case.overlaps)
    return replace(case, masks=tuple(masks), contacts=tuple(contacts), overlaps=tuple(overlaps))


def _sorted(one: str, other: str, new: dict[str, str]) -> tuple[str, str]:
    first, second = new.get(one, one), new.get(other, other)
    return min(first, second), max(first, second)


@pytest.mark.parametrize("name", CASES)
def test_silent_as_they_are(name: str, cases: dict[str, Case]) -> None:
    """Nothing is exchanged."""
    assert found(cases[name]) == []


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(
    "pair", [("aorta", "inferior_vena_cava"), ("liver", "spleen"), ("spleen", "stomach"), ("liver", "stomach")]
)
def test_exchanged(pair: tuple[str, str], name: str, cases: dict[str, Case]) -> None:
    """Two organs under each other's name are one finding, in 20 slices, too."""
    assert found(exchanged(cases[name], *pair)) == [("structures-exchanged", ", ".join(sorted(pair)))]


@pytest.mark.parametrize("name", ["s0327", "s0010"])
@pytest.mark.parametrize(
    "pair",
    [
        ("colon", "small_bowel"),
        ("iliac_artery_left", "iliac_vena_left"),
        ("duodenum", "pancreas"),
        ("prostate", "urinary_bladder"),
        ("adrenal_gland_right", "kidney_right"),
        ("gluteus_medius_left", "gluteus_minimus_left"),
    ],
)
def test_exchanged_elsewhere(pair: tuple[str, str], name: str, cases: dict[str, Case]) -> None:
    """So are vessels, bowel and muscles."""
    assert found(exchanged(cases[name], *pair)) == [("structures-exchanged", ", ".join(sorted(pair)))]


@pytest.mark.parametrize(
    "pair",
    [
        ("lung_upper_lobe_left", "lung_lower_lobe_left"),
        ("lung_upper_lobe_right", "lung_middle_lobe_right"),
        ("lung_middle_lobe_right", "lung_lower_lobe_right"),
        ("esophagus", "trachea"),
        ("heart", "pulmonary_vein"),
        ("aorta", "superior_vena_cava"),
    ],
)
def test_exchanged_in_the_chest(pair: tuple[str, str], cases: dict[str, Case]) -> None:
    """So is what lies in a chest."""
    assert found(exchanged(cases["s0327"], *pair)) == [("structures-exchanged", ", ".join(sorted(pair)))]


@pytest.mark.parametrize(
    ("name", "upper", "lower"),
    [("s0327", "T8", "T9"), ("s0327", "T11", "T12"), ("s0010", "T12", "L1"), ("s9001", "L1", "L2")],
)
def test_a_process_with_the_name_of_the_next(
    name: str, upper: str, lower: str, real_data: Path, tmp_path: Path
) -> None:
    """A spinous process, from behind its arch on, is in the mask of the vertebra below."""
    shutil.copytree(real_data / CASES[name] / name, tmp_path / name, copy_function=_link)
    masks = tmp_path / name / "segmentations"
    one, other = (masks / f"vertebrae_{level}.nii.gz" for level in (upper, lower))
    above, below = Volume.read(one), Volume.read(other)
    rows = np.nonzero(above.voxels.any(axis=(0, 2)))[0]
    middle = (above.voxels != 0).nonzero()[1].mean()
    process = (above.voxels != 0) & (np.arange(above.voxels.shape[1]) < middle - 0.5 * (middle - rows[0]))[:, None]
    for path, volume, voxels in (
        (one, above, (above.voxels != 0) & ~process),
        (other, below, (below.voxels != 0) | process),
    ):
        path.unlink()
        Volume.new(np.asfortranarray(voxels.astype(np.uint8)), volume.affine).write(path)
    listing = layouts.discover(tmp_path)
    assert found(measure_case(listing.root, listing.cases[0])) == [
        ("vertebrae-processes-mixed", f"vertebrae_{upper}, vertebrae_{lower}")
    ]


def _link(file: str, link: str) -> None:
    """Link a file instead of copying it."""
    Path(link).symlink_to(Path(file).resolve())
