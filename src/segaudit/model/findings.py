"""What a check declares and what it finds."""

from __future__ import annotations

import enum
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, Self, get_type_hints

from msgspec import Struct

from segaudit.model.contract import Contract
from segaudit.model.records import File, Mask, Spot
from segaudit.model.severity import Severity

P = ParamSpec("P")


class Outcome(enum.StrEnum):
    """How a check ended. ``could not run`` fails every gate."""

    CLEAN = "clean"
    """It ran and found nothing."""
    FOUND = "found"
    """It found something that nothing waives."""
    WAIVED = "waived"
    """All that it found is waived."""
    NOT_APPLICABLE = "not applicable"
    """There was nothing that it could judge."""
    COULD_NOT_RUN = "could not run"
    """It stopped at an error of its own."""


class NotApplicable(Exception):  # noqa: N818 (nothing is wrong)
    """Raised by a check before its first finding, where a record has nothing that it could judge."""


class Finding(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One place where a check does not hold. What all findings of a check share stands in its ``Check``."""

    message: str
    """What was got and what was expected, with the unit; case, structure and file have their own fields."""
    case: str = ""
    """Id of the case; empty where it is about the dataset."""
    structures: tuple[str, ...] = ()
    """The structure that it is about; several where the defect is one that they have together, such as an overlap."""
    file: str = ""
    """Path relative to the dataset."""
    observed: str | int | float | None = None
    """What was got, where it is a number or a word."""
    expected: str | int | float | None = None
    """What was expected, where it is a number or a word."""
    spot: Spot | None = None
    """Where to look, if there is one place."""

    @classmethod
    def about(
        cls,
        subject: File | Mask,
        message: str,
        observed: str | float | None = None,
        expected: str | float | None = None,
        spot: Spot | None = None,
    ) -> Self:
        """Return a finding about a file or a mask: it names case, structure and path, and a mask's centre."""
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
    """A rule: a generator function over one record, with an id and a severity. Call it as the function it is."""

    id: str
    """Its name in kebab-case, as ``mask-off-grid``."""
    severity: Severity
    """What its findings do to a release, unless a contract re-grades it."""
    function: Callable[P, Iterator[Finding]]
    """The generator function, whose docstring explains the check."""
    unit: type
    """What it looks at, by its first parameter: File, Ct, Mask, Case, Anatomy, Dataset, Metadata, Published, KnownState
    or WaiverUse."""
    takes_contract: bool
    """Whether its second parameter is the contract."""
    needs: str
    """Dotted key of the contract without which the check does not apply; empty if it always does."""
    where: Callable[[Any], object] | None = None
    """A quick look at a record: where it is false, the check applies and finds nothing, and need not be called."""
    error: str = ""
    """Why it cannot run: it stands for checks of another package that cannot be used. Empty for any other."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Iterator[Finding]:
        """Yield the findings in one record."""
        return self.function(*args, **kwargs)

    @property
    def module(self) -> str:
        """The module of ``segaudit.checks`` that it is written in."""
        return self.function.__module__.rpartition(".")[2]

    @property
    def family(self) -> str:
        """The module's name up to an underscore: a large family has several modules, as ``anatomy_spine``."""
        return self.module.partition("_")[0]

    @property
    def explanation(self) -> str:
        """The docstring."""
        return inspect.getdoc(self.function) or ""

    @property
    def summary(self) -> str:
        """The docstring's first line."""
        return self.explanation.partition("\n")[0]


def check(
    check_id: str, severity: Severity, *, needs: str = "", where: Callable[[Any], object] | None = None
) -> Callable[[Callable[P, Iterator[Finding]]], Check[P]]:
    """Declare a check; what it looks at is its first parameter's annotation, and a second one is the contract.

    Nothing is registered: the catalogue is what the modules of ``segaudit.checks`` hold. ``needs`` and ``where`` are
    the fields of ``Check``; a check of a hundred thousand masks is quick where a quick look passes over most of them.

    Raises:
        ValueError: the id is not kebab-case of two words or more, or a contract has no such key as ``needs``.
        TypeError: the first parameter is not annotated, or the second one is not a Contract.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", check_id):
        raise ValueError(f"check id {check_id!r} is not kebab-case")
    try:
        Contract(name="").at(needs)
    except AttributeError as error:
        raise ValueError(f"{check_id}: a contract has no key {needs!r}") from error

    def declare(function: Callable[P, Iterator[Finding]]) -> Check[P]:
        hints = get_type_hints(function)
        hints.pop("return", None)
        unit, *others = hints.values() or [None]
        if unit is None:
            raise TypeError(f"{check_id}: the first parameter of a check is annotated with what it looks at")
        if others not in ([], [Contract]):
            raise TypeError(f"{check_id}: the second parameter of a check is the contract, not {others}")
        return Check(check_id, severity, function, unit, bool(others), needs, where)

    return declare
