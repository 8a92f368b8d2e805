"""Read each file once and keep numbers, not voxels."""

from __future__ import annotations

from pathlib import Path

from segaudit.measure.metadata import read_metadata
from segaudit.model import Case, CaseFiles

__all__ = ["RECORD_VERSION", "measure_case", "read_metadata"]

RECORD_VERSION = 1
"""Version of what is measured and how; records of another version on disk are measured again."""


def measure_case(root: Path, files: CaseFiles) -> Case:
    """Measure the files of a case; what is wrong with one of them is a fault in its record, never an exception."""
    from segaudit.measure.case import measured  # noqa: PLC0415 - scipy and nibabel, which kept records do without

    return measured(root, files)
