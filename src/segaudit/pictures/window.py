"""The window: the Hounsfield units that are shown black and white."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

LUNG_BELOW_HU = -400
"""Lung is shown in its own window; soft tissue and fat lie above -150 HU, aerated lung below -600 HU."""

BONE_ABOVE_HU = 300
"""Vessels with contrast medium seldom exceed this on average; cortical bone does."""


class Window(NamedTuple):
    """Width and centre of the range of intensities that is shown, HU."""

    width: float
    """From black to white."""
    level: float
    """The middle grey."""

    def grey(self, hu: NDArray[Any]) -> NDArray[np.uint8]:
        """Return grey values, 0 to 255; NaN is black."""
        shade = (hu.astype(np.float32) - np.float32(self.level - self.width / 2)) * np.float32(255 / self.width)
        return np.asarray(np.nan_to_num(shade).clip(0, 255), np.uint8)

    def __str__(self) -> str:
        """Return it as radiologists write it."""
        return f"W {self.width:g} L {self.level:zg}"


SOFT_TISSUE = Window(400, 40)
LUNG = Window(1500, -600)
BONE = Window(1800, 400)
GREY = Window(255, 127.5)
"""Leaves grey values as they are."""


def fitted(hu: NDArray[Any], group: str = "") -> Window:
    """Return the window that suits a tissue, by its intensities and its structure's group (empty: unknown)."""
    known = hu[np.isfinite(hu)]
    middle = float(np.median(known)) if known.size else 0.0
    if middle < LUNG_BELOW_HU:
        return LUNG
    bony = group == "bone" or (not group and middle > BONE_ABOVE_HU)
    return BONE if bony else SOFT_TISSUE
