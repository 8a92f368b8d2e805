"""The structures that a case shows have masks with voxels."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean

from segaudit.model import Case, Contract, Dataset, Finding, Limit, Mask, NotApplicable, Severity, Spot, check
from segaudit.model.anatomy import Anatomy

MIN_CASES = Limit(
    "mask-never-present.cases",
    20,
    "cases",
    "the cases that a dataset has at least before an absence from all of them says something",
    "In fewer, a structure can be absent by chance.",
    least=1,
)


@check("masks-all-empty", Severity.ERROR)
def masks_all_empty(case: Case) -> Iterator[Finding]:
    """All masks of a case are empty.

    Why it matters: the case teaches a network that there is no anatomy in it, and its Dice is undefined.
    What to do: segment the case, or leave it out.
    Seen in: TotalSegmentator MRI v2.0.0, 50 cases (https://github.com/wasserth/TotalSegmentator/issues/511); prostate
        masks of FedDG (https://github.com/liuquande/FedDG-ELCFS/issues/13).
    Blind spots: one voxel in one mask is enough to pass.
    """
    masks = case.whole_masks.values()
    if masks and not any(mask.voxels for mask in masks):
        yield Finding(case=case.case, message=f"all {len(masks)} masks are empty", observed=0, expected=1)


@check("mask-expected", Severity.ERROR, needs="evidence")
def mask_expected(anatomy: Anatomy, contract: Contract) -> Iterator[Finding]:
    """A mask is empty although what surrounds its structure is there.

    Why it matters: the anatomy is in the CT and labelled as background.
    What to do: look at the case; segment the structure, or waive the finding where it was removed.
    Threshold: all structures that the contract names as evidence have at least the volume of its smallest piece, and
        none lies within 3 voxels of a face of the grid, so that the field of view reaches around all of them.
        Structures that a person can lack are left out: AbdomenCT-1K had a missing spleen reported for patients who have
        none (https://github.com/JunMa11/AbdomenCT-1K/issues/8).
    Seen in: PanTS, 45 lesions (https://github.com/MrGiovanni/PanTS/issues/4); CTSpine1K, gaps between vertebrae
        (https://github.com/MIRACLE-Center/CTSpine1K/issues/13).
    Blind spots: only structures for which the contract names evidence are judged, and only where all of that evidence
        is complete; most of the class list is expected nowhere.
    """
    masks, complete = anatomy.masks, anatomy.complete
    for structure in contract.evidence:
        mask, evidence = masks.get(structure.name), structure.expected_with
        if mask and not mask.voxels and not structure.removable and complete.keys() >= set(evidence):
            message = f"empty, although {' and '.join(evidence)} are present and not cut"
            yield Finding.about(mask, message, 0, 1, _between([complete[name] for name in evidence]))


@check("mask-never-present", Severity.ERROR, needs="cases.count", limits=(MIN_CASES,))
def mask_never_present(dataset: Dataset, contract: Contract) -> Iterator[Finding]:
    """A structure's masks are empty in every case.

    Why it matters: the class exists in the class list alone; a network for it learns nothing, and its score is
        undefined.
    What to do: find out where the masks were lost, or take the class out of the class list.
    Threshold: all promised cases were measured, and at least 20 have masks; in fewer, a structure can be absent by
        chance.
    Seen in: MOOSE, a documented class in no label file (https://github.com/ENHANCE-PET/MOOSE/issues/206).
    Blind spots: a structure with one voxel in one case is present. Subsets and datasets of fewer than 20 cases are not
        judged.
    """
    cases = dataset.masks["case"].nunique()
    if cases < MIN_CASES.of(contract) or len(dataset.cases) + len(dataset.excluded) != contract.cases.count:
        raise NotApplicable("a subset, or too few cases")
    empty = dataset.masks["whole"].astype(bool) & (dataset.masks["voxels"] == 0)
    never = empty.groupby(dataset.masks["structure"]).all()
    for structure in sorted(contract.by_name.keys() & set(never.index[never.to_numpy(dtype=bool)])):
        yield Finding(structures=(structure,), message=f"empty in all {cases} cases", observed=0, expected=1)


def _between(masks: list[Mask]) -> Spot | None:
    """Return the place in the middle of masks."""
    spots = [mask.spot for mask in masks if mask.spot]
    if not spots:
        return None
    voxels, places = zip(*(spot.voxel for spot in spots), strict=True), zip(*(spot.mm for spot in spots), strict=True)
    return Spot.at(map(fmean, voxels), map(fmean, places))
