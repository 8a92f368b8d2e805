"""The masks are binary, complete and plausible, and no two of them claim the same voxels."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from statistics import fmean
from typing import NamedTuple

from segaudit.model import Case, Contract, Dataset, Finding, LabelMap, Mask, NotApplicable, Severity, Spot, check
from segaudit.model.anatomy import Anatomy
from segaudit.model.contract import SPECK_ML
from segaudit.model.records import MAX_RUNS

LISTED = 4
"""Values that a finding lists."""

SCALING = 1e-3
"""A value this near to 1 is a 1 that the header's slope was rounded into."""

ENOUGH_CASES = 20
"""Cases that a dataset has at least before "in no case" says something."""

OVERLAP = 0.05
"""Share of the smaller mask that another may cover."""

LARGE_OVERLAP = 0.30

IDENTICAL = 0.95
"""Dice coefficient above which two masks are one."""


@check("mask-dtype", Severity.WARNING, needs="labels.dtypes")
def mask_dtype(mask: Mask, contract: Contract) -> Iterator[Finding]:
    """A mask is stored in another data type than promised.

    Why it matters: floating point costs eight times the memory, and lets values between 0 and 1 in.
    What to do: store it as uint8.
    Seen in: Medical Segmentation Decathlon, Task10, labels as float32.
    Blind spots: only the type of the stored numbers is judged; what they are is `mask-values`.
    """
    dtype, expected = mask.file.header.dtype if mask.file.header else "", " or ".join(contract.labels.dtypes)
    if dtype not in contract.labels.dtypes:
        yield Finding.about(mask.file, f"stored as {dtype}, expected {expected}", dtype, expected)


@check("mask-values", Severity.ERROR)
def mask_values(mask: Mask) -> Iterator[Finding]:
    """A mask holds values other than 0 and 1.

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
        near = strange and not mask.nonfinite and all(abs(value - 1) <= SCALING for value, _ in strange)
        hint = "; an artefact of the header's scl_slope" if near else ""
        alone = len(strange) == mask.distinct_values == 1 and not mask.nonfinite
        told = f"{_number(strange[0][0])} alone" if alone else _tell(mask, strange)
        yield Finding.about(mask.file, f"holds {told}, expected 0 and 1{hint}", None, 1)


@check("label-unknown", Severity.ERROR)
def label_unknown(case: Case) -> Iterator[Finding]:
    """A label map holds values that stand for no structure.

    Why it matters: nobody knows what was meant; training stops at a class too many, or the voxels become background.
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
        message = f"holds {_tell(label_map, strange)}, which no structure has"
        yield Finding.about(label_map.file, message, strange[0][0] if len(strange) == 1 else None, spot=label_map.spot)


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


@check("mask-expected", Severity.ERROR, needs="structures")
def mask_expected(case: Case, contract: Contract) -> Iterator[Finding]:
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
    masks, complete = case.whole_masks, Anatomy.of(case, contract).complete
    for structure in contract.structures:
        mask, evidence = masks.get(structure.name), structure.expected_with
        if mask and not mask.voxels and evidence and not structure.removable and complete.keys() >= set(evidence):
            message = f"empty, although {' and '.join(evidence)} are present and not cut"
            yield Finding.about(mask, message, 0, 1, _between([complete[name] for name in evidence]))


@check("mask-never-present", Severity.ERROR, needs="cases.count")
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
    if cases < ENOUGH_CASES or len(dataset.cases) + len(dataset.excluded) != contract.cases.count:
        return
    empty = dataset.masks["whole"].astype(bool) & (dataset.masks["voxels"] == 0)
    never = empty.groupby(dataset.masks["structure"]).all()
    for structure in sorted(contract.by_name.keys() & set(never.index[never.to_numpy(dtype=bool)])):
        yield Finding(structure=structure, message=f"empty in all {cases} cases", observed=0, expected=1)


@check("mask-tiny", Severity.WARNING)
def mask_tiny(mask: Mask, contract: Contract) -> Iterator[Finding]:
    """A mask is a speck.

    Why it matters: a few voxels are no organ but a slip of the brush or a stray prediction.
    What to do: look at the case; remove the speck or segment the structure.
    Threshold: 0.17 ml, or 50 voxels of 1.5 mm; less for a structure whose smallest piece is smaller in the contract,
        down to none for cysts, which are followed from a few millimetres; not where the field of view cuts it.
    Seen in: PanTS, lesions of 4 to 45 voxels (https://github.com/MrGiovanni/PanTS/issues/12).
    Blind spots: a speck of 0.17 ml or more passes, and so does one within 3 voxels of a face of the grid. A face is
        that of the grid, not of what was scanned: padding moves it away.
    """
    structure = contract.by_name.get(mask.structure)
    least = structure.speck_ml if structure else SPECK_ML
    if 0 < mask.volume_ml < least and not mask.cut:
        volume = float(f"{mask.volume_ml:.2g}")
        message = f"{mask.voxels} voxels, {volume:g} ml; expected {least:g} ml or more, or an empty mask"
        yield Finding.about(mask, message, volume, least)


@check("mask-fragmented", Severity.WARNING, needs="structures")
def mask_fragmented(mask: Mask, contract: Contract) -> Iterator[Finding]:
    """A mask is in more pieces than its structure.

    Why it matters: the further pieces are parts of other structures, or what joins them is not labelled.
    What to do: look at the case; remove or join the pieces.
    Threshold: the number of pieces, and the volume from which one counts, that the contract states for the structure;
        26-connected; not where the field of view cuts it.
    Seen in: TotalSegmentator v2.0.1, adrenal glands in 8 per cent of 150 cases
        (https://github.com/ahigazy1/adrenal-multiorgan/blob/main/PLAN.md); PROSTATEx, up to 3 pieces in a lesion
        (https://github.com/rcuocolo/PROSTATEx_masks/issues/20).
    Blind spots: pieces smaller than the contract's smallest, structures without a number of pieces, and masks within 3
        voxels of a face of the grid are not judged. A structure that grew into its neighbour is one piece.
    """
    structure = contract.by_name.get(mask.structure)
    if structure is None or structure.max_pieces is None or mask.cut or not mask.voxels:
        return
    sizes = [voxels * mask.volume_ml / mask.voxels for voxels in mask.pieces]
    counted = sizes[:1] + [size for size in sizes[1:] if size >= structure.piece_ml]
    if len(counted) > structure.max_pieces:
        listed = ", ".join(f"{size:.3g}" for size in counted)
        message = f"{len(counted)} pieces of {listed} ml, expected {structure.max_pieces} at most"
        yield Finding.about(mask, message, len(counted), structure.max_pieces, mask.second_piece)


@check("masks-overlap", Severity.WARNING)
def masks_overlap(case: Case, contract: Contract) -> Iterator[Finding]:
    """Two masks share voxels.

    Why it matters: merged into one label map, the shared voxels go to whichever mask comes last.
    What to do: decide for each voxel; where two structures overlap by definition, allow the pair in the contract.
    Threshold: more than 5 per cent of the smaller mask and more than 0.17 ml. Masks of healthy cases overlap in dozens
        of pairs where part models were joined, 3.3 per cent at most but for pairs that are allowed.
    Seen in: TotalSegmentator, every case (https://github.com/wasserth/TotalSegmentator/issues/440); for its
        maintainers, small ones are expected (https://github.com/wasserth/TotalSegmentator/issues/121).
    Blind spots: pairs that the contract allows have no upper limit here, whatever they share; overlaps of up to 5 per
        cent of the smaller mask or up to 0.17 ml pass.
    """
    for pair in _pairs(case, contract):
        if OVERLAP < pair.share <= LARGE_OVERLAP and pair.volume_ml > SPECK_ML:
            yield pair.finding(f"share {pair.percent:g} % of the smaller mask, {OVERLAP:.0%} at most expected")


@check("masks-overlap-large", Severity.ERROR)
def masks_overlap_large(case: Case, contract: Contract) -> Iterator[Finding]:
    """Two masks share a large part of their voxels, or the masks are noise that shares them at random.

    Why it matters: one of them is wrong, and merged into one label map it takes a large part out of the other.
    What to do: look at the case; correct the wrong one.
    Threshold: more than 30 per cent of the smaller mask, and more than 0.17 ml; more than 4,194,304 runs of voxels
        along the first axis, of which the masks of s0327 of v2 have 243,334.
    Seen in: TotalSegmentator v1 (https://github.com/wasserth/TotalSegmentator/issues/168); KiTS21
        (https://github.com/neheller/kits21/issues/58).
    Blind spots: pairs that the contract allows have no upper limit but identity (`masks-identical`). Which of two masks
        is wrong cannot be told.
    """
    pairs = list(_pairs(case, contract))
    if not case.overlaps_counted:
        message = f"its masks have more than {MAX_RUNS:,} runs of voxels together: they are noise"
        yield Finding(case=case.case, message=message, expected=MAX_RUNS)
    for pair in pairs:
        if pair.share > LARGE_OVERLAP and pair.volume_ml > SPECK_ML:
            yield pair.finding(f"share {pair.percent:g} % of the smaller mask, {LARGE_OVERLAP:.0%} at most expected")


@check("masks-identical", Severity.ERROR)
def masks_identical(case: Case) -> Iterator[Finding]:
    """Two structures have the same mask.

    Why it matters: one was copied over the other, which is lost.
    What to do: restore the one that is wrong.
    Threshold: a Dice coefficient above 0.95.
    Blind spots: a copy that was shifted, or of which more than a tenth was changed, is an overlap; empty masks are
        never the same.
    """
    for pair in _shared(case):
        if pair.dice > IDENTICAL:
            yield pair.finding(f"are the same: Dice coefficient {pair.dice:.3g}, {IDENTICAL:g} at most expected")


class Pair(NamedTuple):
    """Two masks of a case that share voxels."""

    first: Mask
    second: Mask
    voxels: int

    @property
    def share(self) -> float:
        """Part of the smaller mask that is shared."""
        return self.voxels / min(self.first.voxels, self.second.voxels)

    @property
    def percent(self) -> float:
        """The share in per cent, to two digits."""
        return float(f"{100 * self.share:.2g}")

    @property
    def dice(self) -> float:
        """Dice coefficient: 2 |A and B| / (|A| + |B|)."""
        return 2 * self.voxels / (self.first.voxels + self.second.voxels)

    @property
    def volume_ml(self) -> float:
        """Volume of the shared voxels."""
        return self.voxels * self.first.volume_ml / self.first.voxels

    def finding(self, message: str) -> Finding:
        """Return a finding about the pair; observed is the share in per cent."""
        names = f"{self.first.structure}, {self.second.structure}"
        smaller = min(self.first, self.second, key=lambda mask: mask.voxels)
        return Finding(case=self.first.case, structure=names, message=message, observed=self.percent, spot=smaller.spot)


def _shared(case: Case) -> Iterator[Pair]:
    """Yield the pairs of masks that share voxels.

    Raises:
        NotApplicable: there are no two files of masks. In a label map a voxel has one value, and where two structures
            share a voxel, they share its value by definition.
    """
    if len({mask.file.path for mask in case.whole_masks.values()}) <= 1:
        raise NotApplicable("no two files of masks")
    masks = {name: mask for name, mask in case.whole_masks.items() if mask.voxels}
    for overlap in case.overlaps:
        if overlap.first in masks and overlap.second in masks:
            yield Pair(masks[overlap.first], masks[overlap.second], overlap.voxels)


def _pairs(case: Case, contract: Contract) -> Iterator[Pair]:
    """Yield the pairs that may not share voxels, without those that are identical."""
    allowed = contract.labels.allowed_overlaps
    for pair in _shared(case):
        if pair.dice <= IDENTICAL and not _allowed(pair.first.structure, pair.second.structure, allowed):
            yield pair


def _between(masks: list[Mask]) -> Spot | None:
    """Return the place in the middle of masks."""
    spots = [mask.spot for mask in masks if mask.spot]
    if not spots:
        return None
    voxels, places = zip(*(spot.voxel for spot in spots), strict=True), zip(*(spot.mm for spot in spots), strict=True)
    return Spot.at(map(fmean, voxels), map(fmean, places))


@cache
def _allowed(first: str, second: str, pairs: tuple[tuple[str, str], ...]) -> bool:
    """Whether two structures are one of the pairs of names or globs, in either order."""
    return any(
        (fnmatchcase(first, one) and fnmatchcase(second, other))
        or (fnmatchcase(first, other) and fnmatchcase(second, one))
        for one, other in pairs
    )


def _tell(mask: Mask | LabelMap, strange: list[tuple[float, int]]) -> str:
    """List strange values with their voxels."""
    told = [f"{_number(value)} ({voxels} voxels)" for value, voxels in strange[:LISTED]]
    more = ["further values"] if mask.distinct_values > len(mask.values) or len(strange) > LISTED else []
    nonfinite = [f"NaN or infinity ({mask.nonfinite} voxels)"] if mask.nonfinite else []
    return ", ".join((*told, *more, *nonfinite))


def _number(value: float) -> str:
    """Write a value with as many digits as tell it from 1."""
    return f"{value:.11g}" if abs(value - 1) <= SCALING else f"{value:g}"
