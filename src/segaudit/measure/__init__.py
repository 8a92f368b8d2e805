"""Read each file once and keep numbers, not voxels."""

from __future__ import annotations

from segaudit.measure.metadata import read_metadata
from segaudit.model import Case, CaseFiles
from segaudit.model.place import Place

__all__ = ["RECORD_VERSION", "measure_case", "read_metadata", "same_bytes"]

RECORD_VERSION = 10
"""Version of the measurements; cases whose stored records have another version are measured again."""


def same_bytes(root: Place, files: CaseFiles, kept: Case) -> bool:
    """Whether a case has the same files as when it was measured, each with the same bytes."""
    from segaudit.measure.file import same_file  # noqa: PLC0415 - as below

    return _same_names(files, kept) and all(same_file(root, file) for file in kept.files)


def _same_names(files: CaseFiles, kept: Case) -> bool:
    """Whether a case has the same file names as before, with the same roles, and names and labels the same meaning."""
    labels = (kept.label_map.labels, kept.label_map.ignored) if kept.label_map else ({}, ())
    missing = tuple(name for name, path in files.further.items() if not path)
    return (
        {mask.structure: mask.file.path for mask in kept.masks} == files.masks
        and all(mask.anatomy == files.anatomy.get(mask.structure, "") for mask in kept.masks)
        and sorted(file.path for file in kept.files) == sorted(files.paths)
        and (kept.ct.file.path if kept.ct else "") == files.ct
        and labels == (files.labels, files.ignored)
        and (kept.folder, kept.unexpected_files, kept.channels_missing)
        == (files.folder, files.unexpected_files, missing)
        and (kept.ending, kept.unlabelled, kept.unnumbered) == (files.ending, files.unlabelled, files.unnumbered)
        and (kept.ct_missing, kept.label_map_missing) == (files.ct_missing, files.label_map_missing)
        and (kept.reading, kept.outside) == (files.reading, files.outside)
    )


def measure_case(root: Place, files: CaseFiles) -> Case:
    """Measure the files of a case; a damaged file gives a fault in its record, never an exception."""
    from segaudit.measure.case import measured  # noqa: PLC0415 - imports scipy and nibabel, which stored records do not need

    return measured(root, files)
