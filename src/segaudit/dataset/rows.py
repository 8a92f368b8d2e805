"""The rows of the measurement tables: what is known of a case, and of each of its masks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from sys import intern

from segaudit.model import Case, Mask
from segaudit.model.bearing import Position
from segaudit.model.mask_shift import MIN_FACES

NAN = float("nan")

NOWHERE = (NAN, NAN, NAN)

Row = tuple[object, ...]


def case_row(case: Case) -> Row:
    """Return the measured columns of ``CASE_COLUMNS``."""
    file, ct = case.reference_file, case.ct
    header = file.header if file else None
    return (
        case.case,
        *_three(header.shape if header else ()),
        *_three(header.spacing_mm if header else ()),
        ct.voxels if ct else 0,
        bool(ct and ct.whole),
        ct.digest if ct else "",
        len(case.masks),
        len([mask for mask in case.whole_masks.values() if mask.voxels > 0]),
        case.overlap_voxels if case.overlaps_counted else NAN,
        case.labelled_voxels if case.overlaps_counted else NAN,
    )


def mask_rows(
    case: Case, complete: Collection[str], places: Mapping[str, Position], flaws: Mapping[str, str]
) -> Iterator[Row]:
    """Yield the measured columns of ``MASK_COLUMNS`` of each mask.

    Args:
        case: what was measured.
        complete: the structures that the field of view does not cut.
        places: where structures lie in the body.
        flaws: the ids of the checks that report whole masks.
    """
    overlaps, agreements = _overlap_shares(case), _agreements(case)
    neighbours = Counter(name for contact in case.contacts for name in (contact.first, contact.second))
    for mask in case.masks:
        name, hu = mask.structure, mask.hu
        whole = mask.file.whole
        counted = case.overlaps_counted and whole and mask.comparable
        yield (
            case.case,
            intern(name),
            whole,
            mask.voxels,
            mask.volume_ml,
            mask.cut,
            name in complete,
            flaws.get(name, ""),
            mask.components,
            mask.largest_ml,
            mask.corner_displacement_mm,
            *(mask.centroid_voxel or NOWHERE),
            *(mask.centroid_mm or NOWHERE),
            *(places.get(name) or NOWHERE),
            *((hu.mean, hu.std, hu.median) if hu else NOWHERE),
            NAN if mask.void_share is None else mask.void_share,
            NAN if mask.outside_body_share is None else mask.outside_body_share,
            *_inside(mask),
            overlaps.get(name, 0.0) if counted else NAN,
            neighbours[name] if counted else NAN,
            agreements.get(name, NAN),
        )


def _inside(mask: Mask) -> tuple[float, float]:
    """Return the volume that a mask encloses, ml, and how far its surface is from smooth: 0, to random: 1."""
    inside, voxels = mask.inside, mask.voxels
    if inside is None or not voxels:
        return NAN, NAN
    return inside.cavity_voxels * mask.volume_ml / voxels, 2 - sum(inside.changes) / sum(inside.faces)


def _overlap_shares(case: Case) -> dict[str, float]:
    """Return the largest share of a structure's voxels that another structure has, too."""
    shares: dict[str, float] = {}
    for overlap in case.overlaps:
        for name in (overlap.first, overlap.second):
            shares[name] = max(shares.get(name, 0.0), overlap.voxels / case.whole_masks[name].voxels)
    return shares


def _agreements(case: Case) -> dict[str, float]:
    """Return how well structures fit the CT's edges, where they have faces enough."""
    return {fit.structure: fit.agreement for fit in case.fit.masks if fit.faces >= MIN_FACES} if case.fit else {}


def _three(values: tuple[float, ...]) -> tuple[float, ...]:
    """Return the first three values, NaN where there are fewer."""
    return (*values, *NOWHERE)[:3]
