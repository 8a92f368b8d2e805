"""What a check finds in a case, whether it looks at the case or at the anatomy that is derived from it."""

from __future__ import annotations

from functools import cached_property

import pytest

from segaudit.model import Case, Check, Contract, Finding
from segaudit.model.anatomy import Anatomy


def found_in(check: Check[...], case: Case, contract: Contract) -> list[Finding]:
    """Return the findings of a check in a case.

    Raises:
        NotApplicable: there is nothing that it could judge.
    """
    record = Anatomy(case, contract) if check.unit is Anatomy else case
    return list(check(record, contract) if check.takes_contract else check(record))


def fail_for(monkeypatch: pytest.MonkeyPatch, case: str, derived: str) -> None:
    """Let what is derived for the anatomy of one case fail."""
    right: cached_property[object] = vars(Anatomy)[derived]

    def wrong(anatomy: Anatomy) -> object:
        if anatomy.case == case:
            raise ZeroDivisionError(f"no {derived}")
        return right.func(anatomy)

    monkeypatch.setattr(Anatomy, derived, property(wrong))
