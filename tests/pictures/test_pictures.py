"""Pictures: the same anatomy looks the same however it is stored, lengths are to scale, and damage is reported."""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from segaudit.model import CaseFiles, Contract, Structure
from segaudit.pictures import Album, Window
from segaudit.pictures.pane import FINE_FACTOR, Pane
from segaudit.pictures.pen import COLOURS, Pen
from segaudit.pictures.sheet import GAP, LINE, PANEL, SCOUT, Caption, sheet
from segaudit.testing.volumes import listed
from tests.support.pictured import AFFINE, LIVER, LOCATION, RIB, SHAPE, SPLEEN, intensities, mask, world, write_case
from tests.support.pictured import write_volume as write

ORIENTATIONS = [
    "".join(letters) for axes in itertools.permutations(("RL", "AP", "SI")) for letters in itertools.product(*axes)
]

SIZE = (3 * (PANEL + GAP) + SCOUT, PANEL + 2 * GAP + 2 * LINE)


@pytest.fixture
def files(tmp_path: Path) -> CaseFiles:
    """Write the case."""
    return write_case(tmp_path)


def slices(image: Image.Image) -> list[NDArray[np.int64]]:
    """Return the three slices of a picture of scale 1, without their titles."""
    pixels = np.asarray(image).astype(np.int64)
    return [pixels[16:PANEL, left : left + PANEL] for left in range(0, 3 * (PANEL + GAP), PANEL + GAP)]


def coloured(image: Image.Image, number: int = 0) -> list[NDArray[np.bool_]]:
    """Return the pixels of the three slices in one of the outlines' colours."""
    return [np.asarray((abs(pixels - COLOURS[number]) < 40).all(axis=2)) for pixels in slices(image)]


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


def captions(monkeypatch: pytest.MonkeyPatch) -> list[Caption]:
    """Keep the captions of the pictures that are drawn from now on."""
    kept: list[Caption] = []

    def draw(scene: Any, view: Any, caption: Caption, scale: int) -> Image.Image:  # noqa: ANN401 (passed on)
        kept.append(caption)
        return sheet(scene, view, caption, scale)

    monkeypatch.setattr("segaudit.pictures.album.sheet", draw)
    return kept


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


def move_liver(root: Path) -> None:
    """Move the liver's mask by three voxels."""
    affine = AFFINE.copy()
    affine[0, 3] -= 12
    write(root / "s0001/segmentations/liver.nii.gz", mask(LIVER), affine)


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


def test_moved_mask_is_shown_where_its_affine_puts_it(tmp_path: Path, files: CaseFiles) -> None:
    """A mask on a grid of its own is outlined where its affine puts it."""
    album = Album(tmp_path, files)
    at = world((26, 32, 36))
    before = coloured(album.picture(["liver"], at))[0]
    move_liver(tmp_path)
    after = coloured(Album(tmp_path, files).picture(["liver"], at))[0]
    moved = np.nonzero(after)[1].max() - np.nonzero(before)[1].max()
    assert moved > 0


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


def test_hostile_names(tmp_path: Path) -> None:
    """Names of any length and characters do not break a caption."""
    name = "\n\x1b[31m\u202e" + "x" * 5000
    files = CaseFiles(case=name, folder="s0001", masks={name: "liver.nii.gz"})
    write(tmp_path / "liver.nii.gz", mask(LIVER))
    assert Album(tmp_path, files).picture([name]).size == (SIZE[0], SIZE[1] + LINE)


def test_real_case(real_data: Path) -> None:
    """In the real CT, the liver's outline is in all slices, and its picture is small."""
    root = real_data / "v1-example"
    image = Album(root, listed(root, "s9001")).picture(["liver"])
    assert image.size == SIZE
    assert all(where.any() for where in coloured(image))
