"""Records that were kept are measured again when what is measured changes."""

from __future__ import annotations

import pytest

from segaudit.measure import RECORD_VERSION
from tests.measure import kept_records
from tests.measure.kept_records import COMMAND, digest, kept


def test_the_version_is_raised_when_measuring_changes() -> None:
    """Fixed cases are measured as they were when the version of records was raised last."""
    same = kept() == {"version": RECORD_VERSION, "digest": digest()}
    assert same, f"what is measured has changed: raise RECORD_VERSION in segaudit.measure, then run: {COMMAND}"


def test_a_change_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another number in a record is another digest, and is not kept under the same version."""
    before = digest()
    monkeypatch.setattr(kept_records, "SPACING_MM", 3.001)
    assert digest() != before
    monkeypatch.setattr(kept_records, "kept", lambda: {"version": RECORD_VERSION, "digest": before})
    with pytest.raises(SystemExit, match="raise RECORD_VERSION"):
        kept_records.keep()
