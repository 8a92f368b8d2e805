"""Everything that is measured in one case."""

from __future__ import annotations

import numpy as np

from segaudit.measure import grid
from segaudit.measure.contact import contacts_of
from segaudit.measure.ct import Volume, measure_ct, read_volume
from segaudit.measure.file import read_file
from segaudit.measure.mask import measure_mask, read_foreground
from segaudit.measure.overlap import Overlaps
from segaudit.measure.reference import reference_of
from segaudit.model import Case, CaseFiles, Ct, File
from segaudit.model.place import Place


def measured(root: Place, files: CaseFiles) -> Case:
    """Return what ``segaudit.measure.measure_case`` promises."""
    with np.errstate(all="ignore"):  # damaged headers and voxels hold numbers that overflow
        return _measured(root, files)


def _measured(root: Place, files: CaseFiles) -> Case:
    ct, volume = _read_ct(root, files)
    masks = dict(sorted(files.masks.items()))
    reference = reference_of(root, ct, volume, masks.values())
    overlaps = Overlaps(list(masks))
    measured = []
    for structure, path in masks.items():
        file, content = read_file(root, File(case=files.case, structure=structure, path=path), read_foreground)
        measured.append(measure_mask(file, content, reference))
        if content and measured[-1].same_shape:
            overlaps.add(structure, content[0])
    return Case(
        case=files.case,
        folder=files.folder,
        ct=ct,
        masks=tuple(measured),
        reference=reference.path,
        overlaps=overlaps.pairs(),
        overlaps_counted=overlaps.counted,
        overlap_voxels=overlaps.overlap_voxels,
        overlap_multiplicity=overlaps.multiplicity,
        labelled_voxels=overlaps.labelled_voxels,
        contacts=contacts_of(overlaps, grid.matrix(reference.header.affine)) if reference.header else (),
        strangers=files.strangers,
    )


def _read_ct(root: Place, files: CaseFiles) -> tuple[Ct | None, Volume | None]:
    if not files.ct:
        return None, None
    file, volume = read_file(root, File(case=files.case, path=files.ct), read_volume)
    return measure_ct(file, volume), volume
