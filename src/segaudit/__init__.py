"""Audit a CT segmentation dataset before its release, and a copy of it after the download."""

import typing

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
from segaudit.model.errors import (
    ChecksError,
    ContractError,
    DatasetError,
    InputError,
    ReportError,
    UnknownCheckError,
    WaiverError,
)

if typing.TYPE_CHECKING:
    from segaudit.auditing.session import audit

__all__ = [
    "Case",
    "Check",
    "ChecksError",
    "Contract",
    "ContractError",
    "Ct",
    "Dataset",
    "DatasetError",
    "File",
    "Finding",
    "InputError",
    "Mask",
    "Metadata",
    "NotApplicable",
    "Published",
    "Report",
    "ReportError",
    "Severity",
    "UnknownCheckError",
    "WaiverError",
    "audit",
    "check",
]

for _public in (
    *(Check, NotApplicable, Severity, check),
    *(ChecksError, ContractError, DatasetError, InputError, ReportError, UnknownCheckError, WaiverError),
):  # tracebacks name them as people import them; a record keeps its home, where msgspec reads its annotations
    _public.__module__ = __name__


def __getattr__(name: str) -> object:
    """Import ``audit`` on first access, because records and checks are useful without its dependencies."""
    if name == "audit":
        from segaudit.auditing.session import audit  # noqa: PLC0415 (it is imported lazily)

        audit.__module__ = __name__
        globals()[name] = audit
        return audit
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names, ``audit`` included, for shells that complete them."""
    return __all__
