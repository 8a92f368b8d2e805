"""Build the demo dataset: phantom cases, a few clean and the others damaged, with a list of the planted defects."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np

from segaudit.demo.phantom import (
    ABDOMEN_PELVIS,
    NECK,
    PELVIS,
    THORAX,
    THORAX_ABDOMEN,
    TRUNK,
    WHOLE_BODY,
    Field,
    make_case,
    write_case,
)
from segaudit.demo.plant import plant
from segaudit.demo.plants_tables import Row, read_rows, write_rows
from segaudit.demo.published import write_contract
from segaudit.demo.target import Planted, UnplantableError

COLUMNS = ("image_id", "age", "gender", "institute", "study_type", "split")

INSIDE = "mask_hollowed mask_riddled mask_slices_lost mask_with_hole mask_slices_moved mask_edges_random mask_stray"

PLAN: dict[str, tuple[Field, str]] = {
    "s0000": (WHOLE_BODY, "structure_never_present root_junk"),
    "s0001": (TRUNK, "duplicate_case"),
    "s0004": (THORAX_ABDOMEN, "meta_impossible_age spineless_organ_displaced stomach_exchanged"),
    "s0011": (THORAX, "meta_unlikely_age ct_below_air ct_slices_repeated"),
    "s0013": (ABDOMEN_PELVIS, "ct_truncated meta_unknown_study vertebrae_emptied"),
    "s0021": (THORAX_ABDOMEN, "vertebrae_merged ct_bitflip_midstream meta_age_missing"),
    "s0034": (
        TRUNK,
        "mask_crc_flip mask_second_member_corrupt mask_truncated mask_short mask_trailing_bytes ct_unsigned",
    ),
    "s0055": (
        TRUNK,
        "mask_zero_byte mask_lfs_pointer mask_html_page mask_dangling_link mask_promises_terabytes mask_header_invalid",
    ),
    "s0089": (
        TRUNK,
        "mask_shape_off_by_one mask_origin_shift_3vox wrong_spacing_mask mask_affine_not_finite mask_4d",
    ),
    "s0110": (ABDOMEN_PELVIS, "sform_not_orthonormal meta_stray_blank organ_enlarged ct_metal_wrapped"),
    "s0111": (THORAX, "sform_skewed meta_row_missing ct_slab_empty"),
    "s0144": (TRUNK, "qform_sform_disagree mask_empty_liver ct_box_empty mask_turned"),
    "s0233": (ABDOMEN_PELVIS, "wrong_spacing_case"),
    "s0245": (THORAX, "case_stored_lps meta_id_without_folder"),
    "s0300": (TRUNK, "case_flat"),
    "s0377": (TRUNK, "mask_outside_body mask_in_void mask_unpacked mask_shrunken"),
    "s0404": (ABDOMEN_PELVIS, "ct_int64 ct_patient_name vertebrae_exchanged mask_grown"),
    "s0480": (THORAX_ABDOMEN, "ct_nan organ_cut vessels_exchanged"),
    "s0511": (THORAX_ABDOMEN, "ct_hu_minus9758 ribs_miscounted organs_exchanged"),
    "s0610": (THORAX_ABDOMEN, "ct_constant_0"),
    "s0700": (ABDOMEN_PELVIS, "ct_clipped_0_255 side_cut"),
    "s0864": (TRUNK, f"{INSIDE} ct_crc_flip meta_duplicate_id mask_of_four_axes"),
    "s0987": (TRUNK, "mask_float32 mask_values_0_2 mask_fractional_07 mask_speck mask_in_pieces ct_series_interleaved"),
    "s0999": (THORAX, "all_masks_empty ct_slices_by_name"),
    "s1003": (TRUNK, "ct_missing masks_overlap masks_overlap_large masks_identical"),
    "s1110": (
        TRUNK,
        "kidneys_swapped mask_missing extra_unknown_mask junk_appledouble mask_twin mask_misnamed ct_slice_empty",
    ),
    "s1220": (TRUNK, "release_mixed"),
    "s1337": (WHOLE_BODY, "ct_upper_stored"),
    "s1401": (TRUNK, "tissue_too_dense mask_leaks organ_misplaced organ_displaced"),
    "s1402": (THORAX_ABDOMEN, "ct_offset_1024 ribs_mixed"),
    "s1403": (ABDOMEN_PELVIS, "ct_stack_break"),
    "s1404": (ABDOMEN_PELVIS, "slices_lost meta_wrong_study"),
    "s1405": (ABDOMEN_PELVIS, "case_upside_down"),
    "s1406": (TRUNK, "organs_mirrored"),
    "s1407": (THORAX, "near_duplicate"),
    "s1408": (THORAX, "near_duplicate_elsewhere"),
    "s1409": (PELVIS, "mr_for_ct"),
    "s1410": (PELVIS, "ct_flipped"),
    "s1411": (NECK, "ct_of_another"),
    "s1412": (ABDOMEN_PELVIS, "few_masks_moved"),
    "s1413": (PELVIS, "slices_bent"),
    "s1414": (NECK, "mask_moved bone_unseen"),
    "s1415": (NECK, "masks_moved"),
}
"""The field of view of each case, and the defects in the case or in its row of the metadata.

There is one defect per case, except where several files, or voxels and metadata, are damaged independently. Defects
that would hide others are left out: no metadata at all, and another number of cases than promised.
"""

MISPLACED = "s1337"
"""The case that is listed in a different split than when the splits were counted."""

README = """A phantom dataset in the layout of TotalSegmentator v1, written by segaudit.

dataset/       the cases and meta.csv
contract.toml  what the dataset promises; published/ has its published tables
planted.csv    every planted defect, with the check that has to find it

Audit it: segaudit audit dataset --contract contract.toml
"""


def build_demo(folder: Path) -> tuple[Planted, ...]:
    """Write dataset, contract, list of defects and a README into a folder, and return the list.

    The folder is created; the same version of segaudit always writes the same bytes.

    Raises:
        FileExistsError: it contains a dataset already.
    """
    root = folder / "dataset"
    write_dataset(root, {case: field for case, (field, _) in PLAN.items()})
    planted = [each for case, (_, names) in PLAN.items() for each in _plant_all(root, case, names)]
    splits = Counter({row["image_id"]: row["split"] for row in read_rows(root)[1]}.values())
    planted += [plant("meta_wrong_split", root, MISPLACED), *write_contract(folder, root, splits)]
    _write_list(folder / "planted.csv", planted)
    (folder / "README.txt").write_text(README, "utf-8")
    return tuple(planted)


def write_dataset(root: Path, scans: Mapping[str, Field]) -> None:
    """Write clean cases, each with the number in its id as seed, and ``meta.csv``.

    Raises:
        FileExistsError: one of the cases exists already.
    """
    for case, field in scans.items():
        write_case(root / case, make_case(int(case[1:]), field))
    write_rows(root, COLUMNS, [_row(case, field) for case, field in scans.items()])


def _row(case: str, field: Field) -> Row:
    """Return the metadata of a case."""
    rng = np.random.default_rng(int(case[1:]))
    age, gender, institute = rng.integers(20, 90), rng.choice(["f", "m"]), rng.choice(["A", "B", "C"])
    split = rng.choice(["train", "val", "test"], p=(0.6, 0.2, 0.2))
    cells = (case, str(age), str(gender), str(institute), field.study_type, str(split))
    return dict(zip(COLUMNS, cells, strict=True))


def _plant_all(root: Path, case: str, names: str) -> list[Planted]:
    """Plant independent defects: none in a structure that another one has damaged.

    Defects that this system cannot plant are left out: on Windows, links need a privilege.
    """
    planted: list[Planted] = []
    for name in names.split():
        taken = frozenset(structure for each in planted for structure in each.structure.split(", "))
        with suppress(UnplantableError):
            planted.append(plant(name, root, case, taken))
    return planted


def _write_list(path: Path, planted: list[Planted]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([field.name for field in fields(Planted)])
        writer.writerows(astuple(each) for each in planted)
