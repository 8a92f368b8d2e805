"""The defects that can be planted in a dataset in TotalSegmentator's layout, in the order of the checks."""

from __future__ import annotations

from pathlib import Path

from segaudit.demo import plants_bytes as content
from segaudit.demo import plants_ct as ct
from segaudit.demo import plants_fit as fit
from segaudit.demo import plants_grid as grid
from segaudit.demo import plants_hu as hu
from segaudit.demo import plants_inside as inside
from segaudit.demo import plants_masks as masks
from segaudit.demo import plants_names as names
from segaudit.demo import plants_positions as positions
from segaudit.demo import plants_relations as relations
from segaudit.demo import plants_slices as slices
from segaudit.demo import plants_spine as spine
from segaudit.demo import plants_tables as tables
from segaudit.demo.target import Defect, Planted, Target

DEFECTS: tuple[Defect, ...] = (
    Defect("case-missing", tables.meta_id_without_folder, scope="dataset"),
    Defect("case-unlisted", tables.meta_row_missing, scope="dataset"),
    Defect("case-count", tables.case_dropped, scope="dataset"),
    Defect("ct-missing", names.ct_missing, needs_ct=True),
    Defect("mask-missing", names.mask_missing),
    Defect("mask-unknown", names.extra_unknown_mask),
    Defect("file-unexpected", names.junk_appledouble),
    Defect("dataset-file-unexpected", names.root_junk, scope="dataset"),
    Defect("file-twin", names.mask_twin),
    Defect("file-misnamed", names.mask_misnamed),
    Defect("release-mixed", names.release_mixed),
    Defect("file-unreadable", content.mask_dangling_link),
    Defect("file-empty", content.mask_zero_byte),
    Defect("file-not-nifti", content.mask_lfs_pointer),
    Defect("file-not-nifti", content.mask_html_page),
    Defect("file-compression", content.mask_unpacked),
    Defect("file-corrupt", content.ct_crc_flip, needs_ct=True),
    Defect("file-corrupt", content.ct_bitflip_midstream, needs_ct=True),
    Defect("file-corrupt", content.mask_crc_flip),
    Defect("file-corrupt", content.mask_second_member_corrupt),
    Defect("file-truncated", content.ct_truncated, needs_ct=True),
    Defect("file-truncated", content.mask_truncated),
    Defect("file-short", content.mask_short),
    Defect("file-trailing", content.mask_trailing_bytes),
    Defect("file-oversized", content.mask_promises_terabytes),
    Defect("header-invalid", content.mask_header_invalid),
    Defect("meta-missing", tables.meta_missing, scope="dataset"),
    Defect("meta-schema", tables.meta_impossible_age, scope="dataset"),
    Defect("meta-vocabulary", tables.meta_unknown_study, scope="dataset"),
    Defect("meta-incomplete", tables.meta_age_missing, scope="dataset"),
    Defect("meta-duplicate", tables.meta_duplicate_id, scope="dataset"),
    Defect("meta-whitespace", tables.meta_stray_blank, scope="dataset"),
    Defect("meta-implausible", tables.meta_unlikely_age, scope="dataset"),
    Defect("split-count", tables.meta_wrong_split, scope="dataset"),
    Defect("dimensions-unexpected", grid.mask_4d),
    Defect("dimensions-singleton", grid.mask_of_four_axes),
    Defect("spacing-unexpected", grid.wrong_spacing_case),
    Defect("shape-unexpected", grid.case_flat),
    Defect("orientation-unexpected", grid.case_stored_lps),
    Defect("affine-invalid", grid.mask_affine_not_finite),
    Defect("affine-nonorthonormal", grid.sform_not_orthonormal),
    Defect("affine-skewed", grid.sform_skewed),
    Defect("affine-ambiguous", grid.qform_sform_disagree),
    Defect("mask-shape", grid.mask_shape_off_by_one),
    Defect("mask-off-grid", grid.mask_origin_shift_3vox),
    Defect("mask-off-grid", grid.wrong_spacing_mask),
    Defect("mask-reoriented", grid.mask_turned),
    Defect("mask-in-void", ct.mask_in_void, needs_ct=True),
    Defect("mask-outside-body", ct.mask_outside_body, needs_ct=True),
    Defect("masks-displaced", fit.masks_moved, needs_ct=True),
    Defect("ct-mirrored", fit.ct_flipped, needs_ct=True),
    Defect("masks-unrelated", fit.ct_of_another, needs_ct=True),
    Defect("masks-misfit", fit.few_masks_moved, needs_ct=True),
    Defect("slab-unrelated", fit.slices_bent, needs_ct=True),
    Defect("mask-displaced", fit.mask_moved, needs_ct=True),
    Defect("mask-unrelated", fit.bone_unseen, needs_ct=True),
    Defect("ct-dtype", ct.ct_int64, needs_ct=True),
    Defect("ct-nonfinite", ct.ct_nan, needs_ct=True),
    Defect("ct-range", ct.ct_hu_minus9758, needs_ct=True),
    Defect("ct-empty", ct.ct_constant_0, needs_ct=True),
    Defect("ct-clipped", ct.ct_clipped_0_255, needs_ct=True),
    Defect("ct-rescaled", hu.ct_offset_1024, needs_ct=True),
    Defect("ct-rescaled", hu.ct_slope_half, needs_ct=True),
    Defect("ct-values-wrapped", hu.ct_metal_wrapped, needs_ct=True),
    Defect("ct-values-wrapped-large", hu.ct_unsigned, needs_ct=True),
    Defect("ct-below-air", hu.ct_below_air, needs_ct=True),
    Defect("ct-not-hounsfield", slices.mr_for_ct, needs_ct=True),
    Defect("ct-slices-repeated", hu.ct_slices_repeated, needs_ct=True),
    Defect("ct-slices-unordered", slices.ct_slices_by_name, needs_ct=True),
    Defect("ct-slices-unordered", slices.ct_pairs_exchanged, needs_ct=True),
    Defect("ct-part-empty", slices.ct_slab_empty, needs_ct=True),
    Defect("ct-part-empty", slices.ct_end_empty, needs_ct=True),
    Defect("ct-slice-empty", slices.ct_slice_empty, needs_ct=True),
    Defect("ct-box-empty", slices.ct_box_empty, needs_ct=True),
    Defect("ct-slice-offset", slices.ct_upper_offset, needs_ct=True),
    Defect("ct-slice-offset", slices.ct_series_interleaved, needs_ct=True),
    Defect("ct-slice-offset-large", slices.ct_upper_stored, needs_ct=True),
    Defect("ct-spacing-uneven", slices.slices_uneven, needs_ct=True),
    Defect("ct-stack-break", hu.ct_stack_break, needs_ct=True),
    Defect("hu-implausible", hu.tissue_too_dense, needs_ct=True),
    Defect("mask-leaks", hu.mask_leaks, needs_ct=True),
    Defect("mask-dtype", masks.mask_float32),
    Defect("mask-values", masks.mask_values_0_2),
    Defect("mask-values", masks.mask_fractional_07),
    Defect("masks-all-empty", masks.all_masks_empty),
    Defect("mask-expected", masks.mask_empty_liver),
    Defect("mask-never-present", masks.structure_never_present, scope="dataset"),
    Defect("mask-tiny", masks.mask_speck),
    Defect("mask-slices-missing", inside.mask_slices_lost),
    Defect("masks-slices-missing", inside.masks_slices_lost),
    Defect("mask-hollow", inside.mask_hollowed),
    Defect("masks-hollow", inside.masks_hollowed),
    Defect("mask-riddled", inside.mask_riddled),
    Defect("masks-riddled", inside.masks_riddled),
    Defect("mask-ragged", inside.mask_edges_random),
    Defect("mask-ragged", inside.mask_slices_moved),
    Defect("masks-ragged", inside.masks_slices_moved),
    Defect("mask-cavity", inside.mask_with_hole),
    Defect("mask-fragmented", masks.mask_in_pieces),
    Defect("mask-stray-piece", inside.mask_stray),
    Defect("masks-overlap", masks.masks_overlap),
    Defect("masks-overlap-large", masks.masks_overlap_large),
    Defect("masks-identical", masks.masks_identical),
    Defect("sides-swapped", masks.kidneys_swapped),
    Defect("sides-unequal", positions.side_cut),
    Defect("volume-implausible", positions.organ_cut),
    Defect("volume-unusual", relations.organ_enlarged),
    Defect("spacing-implausible", positions.slices_lost),
    Defect("structure-misplaced", positions.organ_misplaced, needs_ct=True),
    Defect("structure-displaced", positions.organ_displaced, needs_ct=True),
    Defect("structure-displaced", relations.spineless_organ_displaced, needs_ct=True),
    Defect("structures-exchanged", relations.vessels_exchanged),
    Defect("structures-exchanged", relations.organs_exchanged),
    Defect("structures-exchanged", relations.stomach_exchanged),
    Defect("anatomy-flipped", positions.case_upside_down),
    Defect("anatomy-flipped", positions.case_back_to_front),
    Defect("organs-mirrored", positions.organs_mirrored),
    Defect("vertebrae-order", spine.vertebrae_exchanged),
    Defect("vertebrae-gap", spine.vertebrae_emptied),
    Defect("vertebrae-gap", spine.vertebra_unnamed),
    Defect("vertebrae-mixed", spine.vertebrae_mixed),
    Defect("vertebrae-mixed", spine.vertebrae_merged),
    Defect("vertebrae-joined", spine.vertebrae_joined),
    Defect("vertebrae-processes-mixed", relations.process_misnamed),
    Defect("ribs-order", spine.ribs_miscounted),
    Defect("ribs-mixed", spine.ribs_mixed),
    Defect("volume-outlier", positions.organ_smaller, scope="dataset"),
    Defect("hu-outlier", positions.organ_denser, needs_ct=True, scope="dataset"),
    Defect("position-outlier", positions.organ_shifted, needs_ct=True, scope="dataset"),
    Defect("sex-contradicted", tables.meta_wrong_sex),
    Defect("study-contradicted", tables.meta_wrong_study),
    Defect("case-near-duplicate", names.near_duplicate, needs_ct=True, scope="dataset"),
    Defect("split-near-duplicate", names.near_duplicate_elsewhere, needs_ct=True, scope="dataset"),
    Defect("case-duplicate", names.duplicate_case, needs_ct=True, scope="dataset"),
    Defect("header-text", content.ct_patient_name, needs_ct=True),
)


def plant(name: str, root: Path, case: str, taken: frozenset[str] = frozenset()) -> Planted:
    """Plant a defect, by its name, in a case of the dataset at ``root``, in place, but not in the structures ``taken``.

    Raises:
        KeyError: there is no such defect.
        UnplantableError: the defect cannot be planted in this case.
    """
    return {defect.name: defect for defect in DEFECTS}[name].plant(Target(root, case, taken))
