"""A dataset is the same behind a web server, whatever its network does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import segaudit
from segaudit.checks import integrity as checks
from segaudit.measure import measure_case
from segaudit.model import CaseFiles, Report
from segaudit.model.errors import DatasetError
from segaudit.places import located
from segaudit.places.remote import remote
from tests.support.audited import CHANGED, same, unmeasured
from tests.support.web_server import Server, serving


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


@pytest.mark.parametrize(
    ("failure", "detail"),
    [
        ("noise", "its bytes differ from one reading to the next (4 readings); look at the network"),
        ("403", "the server answers HTTP 403 Forbidden; look at its address and your login"),
        ("loop", "the server answers HTTP 302 Found, again and again; look at its address"),
    ],
)
def test_a_file_that_never_arrives(dataset: tuple[Path, Path, Report], failure: str, detail: str) -> None:
    """Another wrong byte in each reading is no damage to the file; a status is named."""
    with serving(dataset[0]) as server:
        place = replace(remote(server.url), retry_pauses_s=(0.0, 0.0, 0.0))
        server.failure, server.failures = failure, 10**6
        files = CaseFiles(case="s0000", folder="s0000", ct="s0000/ct.nii.gz")
        (file,) = measure_case(place, files).files
    (finding,) = checks.file_unreadable(file)
    assert (finding.message.startswith(detail), [fault.kind for fault in file.faults]) == (True, ["unreadable"])


@pytest.mark.parametrize(("status", "phrase"), [(403, "Forbidden"), (500, "Internal Server Error")])
def test_a_folder_that_is_refused(dataset: tuple[Path, Path, Report], status: int, phrase: str) -> None:
    """The message names the status."""
    with serving(dataset[0]) as server:
        server.failure, server.failures = str(status), 10**6
        with pytest.raises(DatasetError, match=f"the server answers HTTP {status} {phrase}"):
            segaudit.audit(f"{server.url}/x.nii.gz/dataset.nii.gz", dataset[1])


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


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("dataset.zip", "it is an archive on a server that has to be fetched first, to audit it as it is"),
        ("dataset.ZIP?download=1", "it is an archive on a server that has to be fetched first, to audit it as it is"),
        ("dataset.tar.gz", "it is an archive that has to be fetched and unpacked first"),
        ("ct.nii.gz", "it is a file"),
    ],
)
def test_a_file_on_a_web_server(tmp_path: Path, name: str, found: str) -> None:
    """An archive there is to be fetched; a ZIP archive is not what is expected, because it is not read there."""
    (tmp_path / name.partition("?")[0]).write_bytes(b"PK")
    with serving(tmp_path) as server, pytest.raises(DatasetError) as caught:
        segaudit.audit(f"{server.url}/{name}")
    assert str(caught.value).startswith(f"{server.url}/{name}: {found}; expected the folder of a dataset (meta.csv")


def test_nobody_answers(dataset: tuple[Path, Path, Report]) -> None:
    """A missing server is reported with its URL."""
    pytest.importorskip("aiohttp", reason="needs segaudit[remote]")
    with pytest.raises(DatasetError, match=r"http://127\.0\.0\.1:9/dataset: "):
        segaudit.audit("http://127.0.0.1:9/dataset", dataset[1])


def test_a_url_of_no_known_kind() -> None:
    """An unknown protocol is reported."""
    with pytest.raises(DatasetError, match="nonsense://bucket/dataset: "):
        located("nonsense://bucket/dataset")
