"""What a check finds in a case, whether it looks at the case or at the anatomy that is derived from it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property

import pytest

from segaudit.model import Case, Check, Contract, Finding, NotApplicable
from segaudit.model.anatomy import Anatomy


def found_in(check: Check[...], case: Case, contract: Contract) -> list[Finding]:
    """Return the findings of a check in a case.

    Raises:
        NotApplicable: there is nothing that it could judge.
    """
    record = Anatomy(case, contract) if check.unit is Anatomy else case
    return list(check(record, contract) if check.takes_contract else check(record))


def found_by(checks: Iterable[Check[...]], case: Case, contract: Contract) -> list[tuple[str, Finding]]:
    """Return the findings of several checks in a case, each with the check's id; of the anatomy there is one view."""
    anatomy, found = Anatomy(case, contract), list[tuple[str, Finding]]()
    for check in checks:
        record = anatomy if check.unit is Anatomy else case
        with suppress(NotApplicable):
            found += [(check.id, one) for one in (check(record, contract) if check.takes_contract else check(record))]
    return found


def fail_for(monkeypatch: pytest.MonkeyPatch, case: str, derived: str) -> None:
    """Let what is derived for the anatomy of one case fail."""
    right: cached_property[object] = vars(Anatomy)[derived]

    def wrong(anatomy: Anatomy) -> object:
        if anatomy.case == case:
            raise ZeroDivisionError(f"no {derived}")
        return right.func(anatomy)

    monkeypatch.setattr(Anatomy, derived, property(wrong))
