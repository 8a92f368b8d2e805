"""Pictures: the same anatomy looks the same however it is stored, and lengths are to scale."""

from __future__ import annotations

import gzip
import itertools
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from segaudit.model import CaseFiles
from segaudit.pictures import Album, Window
from segaudit.pictures.pen import Pen
from segaudit.pictures.sheet import GAP, LINE, PANEL
from segaudit.testing.volumes import listed
from tests.support.drawn import SIZE, coloured, slices
from tests.support.pictured import LIVER, LOCATION, SHAPE, intensities, mask, world, write_case
from tests.support.pictured import write_volume as write

ORIENTATIONS = [
    "".join(letters) for axes in itertools.permutations(("RL", "AP", "SI")) for letters in itertools.product(*axes)
]


def test_size(tmp_path: Path, files: CaseFiles) -> None:
    """A picture has the documented size, one more line for each note, and is small as WebP."""
    album = Album(tmp_path, files)
    image = album.picture(["liver"], neighbours=files.masks)
    kept = BytesIO()
    image.save(kept, "WEBP", quality=80)
    assert (image.size, image.mode) == (SIZE, "RGB")
    assert len(kept.getvalue()) < 30_000
    assert album.picture(["liver"], scale=2).size == (2 * SIZE[0], 2 * SIZE[1])
    assert album.picture(["liver", "colon"]).size == (SIZE[0], SIZE[1] + LINE)


@pytest.fixture(scope="module")
def upright(tmp_path_factory: pytest.TempPathFactory) -> list[NDArray[np.int64]]:
    """Return the slices of the case as RAS stores it."""
    root = tmp_path_factory.mktemp("ras")
    return slices(picture_of_place(root, write_case(root)))


def picture_of_place(root: Path, files: CaseFiles) -> Image.Image:
    """Draw all structures at one location."""
    return Album(root, files).picture(["liver", "rib_left_9"], world(LOCATION), neighbours=files.masks)


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(codes=st.sampled_from(ORIENTATIONS))
def test_orientations(codes: str, tmp_path_factory: pytest.TempPathFactory, upright: list[NDArray[np.int64]]) -> None:
    """The same anatomy looks the same in whichever of the 48 orientations it is stored."""
    root = tmp_path_factory.mktemp(codes)
    turned = slices(picture_of_place(root, write_case(root, codes=codes)))
    assert [pixels.tolist() for pixels in turned] == [pixels.tolist() for pixels in upright]


def test_there_are_48_orientations() -> None:
    """The orientations are all different."""
    assert len(set(ORIENTATIONS)) == 48


def test_directions(tmp_path: Path) -> None:
    """Right and front are on the left, front and head on top."""
    voxels = np.full(SHAPE, -1000, np.int16)
    voxels[30:, 35:, 45:] = 1000
    write(tmp_path / "ct.nii.gz", voxels)
    album = Album(tmp_path, CaseFiles(case="s0001", folder="s0001", ct="ct.nii.gz"))
    for pixels in slices(album.picture(mm=world((35, 42, 52)), window=Window(400, 40))):
        bright = pixels[30:140, 20:-20, 0] > 250
        rows, columns = np.nonzero(bright)
        assert bright.any()
        assert rows.mean() < bright.shape[0] / 2
        assert columns.mean() < bright.shape[1] / 2


def test_letters(tmp_path: Path) -> None:
    """The letters at the edges of the three slices are those of the patient's directions."""
    write(tmp_path / "ct.nii.gz", np.full(SHAPE, -1000, np.int16))
    files = CaseFiles(case="s0001", folder="s0001", ct="ct.nii.gz")
    image = Album(tmp_path, files).picture(window=Window(400, 40))
    edges = ((8, 90), (172, 90), (90, 8), (90, 172))
    for number, letters in enumerate(("RLAP", "RLSI", "APSI")):
        for letter, (x, y) in zip(letters, edges, strict=True):
            expected = Image.new("RGB", (PANEL, PANEL))
            Pen(expected, 1).label((x, y), letter)
            box = (x - 5, y - 4, x + 6, y + 5)
            left = number * (PANEL + GAP)
            seen = image.crop((box[0] + left, box[1], box[2] + left, box[3]))
            assert seen.tobytes() == expected.crop(box).tobytes(), (number, letter)


def test_lengths(tmp_path: Path, files: CaseFiles) -> None:
    """An outline is as long and as wide as its structure, in all three slices, whatever the spacing."""
    image = Album(tmp_path, files).picture(["liver"])
    scale = 120 / PANEL  # mm a pixel: the least field
    for where, sides in zip(coloured(image), ((40, 45), (40, 60), (45, 60)), strict=True):
        rows, columns = np.nonzero(where)
        seen = np.array([np.ptp(columns) + 1, np.ptp(rows) + 1]) * scale
        assert abs(seen - sides).max() <= 2 * scale


def test_nothing_that_can_be_read(tmp_path: Path) -> None:
    """For a case without any readable header, there is only a caption."""
    files = CaseFiles(case="s0001", folder="s0001", ct="ct.nii.gz", masks={"liver": "liver.nii.gz"})
    assert Album(tmp_path, files).picture(["liver"]).size == (SIZE[0], SIZE[1] + 2 * LINE)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 347), new=st.binary(min_size=1, max_size=8), what=st.sampled_from(("ct", "liver")))
def test_damaged_headers(place: int, new: bytes, what: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Any header gives a picture."""
    root = tmp_path_factory.mktemp("damaged")
    small = np.s_[::4, ::5, ::6]
    write(root / "ct.nii.gz", intensities()[small])
    write(root / "liver.nii.gz", mask(LIVER)[small])
    path = root / f"{what}.nii.gz"
    content = bytearray(gzip.decompress(path.read_bytes()))
    content[place : place + len(new)] = new
    path.write_bytes(gzip.compress(bytes(content), 1))
    files = CaseFiles(case="s0001", folder="s0001", ct="ct.nii.gz", masks={"liver": "liver.nii.gz"})
    album = Album(root, files)
    assert album.picture(["liver"], neighbours=files.masks).width == SIZE[0]
    assert album.picture((), (0.0, 0.0, 200.0)).width == SIZE[0]


def test_real_case(real_data: Path) -> None:
    """In the real CT, the liver's outline is in all slices, and its picture is small."""
    root = real_data / "v1-example"
    image = Album(root, listed(root, "s9001")).picture(["liver"])
    assert image.size == SIZE
    assert all(where.any() for where in coloured(image))
