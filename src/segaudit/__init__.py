"""Audit a CT segmentation dataset before its release, and a copy of it after the download."""

import typing

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


def __getattr__(name: str) -> object:
    """Import a public name on first access: a command that answers at once, or a check, needs few of them."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 (whoever asks for no name needs none)

    home = "auditing.session" if name == "audit" else "model.errors" if name.endswith("Error") else "model"
    globals()[name] = found = getattr(import_module(f"{__name__}.{home}"), name)
    return found


def __dir__() -> list[str]:
    """List the public names, imported or not, for shells that complete them."""
    return __all__
