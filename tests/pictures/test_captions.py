"""Captions, windows, and notes about what a picture cannot show."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from segaudit.measure.mask_runs import Foreground
from segaudit.model import CaseFiles, Contract, Structure
from segaudit.pictures import Album, Window, album
from segaudit.pictures.frame import Frame
from segaudit.pictures.sheet import LINE, Caption
from segaudit.pictures.view import MOST_MM, MOST_OF_PAIR_MM, View, view_of
from tests.support.drawn import SIZE, captions, move_liver, slices
from tests.support.pictured import AFFINE, LIVER, LOCATION, mask, world, write_case
from tests.support.pictured import write_volume as write

BONES = Contract(name="", structures=(Structure(name="rib_left_9", label=1, group="bone"),))


@pytest.mark.parametrize(
    ("structures", "window"),
    [
        (["liver"], "W 400 L 40"),
        (["rib_left_9"], "W 1800 L 400"),
        (["rib_left_9", "liver"], "W 1800 L 400"),
        ([], "W 400 L 40"),
    ],
)
def test_caption(
    structures: list[str], window: str, tmp_path: Path, files: CaseFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The caption has case, structures, the window of the tissue, and the location as in findings."""
    kept = captions(monkeypatch)
    Album(tmp_path, files, BONES).picture(structures, world(LOCATION))
    place = "x 46.0, y 36.0, z 280.0 mm; voxel 29, 32, 36"
    assert kept == [Caption("s0001", structures, window, place, ())]


def test_window_of_a_location(tmp_path: Path, files: CaseFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a structure the window fits the surroundings of the location; a given window is used as it is."""
    kept = captions(monkeypatch)
    album = Album(tmp_path, files)
    for mm, window in ((world((1, 1, 1)), None), (world((6, 22, 38)), None), (None, Window(80, 40))):
        album.picture((), mm, window=window)
    assert [caption.window for caption in kept] == ["W 1500 L -600", "W 400 L 40", "W 80 L 40"]
    album.picture(["rib_left_9"])
    assert kept[-1].window == "W 1800 L 400"


def damage_ct(root: Path) -> None:
    """Cut the CT's file in its middle."""
    path = root / "s0001/ct.nii.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())[: 352 + 2000 * 2 * 25 + 100]))


def flip_checksum(root: Path) -> None:
    """Change the CT's checksum and nothing else."""
    path = root / "s0001/ct.nii.gz"
    content = path.read_bytes()
    path.write_bytes(content[:-8] + bytes([content[-8] ^ 1]) + content[-7:])


def remove_ct(root: Path) -> None:
    """Replace the CT by something else."""
    (root / "s0001/ct.nii.gz").write_bytes(b"version https://git-lfs.github.com/spec/v1\n")


def remove_liver(root: Path) -> None:
    """Empty the liver's file."""
    (root / "s0001/segmentations/liver.nii.gz").write_bytes(b"")


def lose_liver(root: Path) -> None:
    """Move the liver's mask out of the CT."""
    affine = AFFINE.copy()
    affine[0, 3] -= 5000
    write(root / "s0001/segmentations/liver.nii.gz", mask(LIVER), affine)


def lose_directions(root: Path) -> None:
    """Fill the sform of the CT with zeros."""
    path = root / "s0001/ct.nii.gz"
    content = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(content[:280] + bytes(48) + content[328:], 1))


@pytest.mark.parametrize(
    ("damage", "structure", "notes"),
    [
        (damage_ct, "liver", ("CT unreadable from slice k 25 on (the last is k 59)",)),
        (flip_checksum, "liver", ("CT damaged (corrupt); all its slices could be read",)),
        (remove_ct, "liver", ("CT cannot be read (not-nifti: a Git LFS pointer)",)),
        (remove_liver, "liver", ("liver: cannot be read (empty: the file has no bytes)",)),
        (move_liver, "liver", ("liver: on another grid",)),
        (lose_liver, "liver", ("liver: on another grid, outside of this one",)),
        (lose_directions, "liver", ()),
        (Path.exists, "colon", ("colon: empty mask",)),
        (Path.exists, "heart", ("heart: no mask",)),
    ],
)
def test_notes(
    damage: Callable[[Path], object],
    structure: str,
    notes: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Problems of a file are reported below the picture, which shows the readable part."""
    files, kept = write_case(tmp_path), captions(monkeypatch)
    damage(tmp_path)
    Album(tmp_path, files).picture([structure], neighbours=files.masks)
    assert [caption.notes for caption in kept] == [notes]


def test_cut_ct(tmp_path: Path, files: CaseFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole case is shown through the middle of the readable part, and the rest is hatched."""
    kept = captions(monkeypatch)
    whole = slices(Album(tmp_path, files).picture())
    damage_ct(tmp_path)
    axial, coronal, _ = slices(Album(tmp_path, files).picture())
    assert kept[1].location == "x 10.0, y 15.0, z 160.0 mm; voxel 20, 25, 12"
    assert (axial > 60).any()
    assert (coronal[110:, 60:120] == whole[1][110:, 60:120]).mean() > 0.9
    assert coronal[40:80, 60:120].max() <= 60


def test_location_without_directions(tmp_path: Path, files: CaseFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a usable affine the caption gives the voxel, and says that its position is unknown."""
    kept = captions(monkeypatch)
    lose_directions(tmp_path)
    Album(tmp_path, files).picture(["liver"])
    assert kept[0].location.startswith("voxel 28, 32, 35; its position in the patient is unknown")


def test_location_outside(tmp_path: Path, files: CaseFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a location outside of the grid, the nearest voxel is shown."""
    kept = captions(monkeypatch)
    Album(tmp_path, files).picture((), (-1e9, 0.0, 200.0))
    assert kept[0].location == "x -70.0, y 0.0, z 200.0 mm; voxel 0, 20, 20"
    assert kept[0].notes == ("the location is outside of the grid; the nearest voxel is shown",)


def test_hostile_names(tmp_path: Path) -> None:
    """Names of any length and characters do not break a caption."""
    name = "\n\x1b[31m\u202e" + "x" * 5000
    files = CaseFiles(case=name, folder="s0001", masks={name: "liver.nii.gz"})
    write(tmp_path / "liver.nii.gz", mask(LIVER))
    assert Album(tmp_path, files).picture([name]).size == (SIZE[0], SIZE[1] + LINE)


def test_the_location_is_that_of_the_finding(tmp_path: Path, files: CaseFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text of a finding and its picture state the same millimetres, not those of the nearest voxel's centre."""
    kept, (x, y, z) = captions(monkeypatch), world(LOCATION)
    Album(tmp_path, files).picture(["liver"], (x + 0.4, y, z - 0.4))
    assert kept[0].location.startswith(f"x {x + 0.4:.1f}, y {y:.1f}, z {z - 0.4:.1f} mm; voxel ")


@pytest.mark.parametrize(("most", "side_mm"), [(MOST_MM, 240.0), (MOST_OF_PAIR_MM, 390.0), (300.0, 300.0)])
def test_the_field_around_two_structures(most: float, side_mm: float) -> None:
    """Two voxels 300 mm apart are in one field of 1.3 times as much, unless it may not be as large."""
    frame = Frame((400, 100, 100), np.eye(4))
    masks = [Foreground(frame.shape, np.array([x], np.int32), np.ones(1, np.int32)) for x in (50, 349)]
    assert view_of(frame, masks, None, 100, most).field == pytest.approx(side_mm)


def test_a_pair_has_the_larger_field(tmp_path: Path, files: CaseFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two structures are compared; of one, or of three, the place counts."""
    asked: list[float] = []

    def view(*given: Any) -> View:  # noqa: ANN401 (handed on)
        asked.append(given[-1])
        return view_of(*given)

    monkeypatch.setattr(album, "view_of", view)
    for structures in (["liver"], ["liver", "rib_left_9"], []):
        Album(tmp_path, files).picture(structures)
    assert asked == [MOST_MM, MOST_OF_PAIR_MM, MOST_MM]
