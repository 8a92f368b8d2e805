"""The classes of reported defects, and the checks that see each of them."""

from __future__ import annotations

from typing import NamedTuple


class Sight(NamedTuple):
    """How a class of defects shows in an audit."""

    checks: tuple[str, ...]
    """Ids of the checks of which a finding says that the defect is there."""
    limit: str = ""
    """Why their silence does not say that it is gone; empty where it does."""


CLASSES = {
    "AFFINE_MISMATCH": Sight(("mask-off-grid",), "a displacement of less than 0.1 mm is not told"),
    "AFFINE_NONORTHO": Sight(("affine-nonorthonormal", "affine-invalid")),
    "ARCHIVE": Sight(("archive-unexpected",), "another archive can have the same size"),
    "DUPLICATE": Sight(
        ("case-duplicate", "case-near-duplicate", "split-near-duplicate"), "another scan of a patient looks different"
    ),
    "FILE_CORRUPT": Sight(
        ("file-corrupt", "file-truncated", "file-short", "file-not-nifti", "file-empty", "file-unreadable")
    ),
    "FILE_MISSING": Sight(("ct-missing", "mask-missing")),
    "FILE_NAME": Sight(("file-unexpected", "file-twin", "file-misnamed")),
    "HU_RANGE": Sight(("ct-range", "ct-below-air", "ct-rescaled")),
    "HU_RESCALED": Sight(
        ("ct-rescaled", "ct-clipped"), "a small change of scale cannot be told from another scanner or contrast medium"
    ),
    "IMG_EMPTY": Sight(("ct-empty", "ct-rescaled")),
    "IMG_SLICE_DUP": Sight(("ct-slices-repeated", "ct-stack-break"), "slices that were resampled are no longer equal"),
    "IMG_VOID": Sight(("mask-in-void",), "structures with air, and padding above -500 HU, are not judged"),
    "LABEL_BOUNDARY": Sight(()),
    "LABEL_DEF": Sight(
        ("release-mixed", "mask-unknown", "mask-missing"), "names do not tell how a structure was drawn"
    ),
    "LABEL_MISPLACED": Sight(
        ("structure-misplaced", "structure-displaced"), "a mask can be wrong near its usual place"
    ),
    "LABEL_ORDER": Sight(
        ("vertebrae-order", "vertebrae-gap", "vertebrae-mixed", "vertebrae-joined", "ribs-order", "ribs-mixed"),
        "a level can be wrong in a tidy row",
    ),
    "LR_SWAP": Sight(("sides-swapped",), "a pair that the field of view cuts is not always judged"),
    "MASK_ALL_EMPTY": Sight(("masks-all-empty",)),
    "MASK_EXPECTED_EMPTY": Sight(("mask-expected",), "a structure is expected only among others that are complete"),
    "MASK_FRAGMENTED": Sight(
        ("mask-fragmented",), "specks, masks that are cut and structures of many pieces are not judged"
    ),
    "MASK_INCOMPLETE": Sight(("sides-unequal", "volume-implausible"), "a mask of usual size can lack a part"),
    "MASK_LEAK": Sight(("mask-leaks", "mask-outside-body", "mask-in-void"), "a leak into like tissue is not seen"),
    "MASK_OVERLAP": Sight(
        ("masks-overlap", "masks-overlap-large", "masks-identical"),
        "overlaps of up to 5 %, and of pairs that the contract allows, are not told",
    ),
    "MASK_TINY": Sight(("mask-tiny",), "masks that are cut and structures that may be small are not judged"),
    "MASK_VALUE": Sight(("mask-values",)),
    "META_ERROR": Sight(
        ("meta-schema", "meta-implausible", "meta-duplicate", "sex-contradicted", "study-contradicted"),
        "a wrong entry can look right",
    ),
    "ORIENT": Sight(("orientation-unexpected", "anatomy-flipped"), "axes can be reversed where no organ tells"),
    "SHAPE_MISMATCH": Sight(("mask-shape",)),
    "SPACING_WRONG": Sight(
        ("spacing-unexpected", "spacing-implausible", "affine-ambiguous"), "a wrong spacing can look right"
    ),
    "SPLIT": Sight(("split-count", "meta-duplicate"), "sizes do not tell which cases are in a split"),
}
"""By the class that a register names. Silence counts where the checks judge every file, at a limit that the defect
exceeds by its definition."""

UNSEEN = Sight(())
"""Of a class that is not in the table."""
