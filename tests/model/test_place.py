"""Places: whose files are read again after a fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from segaudit.model.place import Place, retry_pauses_s
from segaudit.places.archive import Archive
from segaudit.places.remote import RETRY_PAUSES_S, Remote


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Path("dataset"), ()),
        (Archive(Path("dataset.zip")), ()),
        (Remote("s3://bucket/dataset", "bucket/dataset"), RETRY_PAUSES_S),
        (Remote("memory://dataset", "dataset", retry_pauses_s=()), ()),
    ],
)
def test_files_that_are_read_again(place: Place, expected: tuple[float, ...]) -> None:
    """Those of a place behind a URL, which says itself how long to wait."""
    assert retry_pauses_s(place) == expected
