"""No two masks claim the same voxels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from functools import cache
from typing import NamedTuple

from msgspec.structs import replace

from segaudit.model import Case, Contract, Finding, Limit, Mask, NotApplicable, Severity, check
from segaudit.model.common_limits import DICE
from segaudit.model.kept import kept_with_case

SHARE = Limit(
    "masks-overlap.share",
    0.05,
    "share",
    "the part of the smaller mask that another one may cover",
    "Masks of healthy cases share 3.3 per cent at most where part models were joined.",
    most=1.0,
)
LARGE_SHARE = Limit(
    "masks-overlap-large.share",
    0.3,
    "share",
    "the part of the smaller mask from which on one of the two is wrong; a smaller one is masks-overlap",
    "A convention: nine times what pairs share in healthy cases that no contract allows.",
    most=1.0,
)
VOLUME_ML = Limit("masks-overlap.volume_ml", 0.17, "ml", "the volume that two masks may share", "50 voxels of 1.5 mm.")
LARGE_VOLUME_ML = Limit(
    "masks-overlap-large.volume_ml", 0.17, "ml", "the volume that two masks may share", "50 voxels of 1.5 mm."
)


@check("masks-overlap", Severity.WARNING, limits=(SHARE, VOLUME_ML))
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
    share, large, volume_ml = (limit.of(contract) for limit in (SHARE, LARGE_SHARE, VOLUME_ML))
    for pair in _shared(case):
        if share < pair.share <= large and _forbidden(pair, contract, volume_ml):
            yield pair.finding(f"share {pair.percent:g} % of the smaller mask, {100 * share:g} % at most expected")


@check("masks-overlap-large", Severity.ERROR, limits=(LARGE_SHARE, LARGE_VOLUME_ML))
def masks_overlap_large(case: Case, contract: Contract) -> Iterator[Finding]:
    """Two masks share a large part of their voxels, or there are too many runs of voxels to tell.

    Why it matters: one of them is wrong, and merged into one label map it takes a large part out of the other.
    What to do: look at the case; correct the wrong one.
    Threshold: more than 30 per cent of the smaller mask, and more than 0.17 ml; more runs of voxels along the first
        axis than the contract's `reading.max_runs`, 16,777,216 if it states none (s0327 of v2 has 243,334).
    Seen in: TotalSegmentator v1 (https://github.com/wasserth/TotalSegmentator/issues/168); KiTS21
        (https://github.com/neheller/kits21/issues/58).
    Blind spots: pairs that the contract allows have no upper limit but identity (`masks-identical`). It is
        unknown which of two masks is wrong. In a label map, which has no overlaps, only the runs are judged.
    """
    if not case.overlaps_counted:
        most = case.reading.max_runs
        message = (
            f"its masks have more than {most:,} runs of voxels together, and were not compared: they are noise, or "
        )
        message += "the contract needs a larger reading.max_runs"
        yield Finding(case=case.case, message=message, expected=most)
        return
    share, volume_ml = LARGE_SHARE.of(contract), LARGE_VOLUME_ML.of(contract)
    for pair in _shared(case):
        if pair.share > share and _forbidden(pair, contract, volume_ml):
            yield pair.finding(f"share {pair.percent:g} % of the smaller mask, {100 * share:g} % at most expected")


@check("masks-identical", Severity.ERROR, limits=(DICE,))
def masks_identical(case: Case, contract: Contract) -> Iterator[Finding]:
    """Structures have the same mask.

    Why it matters: one was copied over the others, which are lost.
    What to do: restore those that are wrong.
    Threshold: a Dice coefficient above 0.95. Several that are the same are one finding.
    Blind spots: a copy that was shifted, or changed by more than a tenth, is an overlap; empty masks are
        never the same, and masks of several values are `mask-values` alone.
    """
    most = DICE.of(contract)
    for group in _alike([pair for pair in _shared(case) if pair.dice > most]):
        least = min(pair.dice for pair in group)
        message = f"are the same: Dice coefficient {least:.3g}, {most:g} at most expected"
        finding, names = group[0].finding(message), dict.fromkeys(name for pair in group for name in pair.names)
        yield replace(finding, structures=tuple(sorted(names)))


def _alike(pairs: Sequence[Pair]) -> Iterable[list[Pair]]:
    """Gather the pairs that are joined by masks in common."""
    leaders: dict[str, str] = {}
    for pair in pairs:
        first, second = (_leader(name, leaders) for name in pair.names)
        leaders[first] = second
    groups = defaultdict[str, list[Pair]](list)
    for pair in pairs:
        groups[_leader(pair.names[0], leaders)].append(pair)
    return groups.values()


def _leader(name: str, leaders: dict[str, str]) -> str:
    """Return the mask that represents all that a mask is joined with."""
    while leaders.setdefault(name, name) != name:
        leaders[name] = name = leaders[leaders[name]]
    return name


class Pair(NamedTuple):
    """Two masks of a case that share voxels."""

    first: Mask
    second: Mask
    voxels: int
    share: float
    """Part of the smaller mask that is shared."""

    @property
    def names(self) -> tuple[str, str]:
        """The two structures."""
        return self.first.structure, self.second.structure

    @property
    def percent(self) -> float:
        """The share in per cent, to two digits."""
        return float(f"{100 * self.share:.2g}")

    @property
    def dice(self) -> float:
        """Dice coefficient: 2 |A and B| / (|A| + |B|); at most the share."""
        return 2 * self.voxels / (self.first.voxels + self.second.voxels)

    @property
    def volume_ml(self) -> float:
        """Volume of the shared voxels."""
        return self.voxels * self.first.volume_ml / self.first.voxels

    def finding(self, message: str) -> Finding:
        """Return a finding about the pair; observed is the share in per cent."""
        smaller = min(self.first, self.second, key=lambda mask: mask.voxels)
        return Finding(
            case=self.first.case, structures=self.names, message=message, observed=self.percent, spot=smaller.spot
        )


@kept_with_case
def _shared(case: Case) -> tuple[Pair, ...]:
    """Return the pairs of masks that share voxels.

    Raises:
        NotApplicable: there are no two files of masks. In a label map a voxel has one value, and where two structures
            share a voxel, they share its value by definition.
    """
    masks = case.whole_masks
    one = next(iter(masks.values()), None)
    if one is None or all(mask.file.path == one.file.path for mask in masks.values()):
        raise NotApplicable("no two files of masks")
    pairs = ((masks.get(overlap.first), masks.get(overlap.second), overlap.voxels) for overlap in case.overlaps)
    return tuple(
        Pair(first, second, voxels, voxels / min(first.voxels, second.voxels))
        for first, second, voxels in pairs
        if first and second and first.voxels and second.voxels
    )


def _forbidden(pair: Pair, contract: Contract, volume_ml: float) -> bool:
    """Whether a pair shares more than a volume that it may not share; identical masks are another check's."""
    allowed = contract.labels.allowed_overlaps
    several = pair.volume_ml > volume_ml and pair.dice <= DICE.of(contract)
    first, second = pair.first, pair.second
    named = _allowed(first.structure, second.structure, allowed) or _allowed(first.meant, second.meant, allowed)
    return several and not named


@cache
def _allowed(first: str, second: str, pairs: tuple[tuple[str, str], ...]) -> bool:
    """Whether two structures are one of the pairs of names or globs, in either order."""
    return any(
        (fnmatchcase(first, one) and fnmatchcase(second, other))
        or (fnmatchcase(first, other) and fnmatchcase(second, one))
        for one, other in pairs
    )
