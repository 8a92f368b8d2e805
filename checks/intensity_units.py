"""The CT is a CT."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import Case, Finding, Severity, check
from segaudit.model.clipping import clipping, label_map
from segaudit.model.hu_rescaling import MAX_DARKEST_HU, contradictions, nothing_dark, rescaling

MIN_TISSUES = 2
"""Tissues under masks that no disease or contrast medium puts where they are."""


@check("ct-not-hounsfield", Severity.ERROR)
def ct_not_hounsfield(case: Case) -> Iterator[Finding]:
    """What should be a CT is something else: an MR, PET or ultrasound image, a label map, grey values.

    Why it matters: nothing that was learnt of or with Hounsfield units holds for it.
    What to do: look for the CT's own file; the name may belong to another series of the same examination.
    Threshold: whole numbers from 0 to 255 at most, one value in nine of ten cells, and three values or more (a label
        map); or two tissues under masks where neither disease nor contrast medium puts them, and no linear change of
        Hounsfield units that explains them; or a field of view of 180 x 180 mm or more without a value below -60 HU in
        one voxel of a thousand, which fat or air has in any such view, and none that explains it.
    Seen in: MR images and label maps under the name of the CT
        (https://github.com/TheLion-ai/UMIE_datasets/issues/127, https://github.com/MIC-DKFZ/nnUNet/issues/2174).
    Blind spots: other images in a small field of view without masks; such whose values look like Hounsfield units. A
        linear change is `ct-rescaled`, a window or 8 bits are `ct-clipped`.
    """
    ct = case.ct
    if ct is None or not ct.whole or ct.nonfinite:
        return
    reason = label_map(ct) or _no_tissue(case)
    if reason:
        yield Finding.about(ct.file, f"{reason}; expected Hounsfield units", f"{ct.minimum:g} to {ct.maximum:g}", None)


def _no_tissue(case: Case) -> str:
    """Say that a CT shows no tissue where a CT has it; empty if it does, or if something else is reported."""
    ct = case.ct
    if ct is None or ct.blank or clipping(ct) or rescaling(case):
        return ""
    wrong = [reading for reading in contradictions(case) if not reading.share and not reading.plausible]
    if len(wrong) >= MIN_TISSUES:
        found = ", ".join(f"{reading.tissue.name} at {reading.value:.0f}" for reading in wrong)
        return f"no linear change of Hounsfield units has {found}"
    if nothing_dark(ct):
        return (
            f"only one voxel in a thousand is below {ct.quantiles[0]:.0f}; fat or air are below {MAX_DARKEST_HU:.0f} HU"
        )
    return ""
