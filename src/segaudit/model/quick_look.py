"""A quick look at all records of a case at once: which of them can a check have anything to say of?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from segaudit.model.contract import Contract
from segaudit.model.records import File, Header


@dataclass(frozen=True, slots=True)
class QuickLook:
    """A pre-filter that sees all records of a case, and the contract.

    A pre-filter of one record is called for each mask; of a hundred checks, these calls take longer than what they look
    at.
    """

    among: Callable[[Sequence[Any], Contract], list[Any]]
    """Return the records that the check has to judge, in their order; of the others it applies and finds nothing."""


def by_header(suspect: Callable[[Header], object]) -> QuickLook:
    """Return a quick look at files by their headers: each is looked at once, however many files share it."""

    def among(files: Sequence[File], _: Contract) -> list[File]:
        headers = {id(file.header): file.header for file in files}
        suspects = {key for key, header in headers.items() if header and suspect(header)}
        return [file for file in files if id(file.header) in suspects] if suspects else []

    return QuickLook(among)
