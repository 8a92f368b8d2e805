"""A dataset is the same in a folder, in an archive, in a bucket and behind a web server, whatever the network does."""

from __future__ import annotations

import functools
import http.server
import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

import segaudit
from segaudit.model import Report
from segaudit.model.errors import DatasetError
from segaudit.places import located
from segaudit.places.remote import BLOCK_BYTES
from segaudit.testing.small import write_small, write_volume

CHANGED = "its files changed while they were measured: audit again"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Report]:
    """Return a dataset with findings, its contract, and the report of an audit of the folder."""
    root, contract = write_small(tmp_path_factory.mktemp("small"))
    liver = root / "s0001" / "segmentations" / "liver.nii.gz"
    liver.write_bytes(liver.read_bytes()[:-20])
    (root / "s0002" / "segmentations" / "spleen.nii.gz").unlink()
    (root / "s0002" / "._ct.nii.gz").write_bytes(b"junk")
    report = segaudit.audit(root, contract, workers=1)
    assert {finding.check for finding in report.findings} == {"file-truncated", "mask-missing", "file-unexpected"}
    return root, contract, report


def same(report: Report, other: Report) -> bool:
    """Whether two reports differ only in the place of the dataset."""
    return msgspec.structs.replace(report, dataset="") == msgspec.structs.replace(other, dataset="")


def zipped(root: Path, archive: Path, top: str = "", compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """Archive a dataset, in a top folder if one is given."""
    with zipfile.ZipFile(archive, "w", compression) as file:
        for path in sorted(root.rglob("*")):
            file.write(path, f"{top}{path.relative_to(root).as_posix()}")
    return archive


@pytest.mark.parametrize("top", ["", "Totalsegmentator_dataset/"])
@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_is_read_as_published(
    dataset: tuple[Path, Path, Report], tmp_path: Path, top: str, compression: int
) -> None:
    """With or without a top folder, stored or deflated: the same findings, and an unchanged rerun reads none."""
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
    ("name", "found"),
    [
        ("dataset.zip", "a ZIP archive without its end, cut off after 6 bytes; fetch it again"),
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


class Server(http.server.ThreadingHTTPServer):
    """A web server that lists folders, supports no ranges, and fails on demand."""

    daemon_threads = True
    failures = 0
    """How many of the next requests for volumes fail."""
    failure = "503"
    swapped: bytes = b""
    """The content that replaces a CT while it is sent; none if empty."""
    url = ""

    def handle_error(self, *_: Any) -> None:  # noqa: ANN401 (as the base class has it)
        """Ignore clients that close the connection early."""


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files; some requests fail."""

    server: Server

    def do_GET(self) -> None:
        """Answer, or fail: 503, a connection that is cut, a slow one, or a file that is replaced."""
        if self.server.swapped and self.path.endswith("ct.nii.gz"):
            self._send(swapped(Path(self.translate_path(self.path)), self.server.swapped))
            self.server.swapped = b""
            return
        if not self.path.endswith(".nii.gz") or self.server.failures <= 0:
            super().do_GET()
            return
        self.server.failures -= 1
        if self.server.failure == "503":
            self.send_error(503)
        elif self.server.failure == "slow":
            time.sleep(0.3)
            super().do_GET()
        else:
            content = Path(self.translate_path(self.path)).read_bytes()
            self._send(content[: len(content) // 2], len(content))
            self.close_connection = True

    def _send(self, content: bytes, promised: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(promised or len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:  # noqa: ANN401 (as the base class has it)
        """Keep quiet."""


def swapped(path: Path, new: bytes) -> bytes:
    """Replace a file, and return what a reader gets meanwhile: its old beginning and its new end."""
    old = path.read_bytes()
    before = path.stat().st_mtime_ns
    path.write_bytes(new)
    os.utime(path, ns=(before, before + 10**10))  # web servers give times in seconds
    return old[: len(new) // 2] + new[len(new) // 2 :]


@contextmanager
def serving(root: Path) -> Iterator[Server]:
    """Serve a folder."""
    pytest.importorskip("aiohttp", reason="needs segaudit[remote]")
    with Server(("127.0.0.1", 0), functools.partial(Handler, directory=str(root))) as started:
        started.url = f"http://127.0.0.1:{started.server_port}"
        threading.Thread(target=started.serve_forever, daemon=True).start()
        yield started
        started.shutdown()


@pytest.fixture
def server(dataset: tuple[Path, Path, Report]) -> Iterator[Server]:
    """Serve the dataset."""
    with serving(dataset[0]) as started:
        yield started


@pytest.mark.parametrize(("failure", "failures"), [("", 0), ("503", 2), ("cut", 2), ("slow", 3)])
def test_a_web_server(dataset: tuple[Path, Path, Report], server: Server, failure: str, failures: int) -> None:
    """After a network error the file is read again, and there is no finding."""
    server.failure, server.failures = failure, failures
    report = segaudit.audit(server.url, dataset[1], workers=1)
    assert same(report, dataset[2])


@pytest.fixture
def long(tmp_path: Path) -> tuple[Path, Path, bytes]:
    """Return a dataset with an uncompressed CT that is longer than a block, and another such CT.

    Nothing in a mixture of the two shows that it is one.
    """
    root, contract = write_small(tmp_path)
    random = np.random.default_rng(0)
    for name in ("ct.nii.gz", "other.nii"):
        write_volume(tmp_path / "plain.nii", random.integers(-1000, 1000, (160, 128, 128)).astype(np.int16))
        (tmp_path / "plain.nii").replace(root / "s0001" / name if name == "ct.nii.gz" else tmp_path / name)
    assert (root / "s0001" / "ct.nii.gz").stat().st_size > BLOCK_BYTES
    return root, contract, (tmp_path / "other.nii").read_bytes()


def unmeasured(report: Report) -> list[tuple[str, str]]:
    """Return the cases that could not be measured, and why."""
    return [(lost.case, lost.error) for lost in report.unmeasured]


def test_a_web_server_that_gives_no_parts(long: tuple[Path, Path, bytes]) -> None:
    """A file that is longer than a block is sent in one response."""
    root, contract, _ = long
    with serving(root) as server:
        assert same(segaudit.audit(server.url, contract, workers=1), segaudit.audit(root, contract, workers=1))


@pytest.mark.parametrize("longer", [0, 1000])
def test_a_file_is_replaced(long: tuple[Path, Path, bytes], tmp_path: Path, longer: int) -> None:
    """A CT that is half the old and half the new one is not judged; the next audit judges the new one."""
    root, contract, new = long
    with serving(root) as server:
        server.swapped = new + bytes(longer)
        mixed = segaudit.audit(server.url, contract, output=tmp_path / "report", workers=1)
        assert (unmeasured(mixed), mixed.exit_code) == ([("s0001", CHANGED)], 3)
        assert not [finding for finding in mixed.findings if finding.case == "s0001"]
        again = segaudit.audit(server.url, contract, output=tmp_path / "report", workers=1)
    assert same(again, segaudit.audit(root, contract, workers=1))


def test_nobody_answers(dataset: tuple[Path, Path, Report]) -> None:
    """A missing server is reported with its URL."""
    pytest.importorskip("aiohttp", reason="needs segaudit[remote]")
    with pytest.raises(DatasetError, match=r"http://127\.0\.0\.1:9/dataset: "):
        segaudit.audit("http://127.0.0.1:9/dataset", dataset[1])


def test_a_url_of_no_known_kind() -> None:
    """An unknown protocol is reported."""
    with pytest.raises(DatasetError, match="nonsense://bucket/dataset: "):
        located("nonsense://bucket/dataset")


@dataclass(frozen=True)
class Bucket:
    """A dataset in an object store, and the environment for accessing it."""

    url: str
    files: Any
    environment: dict[str, str]
    server: Any

    def report(self, folder: Path) -> Report:
        """Return the report that an audit left."""
        return msgspec.json.decode((folder / "report.json").read_bytes(), type=Report)

    def pass_parts(self, key: str, *actions: Callable[[bytes], bytes | None]) -> list[Any]:
        """Apply one action each to the next parts of objects whose key has this ending; None gives 503.

        Returns:
            The actions that are left.
        """
        answer, left = self.server.app, list(actions)

        def acting(environ: dict[str, Any], start: Callable[..., Any]) -> Any:  # noqa: ANN401 (as WSGI has it)
            if not (left and "HTTP_RANGE" in environ and environ["PATH_INFO"].endswith(key)):
                return answer(environ, start)
            head: list[Any] = []
            body = left.pop(0)(b"".join(answer(environ, lambda *given: head.extend(given))))
            start(*(("503 Slow Down", []) if body is None else head))
            return [body or b""]

        self.server.app = acting
        return left

    def audit(self, contract: Path, output: Path, url: str = "") -> subprocess.CompletedProcess[str]:
        """Audit from a shell, because workers inherit the environment from when the first of them started."""
        options = ["--contract", str(contract), "--output", str(output)]
        command = [sys.executable, "-m", "segaudit", "audit", url or self.url, *options]
        return subprocess.run(
            command, env={**os.environ, **self.environment}, capture_output=True, text=True, check=False
        )


@pytest.fixture(scope="module")
def bucket(dataset: tuple[Path, Path, Report]) -> Iterator[Bucket]:
    """Serve the dataset by a server that speaks S3."""
    s3fs = pytest.importorskip("s3fs", reason="needs segaudit[remote]")
    moto = pytest.importorskip("moto.server", reason="needs moto[server]")
    server = moto.ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    files = s3fs.S3FileSystem(key="x", secret="x", endpoint_url=endpoint)  # noqa: S106 (no secret)
    files.mkdir("release")
    files.put(str(dataset[0]), "release/dataset", recursive=True)
    names = {"ENDPOINT_URL": endpoint, "ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x", "DEFAULT_REGION": "us-east-1"}
    environment = {f"AWS_{name}": value for name, value in names.items()}
    yield Bucket("s3://release/dataset", files, environment, server._server)  # noqa: SLF001 (it has no other way)
    server.stop()


def late(part: bytes) -> bytes:
    """Return a part after some delay."""
    time.sleep(0.3)
    return part


def test_a_bucket(dataset: tuple[Path, Path, Report], bucket: Bucket, tmp_path: Path) -> None:
    """Findings are the same despite network errors; an unchanged rerun reads no file; a replaced file is read again."""
    _, contract, expected = dataset
    faults = bucket.pass_parts(".nii.gz", lambda _: None, lambda part: part[: len(part) // 2], late, lambda _: None)
    for _ in range(2):
        said = bucket.audit(contract, tmp_path).stderr.splitlines()
        assert [line for line in said if not line.startswith(("measuring: ", "drawing: "))] == []  # slow ones say so
        assert same(bucket.report(tmp_path), expected)
        kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "measurements").glob("*.msgpack")}
    assert faults == []
    assert max(kept.values()) < (tmp_path / "report.json").stat().st_mtime_ns - 1e9
    liver = "segmentations/liver.nii.gz"
    bucket.files.put(str(dataset[0] / "s0000" / liver), f"{bucket.url}/s0001/{liver}")
    bucket.audit(contract, tmp_path)
    assert {finding.check for finding in bucket.report(tmp_path).findings} == {"mask-missing", "file-unexpected"}


def test_an_object_is_replaced(long: tuple[Path, Path, bytes], bucket: Bucket, tmp_path: Path) -> None:
    """Replacing it between two parts gives the same result as on a web server."""
    root, contract, new = long
    url = f"s3://release/{tmp_path.name}"
    bucket.files.put(str(root), url, recursive=True)

    def replaced(part: bytes) -> bytes:
        bucket.files.pipe(f"{url}/s0001/ct.nii.gz", new)
        return part

    bucket.pass_parts("/s0001/ct.nii.gz", replaced)
    assert bucket.audit(contract, tmp_path / "report", url).returncode == 3
    mixed = bucket.report(tmp_path / "report")
    assert unmeasured(mixed) == [("s0001", CHANGED)]
    assert not [finding for finding in mixed.findings if finding.case == "s0001"]
    bucket.audit(contract, tmp_path / "report", url)
    (root / "s0001" / "ct.nii.gz").write_bytes(new)
    assert same(bucket.report(tmp_path / "report"), segaudit.audit(root, contract, workers=1))


def test_no_such_folder_in_a_bucket(dataset: tuple[Path, Path, Report], bucket: Bucket, tmp_path: Path) -> None:
    """The message names it."""
    ended = bucket.audit(dataset[1], tmp_path, "s3://release/nothing")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "s3://release/nothing: there is no such folder" in ended.stderr
