"""The CT is a CT."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import Case, Finding, Severity, check
from segaudit.model.clipping import label_map
from segaudit.model.units import foreign
from segaudit.model.wrapping import much_wrapped


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
        linear change is `ct-rescaled`, a window or 8 bits are `ct-clipped`, negative values as large ones are
        `ct-values-wrapped-large`.
    """
    ct = case.ct
    if ct is None or not ct.whole or ct.nonfinite or much_wrapped(ct):
        return
    reason = label_map(ct) or foreign(case)
    if reason:
        values = f"{ct.minimum:zg} to {ct.maximum:zg}"
        yield Finding.about(ct.file, f"{reason}; expected Hounsfield units", values, None)
