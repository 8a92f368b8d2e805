"""Each planted defect changes the files that it names and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from segaudit.demo.build import write_dataset
from segaudit.demo.phantom import ABDOMEN_PELVIS
from segaudit.demo.plant import DEFECTS, plant
from segaudit.demo.plants_names import V1_ONLY, V2_ONLY
from segaudit.demo.plants_tables import read_rows
from segaudit.demo.target import Defect, Planted, UnplantableError
from tests.support.phantoms import Bench, load, shown, shown_in_the_upper_half

ELSEWHERE = {"meta_wrong_sex", "meta_wrong_study"}
"""Defects that cannot be planted in a phantom of the trunk: it has no prostate, and shows the neck."""

CASE_DEFECTS = [defect for defect in DEFECTS if defect.scope == "case" and defect.name not in ELSEWHERE]
EVERY_VOLUME = frozenset(
    {"wrong_spacing_case", "case_stored_lps", "case_flat", "sform_not_orthonormal", "sform_skewed"}
)
EVERY_VOLUME |= {"slices_lost", "slices_uneven"}
EVERY_SHOWN = frozenset({"case_upside_down", "case_back_to_front"})
CT_ALONE = frozenset({"mask_in_void", "tissue_too_dense", "mask_leaks", "organ_denser"})
CT_ALONE |= {"ct_flipped", "ct_of_another", "slices_bent", "bone_unseen"}
EVERY_MASK = frozenset({"all_masks_empty", "masks_moved", "few_masks_moved"})
PAIRS = frozenset({"vertebrae_exchanged", "vertebrae_emptied", "vertebrae_mixed", "vertebrae_joined", "ribs_mixed"})
PAIRS |= {"vessels_exchanged", "organs_exchanged", "stomach_exchanged", "process_misnamed"}
MOST_MASKS = frozenset({"masks_hollowed", "masks_riddled", "masks_slices_lost", "masks_slices_moved"})
MOVED = frozenset({"organ_misplaced", "organ_displaced", "organ_shifted", "spineless_organ_displaced"})


def expected_changes(defect: Defect, bench: Bench, planted: Planted) -> set[str]:
    """Return the files that a defect of a case may touch."""
    case, masks = planted.case, f"{planted.case}/segmentations"
    volumes = {path for path in bench.files if path.startswith(f"{case}/")}
    filled, changed = volumes & shown(bench.source), bench.changes()
    special = {
        "ct_missing": {f"{case}/ct.nii.gz"},
        "mask_missing": {f"{masks}/{planted.structure}.nii.gz"},
        "mask_misnamed": {planted.file, f"{masks}/{planted.structure}.nii.gz"},
        **{name: {f"{case}/ct.nii.gz"} for name in CT_ALONE},
        "kidneys_swapped": {f"{masks}/kidney_left.nii.gz", f"{masks}/kidney_right.nii.gz"},
        "release_mixed": {f"{masks}/{name}.nii.gz" for name in V1_ONLY + V2_ONLY},
        **dict.fromkeys(EVERY_MASK, filled - {f"{case}/ct.nii.gz"}),
        **dict.fromkeys(EVERY_VOLUME, volumes),
        **dict.fromkeys(MOST_MASKS, filled & changed - {f"{case}/ct.nii.gz"}),
        **dict.fromkeys(EVERY_SHOWN, filled),
        "ct_stack_break": filled & shown_in_the_upper_half(bench.source),
        "organs_mirrored": filled & changed,  # some are symmetric
        **{name: {f"{masks}/{each}.nii.gz" for each in planted.structure.split(", ")} for name in PAIRS},
        "vertebra_unnamed": {f"{masks}/vertebrae_L{level}.nii.gz" for level in range(3, 6)},
        "vertebrae_merged": {f"{masks}/vertebrae_L{level}.nii.gz" for level in range(2, 6)},
        "ribs_miscounted": {path for path in filled if "/rib_left_" in path},
    }
    if defect.name == "mask_stray":
        return {planted.file, *gave_way(bench)}
    if defect.name == "organ_enlarged":
        return {planted.file, f"{case}/ct.nii.gz"}
    if defect.name in MOVED:
        return {planted.file, f"{case}/ct.nii.gz", *gave_way(bench)}
    return special.get(defect.name, {planted.file})


def gave_way(bench: Bench) -> set[str]:
    """Return the masks that lost voxels and gained none."""
    masks = {path for path in bench.changes() if path in bench.files and "/segmentations/" in path}
    before_after = {path: (load(bench.source / path), load(bench.root / path)) for path in masks}
    return {path for path, (old, new) in before_after.items() if old.shape == new.shape and np.all(new <= old)}


@pytest.mark.parametrize("defect", CASE_DEFECTS, ids=lambda defect: defect.name)
def test_defect_changes_the_files_it_names(defect: Defect, dataset: Path, bench: Bench) -> None:
    """A defect changes what it names and nothing else."""
    planted = plant(defect.name, dataset, "s0001")
    assert (planted.case, planted.check, planted.note) == ("s0001", defect.check, defect.description)
    assert bench.changes() == expected_changes(defect, bench, planted)


@pytest.mark.parametrize("defect", [d for d in DEFECTS if d.scope == "dataset"], ids=lambda defect: defect.name)
def test_defect_of_the_dataset_changes_what_it_names(defect: Defect, clean: Path, tmp_path: Path) -> None:
    """A defect of the metadata changes only the table; the others change what their names say."""
    bench = Bench(clean, tmp_path / "dataset")
    planted = plant(defect.name, bench.root, "s0001")
    of_case = {path for path in bench.files if path.startswith("s0001/")}
    copy = {"meta.csv", *(path.replace("s0001", "s0002") for path in of_case)}
    special = {
        **dict.fromkeys(("duplicate_case", "near_duplicate", "near_duplicate_elsewhere"), copy),
        "meta_missing": {"meta.csv"},
        "case_dropped": {"meta.csv", *of_case},
        "structure_never_present": {path for path in bench.files if path.endswith("/gallbladder.nii.gz")},
    }
    assert bench.changes() == (special.get(defect.name) or expected_changes(defect, bench, planted))


def test_metadata_defects(clean: Path, tmp_path: Path) -> None:
    """Each defect of the metadata changes one cell or one row."""
    columns, rows = read_rows(clean)
    row, other = rows
    expected: dict[str, list[dict[str, str]]] = {
        "meta_id_without_folder": [row, {**row, "image_id": "s1999"}, other],
        "meta_row_missing": [other],
        "meta_duplicate_id": [row, row, other],
        "meta_impossible_age": [{**row, "age": "187"}, other],
        "meta_unlikely_age": [{**row, "age": "112"}, other],
        "meta_age_missing": [{**row, "age": ""}, other],
        "meta_unknown_study": [{**row, "study_type": "ct toracks"}, other],
        "meta_stray_blank": [{**row, "study_type": f"{row['study_type']} "}, other],
        "meta_wrong_split": [{**row, "split": "val" if row["split"] == "train" else "train"}, other],
    }
    for name, table in expected.items():
        (tmp_path / name).mkdir()
        shutil.copyfile(clean / "meta.csv", tmp_path / name / "meta.csv")
        plant(name, tmp_path / name, "s0001")
        assert (name, *read_rows(tmp_path / name)) == (name, columns, table)


def test_taken_structures_stay_as_they_are(dataset: Path) -> None:
    """A second defect of a case is planted in another structure."""
    first = plant("mask_float32", dataset, "s0001")
    second = plant("mask_values_0_2", dataset, "s0001", frozenset({first.structure}))
    assert (first.structure, second.structure) == ("spleen", "stomach")


def test_unplantable_defects_say_why(tmp_path: Path) -> None:
    """A case without a suitable structure is not changed, and the reason is given."""
    write_dataset(tmp_path, {"s0003": ABDOMEN_PELVIS})
    plant("all_masks_empty", tmp_path, "s0003")
    for name, reason in (
        ("mask_crc_flip", "s0003: none of spleen, .* is here and complete"),
        ("mask_empty_liver", "s0003: .* are not all here and complete"),
        ("masks_overlap", "s0003: no two complete neighbours touch"),
        ("mask_outside_body", "s0003: no structure has a free way to the air"),
    ):
        with pytest.raises(UnplantableError, match=reason):
            plant(name, tmp_path, "s0003")
    (tmp_path / "s0003" / "ct.nii.gz").unlink()
    with pytest.raises(UnplantableError, match="ct_nan needs a CT"):
        plant("ct_nan", tmp_path, "s0003")
    with pytest.raises(UnplantableError, match="not listed"):
        plant("meta_row_missing", tmp_path, "s0004")


@pytest.mark.usefixtures("no_links")
def test_refused_link_leaves_the_mask(dataset: Path, bench: Bench) -> None:
    """If the system refuses links, the mask is not removed."""
    with pytest.raises(UnplantableError, match="s0001: this system refuses to make a link: a required privilege"):
        plant("mask_dangling_link", dataset, "s0001")
    assert bench.changes() == set()
