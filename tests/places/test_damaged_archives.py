"""Archives that lie, are damaged, or cannot be unpacked here: each has the right finding and the right remedy."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import segaudit
from segaudit.model import Report
from tests.places.test_archives import zipped

CT = "s0000/ct.nii.gz"
CENTRAL, LOCAL = b"PK\x01\x02", b"PK\x03\x04"


def entry(content: bytes, name: str = CT) -> int:
    """Return where the entry of a member begins in the list of contents."""
    return content.index(name.encode(), content.index(CENTRAL)) - 46


def patched(archive: Path, at: Callable[[bytes], int], new: bytes) -> Path:
    """Overwrite bytes of an archive."""
    content = bytearray(archive.read_bytes())
    place = at(bytes(content))
    content[place : place + len(new)] = new
    archive.write_bytes(content)
    return archive


def found(archive: Path, contract: Path) -> list[tuple[str, str, str]]:
    """Return check, case and message of each finding of an archive."""
    return texts(segaudit.audit(archive, contract, workers=1))


def texts(report: Report) -> list[tuple[str, str, str]]:
    """Return check, case and message of each finding."""
    return [(finding.check, finding.case, finding.message) for finding in report.findings]


def test_a_healthy_archive(dataset: tuple[Path, Path, Report], tmp_path: Path) -> None:
    """It has no finding of its own."""
    root, contract, expected = dataset
    assert found(zipped(root, tmp_path / "a.zip"), contract) == texts(expected)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
def test_damaged_member(dataset: tuple[Path, Path, Report], tmp_path: Path, compression: int, part: float) -> None:
    """A byte that is wrong is a corrupt file, and the archive has to be fetched again."""
    root, contract, expected = dataset
    archive = zipped(root, tmp_path / "a.zip", compression=compression)
    with zipfile.ZipFile(archive) as opened:
        info = opened.getinfo(CT)
    start = info.header_offset + 30 + len(CT)
    place = start + int(part * info.compress_size)
    old = archive.read_bytes()[place]
    patched(archive, lambda _: place, bytes([old ^ 0xFF]))
    ((check, case, message),) = set(found(archive, contract)) - set(texts(expected))
    assert (check, case) == ("file-corrupt", "s0000")
    assert message.endswith("; fetch the archive again")


@pytest.mark.parametrize(
    ("at", "new", "check", "message"),
    [
        (
            16,
            b"\0\0\0\0",
            "file-corrupt",
            "damaged in the archive: its CRC is not the stored one; fetch the archive again",
        ),
        (8, b"\x01", "file-unreadable", "encrypted in the archive; unpack it with its password, and audit the folder"),
        (
            10,
            b"\x09\0",
            "file-unreadable",
            "compressed in the archive by Deflate64, which cannot be read here; unpack it",
        ),
        (
            10,
            b"\x62\0",
            "file-unreadable",
            "compressed in the archive by PPMd, which cannot be read here; unpack it with",
        ),
        (10, b"\x2a\0", "file-unreadable", "compressed in the archive by method 42, which cannot be read here; unpack"),
        (24, struct.pack("<I", 10**6), "file-corrupt", "damaged in the archive: "),
        (
            24,
            struct.pack("<I", 100),
            "file-corrupt",
            "damaged in the archive: its CRC is not the stored one; fetch the",
        ),
        (46, b"x", "ct-missing", ""),
    ],
)
def test_list_of_contents_that_is_wrong(  # noqa: PLR0913, PLR0917 (a dataset, and what is changed in it)
    dataset: tuple[Path, Path, Report], tmp_path: Path, at: int, new: bytes, check: str, message: str
) -> None:
    """Checksum, encryption, method, and size of a member in the list of contents: never Python's own words."""
    root, contract, _ = dataset
    archive = patched(zipped(root, tmp_path / "a.zip"), lambda content: entry(content) + at, new)
    messages = [text for name, case, text in found(archive, contract) if name == check and case == "s0000"]
    assert messages
    assert messages[0].startswith(message)
    assert "ZipInfo" not in messages[0]


@pytest.mark.parametrize("twice", [CT, "s0001/segmentations/liver.nii.gz"])
@pytest.mark.parametrize("same", [True, False])
def test_a_name_twice(dataset: tuple[Path, Path, Report], tmp_path: Path, twice: str, *, same: bool) -> None:
    """Whatever program reads it: the other copy may be another one."""
    root, contract, _ = dataset
    archive = zipped(root, tmp_path / "a.zip")
    with zipfile.ZipFile(archive, "a") as opened, pytest.warns(UserWarning, match="Duplicate name"):
        opened.writestr(twice, (root / (twice if same else "s0002/ct.nii.gz")).read_bytes())
    texts = [text for check, _, text in found(archive, contract) if check == "archive-ambiguous"]
    assert texts == [f"is there more than once, with {'the same' if same else 'different'} contents: pack it again"]


def test_a_name_in_another_spelling(dataset: tuple[Path, Path, Report], tmp_path: Path) -> None:
    """Names that begin with this folder (``./``) are unpacked to the same place as those without."""
    root, contract, _ = dataset
    archive = zipped(root, tmp_path / "a.zip")
    with zipfile.ZipFile(archive, "a") as opened:
        opened.writestr(f"./{CT}", (root / "s0002/ct.nii.gz").read_bytes())
    texts = [text for check, _, text in found(archive, contract) if check == "archive-ambiguous"]
    assert texts == ["is there more than once, with different contents: pack it again"]


@pytest.mark.parametrize("name", ["s0000/", CT + "/x"])
def test_a_file_and_a_folder_of_one_name(dataset: tuple[Path, Path, Report], tmp_path: Path, name: str) -> None:
    """Only one of the two can be unpacked."""
    root, contract, _ = dataset
    archive = zipped(root, tmp_path / "a.zip")
    with zipfile.ZipFile(archive, "a") as opened:
        opened.writestr(name.rstrip("/"), b"x") if name == "s0000/" else opened.writestr(name, b"x")
    assert "is there both as a file and as a folder: pack it again" in {text for _, _, text in found(archive, contract)}


def test_back_slashes(dataset: tuple[Path, Path, Report], tmp_path: Path) -> None:
    """They separate folders, as old programs of Windows meant them, and are reported once."""
    root, contract, expected = dataset
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        for path in sorted(root.rglob("*")):
            if path.is_file():
                opened.writestr(path.relative_to(root).as_posix().replace("/", "\\"), path.read_bytes())
    (new,) = set(found(archive, contract)) - set(texts(expected))
    assert new[0] == "archive-ambiguous"
    assert new[2].startswith("names have backslashes between folders")


def test_names_that_lead_elsewhere(dataset: tuple[Path, Path, Report], tmp_path: Path) -> None:
    """What would be written beside the folder is named."""
    root, contract, _ = dataset
    archive = zipped(root, tmp_path / "a.zip")
    with zipfile.ZipFile(archive, "a") as opened:
        opened.writestr("../evil.txt", b"x")
    assert "leads out of the folder that the archive is unpacked into: pack it again" in {
        text for _, _, text in found(archive, contract)
    }
