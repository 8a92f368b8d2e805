"""Where all masks of a case would fit together: moved, however far, and turned, whichever way.

Where masks do not fit, the edges that they expect are laid over those of the CT on cells of 6 mm, by correlation over
all shifts at once; from its best places each climbs to where it fits to the voxel.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from segaudit.measure.case_runs import Offsets
from segaudit.measure.fit.climbing import Climbed, Look, climbed, together
from segaudit.measure.fit.evenness import depth_of, spread_of
from segaudit.measure.fit.faces import Faces
from segaudit.measure.fit.profiles import Fit, Numbers, Scan, rounded
from segaudit.model.records import AXES, Placement

FACES = 20
"""Faces of each side of a mask that are looked at."""

DOUBT = 0.85
"""Agreement of all masks together below which their place is looked for elsewhere."""

SURE, MAX_SHARE = 0.7, 0.6
"""Agreement of a place, and contrast of the next best turn as a share of its own, with which its turn is clear."""

CELL_MM = 6.0
PEAKS = 4
"""Places of the correlation that are looked at more closely, for each turn."""
_ONE = np.ones(1, np.bool_)
_AROUND = np.arange(-2, 3)
"""Cells beside a peak that belong to it."""


class Turn(NamedTuple):
    """A way in which masks can be turned in their grid."""

    name: str
    order: tuple[int, ...]
    reversed_axes: tuple[int, ...]


def _turns() -> Iterator[Turn]:
    for count in range(AXES + 1):
        for axes in combinations(range(AXES), count):
            yield Turn("".join("ijk"[axis] for axis in axes), (0, 1, 2), axes)
    for axes in ((), (0,), (1,), (0, 1)):
        yield Turn("swap" + "".join("ijk"[axis] for axis in axes), (1, 0, 2), axes)


TURNS = tuple(_turns())
"""As stored, mirrored along one axis or three, turned by half about one; and with i and j exchanged."""


def placements_of(scan: Scan, faces: Faces) -> tuple[Placement, ...]:
    """Return the best place for each turn, best first.

    If a place near that of the masks makes their turn clear, others are looked for in this turn alone; if they leave
    no doubt there, none are.

    Args:
        scan: the CT.
        faces: those of the masks that are looked at together.
    """
    thin = faces.thinned(FACES)
    turned = [_Turned(scan, turn, thin.turned(turn.order, turn.reversed_axes, scan.shape)) for turn in TURNS]
    near = {each: each.near(np.zeros((1, AXES), np.int64)) for each in turned}
    first = (placements := _ranked(near.values()))[0]
    clear = _clear(placements)
    if clear and first.agreement >= DOUBT:
        return placements
    cells = _Cells(scan)
    for each in turned:
        if not clear or each.turn.name == first.turn:  # bones lie in rows: another may be where the next one belongs
            near[each] = _ranked([near[each], *map(each.near, cells.peaks(each.faces))])[0]
    return _ranked(near.values())


@dataclass(frozen=True, eq=False)
class _Turned:
    """The faces of masks, turned in one way."""

    scan: Scan
    turn: Turn
    faces: Faces

    def near(self, start: Offsets) -> Placement:
        """Describe the best place near one."""
        look = together(self.scan, self.faces)
        return self._described(climbed(look, _contrast, start, np.array([self.faces.size]), _ONE), look)

    def _described(self, place: Climbed, look: Look) -> Placement:
        """Describe a place, to a part of a voxel; one that too few faces stay in the grid of shows nothing."""
        fit, _ = look(place.moves, _ONE)
        rest = np.where(np.abs(fit.offset[0]) < 1, fit.offset[0], 0.0)
        i, j, k = (round(float(off), 2) for off in rest - place.moves[0])
        if place.score[0] <= 0:
            return Placement(turn=self.turn.name, voxels=(i, j, k))
        moved = self.faces.moved(np.repeat(place.moves, self.scan.sign.size, axis=0), self.scan.shape)
        return Placement(
            turn=self.turn.name,
            voxels=(i, j, k),
            agreement=rounded(fit.agreement[0]),
            contrast=round(float(fit.contrast[0]), 4),
            spread=round(spread_of(self.scan, moved), 4),
        )


def _contrast(fit: Fit) -> Numbers:
    """Return what places are compared by: noise adds to magnitudes, and flat parts of a CT take from them."""
    return fit.contrast


def _ranked(placements: Iterable[Placement]) -> tuple[Placement, ...]:
    return tuple(sorted(placements, key=lambda placement: -placement.quality))


def _clear(placements: tuple[Placement, ...]) -> bool:
    first, *others = placements
    return first.agreement >= SURE and max(each.contrast for each in others) <= MAX_SHARE * first.contrast


class _Cells:
    """A CT on cells, in the window of tissue and in that of air."""

    def __init__(self, scan: Scan) -> None:
        width = np.clip(np.rint(CELL_MM / scan.spacing), 1, scan.shape).astype(int)
        self.scan, self.width, self.depth = scan, width, depth_of(scan)
        self.shape = tuple((np.array(scan.shape) // width).tolist())
        self.size = [fft.next_fast_len(2 * cells, real=True) for cells in self.shape]
        windows = sorted({*zip(scan.low.tolist(), scan.high.tolist(), scan.sign.tolist(), strict=True)})
        self.images = {window: fft.rfftn(self._image(*window), self.size) for window in windows}

    def _image(self, low: float, high: float, sign: float) -> NDArray[np.float32]:
        """Return the mean of each cell, in windows, from the mean of all on."""
        grid = self.scan.hu.reshape(self.scan.shape, order="F")
        whole = grid[tuple(slice(cells * width) for cells, width in zip(self.shape, self.width, strict=True))]
        values = np.clip(np.nan_to_num(whole, nan=low), low, high)
        split = [part for cells, width in zip(self.shape, self.width, strict=True) for part in (cells, width)]
        means = values.reshape(split).mean(axis=(1, 3, 5), dtype=np.float32) * np.float32(sign / (high - low))
        return np.asarray(means - means.mean())

    def peaks(self, faces: Faces) -> Iterator[Offsets]:
        """Yield the moves, 1 x 3, to the best places of masks with these faces."""
        spectra = [image * np.conj(self._expected(window, faces)) for window, image in self.images.items()]
        fits = np.asarray(fft.irfftn(np.sum(spectra, axis=0), self.size))
        for _ in range(PEAKS):
            at = np.array(np.unravel_index(fits.argmax(), fits.shape))
            cells = np.where(at < np.array(self.size) // 2, at, at - self.size)
            yield (cells * self.width)[None].astype(np.int64)
            fits[np.ix_(*((_AROUND + place) % size for place, size in zip(at, self.size, strict=True)))] = -np.inf

    def _expected(self, window: tuple[float, float, float], faces: Faces) -> Numbers:
        """Return the spectrum of what the masks of a window expect: 1 inside their faces, -1 outside."""
        scan = self.scan
        chosen = faces[((scan.low == window[0]) & (scan.high == window[1]) & (scan.sign == window[2]))[faces.owner]]
        weight = 1 / np.maximum(np.bincount(chosen.owner, minlength=scan.sign.size), 6 * FACES / 2)[chosen.owner]
        expected = np.zeros(self.shape, np.float32)
        for sign, steps in ((1, 1 - self.depth), (-1, self.depth)):
            at = chosen.at.copy()
            at[chosen.axis, np.arange(chosen.size)] += chosen.side * steps[chosen.axis]
            cells = [
                np.clip(line // width, 0, last - 1)
                for line, width, last in zip(at, self.width, self.shape, strict=True)
            ]
            np.add.at(expected, tuple(cells), sign * weight)
        return np.asarray(fft.rfftn(expected, self.size))
