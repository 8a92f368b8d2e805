"""Assertions about a check: it finds a defect, finds nothing, or does not apply."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeGuard

from segaudit.demo.phantom import TRUNK, Field
from segaudit.judging.runner import CheckRun
from segaudit.model import Check, Contract, Finding
from segaudit.testing.judge import judge_folder, judge_record
from segaudit.testing.phantom import Defect, damage, phantom_contract, write_phantoms
from segaudit.testing.records import small_contract

FIELDS = (TRUNK,)
"""The default fields of view, one for each phantom case."""


def assert_finds(
    check: Check[Any], what: object | Defect, *, contract: Contract | None = None, fields: tuple[Field, ...] = FIELDS
) -> tuple[Finding, ...]:
    """Assert that a check finds something, and return the findings.

    Args:
        check: the check.
        what: a record; or a defect, which is the name of one of ``DEFECTS`` or a function that takes a ``Target``,
            damages it and returns the ``Damage``. It is planted in the first phantom case. The check must not find
            anything before, and has to find the defect in the damaged structure afterwards.
        contract: the contract; by default ``small_contract()`` for a record, ``phantom_contract()`` for a defect.
        fields: fields of view, one for each phantom case; a check that compares cases needs several.

    Raises:
        AssertionError: it finds nothing, or elsewhere; it found something before; it does not apply, or could not run.
        UnplantableError: the defect cannot be planted in the phantom case.
    """
    if not _is_defect(what):
        return _some(judge_record(check, what, contract or small_contract()), _name(what))
    with TemporaryDirectory(prefix="segaudit-") as folder:
        root, case = write_phantoms(Path(folder), fields)
        agreed = contract or phantom_contract()
        _none(judge_folder(check, root, agreed), "the phantom without the defect")
        place = damage(root, case, what)
        found = _some(judge_folder(check, root, agreed), f"the phantom with {_name(what)}")
    damaged = case if place.case is None else place.case
    if not any(f.case == damaged and place.structure in ("", ", ".join(f.structures)) for f in found):
        raise AssertionError(
            f"{check.id} finds something else than {_name(what)}, which is in {place}:\n{_lines(found)}"
        )
    return found


def assert_silent(
    check: Check[Any], what: object | Defect, *, contract: Contract | None = None, fields: tuple[Field, ...] = FIELDS
) -> None:
    """Assert that a check applies and finds nothing: in a record, or in phantom cases with a harmless change.

    Args:
        check: the check.
        what: as in ``assert_finds``.
        contract: as in ``assert_finds``.
        fields: as in ``assert_finds``.

    Raises:
        AssertionError: it finds something, does not apply, or could not run.
        UnplantableError: the defect cannot be planted in the phantom case.
    """
    _none(_judged(check, what, contract, fields), _name(what))


def assert_not_applicable(
    check: Check[Any], what: object | Defect, *, contract: Contract | None = None, fields: tuple[Field, ...] = FIELDS
) -> str:
    """Assert that a check does not apply, and return the reason that it gives.

    Args:
        check: the check.
        what: as in ``assert_finds``.
        contract: as in ``assert_finds``.
        fields: as in ``assert_finds``.

    Raises:
        AssertionError: it applies, or could not run.
        UnplantableError: the defect cannot be planted in the phantom case.
    """
    check_run = _judged(check, what, contract, fields)
    if check_run.applied:
        raise AssertionError(f"{check.id} applies to {_name(what)}, expected that it does not")
    return check_run.reason


def _judged(check: Check[Any], what: object, contract: Contract | None, fields: tuple[Field, ...]) -> CheckRun:
    if not _is_defect(what):
        return judge_record(check, what, contract or small_contract())
    with TemporaryDirectory(prefix="segaudit-") as folder:
        root, case = write_phantoms(Path(folder), fields)
        damage(root, case, what)
        return judge_folder(check, root, contract or phantom_contract())


def _is_defect(what: object) -> TypeGuard[Defect]:
    return isinstance(what, str) or callable(what)


def _name(what: object) -> str:
    """Return a defect's name, or the type of a record with its case and structure."""
    if _is_defect(what):
        return what if isinstance(what, str) else getattr(what, "__name__", repr(what))
    of = "/".join(filter(None, (getattr(what, name, "") for name in ("case", "structure"))))
    return f"the {type(what).__name__} {of}".rstrip()


def _lines(findings: Iterable[Finding]) -> str:
    return "\n".join(f"  {'/'.join(filter(None, (f.case, ', '.join(f.structures))))}  {f.message}" for f in findings)


def _some(check_run: CheckRun, where: str) -> tuple[Finding, ...]:
    _applies(check_run, where)
    if not check_run.findings:
        raise AssertionError(f"{check_run.check.id} finds nothing in {where}")
    return tuple(check_run.findings)


def _none(check_run: CheckRun, where: str) -> None:
    _applies(check_run, where)
    if check_run.findings:
        raise AssertionError(f"{check_run.check.id} finds something in {where}:\n{_lines(check_run.findings)}")


def _applies(check_run: CheckRun, where: str) -> None:
    if not check_run.applied:
        reason = f": {check_run.reason}" if check_run.reason else ""
        raise AssertionError(f"{check_run.check.id} does not apply to {where}{reason}")
