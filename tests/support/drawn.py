"""What is seen in a picture: its slices, its outlines, its captions; and a mask that lies elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from segaudit.pictures.pen import COLOURS
from segaudit.pictures.sheet import GAP, LINE, PANEL, SCOUT, Caption, sheet
from tests.support.pictured import AFFINE, LIVER, mask
from tests.support.pictured import write_volume as write

SIZE = (3 * (PANEL + GAP) + SCOUT, PANEL + 2 * GAP + 2 * LINE)


def slices(image: Image.Image) -> list[NDArray[np.int64]]:
    """Return the three slices of a picture of scale 1, without their titles."""
    pixels = np.asarray(image).astype(np.int64)
    return [pixels[16:PANEL, left : left + PANEL] for left in range(0, 3 * (PANEL + GAP), PANEL + GAP)]


def coloured(image: Image.Image, number: int = 0) -> list[NDArray[np.bool_]]:
    """Return the pixels of the three slices in one of the outlines' colours."""
    return [np.asarray((abs(pixels - COLOURS[number]) < 40).all(axis=2)) for pixels in slices(image)]


def captions(monkeypatch: pytest.MonkeyPatch) -> list[Caption]:
    """Keep the captions of the pictures that are drawn from now on."""
    kept: list[Caption] = []

    def draw(scene: Any, view: Any, caption: Caption, scale: int) -> Image.Image:  # noqa: ANN401 (passed on)
        kept.append(caption)
        return sheet(scene, view, caption, scale)

    monkeypatch.setattr("segaudit.pictures.album.sheet", draw)
    return kept


def move_liver(root: Path) -> None:
    """Move the liver's mask by three voxels."""
    affine = AFFINE.copy()
    affine[0, 3] -= 12
    write(root / "s0001/segmentations/liver.nii.gz", mask(LIVER), affine)
