"""A dataset is the same in a bucket, whatever its network does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import segaudit
from segaudit.model import Report
from segaudit.places import located
from segaudit.places.remote import _files
from segaudit.reports.ranking import ranked
from segaudit.reports.write import write
from segaudit.review.opening import opened
from tests.support.audited import CHANGED, same, unmeasured
from tests.support.bucket import Bucket


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


@pytest.fixture
def here(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """Let this process reach the bucket: file systems that are kept from before know no way there, or soon none."""
    for name, value in bucket.environment.items():
        monkeypatch.setenv(name, value)
    _forget(bucket)
    yield bucket
    _forget(bucket)


def _forget(bucket: Bucket) -> None:
    """Drop the file systems that are kept for buckets."""
    _files.cache_clear()
    bucket.files.clear_instance_cache()


def test_a_bucket_is_reviewed_like_its_folder(dataset: tuple[Path, Path, Report], here: Bucket, tmp_path: Path) -> None:
    """Slices of all findings are the same, also when several threads ask at once, as a browser does."""
    root, _, expected = dataset
    write(expected, tmp_path)
    numbers = range(len(ranked(expected.findings)))
    shown = []
    for place in (str(root), here.url):
        review = opened(located(place), tmp_path).review
        with ThreadPoolExecutor() as pool:
            views = list(pool.map(review.view, numbers))
            slices = list(pool.map(lambda number, of=review: of.slice(number, "axial", 8), numbers))
        shown.append((views, slices))
    assert shown[0] == shown[1]
    assert None not in shown[0][1]


def test_a_bucket(dataset: tuple[Path, Path, Report], bucket: Bucket, tmp_path: Path) -> None:
    """Findings are the same despite network errors; an unchanged rerun reads no file; a replaced file is read again."""
    _, contract, expected = dataset
    faults = bucket.pass_parts(".nii.gz", lambda _: None, lambda part: part[: len(part) // 2], late, lambda _: None)
    kept = []
    for _ in range(2):
        said = bucket.audit(contract, tmp_path).stderr.splitlines()
        assert [line for line in said if not line.startswith(("measuring: ", "drawing: "))] == []  # slow ones say so
        assert same(bucket.report(tmp_path), expected)
        kept.append({path: path.stat().st_mtime_ns for path in (tmp_path / "measurements").glob("*.msgpack")})
    assert faults == []
    assert kept[0] == kept[1] != {}
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
