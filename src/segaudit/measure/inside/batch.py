"""Pieces, cavities and surfaces of masks, many at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from segaudit.measure.inside.cavities import Cavities, cavities_of, gaps_of
from segaudit.measure.inside.components import FACING, joined_around
from segaudit.measure.inside.pieces import PieceRuns, piece_runs
from segaudit.measure.inside.rows import RowTable
from segaudit.measure.inside.slices import slice_gaps
from segaudit.measure.inside.surface import Surface, surface_of
from segaudit.measure.mask_runs import Foreground, Rows
from segaudit.model.records import Inside

_BATCH_RUNS = 1 << 18
"""Runs that are gathered before they are measured."""


@dataclass(frozen=True, eq=False)
class Structured:
    """A mask that is not empty: what it consists of and what it encloses."""

    components: int
    pieces: tuple[PieceRuns, ...]
    """Its largest pieces; none if it is one piece."""
    inside: Inside
    """Without what is known of its largest cavity."""
    cavity: Rows
    """The runs of its largest cavity."""


class Batches:
    """Masks, measured as soon as there are enough of them."""

    def __init__(self, most: int) -> None:
        """Take the largest number of runs of a mask that is measured; one with more is noise."""
        self._most = most
        self._waiting: dict[int, tuple[Foreground, tuple[float, ...]]] = {}
        self._runs = 0
        self._measured: dict[int, Structured] = {}

    def add(self, number: int, foreground: Foreground, spacing: tuple[float, ...]) -> None:
        """Add a mask with its index and the lengths of its voxels, mm; empty ones and noise are left out."""
        runs = foreground.rows.i.size
        if 0 < runs <= self._most:
            self._waiting[number] = foreground, spacing
            self._runs += runs
        if self._runs >= _BATCH_RUNS:
            self._flush()

    def measured(self) -> dict[int, Structured]:
        """Return what was measured, by index."""
        self._flush()
        return self._measured

    def _flush(self) -> None:
        if self._waiting:
            foregrounds, spacings = zip(*self._waiting.values(), strict=True)
            self._measured |= zip(self._waiting, structured(foregrounds, spacings), strict=True)
        self._waiting.clear()
        self._runs = 0


def structured(foregrounds: Sequence[Foreground], spacings: Sequence[tuple[float, ...]]) -> Iterator[Structured]:
    """Yield what masks consist of and enclose; none of them is empty."""
    table = RowTable.of(foregrounds)
    gaps = gaps_of(table)
    facing = [table.neighbours(*offset, 1) for offset in FACING]
    found = joined_around(table, facing)
    components = np.bincount(found.mask, minlength=table.masks).tolist()
    pieces: dict[int, list[PieceRuns]] = {}
    for piece in piece_runs(table, found, np.array(spacings)):
        pieces.setdefault(piece.mask, []).append(piece)
    cavities = cavities_of(table, gaps)
    largest = _by_mask(cavities)
    surface = surface_of(table, gaps, facing)
    for mask, inside in enumerate(_insides(table, surface, cavities)):
        yield Structured(components[mask], tuple(pieces.get(mask, ())), inside, largest[mask])


def _by_mask(cavities: Cavities) -> list[Rows]:
    """Return the runs of each mask's largest cavity."""
    runs = np.flatnonzero(cavities.largest)
    ends = np.searchsorted(cavities.gaps.mask[runs], np.arange(1, cavities.gaps.masks))
    return [cavities.gaps.rows_of(part) for part in np.split(runs, ends)]


def _insides(table: RowTable, surface: Surface, cavities: Cavities) -> Iterator[Inside]:
    missing = slice_gaps(table)
    for mask in range(table.masks):
        faces, changes, rings = (each[:, mask].tolist() for each in (surface.faces, surface.changes, cavities.rings))
        yield Inside(
            faces=tuple(faces),
            changes=tuple(changes),
            cavities=int(cavities.number[mask]),
            cavity_voxels=int(cavities.voxels[mask]),
            rings=tuple(rings),
            pinholes=int(surface.pinholes[mask]),
            filled=int(surface.filled[mask]),
            slice_gaps=missing.get(mask, ()),
        )
