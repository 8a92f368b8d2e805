"""Colours and letters, and a pen that draws with them."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeAlias

from PIL import Image, ImageDraw, ImageFont

Colour: TypeAlias = tuple[int, int, int]

Point: TypeAlias = tuple[float, float]

COLOURS: tuple[Colour, ...] = ((230, 159, 0), (86, 180, 233), (0, 158, 115), (204, 121, 167), (213, 94, 0))
"""Orange, sky blue, bluish green, reddish purple, vermilion, in the order of use: colours that colour-blind people can
distinguish (Okabe and Ito, Color Universal Design, 2008)."""

YELLOW: Colour = (240, 228, 66)
"""From the same set, reserved for problems of files."""

WHITE: Colour = (240, 240, 240)
DIM: Colour = (160, 164, 172)
BLACK: Colour = (0, 0, 0)

LABEL, CAPTION = 11, 13
"""Heights of letters on and below the slices, pixels at scale 1."""

_MAX_CHARACTERS = 300

_Font: TypeAlias = Any
"""A font of Pillow, whose two classes have no common name."""


@cache
def _font(size: int) -> _Font:
    """Return the font that comes with Pillow."""
    return ImageFont.load_default(size)


def _visible(text: str) -> str:
    """Return the beginning of a text; characters that the font lacks are escaped."""
    escaped = text[:_MAX_CHARACTERS].encode("unicode_escape").decode()
    return escaped[:_MAX_CHARACTERS]


class Pen:
    """Draws on an image. All lengths are pixels at scale 1."""

    def __init__(self, image: Image.Image, scale: int) -> None:
        self._draw = ImageDraw.Draw(image)
        self._scale = scale

    def label(self, at: Point, text: str, anchor: str = "mm") -> None:
        """Write on a slice, in white with a dark rim; ``anchor`` is Pillow's."""
        self._write(at, text, _font(LABEL * self._scale), WHITE, anchor)

    def length(self, text: str) -> float:
        """Return the width of a text below the slices."""
        return float(_font(CAPTION * self._scale).getlength(text)) / self._scale

    def caption(self, at: Point, text: str, colour: Colour, width: float) -> float:
        """Write below the slices, truncated with an ellipsis to a width; return the width that was used."""
        text = _visible(text)
        if self.length(text) > width:
            while text and self.length(f"{text}...") > width:
                text = text[:-1]
            text += "..."
        self._write(at, text, _font(CAPTION * self._scale), colour, "lm")
        return self.length(text)

    def line(self, start: Point, end: Point) -> None:
        """Draw a white line with a dark rim."""
        for width, colour in ((3, BLACK), (1, WHITE)):
            self._draw.line((*self._scaled(start), *self._scaled(end)), colour, width * self._scale)

    def frame(self, corner: Point, opposite: Point) -> None:
        """Draw a white rectangle."""
        self._draw.rectangle((*self._scaled(corner), *self._scaled(opposite)), outline=WHITE, width=self._scale)

    def _write(self, at: Point, text: str, font: _Font, colour: Colour, anchor: str) -> None:
        rim = self._scale
        self._draw.text(self._scaled(at), text, colour, font, anchor, stroke_width=rim, stroke_fill=BLACK)

    def _scaled(self, point: Point) -> Point:
        return point[0] * self._scale, point[1] * self._scale
