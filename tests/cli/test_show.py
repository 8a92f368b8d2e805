"""``segaudit show``, as a user types it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from segaudit.cli import main
from tests.support.pictured import LOCATION, world, write_case


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a folder with a dataset of three cases."""
    for case in ("s0001", "s0002", "s0013"):
        write_case(tmp_path / "dataset", case)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def show(*arguments: str) -> Result:
    """Run the command; whatever is wrong, no exception may reach the user."""
    result = CliRunner().invoke(main, ["show", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("dataset", "s0001"), "s0001.png"),
        (("dataset/s0002",), "s0002.png"),
        (("dataset", "s0002/"), "s0002.png"),
        (("dataset/", "S0002//"), "s0002.png"),
        (("dataset", "S0001", "--structure", "liver"), "s0001-liver.png"),
        (("dataset", "s0001", "--structure", "Liver, spleen,liver"), "s0001-liver-spleen.png"),
        (("dataset/s0013", "--structure", "heart"), "s0013-heart.png"),
        (("dataset", "s0001", "--at", "-12,-30,140", "--window", "1500,-600"), "s0001.png"),
        (("dataset", "s0001", "--at", "46 36 280", "--out", "place.webp"), "place.webp"),
    ],
)
def test_pictures(arguments: tuple[str, ...], name: str, here: Path) -> None:
    """The picture is where the command says."""
    result = show(*arguments)
    notes = "heart: no mask\n" if "heart" in arguments else ""
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{name}\n", notes)
    with Image.open(here / name) as image:
        assert image.width == 1266


@pytest.mark.usefixtures("here")
def test_place() -> None:
    """A location gives another picture than the structure's own."""
    x, y, z = world(LOCATION)
    show("dataset", "s0001", "--structure", "spleen", "--out", "own.png")
    show("dataset", "s0001", "--structure", "spleen", "--at", f"{x},{y},{z}", "--out", "there.png")
    with Image.open("own.png") as own, Image.open("there.png") as there:
        assert own.tobytes() != there.tobytes()


@pytest.mark.usefixtures("here")
def test_notes_are_printed_beside_the_picture() -> None:
    """A location outside of the case, damage, and a picture that is replaced."""
    arguments = ("dataset", "s0001", "--at", "1000,1000,1000", "-o", "place.png")
    outside = "the location is outside of the grid; the nearest voxel is shown\n"
    replaced = "place.png: was there already, and is replaced\n"
    assert [show(*arguments).stderr for _ in range(2)] == [outside, replaced + outside]
    Path("dataset/s0001/segmentations/liver.nii.gz").write_bytes(b"")
    assert show("dataset", "s0001", "--structure", "liver").stderr.startswith("liver: ")


@pytest.mark.usefixtures("here")
def test_a_picture_is_said_to_be_replaced_only_if_it_is() -> None:
    """Wrong usage leaves the one that is there."""
    Path("place.png").write_bytes(b"mine")
    result = show("dataset", "s0001", "--window", "0,40", "-o", "place.png")
    assert (result.exit_code, "replaced" in result.stderr, Path("place.png").read_bytes()) == (2, False, b"mine")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("dataset", "s0003/"), "no case 's0003/'; did you mean 's0013'?\n"),
        (("dataset", "/"), "no case '/'; there are s0001 to s0013\n"),
        (("dataset", "s0003"), "no case 's0003'; did you mean 's0013'?\n"),
        (("dataset", "elsewhere"), "no case 'elsewhere'; there are s0001 to s0013\n"),
        (("dataset",), "dataset: name a case of this dataset; there are s0001 to s0013"),
        (("dataset", "s0001", "--structure", "livr"), "s0001: no structure 'livr'; did you mean 'liver'?"),
        (("nowhere", "s0001"), "nowhere: there is no such folder; expected the folder of a dataset"),
        (("nowhere/s0001",), "nowhere/s0001: there is no such folder"),
        (("dataset", "s0001", "--at", "1,2"), "'1,2' is not X,Y,Z: 3 numbers with commas"),
        (("dataset", "s0001", "--at", "1,2,nan"), "'1,2,nan' is not X,Y,Z: 3 numbers with commas"),
        (("dataset", "s0001", "--window", "soft"), "'soft' is not WIDTH,LEVEL: 2 numbers with commas"),
        (("dataset", "s0001", "--window", "0,40"), "a window 0 HU wide: expected more than 0"),
        (("dataset", "s0001", "--out", "place.pdf"), "place.pdf: expected a name that ends in .png, .jpg, .webp"),
        (("dataset", "s0001", "--out", "dataset/place.png"), "lies inside the dataset, which is never written to"),
        (("dataset", "s0001", "--out", "nowhere/place.png"), "nowhere/place.png: No such file or directory"),
    ],
)
@pytest.mark.usefixtures("here")
def test_wrong_usage(arguments: tuple[str, ...], message: str) -> None:
    """Wrong usage ends with exit code 2 and a message that says what to change."""
    result = show(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


@pytest.mark.usefixtures("here")
def test_damaged_case() -> None:
    """A picture is made of a case whose files are damaged, too."""
    Path("dataset/s0001/ct.nii.gz").write_bytes(b"")
    Path("dataset/s0001/segmentations/liver.nii.gz").write_bytes(b"<html>")
    assert show("dataset", "s0001", "--structure", "liver").exit_code == 0
