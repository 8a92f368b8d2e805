"""What is asked of every check that a test calls: no finding is in a record that its pre-filter passes over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from segaudit.model import Check, Finding
from segaudit.testing.records import small_contract


@pytest.fixture(autouse=True)
def pre_filters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look whether the pre-filter lets each record pass that has a finding: an audit calls the check for no other."""
    call = Check.__call__

    def looked_at(check: Check[...], record: Any, *contract: Any) -> Iterator[Finding]:  # noqa: ANN401 (any unit)
        suspects = check.suspects([record], *contract or [small_contract()])
        for finding in call(check, record, *contract):
            assert suspects == [record], f"the pre-filter of {check.id} passes over {finding}"
            yield finding

    monkeypatch.setattr(Check, "__call__", looked_at)
