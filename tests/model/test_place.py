"""Places: which of them a network lies before."""

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
def test_far(place: Place, expected: bool) -> None:  # noqa: FBT001 (as pytest hands it over)
    """Only what is behind a URL is far, and says so itself."""
    assert is_remote(place) is expected
