"""Limits: thresholds of checks that a contract may set, each declared beside its check."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segaudit.model.contract import Contract

REASON = "reason"
"""The key of the reason in a table of limits."""

SHARE_OF_CASES = "share_of_cases"
"""The key of the share of the cases in which findings of a warning or an info are accepted; every such check has it."""

RESERVED = frozenset({REASON, SHARE_OF_CASES, "severity"})
"""Keys that are no limit of a check."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold that ``[limits.CHECK]`` of a contract may set.

    Raises:
        ValueError: the key is not an id and a name joined by a dot, or the default is not in the range of values.
    """

    key: str
    """Id of the check and name of the limit, as in a contract: ``masks-overlap.share``."""
    default: float
    """The value unless a contract sets another one."""
    unit: str
    """The unit, such as ``ml``; ``share`` for a part of 1."""
    meaning: str
    """What it limits, as a phrase."""
    source: str
    """What the default is based on, as a sentence."""
    least: float = 0.0
    """The smallest value that a contract may set."""
    most: float = math.inf
    """And the largest one."""

    def __post_init__(self) -> None:
        """Validate what is declared."""
        check, dot, name = self.key.partition(".")
        if not (check and dot and name.isidentifier()) or name in RESERVED or not self.allows(self.default):
            raise ValueError(f"{self.key} = {self.default}: expected check-id.name, and a default in its range")

    @property
    def check(self) -> str:
        """Id of the check."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """Its key in ``[limits.CHECK]``."""
        return self.key.partition(".")[2]

    def of(self, contract: Contract) -> float:
        """Return the value in a contract."""
        if not contract.limits:  # as for most contracts, and a hundred thousand masks
            return self.default
        value = contract.limits.get(self.check, {}).get(self.name, self.default)
        return self.default if isinstance(value, str) else value

    def allows(self, value: float) -> bool:
        """Whether a contract may set a value."""
        return math.isfinite(value) and self.least <= value <= self.most

    @property
    def allowed(self) -> str:
        """The values that a contract may set, in words."""
        if math.isinf(self.most):
            return f"{self.least:g} or more"
        return f"{self.least:g} to {self.most:g}"

    @property
    def described(self) -> str:
        """What it limits, its default, and the source of that, as ``explain`` and the catalogue say it."""
        return f"{self.meaning}: {self.stated} by default. {self.source}"

    @property
    def stated(self) -> str:
        """The default with its unit: ``5 %``, ``0.17 ml``."""
        return written(self.default, self.unit)


def written(value: float, unit: str) -> str:
    """Return a value of a limit with its unit; a share as a number, as a contract states it."""
    return f"{value:g}" if unit == "share" else f"{value:g} {unit}"


Limit.__module__ = "segaudit"
