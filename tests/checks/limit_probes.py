"""For each limit of a check: a record at a limit that a contract sets, just below it and just above it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from msgspec import structs

from segaudit.contracts import load
from segaudit.model import Case, Contact, Contract, Mask, Metadata, Overlap, Structure
from segaudit.model.anatomy import Anatomy
from segaudit.model.deviations import NARROWEST, deviations
from segaudit.model.records import MaskFit
from segaudit.model.spine import Step
from segaudit.testing.bodies import RELEASE, body
from segaudit.testing.records import (
    STRUCTURES,
    empty_mask,
    healthy_case,
    healthy_ct,
    healthy_file,
    healthy_header,
    healthy_mask,
    small_contract,
)
from segaudit.testing.spines import rib, spine, spine_contract
from tests.checks.test_alignment import IN_AIR
from tests.checks.test_alignment_masks import LARGE, LIVER, RESIZED
from tests.checks.test_alignment_masks import case as fitting
from tests.checks.test_alignment_voxels import DISPLACED
from tests.checks.test_anatomy import swapped
from tests.checks.test_anatomy_spine import taken
from tests.checks.test_anatomy_tissue import contract as tissues
from tests.checks.test_anatomy_tissue import masked
from tests.checks.test_labels_inside import with_hole
from tests.checks.test_labels_presence import many
from tests.checks.test_metadata_anatomy import PELVIS, showing
from tests.checks.test_outliers import moved

SMALL, V2 = small_contract(), load("totalsegmentator-v2")
WITH_SPINE = small_contract(
    structures=(
        *STRUCTURES,
        Structure(name="vertebrae_L1", label=20, group="bone", below="vertebrae_L2"),
        Structure(name="vertebrae_L2", label=21, group="bone", above="vertebrae_L1"),
    )
)
PER_VOXEL_ML = healthy_mask().volume_ml / 8000

BELOW, ABOVE, FROM, UP_TO = (1, 0, 0), (0, 0, 1), (0, 1, 1), (1, 1, 0)
"""Whether a value just below a limit, at it and just above it is a finding."""


@dataclass(frozen=True)
class Probe:
    """What a limit is set to, and records around it."""

    key: str
    value: float
    found: tuple[int, int, int]
    record: Callable[[float], Any]
    """Makes a record with a value."""
    step: float
    """From the limit to the values on both sides of it."""
    contract: Contract = SMALL


def overlapping(voxels: float) -> object:
    """Return a case in which two masks of 8,000 voxels share voxels."""
    return healthy_case(overlaps=(Overlap("liver", "spleen", round(voxels)),))


def alone(mask: Mask) -> object:
    """Return a case with one mask."""
    return structs.replace(healthy_case(), masks=(mask,))


def never(cases: float) -> object:
    """Return a dataset of some cases without a spleen."""
    return many(round(cases), empty_mask("spleen"))


def in_view(structures: float) -> object:
    """Return a head scan that shows structures of the pelvis."""
    return showing(PELVIS[: round(structures)], study_type="ct head")


def aged(years: float) -> Metadata:
    """Return the metadata of a patient."""
    return Metadata(path="meta.csv", columns=("image_id", "age"), rows=(("s0001", f"{years:g}"),), lines=(2,))


def skewed(**changes: object) -> object:
    """Return a file with another header."""
    return healthy_file(header=healthy_header(**changes))


def fixed(
    key: str, limit: float, found: tuple[int, int, int], step: float, judged: tuple[object, Contract]
) -> list[Probe]:
    """Return probes that move the limit around the value of one record."""
    record, contract = judged
    offsets = zip((step, 0.0, -step), found, strict=True)
    return [Probe(key, limit + offset, (one,) * 3, lambda _: record, 0.0, contract) for offset, one in offsets]


def too_large(mm: float, voxels: float) -> MaskFit:
    """Return how the liver's mask fits if it is too large by so much."""
    return structs.replace(RESIZED, margin=structs.replace(LARGE, mm=-mm, voxels=-voxels, least_mm=-mm))


def step_of(case: Any, upper: str) -> Step:  # noqa: ANN401 (a case)
    """Return the step from a vertebra to the next one."""
    return next(step for step in Anatomy(case, spine_contract()).steps if step.upper.structure == f"vertebrae_{upper}")


def deviation(people: Any, column: str, narrowest: float) -> float:  # noqa: ANN401 (a dataset)
    """Return how far off the liver of s0007 is."""
    table = people.masks.pivot_table(index="case", columns="structure", values=column, aggfunc="first").astype(float)
    table = table[[name for name in table if name not in ("trachea", "iliac_artery_left", "iliac_artery_right")]]
    values = np.log(table.to_numpy()) if column == "volume_ml" else table.to_numpy()
    off = np.abs(deviations(values, narrowest))
    return float(off[list(table.index).index("s0007"), list(table).index("liver")])


def outliers() -> list[Probe]:
    """Return the probes of the checks of outliers."""
    probes = []
    for check, column, value in (
        ("volume-outlier", "volume_ml", 1000.0),
        ("hu-outlier", "hu_median", 400.0),
        ("position-outlier", "depth_mm", 640.0),
    ):
        one = moved(column, value)
        two = moved(column, value * 1.01, people=one, case="s0008")
        off = deviation(one, column, NARROWEST[column.replace("volume_ml", "log_ml")])
        probes += fixed(f"{check}.deviations", off, ABOVE, 1e-6, (one, WITH_SPINE))
        probes += fixed(f"{check}.cases", 40, FROM, 1, (one, WITH_SPINE))
        probes += fixed(f"{check}.tail", 2 / 40, UP_TO, 1e-6, (two, WITH_SPINE))
    return probes


def vertebrae() -> list[Probe]:
    """Return the probes of the checks of vertebrae, whose measurements are derived."""
    contract, mixed, joined = spine_contract(), taken("L1", "L2"), taken("L1", "L2", 40.0, 40.0)
    gap = spine(*(empty_mask(name) for name in ("vertebrae_T12",)))
    return [
        *fixed("vertebrae-gap.distance_ratio", step_of(gap, "T11").relative, ABOVE, 1e-6, (gap, contract)),
        *fixed("vertebrae-mixed.section", step_of(mixed, "L1").section, FROM, 1e-6, (mixed, contract)),
        *fixed("vertebrae-mixed.volume_ratio", step_of(mixed, "L1").inequality, FROM, 1e-6, (mixed, contract)),
        *fixed("vertebrae-joined.section", step_of(joined, "L1").section, FROM, 1e-6, (joined, contract)),
    ]


def beside(margin_mm: float) -> object:
    """Return a case without a left scapula: the mirror image of the box around the right one is that far inside.

    The right one's centre is 120 mm to the right of the spine, its box 20 mm around it, and the face 300 mm away.
    """
    return body(without=["scapula_left"], moved={"scapula_right": (0.0, 160.0 - margin_mm, 0.0)})


def hole(ml: float, mask_ml: float) -> Mask:
    """Return a mask of 100,000 voxels with a hole."""
    voxels = 100_000
    return structs.replace(with_hole(round(voxels * ml / mask_ml)), voxels=voxels, volume_ml=mask_ml)


def wide(highest_hu: float) -> Case:
    """Return a CT of a field of view of 216 x 180 mm that has no higher value."""
    header = healthy_header(dtype="int16", spacing_mm=(3.6, 3.6, 1.5))
    return healthy_case(ct=healthy_ct(maximum=highest_hu, high=None, file=healthy_file("", header=header)))


def touching(mm2: float) -> Case:
    """Return a case in which two ribs of a side touch."""
    return spine(contacts=(Contact(rib("left", 7), rib("left", 8), mm2),))


PROBES = (
    Probe("masks-overlap.share", 0.2, ABOVE, lambda share: overlapping(8000 * share), 1 / 8000),
    Probe(
        "masks-overlap.volume_ml", 600 * PER_VOXEL_ML, ABOVE, lambda ml: overlapping(ml / PER_VOXEL_ML), PER_VOXEL_ML
    ),
    Probe("masks-overlap-large.share", 0.5, ABOVE, lambda share: overlapping(8000 * share), 1 / 8000),
    Probe(
        "masks-overlap-large.volume_ml",
        3000 * PER_VOXEL_ML,
        ABOVE,
        lambda ml: overlapping(ml / PER_VOXEL_ML),
        PER_VOXEL_ML,
    ),
    Probe("masks-identical.dice", 0.75, ABOVE, lambda dice: overlapping(8000 * dice), 1 / 8000),
    Probe("mask-tiny.volume_ml", 0.5, BELOW, lambda ml: alone(healthy_mask(volume_ml=ml)), 0.01),
    Probe("mask-tiny.volume_ml", 0.01, BELOW, lambda ml: alone(healthy_mask(volume_ml=ml)), 0.001),
    Probe("mask-in-void.share", 0.1, ABOVE, lambda share: healthy_case(healthy_mask(void_share=share)), 0.001),
    Probe(
        "mask-outside-body.share",
        0.1,
        ABOVE,
        lambda share: healthy_case(healthy_mask(outside_body_share=share, hu=IN_AIR)),
        0.001,
    ),
    Probe("mask-leaks.hu", -100.0, BELOW, lambda hu: healthy_case(masked("liver", 50, hu)), 1.0, tissues()),
    Probe(
        "mask-leaks.volume_ml",
        50.0,
        FROM,
        lambda ml: healthy_case(masked("liver", 50, -600, volume_ml=ml)),
        1.0,
        tissues(),
    ),
    Probe("ct-range.bone_hu", 500.0, BELOW, wide, 1.0),
    Probe("sides-swapped.vessel_mm", 40.0, FROM, lambda mm: healthy_case(*swapped("iliac_artery", x=mm / 2)), 0.1),
    Probe("ribs-mixed.contact_mm2", 60.0, FROM, touching, 0.1, spine_contract()),
    Probe("sex-contradicted.volume_ml", 12.0, FROM, lambda ml: showing(["prostate"], volume=ml, gender="f"), 0.1, V2),
    Probe("meta-implausible.least_age", 18, BELOW, aged, 1, V2),
    Probe("meta-implausible.most_age", 80, ABOVE, aged, 1, V2),
    Probe("mask-never-present.cases", 5, FROM, never, 1),
    Probe("study-contradicted.structures", 2, FROM, in_view, 1, V2),
    Probe("header-text.digits", 5, ABOVE, lambda digits: healthy_file(gzip_name=f"ct_{'7' * round(digits)}.nii"), 1),
    Probe("affine-skewed.skew", 5e-5, ABOVE, lambda skew: skewed(nonorthonormality=skew), 1e-6),
    Probe("affine-skewed.skew", 2e-6, ABOVE, lambda skew: skewed(nonorthonormality=skew), 1e-7),
    Probe("affine-ambiguous.corner_mm", 1.0, ABOVE, lambda mm: skewed(ambiguity_mm=mm), 0.01),
    Probe("affine-ambiguous.corner_mm", 0.02, ABOVE, lambda mm: skewed(ambiguity_mm=mm), 0.001),
    Probe("mask-cavity.volume_ml", 2.0, FROM, lambda ml: healthy_case(hole(ml, 200.0)), 0.01),
    Probe("mask-cavity.volume_ml", 0.2, FROM, lambda ml: healthy_case(hole(ml, 200.0)), 0.01),
    Probe("mask-cavity.small_volume_ml", 0.2, FROM, lambda ml: healthy_case(hole(ml, 80.0)), 0.008),
    Probe("sides-unequal.margin_mm", 60.0, FROM, beside, 2.0, RELEASE),
    *fixed("mask-displaced.mm", 6.0, ABOVE, 0.1, (fitting(LIVER), SMALL)),
    Probe("mask-size-differs.mm", 4.0, FROM, lambda mm: fitting(too_large(mm, mm)), 0.1, SMALL),
    Probe("mask-size-differs.mm", 1.0, FROM, lambda mm: fitting(too_large(mm, 1.5)), 0.1, SMALL),
    Probe("mask-size-differs.voxels", 2.0, FROM, lambda voxels: fitting(too_large(5.0, voxels)), 0.1, SMALL),
    Probe("mask-size-differs.voxels", 0.5, FROM, lambda voxels: fitting(too_large(5.0, voxels)), 0.1, SMALL),
    *fixed("masks-displaced.mm", 6.8, ABOVE, 0.1, (DISPLACED, SMALL)),
    *vertebrae(),
    *outliers(),
)
