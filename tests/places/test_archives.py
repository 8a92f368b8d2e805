"""A dataset is the same in a folder and in an archive."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

import segaudit
from segaudit.model import Report
from segaudit.model.errors import DatasetError
from tests.support.audited import same


def zipped(root: Path, archive: Path, top: str = "", compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """Archive a dataset, in a top folder if one is given."""
    with zipfile.ZipFile(archive, "w", compression) as file:
        for path in sorted(root.rglob("*")):
            file.write(path, f"{top}{path.relative_to(root).as_posix()}")
    return archive


@pytest.mark.parametrize("top", ["", "./", "Totalsegmentator_dataset/"])
@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_is_read_as_published(
    dataset: tuple[Path, Path, Report], tmp_path: Path, top: str, compression: int
) -> None:
    """With or without a top folder, or ``./``: the same findings, and an unchanged rerun reads none."""
    root, contract, expected = dataset
    archive = zipped(root, tmp_path / "dataset.zip", top, compression)
    assert same(segaudit.audit(archive, contract, output=tmp_path / "report", workers=1), expected)
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "report" / "measurements").glob("*.msgpack")}
    assert same(segaudit.audit(archive, contract, output=tmp_path / "report", workers=1), expected)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept


def test_another_archive_than_the_published_one(dataset: tuple[Path, Path, Report], tmp_path: Path) -> None:
    """The contract states the size of the archive; an archive that was packed again has another."""
    root, contract, _ = dataset
    archive = zipped(root, tmp_path / "dataset.zip")
    for size, found in ((archive.stat().st_size, False), (1, True)):
        mine = tmp_path / "mine.toml"
        mine.write_text(f'extends = "{contract.as_posix()}"\narchives."dataset.zip" = {size}\n', encoding="utf-8")
        report = segaudit.audit(archive, mine, workers=1)
        assert ("archive-unexpected" in {finding.check for finding in report.findings}) is found


def test_a_damaged_member_is_a_finding(dataset: tuple[Path, Path, Report], tmp_path: Path) -> None:
    """A damaged member of the archive is reported in its own case."""
    root, contract, _ = dataset
    archive = zipped(root, tmp_path / "dataset.zip", compression=zipfile.ZIP_STORED)
    ct, content = (root / "s0000" / "ct.nii.gz").read_bytes(), bytearray(archive.read_bytes())
    place = content.index(ct) + len(ct) // 2
    content[place] ^= 0xFF
    archive.write_bytes(content)
    report = segaudit.audit(archive, contract, workers=1)
    assert {finding.check for finding in report.findings if finding.case == "s0000"} & {
        "file-unreadable",
        "file-corrupt",
    }


def test_an_archive_that_is_cut(dataset: tuple[Path, Path, Report], tmp_path: Path) -> None:
    """The list of contents is at the end: without it, the file is not an archive, and the message says so."""
    archive = zipped(dataset[0], tmp_path / "dataset.zip")
    archive.write_bytes(archive.read_bytes()[:10_000])
    message = "a ZIP archive without its end, cut off after 10,000 bytes; fetch it again"
    for name in ("dataset.zip", "dataset.zip.part"):
        with pytest.raises(DatasetError) as caught:
            segaudit.audit(archive.rename(tmp_path / name), dataset[1], workers=1)
        assert str(caught.value) == f"{tmp_path / name}: {message}"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "nothing: fetch it again"),
        (bytes(9), "all zero bytes: fetch it again"),
        (b"subject,age", "text: fetch it again"),
        (gzip.compress(b"a tar"), "a gzip stream: unpack it"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it"),
    ],
)
def test_another_content_under_the_name_of_an_archive(content: bytes, found: str, tmp_path: Path) -> None:
    """The message says what it is, and whether it can be used."""
    (tmp_path / "data.ZIP").write_bytes(content)
    with pytest.raises(DatasetError) as caught:
        segaudit.audit(tmp_path / "data.ZIP")
    message = f"{tmp_path / 'data.ZIP'}: it has the name of a ZIP archive, but holds {found}; expected the folder of"
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("dataset.zip", "it has the name of a ZIP archive, but holds an HTML page: fetch it again; expected the"),
        ("dataset.tar", "it is an archive that has to be unpacked first; expected the folder of a dataset, or a ZIP"),
        ("dataset.tar.gz", "it is an archive that has to be unpacked first; expected"),
        ("dataset.TGZ", "it is an archive that has to be unpacked first; expected"),
        ("ct.nii.gz", "it is a file; expected the folder of a dataset, or a ZIP archive of it (meta.csv and"),
    ],
)
def test_a_file_that_is_no_archive(name: str, found: str, tmp_path: Path) -> None:
    """The message says what the file seems to be, and what to do."""
    (tmp_path / name).write_bytes(b"<html>")
    with pytest.raises(DatasetError) as caught:
        segaudit.audit(tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path / name}: {found}")
