"""The whole picture: three slices, the case as seen from the front, and the captions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from segaudit.model.records import Vector
from segaudit.pictures.frame import CORONAL, LETTERS, PLANES, Frame, Plane
from segaudit.pictures.pane import Pane, Pixels
from segaudit.pictures.pen import COLOURS, DIM, WHITE, YELLOW, Colour, Pen, Point
from segaudit.pictures.scene import Scene
from segaudit.pictures.view import View

PANEL, SCOUT, GAP, LINE = 180, 84, 3, 17
"""Sides of a slice, width of the case as seen from the front, gaps and lines of text: pixels at scale 1."""

_BACKGROUND: Colour = (22, 23, 26)
_EDGE = 8
"""Distance of the letters from the edges of a slice, pixels at scale 1."""

_NEAR, _FAR = 6, 14
"""Start and end of the four ticks around the location, pixels at scale 1."""

_CENTIMETRE = 10


@dataclass(frozen=True, slots=True)
class Caption:
    """The text below the slices."""

    case: str
    structures: Sequence[str] = ()
    """In the order of their colours."""
    window: str = ""
    location: str = ""
    notes: Sequence[str] = ()
    """Problems of the files, one per line."""
    key: str = ""
    """A line that explains the outlines."""

    @property
    def lines(self) -> Sequence[tuple[str, Colour]]:
        """The lines below the first, with their colours."""
        key = [(self.key, WHITE)] if self.key else []
        return [(self.location, DIM), *key, *((note, YELLOW) for note in self.notes)]


def sheet(scene: Scene, view: View, caption: Caption, scale: int) -> Image.Image:
    """Draw a picture."""
    image = blank(caption, scale)
    for column, plane in enumerate(PLANES):
        image.paste(panel(scene, view, plane, scale), (column * (PANEL + GAP) * scale, 0))
    image.paste(_scout(scene, view, scale), (len(PLANES) * (PANEL + GAP) * scale, 0))
    return image


def blank(caption: Caption, scale: int) -> Image.Image:
    """Return a picture without its slices."""
    width = len(PLANES) * (PANEL + GAP) + SCOUT
    height = PANEL + 2 * GAP + LINE * (1 + len(caption.lines))
    image = Image.new("RGB", (width * scale, height * scale), _BACKGROUND)
    _write_caption(Pen(image, scale), caption, width)
    return image


def pane_of(frame: Frame, view: View, plane: Plane, scale: int) -> Pane:
    """Return the square pane of a slice."""
    size = PANEL * scale
    points = [_point(frame, voxel, plane) for voxel in (view.voxel, view.middle)]
    return Pane.of(frame, plane, (size, size), view.field / size, points)


def _point(frame: Frame, voxel: Vector, plane: Plane) -> Point:
    """Return the centre of a voxel in a slice, mm along columns and rows."""
    shown = frame.shown(voxel)
    x, y = ((shown[axis] + 0.5) * frame.spacing[axis] for axis in (plane.column, plane.row))
    return x, y


def panel(scene: Scene, view: View, plane: Plane, scale: int) -> Image.Image:
    """Draw the slice of a plane through the voxel of a view, with its directions and a ruler."""
    pane = pane_of(scene.frame, view, plane, scale)
    image = _image(scene.panel(plane, view.voxel, pane, 2 + 2 * scale))
    pen = Pen(image, scale)
    if view.marked:
        x, y = pane.pixel(_point(scene.frame, view.voxel, plane))
        _mark(pen, x / scale, y / scale)
    if scene.frame.known:
        _write_letters(pen, plane)
    axis = scene.frame.axes[plane.normal]
    pen.label((4, _EDGE), f"{plane.name}  {'ijk'[axis]} {view.voxel[axis]}", "lm")
    _draw_ruler(pen, view.field / PANEL)
    return image


def _image(pixels: Pixels) -> Image.Image:
    return Image.fromarray(np.rint(pixels).astype(np.uint8))


def _mark(pen: Pen, x: float, y: float) -> None:
    """Draw four ticks around the location, which stays visible itself."""
    for right, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        pen.line((x + right * _NEAR, y + down * _NEAR), (x + right * _FAR, y + down * _FAR))


def _write_letters(pen: Pen, plane: Plane) -> None:
    """Write the patient's directions at the middle of each edge."""
    near, middle, far = _EDGE, PANEL / 2, PANEL - _EDGE
    for letter, x in zip(LETTERS[plane.column], (near, far), strict=True):
        pen.label((x, middle), letter)
    for letter, y in zip(LETTERS[plane.row], (near, far), strict=True):
        pen.label((middle, y), letter)


def _draw_ruler(pen: Pen, scale: float) -> None:
    """Draw a bar of a round length, at most a third of a slice; ``scale`` in millimetres per pixel."""
    length = _round_length(scale * PANEL / 3)
    right, y = PANEL - 6, PANEL - 6
    left = right - length / scale
    pen.line((left, y), (right, y))
    text = f"{length / _CENTIMETRE:g} cm" if length >= _CENTIMETRE else f"{length:g} mm"
    pen.label(((left + right) / 2, y - _EDGE), text)


def _round_length(most: float) -> float:
    """Return the largest of 1, 2, 5, 10, ... that is no more than ``most``."""
    power = 10.0 ** math.floor(math.log10(most))
    return max(step * power for step in (1, 2, 5) if step * power <= most)


def _scout(scene: Scene, view: View, scale: int) -> Image.Image:
    """Draw the case as seen from the front, with the extent of the coronal slice."""
    frame, (width, height) = scene.frame, (SCOUT * scale, PANEL * scale)
    finest = max(frame.extent[CORONAL.column] / width, frame.extent[CORONAL.row] / height)
    pane = Pane.of(frame, CORONAL, (width, height), finest)
    image = _image(scene.scout(pane, 1 + 2 * scale))
    if view.marked:
        x, y = pane_of(frame, view, CORONAL, scale).corner
        first, last = pane.pixel((x, y)), pane.pixel((x + view.field, y + view.field))
        Pen(image, scale).frame(_onto_scout(first, scale), _onto_scout(last, scale))
    return image


def _onto_scout(pixel: Point, scale: int) -> Point:
    """Return the nearest point within the view from the front, at scale 1."""
    x, y = (min(max(pixels / scale, 0), length - 1) for pixels, length in zip(pixel, (SCOUT, PANEL), strict=True))
    return x, y


def _write_caption(pen: Pen, caption: Caption, width: int) -> None:
    """Write the case with its structures, the window, and the other lines below the slices."""
    left, y, end = 5, PANEL + GAP + LINE / 2, width - 5
    window = pen.length(caption.window)
    pen.caption((end - window, y), caption.window, DIM, window)
    x = float(left)
    for name, colour in _legend(caption):
        x += pen.caption((x, y), name, colour, end - window - x - GAP) + 3 * GAP
    for number, (line, colour) in enumerate(caption.lines, 1):
        pen.caption((left, y + number * LINE), line, colour, end - left)


def _legend(caption: Caption) -> list[tuple[str, Colour]]:
    """Return the case, the structures in their colours, and how many more there are."""
    more = len(caption.structures) - len(COLOURS)
    named = zip(caption.structures, COLOURS, strict=False)
    return [(caption.case, WHITE), *named, *([(f"and {more} more", DIM)] if more > 0 else [])]
