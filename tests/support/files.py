"""The bytes of a whole file of voxels, changed or not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segaudit.model import File
from segaudit.testing.volumes import Made, measured, zipped

VOXELS: NDArray[np.uint8] = (np.arange(40 * 30 * 20) % 7 == 0).astype(np.uint8).reshape(40, 30, 20)
WHOLE = Made(VOXELS)
CONTENT = WHOLE.content()
ZIPPED = zipped(CONTENT)


def read(folder: Path, data: bytes) -> File:
    """Return the record of a file with these bytes."""
    return measured(folder, spleen=data).masks[0].file


def changed(data: bytes, at: int, new: bytes) -> bytes:
    """Return the bytes with some of them replaced; a negative position counts from the end."""
    at %= len(data)
    return data[:at] + new + data[at + len(new) :]
