"""The severities at which each defect is planted, as data."""

from __future__ import annotations

from dataclasses import dataclass

from segaudit.demo.plant import DEFECTS
from segaudit.demo.target import Defect

from .hosts import Host


@dataclass(frozen=True)
class Effect:
    """A defect, and the severities at which it is planted, the mildest first; none if it is either present or not."""

    defect: Defect
    unit: str
    levels: tuple[float, ...]

    def fits(self, host: Host) -> bool:
        """Whether it is planted in a host: some need a dataset, and tables are the same around real cases."""
        if self.defect.check in CROWD:
            return host.many
        if self.defect.check in COUNTED:
            return False
        table = self.defect.scope == "dataset" and not self.defect.needs_ct
        return not host.many and not (table and host.real)


COUNTED = frozenset({"case-count", "case-unlisted", "split-count"})
"""Checks of promised numbers, which the copies of a case exceed: `segaudit demo` plants their defects."""

CROWD = frozenset({"mask-never-present", "volume-outlier", "hu-outlier", "position-outlier"})
"""Checks that compare a case with the others."""

LEVELS: dict[str, tuple[str, tuple[float, ...]]] = {
    "ct_truncated": ("share of bytes lost", (1e-5, 1e-3, 0.01, 0.3)),
    "mask_truncated": ("share of bytes lost", (1e-3, 0.01, 0.1, 0.3)),
    "mask_origin_shift_3vox": ("voxels", (0.01, 0.03, 0.1, 0.3, 1, 3)),
    "wrong_spacing_mask": ("share of the spacing", (1e-5, 1e-4, 1e-3, 0.01, 0.1)),
    "wrong_spacing_case": ("share of the spacing", (1e-4, 3e-4, 1e-3, 0.01, 0.1)),
    "sform_not_orthonormal": ("max abs(R'R - I)", (3e-5, 9e-5, 1.2e-4, 2e-4, 1e-3)),
    "sform_skewed": ("max abs(R'R - I)", (1e-6, 9e-6, 1.2e-5, 2e-5, 5e-5)),
    "qform_sform_disagree": ("voxels", (0.01, 0.03, 0.1, 0.3, 2)),
    "mask_in_void": ("share of the mask", (0.003, 0.01, 0.02, 0.05, 0.5)),
    "mask_outside_body": ("share of the mask", (0.005, 0.01, 0.025, 0.05, 0.1)),
    "masks_moved": ("voxels", (1, 2, 3, 5, 12)),
    "few_masks_moved": ("voxels", (1, 2, 3, 5)),
    "slices_bent": ("voxels", (1, 2, 3, 5, 8)),
    "mask_moved": ("voxels", (1, 2, 3, 5, 8)),
    "mask_shrunken": ("voxels", (1, 2, 3)),
    "mask_grown": ("voxels", (1, 2, 3)),
    "ct_nan": ("voxels", (1, 10, 50)),
    "ct_hu_minus9758": ("HU", (-1500, -2500, -3200, -5000, -9758)),
    "ct_clipped_0_255": ("upper end, HU", (3000, 2000, 1000, 500, 255)),
    "mask_fractional_07": ("scl_slope", (1.000001, 0.999, 0.99, 0.9, 0.7)),
    "mask_speck": ("ml left", (5, 2, 1, 0.5, 0.3, 0.1)),
    "mask_slices_lost": ("slices", (1, 2, 4, 8)),
    "masks_slices_lost": ("every n-th slice", (4, 3, 2)),
    "mask_hollowed": ("voxels of the shell", (4, 3, 2, 1)),
    "masks_hollowed": ("voxels of the shell", (3, 2, 1)),
    "mask_riddled": ("share of the voxels", (0.02, 0.05, 0.1, 0.3, 0.5)),
    "masks_riddled": ("share of the voxels", (0.05, 0.1, 0.3, 0.5)),
    "mask_edges_random": ("share of the surface's voxels", (0.05, 0.1, 0.2, 0.3, 0.5)),
    "mask_slices_moved": ("voxels", (1, 2, 3, 6)),
    "masks_slices_moved": ("voxels", (1, 2, 3, 6)),
    "mask_with_hole": ("ml", (0.3, 0.6, 1.2, 2, 5, 20)),
    "mask_stray": ("ml", (0.5, 1.2, 2, 7, 20)),
    "mask_in_pieces": ("share cut off", (0.005, 0.01, 0.03, 0.1, 0.3, 0.5)),
    "masks_overlap": ("share of the smaller mask", (0.01, 0.03, 0.06, 0.1, 0.15)),
    "ct_offset_1024": ("HU", (20, 40, 60, 100, 300, 1024)),
    "ct_slope_half": ("factor", (0.95, 0.9, 0.8, 0.7, 0.5)),
    "ct_below_air": ("share of the voxels", (1e-5, 5e-5, 2e-4, 1e-3, 0.01)),
    "ct_slices_repeated": ("slices", (1, 2, 3, 6)),
    "ct_slab_empty": ("slices", (2, 3, 6, 12)),
    "ct_end_empty": ("slices", (2, 3, 6, 12)),
    "ct_box_empty": ("mm", (15, 25, 35, 50)),
    "ct_upper_offset": ("HU", (30, 40, 60, 100)),
    "ct_series_interleaved": ("HU", (30, 40, 60, 100)),
    "ct_upper_stored": ("HU", (150, 200, 400, 1024)),
    "slices_uneven": ("slices for one", (2, 3, 4)),
    "ct_stack_break": ("mm", (5, 10, 20, 40, 60)),
    "tissue_too_dense": ("HU", (50, 100, 200, 300, 500)),
    "mask_leaks": ("share of the mask", (0.01, 0.03, 0.06, 0.1, 0.3)),
    "side_cut": ("share cut off", (0.2, 0.3, 0.4, 0.5, 0.7, 0.9)),
    "organ_cut": ("share cut off", (0.3, 0.5, 0.7, 0.8, 0.9, 0.95)),
    "slices_lost": ("share of the slices", (0.1, 0.2, 0.3, 0.4, 0.6, 0.75)),
    "organ_misplaced": ("mm", (30, 60, 100, 150, 200)),
    "organ_displaced": ("mm", (20, 40, 70, 100, 120)),
    "spineless_organ_displaced": ("mm", (40, 60, 80, 100, 120)),
    "organ_enlarged": ("times its volume", (1.3, 1.6, 1.9, 2.2, 2.5, 3)),
    "vertebrae_emptied": ("vertebrae", (1, 2, 3)),
    "vertebrae_mixed": ("share of the body", (0.1, 0.2, 0.3, 0.4, 0.5)),
    "ribs_mixed": ("share of the rib", (0.05, 0.1, 0.2, 0.3, 0.5)),
    "organ_smaller": ("share cut off", (0.4, 0.6, 0.8)),
    "organ_denser": ("HU", (20, 40, 60, 100)),
    "organ_shifted": ("mm", (20, 40, 60)),
    "near_duplicate": ("HU of noise added", (1, 5, 20, 60)),
    "near_duplicate_elsewhere": ("HU of noise added", (1, 5, 20, 60)),
    "masks_overlap_large": ("share of the smaller mask", (0.15, 0.25, 0.35, 0.45, 0.6)),
}
"""Unit and levels by defect."""

EFFECTS = tuple(Effect(defect, *LEVELS.get(defect.name, ("", ()))) for defect in DEFECTS)
"""Every defect that can be planted."""
