"""Checks and their findings."""

from __future__ import annotations

import enum
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, Self, get_type_hints

from msgspec import Struct

from segaudit.model.contract import Contract
from segaudit.model.docstrings import docstring
from segaudit.model.families import family_of
from segaudit.model.limits import Limit
from segaudit.model.misplacement import Misplacement
from segaudit.model.quick_look import QuickLook
from segaudit.model.records import File, Mask, Spot
from segaudit.model.severity import Severity

P = ParamSpec("P")

OWN_CHECKS = "segaudit_own_checks"
"""A prefix of the names of modules with checks of the user's own, so that none replaces an installed one."""


class Outcome(enum.StrEnum):
    """How a check ended. ``could not run`` fails every gate."""

    CLEAN = "clean"
    """It ran and found nothing."""
    FOUND = "found"
    """It has findings that are not waived."""
    WAIVED = "waived"
    """All its findings are waived."""
    NOT_APPLICABLE = "not applicable"
    """There was nothing to judge."""
    COULD_NOT_RUN = "could not run"
    """It raised an exception."""


class NotApplicable(Exception):  # noqa: N818 (nothing is wrong)
    """Raised by a check before its first finding, if a record has nothing to judge."""

    __module__ = "segaudit"


class Finding(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One violation of a check. What all findings of a check have in common is in its ``Check``."""

    message: str
    """What was observed and what was expected, with the unit; case, structure and file have their own fields."""
    case: str = ""
    """Id of the case; empty if it is about the dataset."""
    structures: tuple[str, ...] = ()
    """The structure that it is about; several if they share the defect, such as an overlap."""
    file: str = ""
    """Path relative to the dataset."""
    observed: str | int | float | None = None
    """What was observed, if it is a number or a word."""
    expected: str | int | float | None = None
    """What was expected, if it is a number or a word."""
    spot: Spot | None = None
    """The location, if there is a single one."""
    misplacement: Misplacement | None = None
    """Where masks would fit, if it is about that; a picture of the finding shows it."""

    @classmethod
    def about(
        cls,
        subject: File | Mask,
        message: str,
        observed: str | float | None = None,
        expected: str | float | None = None,
        spot: Spot | None = None,
    ) -> Self:
        """Return a finding about a file or a mask, with its case, structure and path, and a mask's centre."""
        file = subject if isinstance(subject, File) else subject.file
        return cls(
            case=subject.case,
            structures=(subject.structure,) if subject.structure else (),
            file=file.path,
            message=message,
            observed=observed,
            expected=expected,
            spot=spot or (None if isinstance(subject, File) else subject.spot),
        )


@dataclass(frozen=True, slots=True)
class Check(Generic[P]):
    """A rule: a generator function of one record, with an id and a severity. It can be called like the function."""

    __module__ = "segaudit"

    id: str
    """Its name in kebab-case, such as ``mask-off-grid``."""
    severity: Severity
    """The severity of its findings, unless a contract re-grades it."""
    function: Callable[P, Iterator[Finding]]
    """The generator function, whose docstring explains the check."""
    unit: type
    """The type of its records, from its first parameter: File, Ct, Mask, Case, Registration, Anatomy, Dataset,
    Metadata, Published, KnownState or WaiverUse."""
    takes_contract: bool
    """Whether its second parameter is the contract."""
    needs: str
    """Dotted key of the contract without which the check does not apply; empty if it always does."""
    where: Callable[[Any], object] | QuickLook | None = None
    """A cheap pre-filter: if it is false for a record, the check applies and finds nothing, and is not called."""
    limits: tuple[Limit, ...] = ()
    """Its thresholds that a contract may set."""
    error: str = ""
    """Why it cannot run, if it replaces checks of another package that cannot be used. Empty for any other."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Iterator[Finding]:
        """Yield the findings in one record."""
        return self.function(*args, **kwargs)

    def suspects(self, records: Sequence[Any], contract: Contract) -> list[Any]:
        """Return the records of a case that the pre-filter lets pass."""
        if isinstance(self.where, QuickLook):
            return self.where.among(records, contract)
        return list(filter(self.where, records))

    @property
    def module(self) -> str:
        """The module of ``segaudit.checks`` that defines it."""
        return self.function.__module__.rpartition(".")[2]

    @property
    def shipped(self) -> bool:
        """Whether it is one of ours."""
        return self.function.__module__.startswith("segaudit.")

    @property
    def file(self) -> str:
        """The path of the file that defines it, if that is one of the user's own; else empty."""
        own = self.function.__module__.startswith(f"{OWN_CHECKS}.")
        return inspect.unwrap(self.function).__code__.co_filename if own else ""

    @property
    def family(self) -> str:
        """The family of its module: ``anatomy`` for one in ``anatomy_spine``."""
        return family_of(self.module)

    @property
    def explanation(self) -> str:
        """The docstring."""
        return docstring(self.function)

    @property
    def summary(self) -> str:
        """The docstring's first line."""
        return self.explanation.partition("\n")[0]


def check(
    check_id: str,
    severity: Severity,
    *,
    needs: str = "",
    where: Callable[[Any], object] | QuickLook | None = None,
    limits: tuple[Limit, ...] = (),
) -> Callable[[Callable[P, Iterator[Finding]]], Check[P]]:
    """Declare a check; the annotation of its first parameter is its record type, and a second one is the contract.

    Nothing is registered: the catalogue consists of the checks in the modules of ``segaudit.checks``. ``needs``,
    ``where`` and ``limits`` are the fields of ``Check``; a pre-filter makes a check of a hundred thousand masks fast by
    skipping most. One of a single record sees no contract, so it lets pass whatever any value of a limit may find; a
    ``QuickLook`` sees all records of a case, and the contract.

    Raises:
        ValueError: the id is not kebab-case of two words or more, ``needs`` is not a key of a contract, or a limit is
            another check's or declared twice.
        TypeError: the first parameter is not annotated, or the second one is not a Contract.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", check_id):
        raise ValueError(f"check id {check_id!r} is not kebab-case")
    try:
        Contract(name="").at(needs)
    except AttributeError as error:
        raise ValueError(f"{check_id}: a contract has no key {needs!r}") from error
    if any(limit.check != check_id for limit in limits) or len({limit.name for limit in limits}) < len(limits):
        raise ValueError(f"{check_id}: expected limits of its own, each once: {[limit.key for limit in limits]}")

    def declare(function: Callable[P, Iterator[Finding]]) -> Check[P]:
        hints = get_type_hints(function)
        hints.pop("return", None)
        unit, *others = hints.values() or [None]
        if unit is None:
            raise TypeError(f"{check_id}: the first parameter of a check is annotated with what it looks at")
        if others not in ([], [Contract]):
            raise TypeError(f"{check_id}: the second parameter of a check is the contract, not {others}")
        return Check(check_id, severity, function, unit, bool(others), needs, where, limits)

    return declare


check.__module__ = "segaudit"
