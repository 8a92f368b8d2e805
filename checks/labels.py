"""Masks have only the values that they may have."""

from __future__ import annotations

import math
from collections.abc import Iterator

from segaudit.model import Case, Contract, Finding, LabelMap, Mask, NotApplicable, Severity, check
from segaudit.model.quick_look import QuickLook
from segaudit.model.words import count

MAX_LISTED = 4
"""Values that a finding lists."""

MAX_SCALING_ERROR = 1e-3
"""A value this near to 1 is a 1 that the header's slope was rounded into."""


STORED_OTHERWISE = QuickLook(
    lambda masks, contract: [
        mask for mask in masks if not (mask.file.header and mask.file.header.dtype in contract.labels.dtypes)
    ]
)
"""Masks of another data type than promised."""

OF_OTHER_VALUES = QuickLook(
    lambda masks, _: [
        mask
        for mask in masks
        if mask.nonfinite
        or not mask.file.structure
        or (mask.values and (len(mask.values) > 1 or mask.values[0][0] != 1))
    ]
)
"""Masks in a label map, and those with other values than 0 and 1."""


@check("mask-dtype", Severity.WARNING, needs="labels.dtypes", where=STORED_OTHERWISE)
def mask_dtype(mask: Mask, contract: Contract) -> Iterator[Finding]:
    """A mask is stored in another data type than promised.

    Why it matters: floating point costs eight times the memory, and lets values between 0 and 1 in.
    What to do: store it as uint8.
    Seen in: Medical Segmentation Decathlon, Task10, labels as float32.
    Blind spots: only the type of the stored numbers is judged; what they are is `mask-values`.
    """
    dtype = mask.file.header.dtype if mask.file.header else ""
    if dtype not in contract.labels.dtypes:
        expected = " or ".join(contract.labels.dtypes)
        yield Finding.about(mask.file, f"stored as {dtype}, expected {expected}", dtype, expected)


@check("mask-values", Severity.ERROR, where=OF_OTHER_VALUES)
def mask_values(mask: Mask) -> Iterator[Finding]:
    """A mask has values other than 0 and 1.

    Why it matters: tools disagree on what such a voxel is: those that compare with 1 drop it, those that compare with 0
        keep it, and those that cast to integers turn 0.7 into background.
    What to do: find out what the value means; write 0 or 1, with a slope of 1 in the header.
    Seen in: PanTS, 1.0000000591 by scl_slope.
    Blind spots: a mask of 0 and 1 in which the two are exchanged passes.
    """
    if mask.merged:
        raise NotApplicable("the values of label maps are for `label-unknown`")
    strange = [(value, voxels) for value, voxels in mask.values if value != 1 and math.isfinite(value)]
    if strange or mask.nonfinite:
        scaled = mask.file.header is not None and mask.file.header.slope is not None and not mask.nonfinite
        near = scaled and strange and all(abs(value - 1) <= MAX_SCALING_ERROR for value, _ in strange)
        hint = "; an artefact of the header's scl_slope" if near else ""
        alone = len(strange) == mask.distinct_values == 1 and not mask.nonfinite
        found = f"{_number(strange[0][0])} alone" if alone else _listed(mask, strange)
        yield Finding.about(mask.file, f"holds {found}, expected 0 and 1{hint}", None, 1)


@check("label-unknown", Severity.ERROR)
def label_unknown(case: Case) -> Iterator[Finding]:
    """A label map has values that belong to no structure.

    Why it matters: the meaning is unknown; training stops at a class too many, or the voxels become background.
    What to do: find out what the value means; add it to the `labels` of `dataset.json`, or correct the voxels.
    Seen in: PANORAMA, 8 (https://github.com/DIAGNijmegen/panorama_labels/issues/1);
        BraTS, 4 where 3 is skipped (https://github.com/MIC-DKFZ/nnUNet/issues/1183).
    Blind spots: a known value in a wrong place, and two structures whose values are exchanged.
    """
    label_map = case.label_map
    if label_map is None:
        raise NotApplicable("no label map")
    strange = [(value, voxels) for value, voxels in label_map.values if math.isfinite(value)]
    if strange or label_map.nonfinite:
        message = f"holds {_listed(label_map, strange)}, which no structure has"
        yield Finding.about(label_map.file, message, strange[0][0] if len(strange) == 1 else None, spot=label_map.spot)


def _listed(mask: Mask | LabelMap, strange: list[tuple[float, int]]) -> str:
    """List strange values with their voxels."""
    listed = [f"{_number(value)} ({count(voxels, 'voxel')})" for value, voxels in strange[:MAX_LISTED]]
    more = ["further values"] if mask.distinct_values > len(mask.values) or len(strange) > MAX_LISTED else []
    nonfinite = [f"NaN or infinity ({count(mask.nonfinite, 'voxel')})"] if mask.nonfinite else []
    return ", ".join((*listed, *more, *nonfinite))


def _number(value: float) -> str:
    """Write a value with enough digits to distinguish it from 1."""
    return f"{value:.11g}" if abs(value - 1) <= MAX_SCALING_ERROR else f"{value:g}"
