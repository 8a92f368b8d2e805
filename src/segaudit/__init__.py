"""Audit a CT segmentation dataset before its release, and a copy of it after the download."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segaudit.model import (
    Case,
    Check,
    Contract,
    Ct,
    Dataset,
    File,
    Finding,
    Mask,
    Metadata,
    NotApplicable,
    Published,
    Report,
    Severity,
    check,
)
from segaudit.model.errors import InputError

if TYPE_CHECKING:
    from segaudit.auditing.session import audit

__all__ = [
    "Case",
    "Check",
    "Contract",
    "Ct",
    "Dataset",
    "File",
    "Finding",
    "InputError",
    "Mask",
    "Metadata",
    "NotApplicable",
    "Published",
    "Report",
    "Severity",
    "audit",
    "check",
]


def __getattr__(name: str) -> object:
    """Import ``audit`` when it is first asked for: records and checks are used without all that it needs."""
    if name == "audit":
        from segaudit.auditing.session import audit  # noqa: PLC0415 (that is the point)

        return audit
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
