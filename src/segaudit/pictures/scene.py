"""Draw the slices of a case with their outlines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Resampling

from segaudit.measure.mask_runs import Foreground
from segaudit.model.records import Voxel
from segaudit.pictures.backdrop import Backdrop
from segaudit.pictures.frame import CORONAL, Frame, Plane, Slice
from segaudit.pictures.pane import Pane, Pixels, blend
from segaudit.pictures.pen import BLACK, COLOURS, WHITE
from segaudit.pictures.shape import shadow_of, slice_of
from segaudit.pictures.window import Window

_FAINT_OPACITY = 0.6
"""Opacity of a neighbour's border."""

_TINT_OPACITY = 0.4
"""Opacity of a mask's tint, in a picture of the whole case."""

_MOST_LABELS = 255
_HATCH = 8
_HATCH_GREY = 60


@dataclass(frozen=True)
class Scene:
    """The parts of a case that are drawn."""

    frame: Frame
    backdrop: Backdrop
    window: Window
    structures: Sequence[Foreground]
    """The structures to outline, at most one for each of ``COLOURS``."""
    neighbours: Sequence[Foreground]
    tinted: bool
    """Whether all masks are tinted."""
    fits: Sequence[Foreground] = ()
    """Where misplaced structures would fit."""

    def panel(self, plane: Plane, voxel: Voxel, pane: Pane, width: int) -> Pixels:
        """Draw the slice of a plane through a voxel; width of the outlines in fine pixels."""
        slices = [self._slice(mask, plane, voxel) for mask in (*self.structures, *self.neighbours)]
        labels = _labels(slices, (self.frame.lengths[plane.row], self.frame.lengths[plane.column]))
        pixels = pane.grey(self.window.grey(self.backdrop.slice(plane, voxel, labels)))
        pixels = _hatched(pixels, pane, self.backdrop.lost(plane, voxel))
        if self.tinted:
            pixels = _tinted(pixels, pane.resampled(labels, Resampling.NEAREST))
        pixels = blend(pixels, _FAINT_OPACITY * pane.borders(labels), WHITE)
        for mask in self.fits:
            pixels = _dashed(pixels, pane.outline(self._slice(mask, plane, voxel), width), 2 * width)
        return _outlined(pixels, pane, slices[: len(self.structures)], width)

    def scout(self, pane: Pane, width: int) -> Pixels:
        """Draw the whole case as seen from the front."""
        axis = self.frame.axes[CORONAL.normal]
        shadows = [self.frame.turned(shadow_of(mask, axis), CORONAL) for mask in self.structures]
        pixels = _hatched(pane.grey(self.backdrop.front), pane, self.backdrop.lost(CORONAL, (0, 0, 0)))
        return _outlined(pixels, pane, shadows, width)

    def _slice(self, mask: Foreground, plane: Plane, voxel: Voxel) -> Slice:
        axis = self.frame.axes[plane.normal]
        return self.frame.turned(slice_of(mask, axis, voxel[axis]), plane)


def _labels(slices: Sequence[Slice], shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Number the masks from 1; where they overlap, the first one wins."""
    labels = np.zeros(shape, np.uint8)
    for number, mask in reversed(list(enumerate(slices[:_MOST_LABELS], 1))):
        if mask.any():
            labels[mask > 0] = number
    return labels


def _tinted(pixels: Pixels, labels: NDArray[np.uint8]) -> Pixels:
    """Tint all masks, in a picture of the whole case."""
    tints = np.array(COLOURS, np.float32)[(labels - 1) % len(COLOURS)]
    return np.where(labels[..., None], pixels + (tints - pixels) * np.float32(_TINT_OPACITY), pixels)


def _outlined(pixels: Pixels, pane: Pane, slices: Sequence[Slice], width: int) -> Pixels:
    """Draw the outlines of structures, the first on top."""
    for mask, colour in reversed(list(zip(slices, COLOURS, strict=False))):
        pixels = blend(pixels, pane.outline(mask, width), colour)
    return pixels


def _dashed(pixels: Pixels, cover: Pixels, length: int) -> Pixels:
    """Draw an outline in black and white dashes, which every background leaves visible; their length in pixels.

    The border between black and white is steeper than the diagonals that many outlines of voxels have.
    """
    rows, columns = np.indices(cover.shape, np.int32)
    white = (rows + 2 * columns) // length % 2
    return blend(blend(pixels, cover * white, WHITE), cover * (1 - white), BLACK)


def _hatched(pixels: Pixels, pane: Pane, lost: Slice) -> Pixels:
    """Hatch what could not be read."""
    if not lost.any():
        return pixels
    shown = pane.resampled(lost, Resampling.NEAREST) > 0
    rows, columns = np.indices(shown.shape)
    hatch = np.where((rows + columns) % _HATCH < _HATCH // 4, _HATCH_GREY, 0)
    return np.where(shown[..., None], hatch[..., None], pixels).astype(np.float32)
