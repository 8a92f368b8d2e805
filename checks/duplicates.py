"""Every case is another patient, or at least another scan."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import Dataset, Finding, NotApplicable, Severity, check


@check("case-duplicate", Severity.ERROR)
def case_duplicate(dataset: Dataset) -> Iterator[Finding]:
    """Two cases have the same CT.

    Why it matters: in one split the scan counts twice; across splits the test set leaks into training.
    What to do: keep one of them, and correct the published counts.
    Threshold: all voxels equal in HU, whatever data type, scaling and compression store them.
    Seen in: LiTS, 20 scans of 3D-IRCADb (https://github.com/assassint2017/MICCAI-LITS2017/issues/33); VerSe 2020, ids
        400 to 417 twice (https://github.com/anjany/verse/issues/1); BTCV inside Abdominal-8.
    """
    whole = dataset.cases[dataset.cases["ct_whole"].astype(bool)].sort_values("case")
    if len(whole) <= 1:
        raise NotApplicable("no two CTs")
    splits, first = _splits(dataset), dict[str, str]()
    for case, digest in zip(whole["case"], whole["ct_digest"], strict=True):
        original = first.setdefault(digest, case)
        if original != case:
            own, other = splits.get(case), splits.get(original)
            across = f"; it is in {own}, the other in {other}" if own and other and own != other else ""
            yield Finding(case=case, message=f"the same CT as {original}{across}", observed=original)


def _splits(dataset: Dataset) -> dict[str, str]:
    """Return the split of each case that the metadata states one for."""
    if dataset.metadata is None:
        return {}
    ids, splits = dataset.metadata.cells("image_id"), dataset.metadata.cells("split")
    return dict(zip(ids, splits, strict=False))  # no splits at all where the column is missing
