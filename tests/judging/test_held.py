"""What is held while checks run."""

from __future__ import annotations

import segaudit.judging
from tests.support.held import dataclasses_of, frozen, slotted


def test_how_runs_are_held() -> None:
    """A run of a check is filled as it goes, in slots: there is one for each check and case."""
    (run,) = dataclasses_of(segaudit.judging).values()
    assert (run.__name__, frozen(run), slotted(run)) == ("CheckRun", False, True)
