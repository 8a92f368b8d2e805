"""Settings of an audit, shared by the command line, the pytest plugin and the Python interface."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from segaudit.model.errors import DatasetError, InputError
from segaudit.model.place import Place
from segaudit.model.severity import Severity

Gate = Literal["error", "warning"]
"""The severities that can fail an audit; an info never does."""

GATES: tuple[Gate, ...] = get_args(Gate)

TOLERANCE_PERCENT = 1.0
"""The default change of a volume between two audits, in per cent, above which it is listed."""

Trust = Literal["stamps", "bytes", "nothing"]
"""When a stored record is reused: if its files have the same sizes and times, if they have the same bytes, or never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of an audit; ``segaudit.audit`` explains each.

    Raises:
        InputError: a setting is invalid, or two exclude each other.
    """

    contract: str | Path | None = None
    output: Path | None = None
    waivers: Path | None = None
    gate: str = "error"
    cases: str = "*"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    checks: tuple[Path, ...] = ()
    workers: int | None = None
    scheduler: str | None = None
    cache: bool = True
    verify: bool = False
    parquet: bool = False

    def __post_init__(self) -> None:
        """Validate the settings, and take case ids as shells complete them."""
        object.__setattr__(self, "cases", without_slash(self.cases))  # the only way where fields are frozen
        if self.gate not in GATES:
            raise InputError(f"gate {self.gate!r}: expected {' or '.join(GATES)}")
        if self.contract == "":  # an empty variable of a CI job
            raise InputError("the contract is empty: name one, or leave it out to have the release recognised")
        if self.workers is not None and self.workers < 1:
            raise InputError(f"workers {self.workers}: expected 1 or more")
        if self.workers is not None and self.scheduler:
            raise InputError("workers and a scheduler: the scheduler has workers of its own, so name one of the two")
        if self.verify and not self.cache:
            raise InputError("verify without cache: there is nothing to verify where everything is measured anew")

    @property
    def trust(self) -> Trust:
        """When a stored record is reused."""
        if not self.cache:
            return "nothing"
        return "bytes" if self.verify else "stamps"

    @property
    def severity(self) -> Severity:
        """The lowest severity that fails the audit."""
        return Severity(self.gate)


def without_slash(case: str) -> str:
    """Return a case's id, or a glob of them, without the slash that shells put behind the name of a folder."""
    return case.rstrip(f"/{os.sep}") or case


def outside(dataset: Place, path: Path) -> Path:
    """Return a path for output, if it is outside of the dataset.

    Raises:
        DatasetError: it is inside the dataset, which is never written to.
    """
    if isinstance(dataset, Path) and path.resolve().is_relative_to(dataset.resolve()):
        raise DatasetError(f"{path}: lies inside the dataset, which is never written to; name a path outside of it")
    return path
