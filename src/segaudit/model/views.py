"""What is derived from the records of one case, once for all that ask for it."""

from __future__ import annotations

from functools import cached_property

from segaudit.model.anatomy import Anatomy
from segaudit.model.contract import Contract
from segaudit.model.records import Case
from segaudit.model.registration import Registration


class CaseViews:
    """A case with the views of it that checks can ask for by annotation.

    A view is made from the case and the contract, and keeps both; whatever it derives, it derives when that is first
    asked for. So an error is one of the check that asks, and nothing outlives the case.
    """

    def __init__(self, case: Case, contract: Contract) -> None:
        """Keep the case and the contract that its views are made from."""
        self.case = case
        self.contract = contract

    @cached_property
    def anatomy(self) -> Anatomy:
        """Its body, as the masks show it."""
        return Anatomy(self.case, self.contract)

    @cached_property
    def registration(self) -> Registration:
        """How its masks lie on its CT."""
        return self.anatomy.registration
