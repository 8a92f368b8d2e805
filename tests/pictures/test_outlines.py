"""Outlines lie where the masks are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from segaudit.model import CaseFiles
from segaudit.pictures import Album
from segaudit.pictures.pane import FINE_FACTOR, Pane
from segaudit.pictures.sheet import LINE
from tests.support.drawn import SIZE, coloured, move_liver, slices
from tests.support.pictured import LIVER, LOCATION, RIB, SPLEEN, mask, world
from tests.support.pictured import write_volume as write


def slow_outline(pane: Pane, voxels: NDArray[np.uint8], width: int) -> NDArray[np.float32]:
    """Return an outline drawn on the whole pane, and eroded step by step."""
    fine = pane.resampled((voxels > 0) * 255, Image.Resampling.BILINEAR, FINE_FACTOR) >= 128
    core = ndimage.binary_erosion(fine, np.ones((3, 3), np.bool_), width, border_value=1)
    rim = (fine & ~core).reshape(pane.height, FINE_FACTOR, pane.width, FINE_FACTOR)
    return np.asarray(np.rint(rim.mean(axis=(1, 3)) * 255) / 255, np.float32)


@given(
    voxels=hnp.arrays(np.uint8, (9, 7), elements=st.integers(0, 1)),
    corner=st.tuples(st.floats(-20, 20), st.floats(-20, 20)),
    scale=st.floats(0.1, 3),
    width=st.integers(1, 7),
)
def test_outlines_are_those_of_the_whole_pane(
    voxels: NDArray[np.uint8], corner: tuple[float, float], scale: float, width: int
) -> None:
    """Drawing only the surroundings of a mask gives the same outline as drawing the whole pane."""
    pane = Pane((1.5, 3.0), corner, scale, 31, 23)
    assert np.abs(pane.outline(voxels, width) - slow_outline(pane, voxels, width)).max() <= 1 / 255


@given(voxels=hnp.arrays(np.uint8, (9, 7), elements=st.integers(0, 1)), scale=st.sampled_from((0.2, 0.4, 0.7)))
def test_outlines_lie_where_the_mask_is(voxels: NDArray[np.uint8], scale: float) -> None:
    """No pixel of an outline is further than a voxel from the mask, and every piece of the mask has one."""
    pane = Pane((1.5, 3.0), (-1.0, -1.0), scale, round(13 / scale), round(30 / scale))
    rows, columns = np.nonzero(pane.outline(voxels, 4))
    at = np.array([(rows + 0.5) * scale / 3.0 - 1 / 3.0, (columns + 0.5) * scale / 1.5 - 1 / 1.5]) - 0.5
    grown = ndimage.binary_dilation(np.pad(voxels, 2), np.ones((3, 3), np.bool_))
    row, column = np.rint(at).astype(int) + 2
    assert grown[row, column].all()
    met = np.zeros(grown.shape, np.bool_)
    met[row, column] = True
    labels, pieces = ndimage.label(grown)
    assert set(labels[met].tolist()) == set(range(1, pieces + 1))


def test_label_map_looks_like_its_masks(tmp_path: Path, files: CaseFiles) -> None:
    """A structure of a label map is outlined like its own mask."""
    labels = mask(LIVER) + 2 * mask(SPLEEN)
    write(tmp_path / "s0001" / "labels.nii.gz", labels)
    paths = dict.fromkeys(("liver", "spleen"), "s0001/labels.nii.gz")
    merged = CaseFiles(case="s0001", folder="s0001", ct=files.ct, masks=paths, labels={"liver": (1,), "spleen": (2,)})
    for structures in (["liver"], ["spleen", "liver"]):
        pictures = [Album(tmp_path, case).picture(structures) for case in (files, merged)]
        assert pictures[0].tobytes() == pictures[1].tobytes()


def test_overlap(tmp_path: Path, files: CaseFiles) -> None:
    """Without a location, the picture shows the voxels that the structures share, with both colours."""
    image = Album(tmp_path, files).picture(["spleen", "rib_left_9"])
    assert all(where.any() for number in (0, 1) for where in coloured(image, number))
    both = np.argwhere(mask(SPLEEN) & mask(RIB))
    assert tuple(np.rint(both.mean(axis=0)).astype(int)) == (7, 18, 37)
    same = Album(tmp_path, files).picture(["spleen", "rib_left_9"], world((7, 18, 37)))
    assert image.tobytes() == same.tobytes()


def test_pair_that_lies_apart(tmp_path: Path, files: CaseFiles) -> None:
    """Two structures that share nothing are shown in one field."""
    image = Album(tmp_path, files).picture(["liver", "spleen"])
    assert all(where.any() for where in coloured(image, 0))
    assert coloured(image, 1)[0].any()


def test_many_structures(tmp_path: Path, files: CaseFiles) -> None:
    """Of many structures, the first have colours, and the others are only counted, so that the picture stays small."""
    names = ["liver", *(f"lost_{number}" for number in range(116))]
    assert Album(tmp_path, files).picture(names).size == (SIZE[0], SIZE[1] + 4 * LINE)


def test_whole_case(tmp_path: Path, files: CaseFiles) -> None:
    """A picture of the whole case tints all masks; one of a location has only outlines."""

    def colours(image: Image.Image) -> bool:
        return any((np.ptp(pixels, axis=2) > 40).any() for pixels in slices(image))

    album = Album(tmp_path, files)
    assert colours(album.picture(neighbours=files.masks))
    assert not colours(album.picture())
    assert not colours(album.picture((), world(LOCATION), neighbours=files.masks))


def test_moved_mask_is_shown_where_its_affine_puts_it(tmp_path: Path, files: CaseFiles) -> None:
    """A mask on a grid of its own is outlined where its affine puts it."""
    album = Album(tmp_path, files)
    at = world((26, 32, 36))
    before = coloured(album.picture(["liver"], at))[0]
    move_liver(tmp_path)
    after = coloured(Album(tmp_path, files).picture(["liver"], at))[0]
    moved = np.nonzero(after)[1].max() - np.nonzero(before)[1].max()
    assert moved > 0
