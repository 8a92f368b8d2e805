"""Every case is another patient, or at least another scan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from segaudit.model import Dataset, Finding, NotApplicable, Severity, check

if TYPE_CHECKING:
    from segaudit.model.likeness import Likeness

MIN_CORRELATION = 0.99
MIN_COMMON_SHARE = 0.05
MIN_COMMON_MEMBERS = 8
"""See ``case_near_duplicate``."""


@check("case-duplicate", Severity.ERROR)
def case_duplicate(dataset: Dataset) -> Iterator[Finding]:
    """Two cases have the same CT.

    Why it matters: in one split the scan counts twice; across splits the test set leaks into training.
    What to do: keep one of them, and correct the published counts.
    Threshold: all voxels equal in HU, whatever data type, scaling and compression store them.
    Seen in: LiTS, 20 scans of 3D-IRCADb (https://github.com/assassint2017/MICCAI-LITS2017/issues/33); VerSe 2020, ids
        400 to 417 twice (https://github.com/anjany/verse/issues/1); BTCV inside Abdominal-8.
    Blind spots: one voxel that differs, another crop or another storage order; case-near-duplicate sees those.
    """
    whole = dataset.cases[dataset.cases["ct_whole"].astype(bool)].sort_values("case")
    if len(whole) <= 1:
        raise NotApplicable("no two CTs")
    splits, first = dataset.splits, dict[str, str]()
    for case, digest in zip(whole["case"], whole["ct_digest"], strict=True):
        original = first.setdefault(digest, case)
        if original != case:
            message = f"the same CT as {original}{_across(splits, case, original)}"
            yield Finding(case=case, message=message, observed=original)


@check("case-near-duplicate", Severity.WARNING)
def case_near_duplicate(dataset: Dataset) -> Iterator[Finding]:
    """Two cases show parts of one CT, or one body in one position.

    Why it matters: one patient counts twice, and the next random split puts him into training and test set alike.
    What to do: look at both. One scan: keep one of them. Two scans of one patient: keep them in one split.
    Threshold: 5 per cent of the smaller CT's runs of 8 voxels are in the other one, too, in whatever crop, storage
        order, data type and offset, as shown by 8 members of the fingerprints (of 150,000 runs, two halves of a real
        CT share one at most); or thumbnails correlate by more than 0.99. Those of a real CT do so after noise of 60 HU,
        another kernel, contrast medium, resampling from 3 to 5 mm, or the loss of 4 slices of 112; its body bent by
        3 mm comes to 0.98. Follow-up scans of one patient reach 0.98 to 0.99 and are not reported.
    Seen in: TotalSegmentator v1, whose 1,204 scans are said to come from 1,134 patients; AbdomenAtlas, 284 scans of
        AMOS, BTCV and FLARE22, cropped and re-oriented
        (https://github.com/ahigazy1/adrenal-multiorgan/blob/main/docs/ABDOMENATLAS_PROVENANCE.md).
    Blind spots: two series of one patient, or crops that were resampled one by one, unless they show the same part of
        the body to within a few per cent; mirrored copies; thumbnails need 32 voxels along each axis.
    """
    yield from _alike(dataset, across=False)


@check("split-near-duplicate", Severity.ERROR)
def split_near_duplicate(dataset: Dataset) -> Iterator[Finding]:
    """Two cases that show one scan or one patient are in different splits.

    Why it matters: what is tested was trained on, so that the test promises more than the model holds.
    What to do: move one of the two into the other's split, and publish results again.
    Threshold: that of case-near-duplicate.
    Seen in: AbdomenAtlas, 284 scans of AMOS, BTCV and FLARE22, which are tested on
        (https://github.com/ahigazy1/adrenal-multiorgan/blob/main/docs/ABDOMENATLAS_PROVENANCE.md).
    Blind spots: those of case-near-duplicate; case-duplicate reports exact copies, in any split.
    """
    if not any(dataset.splits.values()):
        raise NotApplicable("no splits")
    yield from _alike(dataset, across=True)


def _alike(dataset: Dataset, *, across: bool) -> Iterator[Finding]:
    """Yield each case's nearest earlier case, in the same split or in another one."""
    if len(dataset.cts) <= 1:
        raise NotApplicable("no two CTs")
    splits, reported = dataset.splits, set[str]()
    for pair in filter(_near, dataset.likenesses):
        elsewhere = _across(splits, pair.second, pair.first)
        if bool(elsewhere) == across and pair.second not in reported:
            reported.add(pair.second)
            message = f"nearly the same CT as {pair.first}: {_in_words(pair)}{elsewhere}"
            yield Finding(case=pair.second, message=message, observed=pair.first)


def _near(pair: Likeness) -> bool:
    """Whether two CTs are nearly the same."""
    voxels = pair.share >= MIN_COMMON_SHARE and pair.members >= MIN_COMMON_MEMBERS
    return voxels or pair.correlation > MIN_CORRELATION


def _in_words(pair: Likeness) -> str:
    """Say how alike two CTs are."""
    share = f"{100 * pair.share:.0f} % of the smaller one's voxels are in both"
    voxels = share if pair.members else "no voxels in common"
    return f"{voxels}, thumbnails correlate by {pair.correlation:.3f}"


def _across(splits: dict[str, str], case: str, other: str) -> str:
    """Say that two cases are in different splits; nothing if they are not, or if it is not known."""
    own, others = splits.get(case), splits.get(other)
    return f"; it is in {own}, the other in {others}" if own and others and own != others else ""
