"""Pictures of misplaced masks show where these are, and where they would fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image

from segaudit.measure.fit.placements import TURNS
from segaudit.model import CaseFiles, Header
from segaudit.model.misplacement import Misplacement
from segaudit.model.records import Placement, Vector
from segaudit.pictures import Album
from segaudit.pictures.frame import Frame
from segaudit.pictures.refit import described, refitted
from segaudit.pictures.sheet import LINE, PANEL
from tests.support.drawn import SIZE, captions, coloured, slices
from tests.support.fitting import bodies, fits, foreground, scan, shifted
from tests.support.pictured import LIVER, LOCATION, mask, world
from tests.support.pictured import write_volume as write

OBLIQUE = np.array([[1.4, 0.3, 0, -70], [-0.3, 2.0, 0.1, -60], [0, 0, 5.0, 100]])
AHEAD = Misplacement(structures=("liver",), voxels=(3.0, 0.0, 0.0))
NOWHERE = Misplacement(structures=("liver",))
INNER = np.s_[14:130, 24:-24]
"""The part of a slice that has neither letters nor a ruler."""


def slow_refitted(voxels: NDArray[np.uint8], turn: str, off: tuple[int, int, int]) -> NDArray[np.uint8]:
    """Move voxel by voxel."""
    placed = np.zeros_like(voxels)
    for i, j, k in np.argwhere(voxels).tolist():
        at = [j, i, k] if turn.startswith("swap") else [i, j, k]
        for axis in range(3):
            if "ijk"[axis] in turn.removeprefix("swap"):
                at[axis] = voxels.shape[axis] - 1 - at[axis]
            at[axis] -= off[axis]
        if all(0 <= index < length for index, length in zip(at, voxels.shape, strict=True)):
            placed[tuple(at)] = 1
    return placed


@given(
    voxels=hnp.arrays(np.uint8, (5, 4, 3), elements=st.integers(0, 1)),
    turn=st.sampled_from([turn.name for turn in TURNS]),
    off=st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(-3, 3)),
    part=st.floats(-0.4, 0.4),
)
def test_moved_voxel_by_voxel(voxels: NDArray[np.uint8], turn: str, off: tuple[int, int, int], part: float) -> None:
    """A mask is turned and then moved to the nearest voxel, and what leaves the grid is lost."""
    i, j, k = off
    elsewhere = Misplacement(structures=(), turn=turn, voxels=(i + part, float(j), float(k)))
    found = refitted(foreground(voxels), elsewhere, Frame(voxels.shape, OBLIQUE))
    assert found.dense().tolist() == slow_refitted(voxels, turn, off).ravel("F").tolist()


@pytest.mark.parametrize("turn", ["", "i", "jk", "swapj"])
def test_what_is_measured_leads_back(turn: str) -> None:
    """Masks that were turned and moved are laid where they were, by what is measured of them and the CT."""
    before = bodies((44, 44, 36))
    axes = [axis for axis in range(3) if "ijk"[axis] in turn.removeprefix("swap")]
    turned = {name: np.flip(inside, tuple(axes)) for name, inside in before.items()}
    stored = {name: inside.swapaxes(0, 1) if "swap" in turn else inside for name, inside in turned.items()}
    stored = {name: shifted(inside, (2, 0, -1)) for name, inside in stored.items()}
    best: Placement = fits(scan(before), stored).placements[0]
    elsewhere = Misplacement(structures=(), turn=best.turn, voxels=best.voxels)
    for name in ("liver", "kidney_left"):
        found = refitted(foreground(stored[name]), elsewhere, Frame((44, 44, 36), np.diag([3.0, 3, 3, 1])[:3]))
        assert found.dense().tolist() == before[name].ravel("F").tolist()


def dashes(image: Image.Image) -> list[NDArray[np.bool_]]:
    """Return the white pixels of the three slices of a picture of scale 1, away from letters and rulers."""
    return [np.asarray((pixels[INNER] > 220).all(axis=2)) for pixels in slices(image)]


@pytest.fixture
def moved(tmp_path: Path, files: CaseFiles) -> CaseFiles:
    """Write the liver's mask three voxels, 12 mm, too far to the right."""
    write(tmp_path / "s0001/segmentations/liver.nii.gz", np.roll(mask(LIVER), 3, 0))
    return files


def test_dashes_lie_where_it_would_fit(tmp_path: Path, moved: CaseFiles) -> None:
    """Outlines where a mask is and where it would fit are as far apart as it was moved; the right is on the left."""
    image = Album(tmp_path, moved).picture(["liver"], world(LOCATION), misplacement=AHEAD)
    scale = 120 / PANEL  # mm a pixel: the least field
    for solid, dashed in list(zip(coloured(image), dashes(image), strict=True))[:2]:
        ends = [np.flatnonzero(where.any(axis=0))[-1] for where in (solid[INNER], dashed)]
        assert abs((ends[1] - ends[0]) * scale - 12) <= 2 * scale


def test_nothing_is_dashed_in_place(tmp_path: Path, moved: CaseFiles) -> None:
    """Where a mask fits nowhere, the picture is that of the mask, with one more line."""
    album = Album(tmp_path, moved)
    plain, nowhere = (album.picture(["liver"], misplacement=each) for each in (None, NOWHERE))
    assert (plain.size, nowhere.size) == (SIZE, (SIZE[0], SIZE[1] + LINE))
    assert nowhere.crop((0, 0, *SIZE)).tobytes() == plain.tobytes()


def test_dashes_have_both_colours(tmp_path: Path, moved: CaseFiles) -> None:
    """Every side of an outline alternates between black and white, so that it is seen on any background."""
    image = Album(tmp_path, moved).picture(["liver"], world(LOCATION), misplacement=AHEAD)
    dashed = dashes(image)[0]
    edge = slices(image)[0][INNER][..., 0][:, np.flatnonzero(dashed.sum(axis=0) > 10)[-1]]
    assert min((edge > 220).sum(), (edge < 40).sum()) > 10


def test_slices_go_through_both(tmp_path: Path, moved: CaseFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a location, slices go through what a mask covers both here and where it would fit."""
    kept = captions(monkeypatch)
    Album(tmp_path, moved).picture(["liver", "spleen"], misplacement=AHEAD)
    assert kept[0].location.endswith("voxel 30, 32, 35"), "of 27 to 33, 25 to 39, 30 to 41"


def test_far_off(tmp_path: Path, files: CaseFiles) -> None:
    """A mask that would fit outside of the grid, or that cannot be read, has a picture all the same."""
    away = Misplacement(structures=("liver",), voxels=(500.0, 0.0, 0.0))
    for name in ("liver", "colon", "lost"):
        assert Album(tmp_path, files).picture([name], misplacement=away).width == SIZE[0]


RAS = Header(shape=(40, 50, 60), orientation="RAS", spacing_mm=(4.0, 3.0, 5.0))


@pytest.mark.parametrize(
    ("turn", "voxels", "header", "key"),
    [
        ("", (3.0, 0.0, -0.3), RAS, "as stored, 12.0 mm (3 voxels along i) to the right off"),
        ("j", (0.1, 0.0, 0.0), RAS, "as stored, mirrored along j (back to front)"),
        ("j", (0.0, 0.0, 1.0), None, "as stored, mirrored along j"),
        (
            "ij",
            (0.0, 0.0, -1.0),
            RAS,
            "as stored, turned by half about k (feet to head), 5.0 mm (1 voxel along k) to the feet off",
        ),
        ("", (0.3, 0.0, 0.0), RAS, "as stored"),
    ],
)
def test_key(turn: str, voxels: Vector, header: Header | None, key: str) -> None:
    """The caption says which outline is which, and how they differ."""
    elsewhere = Misplacement(structures=(), turn=turn, voxels=voxels)
    assert described(elsewhere, header) == f"solid: {key}; dashed: where the CT shows these edges"


def test_key_of_the_picture(tmp_path: Path, moved: CaseFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a line below the location."""
    kept = captions(monkeypatch)
    for elsewhere in (AHEAD, NOWHERE, None):
        Album(tmp_path, moved).picture(["liver"], misplacement=elsewhere)
    assert [caption.key for caption in kept] == [described(AHEAD, RAS), "the CT shows these edges nowhere", ""]
    assert [len(caption.lines) for caption in kept] == [2, 2, 1]
