"""The defect bench: hosts are healthy, severe effects are found, mild ones and healthy variants give no finding."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from benchmarks.bench.bodies import moved
from benchmarks.bench.effects import EFFECTS, LEVELS, Effect
from benchmarks.bench.health import FalseFinding, Health, examine
from benchmarks.bench.healthy import FITTING, healthy
from benchmarks.bench.hosts import Host, hosts
from benchmarks.bench.ladder import Result, climb
from benchmarks.bench.page import class_of, page, sheet
from benchmarks.bench.variants import cropped, enlarged, resampled, reversed_along, turned, with_l6
from benchmarks.bench.volumes import Volumes
from scipy import ndimage

import segaudit
from segaudit.demo.plant import DEFECTS
from segaudit.model import Severity

BY_NAME = {effect.defect.name: effect for effect in EFFECTS}

FOUND_AT = {
    "mask_speck": 0.1,
    "ct_offset_1024": 60,
    "mask_leaks": 0.06,
    "masks_overlap": 0.06,
    "ct_slices_repeated": 1,
    "ct_upper_offset": 60,
    "ct_slices_by_name": None,
    "kidneys_swapped": None,
    "vertebrae_exchanged": None,
}
"""The smallest effect that is found in the phantom, for a few defects."""

SILENT = (
    "10% at the head",
    "30% at the feet",
    "15 degrees about x",
    "20 HU",
    "venous",
    "xyz",
    "kidney_left",
    "six lumbar vertebrae",
    "5 degrees about z",
    "1.2 voxels",
    "abdomen 30 mm higher",
    "80 HU",
    "slices of 5 mm",
    "liver 60 HU darker",
    "no fat within 4 mm of a structure",
)
"""Variants in which nothing is found, by name."""


@pytest.fixture(scope="module")
def phantom(tmp_path_factory: pytest.TempPathFactory) -> Host:
    """Return the phantom alone."""
    return next(hosts(None, tmp_path_factory.mktemp("hosts")))


@pytest.fixture(scope="module")
def case(phantom: Host) -> Volumes:
    """Return the phantom's case in memory."""
    return Volumes.load(phantom.dataset / phantom.cases[-1])


@pytest.mark.parametrize("name", FOUND_AT)
def test_smallest_effect(name: str, phantom: Host) -> None:
    """Effects milder than the smallest one are not found; a defect without severity is found."""
    result = climb(phantom, BY_NAME[name])
    assert (result.outcome, result.smallest) == ("found", FOUND_AT[name])


def test_real_anatomy(real_data: Path, tmp_path: Path) -> None:
    """The v1 example is healthy except for its divided pancreas, and an offset of 100 HU is found in it."""
    _, host = islice(hosts(real_data, tmp_path), 2)
    root, contract = host.lay_out(tmp_path / "untouched")
    report = segaudit.audit(root, contract, workers=1)
    found = {
        (finding.check, finding.structures) for finding in report.findings if finding.severity is not Severity.INFO
    }
    assert found == {("mask-fragmented", ("pancreas",))}
    effect = BY_NAME["ct_offset_1024"]
    assert climb(host, Effect(effect.defect, "HU", (20, 100))).smallest == 100


@pytest.mark.parametrize("name", SILENT)
def test_healthy_variant(name: str, phantom: Host) -> None:
    """Nothing is found in a healthy variant that is not found in the phantom itself."""
    variant = next(variant for variant in healthy(phantom.spacing_mm) if variant.name == name)
    assert examine(phantom, variant).findings == ()


def test_hosts_are_healthy(phantom: Host, tmp_path: Path) -> None:
    """An audit of the phantom finds nothing."""
    root, contract = phantom.lay_out(tmp_path / "untouched")
    assert segaudit.audit(root, contract, workers=1).findings == ()


def test_every_defect_is_planted() -> None:
    """Each defect has an effect, and each severity a defect."""
    assert [effect.defect for effect in EFFECTS] == list(DEFECTS)
    assert set(LEVELS) <= set(BY_NAME)


def test_class_of_a_check() -> None:
    """The first class that names a check is its own, as evidence or beside it; some are of none."""
    checks = ("ribs-order", "ct-rescaled", "affine-ambiguous", "mask-dtype", "header-text")
    assert [class_of(check) for check in checks] == [
        "LABEL_ORDER", "HU_RESCALED", "AFFINE_MISMATCH", "MASK_VALUE", ""
    ]  # fmt: skip


def test_case_in_memory_is_the_case_on_disk(case: Volumes, phantom: Host, tmp_path: Path) -> None:
    """A case that is read and written is the same case."""
    case.save(tmp_path / "s0001")
    again = Volumes.load(tmp_path / "s0001")
    assert np.array_equal(again.ct, case.ct)
    assert (again.sets, again.structures) == (case.sets, case.structures)
    assert np.array_equal(again.labels, case.labels)
    assert np.array_equal(again.affine, Volumes.load(phantom.dataset / "s0001").affine)


def test_geometry_moves_nothing_in_the_world(case: Volumes) -> None:
    """Cropped, resampled or reversed, the liver's centre stays; in an oblique scan it turns about the origin."""
    here = centre(case)
    for changed in (
        cropped(case, "right", 0.1),
        cropped(case, "feet", 0.1),
        reversed_along(case, "xyz"),
        resampled(case, (2.5, 2.5, 2.5)),
    ):
        assert np.abs(centre(changed) - here).max() < 1
    assert np.isclose(np.linalg.norm(centre(turned(case, "x", 10))), np.linalg.norm(here))


def centre(case: Volumes) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return the liver's centre of mass, mm."""
    voxel = np.argwhere(case.mask("liver")).mean(axis=0)
    return np.asarray(case.affine[:3, :3] @ voxel + case.affine[:3, 3])


def test_six_lumbar_vertebrae(case: Volumes) -> None:
    """The last one has no mask, and the one above it is called L5."""
    changed = with_l6(case)
    assert np.array_equal(changed.mask("vertebrae_L5"), case.mask("vertebrae_L4"))
    assert np.array_equal(changed.mask("rib_left_12"), case.mask("rib_left_11"))


def test_large_organ_is_one_inside_of_the_ribs(case: Volumes) -> None:
    """A liver grows in one piece, and not out between the ribs: none of them lies beside what it gained."""
    large = enlarged(case, "liver", 0.6)
    gained = large.mask("liver") & ~case.mask("liver")
    cage = case.mask(*(name for name in case.structures if name.startswith("rib_")))
    assert gained.sum() > 0.1 * case.mask("liver").sum()
    assert ndimage.label(large.mask("liver"), np.ones((3, 3, 3)))[1] == 1
    assert not (ndimage.binary_dilation(cage) & gained).any()


def test_moved_organ_takes_along_what_it_encloses(case: Volumes) -> None:
    """An adrenal gland that the phantom's liver encloses stays in it."""
    higher = moved(case, ("liver",), (0, 0, 30))
    assert np.array_equal(higher.mask("adrenal_gland_right")[..., 6:], case.mask("adrenal_gland_right")[..., :-6])


def test_page() -> None:
    """A row for each defect with its class, a cell for each host, a line for each false finding."""
    results = [
        Result("mask-tiny", "mask_speck", "phantom", "ml left", "found", 0.1, "Of a mask, a speck is left."),
        Result("mask-tiny", "mask_speck", "s0327", "ml left", "not found", None, "Of a mask, a speck is left."),
    ]
    false = FalseFinding("warning", "mask-fragmented", "spleen", "2 pieces")
    text = page(results, [Health("noise", "10 HU", "phantom", (false,))])
    assert "| MASK_TINY | `mask-tiny` | Of a mask, a speck is left. | ml left | 0.1 | no |" in text
    assert "| noise | 1 | 0 | 1 | 0 |\n| all | 1 | 0 | 1 | 0 |" in text
    assert "- `mask-fragmented`, warning: 1 findings in 1 audits\n  - phantom, noise, 10 HU: spleen" in text
    assert sheet(results).splitlines()[2] == 'mask-tiny,mask_speck,s0327,ml left,no,"Of a mask, a speck is left."'


def test_variant_is_named_once() -> None:
    """No two variants have the same group and name."""
    named = [(variant.group, variant.name) for variant in healthy(1.5)]
    assert len(named) == len(set(named))
    assert set(FITTING) < {group for group, _ in named}
