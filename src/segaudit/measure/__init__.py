"""Read each file once and keep numbers, not voxels."""

from __future__ import annotations

from segaudit.measure.metadata import read_metadata
from segaudit.model import Case, CaseFiles
from segaudit.model.place import Place

__all__ = ["RECORD_VERSION", "measure_case", "read_metadata", "same_bytes"]

RECORD_VERSION = 1
"""Version of what is measured and how; records of another version on disk are measured again."""


def same_bytes(root: Place, files: CaseFiles, kept: Case) -> bool:
    """Whether a case has the files that it had when it was measured, each with the same bytes."""
    from segaudit.measure.file import digest_of  # noqa: PLC0415 - as below

    listed = {"": files.ct, **files.masks} if files.ct else files.masks
    same_names = {file.structure: file.path for file in kept.files} == listed
    if not same_names or (files.folder, files.strangers) != (kept.folder, kept.strangers):
        return False
    return all(digest_of(root, file.path) == file.digest for file in kept.files)


def measure_case(root: Place, files: CaseFiles) -> Case:
    """Measure the files of a case; what is wrong with one of them is a fault in its record, never an exception."""
    from segaudit.measure.case import measured  # noqa: PLC0415 - scipy and nibabel, which kept records do without

    return measured(root, files)
