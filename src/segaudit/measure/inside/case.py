"""What the masks of a case consist of and enclose, with the CT and the other masks that are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from segaudit.measure import grid
from segaudit.measure.case_runs import Spans
from segaudit.measure.inside.batch import Structured
from segaudit.measure.inside.pieces import PieceRuns
from segaudit.measure.inside.rows import Counts
from segaudit.measure.inside.surroundings import Parts, shared, touched
from segaudit.measure.mask_runs import Rows, listed
from segaudit.measure.reference import Reference
from segaudit.model import Mask, Spot
from segaudit.model.records import Cavity, Piece, Touch, Vector

MAX_TOUCHES = 4
"""Masks that a piece is said to touch."""

_CAVITY = 0
"""The place of the cavity among the parts of a mask; further pieces follow in their order."""

_Hu: TypeAlias = tuple[float | None, float | None]


@dataclass(frozen=True, eq=False)
class CaseMasks:
    """The masks of a case, and what is around their parts."""

    masks: Sequence[Mask]
    found: dict[int, Structured]
    """What they consist of and enclose, by index."""
    reference: Reference
    runs: Sequence[Spans]
    """Those of the masks on the case's grid; none if there are too many."""
    sole: Spans
    """Spans that lie in exactly one mask."""

    def described(self) -> list[Mask]:
        """Return the masks with all of it."""
        return [self._mask(number, mask) for number, mask in enumerate(self.masks)]

    def _mask(self, number: int, mask: Mask) -> Mask:
        found = self.found.get(number)
        if found is None or mask.file.header is None:
            return mask
        affine = self.reference.place(mask.file.header).affine
        pieces = [self._piece(number, place, piece, affine) for place, piece in enumerate(found.pieces)]
        inside = replace(found.inside, cavity=self._cavity(number, found.cavity, affine))
        return replace(mask, components=found.components, pieces=tuple(pieces), inside=inside)

    def _piece(self, number: int, place: int, piece: PieceRuns, affine: grid.Matrix) -> Piece:
        rows, known = piece.rows, self._places.get((number, place)) if place else None
        mean, median = self._hu(rows) if known is not None else (None, None)
        ends = ((rows.i, rows.i + rows.length - 1), (rows.j, rows.j), (rows.k, rows.k))
        i0, i1, j0, j1, k0, k1 = (int(end) for low, high in ends for end in (low.min(), high.max()))
        return Piece(
            voxels=piece.voxels,
            box=(i0, i1, j0, j1, k0, k1),
            spot=_spot(rows, affine),
            apart_mm=round(piece.apart_mm, 1),
            area_mm2=round(float(self._around[2][known]), 1) if known is not None else 0.0,
            hu_mean=mean,
            hu_median=median,
            touches=self._touches(known) if known is not None else (),
        )

    def _cavity(self, number: int, rows: Rows, affine: grid.Matrix) -> Cavity | None:
        if not rows.i.size:
            return None
        voxels, known = int(rows.length.sum()), self._places.get((number, _CAVITY))
        if known is None:
            return Cavity(voxels=voxels, spot=_spot(rows, affine))
        mean, median = self._hu(rows)
        filled = self._around[1][known]
        most = int(filled.argmax())
        return Cavity(
            voxels=voxels,
            spot=_spot(rows, affine),
            hu_mean=mean,
            hu_median=median,
            filled_by=self.masks[most].structure if filled[most] else "",
            filled_share=round(float(filled[most]) / voxels, 3),
        )

    def _touches(self, known: int) -> tuple[Touch, ...]:
        """Return the masks that a part touches or overlaps, most first."""
        areas, voxels, _ = (each[known] for each in self._around)
        most = np.lexsort([-areas, -voxels])[:MAX_TOUCHES].tolist()
        return tuple(
            Touch(self.masks[other].structure, round(float(areas[other]), 1), int(voxels[other]))
            for other in most
            if areas[other] or voxels[other]
        )

    @cached_property
    def _parts(self) -> dict[tuple[int, int], Rows]:
        """The cavities and the further pieces of masks on the case's grid."""
        return {
            (number, place): rows
            for number, found in self.found.items()
            if self.masks[number].comparable
            for place, rows in enumerate((found.cavity, *(piece.rows for piece in found.pieces[1:])))
            if rows.i.size
        }

    @cached_property
    def _places(self) -> dict[tuple[int, int], int]:
        return {key: place for place, key in enumerate(self._parts)}

    @cached_property
    def _around(self) -> tuple[NDArray[np.float64], Counts, NDArray[np.float64]]:
        """Areas (mm2) and voxels that parts have in common with masks (parts x masks each), and the area of parts."""
        header, count = self.reference.header, len(self.masks)
        if header is None or not self._parts:
            none = np.zeros((len(self._parts), count))
            return none, none.astype(np.int64), none[:, 0]
        shape, spacing = grid.three_axes(header.shape), np.array(grid.spacing(grid.matrix(header.affine)))
        parts = Parts.of(list(self._parts.values()), [number for number, _ in self._parts], shape)
        return (
            touched(parts, self.sole, shape, spacing, count),
            shared(parts, self.runs, count),
            parts.area_mm2(shape, spacing),
        )

    def _hu(self, rows: Rows) -> _Hu:
        """Return mean and median of the CT at rows, HU; None without a CT, or where it is not finite."""
        volume = self.reference.volume
        if volume is None:
            return None, None
        ni, nj, _ = volume.shape
        values = volume.hu[listed(rows.i + ni * (rows.j + nj * rows.k.astype(np.int64)), rows.length)]
        finite = values[np.isfinite(values)]
        if not finite.size:
            return None, None
        return round(float(finite.mean(dtype=np.float64)), 1), round(float(np.median(finite)), 1)


def _spot(rows: Rows, affine: grid.Matrix) -> Spot:
    """Return the centre of rows."""
    weights = rows.length.astype(np.float64)
    i, j, k = (
        float((middle * weights).sum() / weights.sum()) for middle in (rows.i + (weights - 1) / 2, rows.j, rows.k)
    )
    centre: Vector = (i, j, k)
    return Spot.at(centre, (affine @ [*centre, 1.0]).tolist())
