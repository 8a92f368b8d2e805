"""Places: which of them are remote."""

from __future__ import annotations

from pathlib import Path

import pytest

from segaudit.model.place import Place, is_remote
from segaudit.places.archive import Archive
from segaudit.places.remote import Remote


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Path("dataset"), False),
        (Archive(Path("dataset.zip")), False),
        (Remote("s3://bucket/dataset", "bucket/dataset"), True),
        (Remote("memory://dataset", "dataset", is_remote=False), False),
    ],
)
def test_is_remote(place: Place, expected: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """Only a place behind a URL is remote, and says so itself."""
    assert is_remote(place) is expected
