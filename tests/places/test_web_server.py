"""A dataset is the same behind a web server, whatever its network does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import segaudit
from segaudit.model import Report
from segaudit.model.errors import DatasetError
from segaudit.places import located
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
