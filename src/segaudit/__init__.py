"""Audit a CT segmentation dataset before its release, and a copy of it after the download."""

import typing

from segaudit.deferred import deferred as _deferred

if typing.TYPE_CHECKING:
    from segaudit.auditing.session import audit
    from segaudit.model import (
        Case,
        Check,
        Contract,
        Ct,
        Dataset,
        File,
        Finding,
        Limit,
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
    "Limit",
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


__getattr__ = _deferred(__name__, __all__, ("model.errors", "model", "auditing.session"))


def __dir__() -> list[str]:
    """List the public names, imported or not, for shells that complete them."""
    return __all__
