"""The types that all other packages share: records, contracts, checks, findings, waivers, reports.

They are imported when the first of them is asked for: errors and words, which every command needs, do without.
"""

from typing import TYPE_CHECKING

from segaudit.deferred import deferred

if TYPE_CHECKING:
    from segaudit.model.changed_limit import ChangedLimit
    from segaudit.model.contract import Contract
    from segaudit.model.dataset import CASE_COLUMNS, MASK_COLUMNS, Dataset, Meeting
    from segaudit.model.findings import Check, Finding, NotApplicable, Outcome, check
    from segaudit.model.known import KnownState, State
    from segaudit.model.limits import Limit
    from segaudit.model.listing import CaseFiles, Listing, Training
    from segaudit.model.promises import (
        Alignment,
        Cases,
        Exclude,
        Geometry,
        Intensity,
        KnownIssue,
        Labels,
        Regrade,
    )
    from segaudit.model.published import Published, PublishedGrid, PublishedStructure
    from segaudit.model.records import (
        FINGERPRINT_MEMBERS,
        QUANTILES,
        THUMBNAIL_HU,
        THUMBNAIL_SIDE,
        BelowAir,
        Case,
        Contact,
        Ct,
        EvenParts,
        Extension,
        Fault,
        File,
        Header,
        Histogram,
        HuSample,
        LabelMap,
        Mask,
        Metadata,
        Order,
        Overlap,
        Slices,
        Spike,
        Spot,
        UnexpectedFile,
        Void,
        Wrap,
    )
    from segaudit.model.report import (
        CheckResult,
        Counts,
        Report,
        ReportedFinding,
        Scope,
        Unmeasured,
        UnusualMask,
        Verified,
    )
    from segaudit.model.severity import Severity
    from segaudit.model.structure import Structure
    from segaudit.model.vertebra_levels import Levels
    from segaudit.model.waiver import Waiver, WaiverUse

__all__ = [
    "CASE_COLUMNS",
    "FINGERPRINT_MEMBERS",
    "MASK_COLUMNS",
    "QUANTILES",
    "THUMBNAIL_HU",
    "THUMBNAIL_SIDE",
    "Alignment",
    "BelowAir",
    "Case",
    "CaseFiles",
    "Cases",
    "ChangedLimit",
    "Check",
    "CheckResult",
    "Contact",
    "Contract",
    "Counts",
    "Ct",
    "Dataset",
    "EvenParts",
    "Exclude",
    "Extension",
    "Fault",
    "File",
    "Finding",
    "Geometry",
    "Header",
    "Histogram",
    "HuSample",
    "Intensity",
    "KnownIssue",
    "KnownState",
    "LabelMap",
    "Labels",
    "Levels",
    "Limit",
    "Listing",
    "Mask",
    "Meeting",
    "Metadata",
    "NotApplicable",
    "Order",
    "Outcome",
    "Overlap",
    "Published",
    "PublishedGrid",
    "PublishedStructure",
    "Regrade",
    "Report",
    "ReportedFinding",
    "Scope",
    "Severity",
    "Slices",
    "Spike",
    "Spot",
    "State",
    "Structure",
    "Training",
    "UnexpectedFile",
    "Unmeasured",
    "UnusualMask",
    "Verified",
    "Void",
    "Waiver",
    "WaiverUse",
    "Wrap",
    "check",
]

_HOMES = (
    *(
        "severity",
        "records",
        "structure",
        "promises",
        "contract",
        "limits",
        "changed_limit",
        "findings",
        "report",
        "dataset",
        "listing",
        "waiver",
    ),
    *("known", "published", "vertebra_levels"),
)
"""The modules that define them."""


__getattr__ = deferred(__name__, __all__, _HOMES)


def __dir__() -> list[str]:
    """List the types, imported or not, for shells that complete them."""
    return __all__
