"""The classes of reported defects, and the checks that detect each of them."""

from __future__ import annotations

from typing import NamedTuple


class DefectClass(NamedTuple):
    """How an audit detects a class of defects."""

    checks: tuple[str, ...]
    """Ids of the checks whose findings prove that the defect is still there."""
    limit: str = ""
    """Why the absence of findings does not prove that it is gone; empty if it does."""
    further: tuple[str, ...] = ()
    """Ids of other checks of such defects, whose findings do not prove that a reported one is there."""


CLASSES = {
    "FILE_CORRUPT": DefectClass(
        ("file-corrupt", "file-truncated", "file-short", "file-not-nifti", "file-empty", "file-unreadable"),
        further=("file-trailing", "file-oversized", "header-invalid"),
    ),
    "FILE_MISSING": DefectClass(
        ("ct-missing", "mask-missing"), further=("case-missing", "case-count", "dataset-partial", "meta-missing")
    ),
    "FILE_NAME": DefectClass(
        ("file-unexpected", "file-twin", "file-misnamed"),
        further=("dataset-file-unexpected", "mask-unknown", "case-unlisted"),
    ),
    "ARCHIVE": DefectClass(("archive-unexpected",), "another archive can have the same size"),
    "AFFINE_NONORTHO": DefectClass(("affine-nonorthonormal", "affine-invalid"), further=("affine-skewed",)),
    "AFFINE_MISMATCH": DefectClass(
        ("mask-off-grid", "masks-displaced"),
        "a displacement of less than 0.1 mm is not reported",
        further=("affine-ambiguous", "mask-displaced", "masks-misfit", "masks-unrelated", "mask-unrelated"),
    ),
    "SHAPE_MISMATCH": DefectClass(("mask-shape",), further=("dimensions-unexpected", "shape-unexpected")),
    "SPACING_WRONG": DefectClass(
        ("spacing-unexpected", "spacing-implausible", "affine-ambiguous", "ct-spacing-uneven"),
        "a wrong spacing can look right",
        further=("ct-spacing-suspect",),
    ),
    "ORIENT": DefectClass(
        ("orientation-unexpected", "anatomy-flipped", "ct-mirrored"),
        "axes can be reversed where no organ shows it",
        further=("organs-mirrored",),
    ),
    "LR_SWAP": DefectClass(("sides-swapped",), "a pair that the field of view cuts is not always judged"),
    "HU_RESCALED": DefectClass(
        ("ct-rescaled", "ct-clipped", "ct-not-hounsfield", "ct-slice-offset", "ct-slice-offset-large"),
        "a small change of scale cannot be distinguished from another scanner or contrast medium",
        further=("hu-implausible", "hu-outlier"),
    ),
    "HU_RANGE": DefectClass(
        ("ct-range", "ct-below-air", "ct-rescaled"),
        further=("ct-nonfinite", "ct-dtype", "ct-values-wrapped", "ct-values-wrapped-large"),
    ),
    "IMG_EMPTY": DefectClass(("ct-empty", "ct-rescaled")),
    "IMG_VOID": DefectClass(
        ("mask-in-void", "ct-part-empty", "ct-slice-empty", "ct-box-empty"),
        "structures with air, and padding above -500 HU, are not judged",
    ),
    "IMG_SLICE_DUP": DefectClass(
        ("ct-slices-repeated", "ct-stack-break", "ct-slices-unordered"),
        "slices that were resampled are no longer equal",
        further=("slab-unrelated",),
    ),
    "MASK_VALUE": DefectClass(("mask-values",), further=("mask-dtype",)),
    "MASK_ALL_EMPTY": DefectClass(("masks-all-empty",)),
    "MASK_EXPECTED_EMPTY": DefectClass(
        ("mask-expected",),
        "a structure is expected only among others that are complete",
        further=("mask-never-present",),
    ),
    "MASK_OVERLAP": DefectClass(
        ("masks-overlap", "masks-overlap-large", "masks-identical"),
        "overlaps of up to 5 %, and of pairs that the contract allows, are not reported",
    ),
    "MASK_FRAGMENTED": DefectClass(
        ("mask-fragmented", "mask-stray-piece"),
        "specks, pieces at a face of the grid and those of structures of many pieces near the rest are not judged",
        further=("mask-slices-missing", "masks-slices-missing"),
    ),
    "MASK_TINY": DefectClass(("mask-tiny",), "masks that are cut and structures that may be small are not judged"),
    "MASK_INCOMPLETE": DefectClass(
        ("sides-unequal", "volume-implausible"),
        "a mask of usual size can lack a part",
        further=(
            *("volume-outlier", "mask-cavity", "mask-hollow", "masks-hollow", "mask-riddled", "masks-riddled"),
            "mask-size-differs",
        ),
    ),
    "MASK_LEAK": DefectClass(
        ("mask-leaks", "mask-outside-body", "mask-in-void"),
        "a leak into like tissue is not seen",
        further=("volume-unusual",),
    ),
    "LABEL_MISPLACED": DefectClass(
        ("structure-misplaced", "structure-displaced"),
        "a mask can be wrong near its usual place",
        further=("position-outlier", "structures-exchanged"),
    ),
    "LABEL_ORDER": DefectClass(
        ("vertebrae-order", "vertebrae-gap", "vertebrae-mixed", "vertebrae-joined", "ribs-order", "ribs-mixed"),
        "a level can be wrong in a tidy row",
        further=("vertebrae-processes-mixed",),
    ),
    "LABEL_DEF": DefectClass(
        ("release-mixed", "mask-unknown", "mask-missing"), "names do not say how a structure was drawn"
    ),
    "LABEL_BOUNDARY": DefectClass(()),
    "META_ERROR": DefectClass(
        ("meta-schema", "meta-implausible", "meta-duplicate", "sex-contradicted", "study-contradicted"),
        "a wrong entry can look right",
        further=("meta-vocabulary", "meta-incomplete", "meta-whitespace"),
    ),
    "SPLIT": DefectClass(
        ("split-count", "meta-duplicate"),
        "sizes do not say which cases are in a split",
        further=("split-near-duplicate",),
    ),
    "DUPLICATE": DefectClass(
        ("case-duplicate", "case-near-duplicate", "split-near-duplicate"), "another scan of a patient looks different"
    ),
}
"""By the class in a list of known issues. The absence of findings counts if the checks judge every file, at a limit
that the defect exceeds by definition. A check that several classes name belongs to the first of them."""

UNSEEN = DefectClass(())
"""The entry for a class that is not in the table."""
