"""Everything that is measured in one case."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from msgspec.structs import replace

from segaudit.measure import grid
from segaudit.measure.case_runs import CaseRuns
from segaudit.measure.contact import contacts_of
from segaudit.measure.ct import Volume, measure_ct, read_volume
from segaudit.measure.file import read_file
from segaudit.measure.fit import fit_of, with_agreement
from segaudit.measure.inflate import Stream, of_intensities
from segaudit.measure.inside import Batches, CaseMasks
from segaudit.measure.label_map import Labelled, read_labels
from segaudit.measure.mask import Content, Values, measure_mask, read_foreground
from segaudit.measure.overlap import overlaps_of
from segaudit.measure.reference import reference_of
from segaudit.measure.voxels import blocks
from segaudit.model import Case, CaseFiles, Ct, File, Header, LabelMap
from segaudit.model.place import Place


def measured(root: Place, files: CaseFiles) -> Case:
    """Return what ``segaudit.measure.measure_case`` promises."""
    with np.errstate(all="ignore"):  # damaged headers and voxels hold numbers that overflow
        return _measured(root, files)


def _measured(root: Place, files: CaseFiles) -> Case:
    ct, volume = _read_ct(root, files)
    reference = reference_of(root, ct, volume, dict.fromkeys(path for _, path in sorted(files.masks.items())))
    label_map, labelled = _read_label_map(root, files) if files.labels else (None, None)
    contents = _parts(label_map, labelled) if label_map else _masks(root, files)
    measured, collected, batches = [], CaseRuns(files.reading.max_runs), Batches(files.reading.max_runs)
    for number, (structure, file, content) in enumerate(contents):
        mask, foreground = measure_mask(structure, file, content, reference)
        measured.append(replace(mask, anatomy=files.anatomy.get(structure, "")))
        if foreground and file.header:
            batches.add(number, foreground, grid.spacing(reference.place(file.header).affine))
        if foreground and mask.same_shape:
            collected.add(number, foreground, compared=mask.comparable)
    fit = fit_of(collected.masks, measured, reference)
    structures = [mask.structure for mask in measured]
    overlaps = overlaps_of(collected.compared, len(structures))
    parts = CaseMasks(measured, batches.measured(), reference, collected.masks, overlaps.sole)
    return Case(
        case=files.case,
        folder=files.folder,
        ct=ct,
        masks=with_agreement(parts.described(), fit),
        label_map=label_map,
        further=tuple(_verified(root, files, path) for path in files.further.values() if path),
        channels_missing=tuple(name for name, path in files.further.items() if not path),
        ending=files.ending,
        ct_missing=files.ct_missing,
        label_map_missing=files.label_map_missing,
        unlabelled=files.unlabelled,
        unnumbered=files.unnumbered,
        reference=reference.path,
        overlaps=overlaps.pairs(structures),
        overlaps_counted=collected.counted,
        overlap_voxels=overlaps.voxels,
        overlap_multiplicity=overlaps.multiplicity,
        labelled_voxels=overlaps.labelled_voxels,
        contacts=contacts_of(overlaps.sole, structures, reference.header) if reference.header else (),
        fit=fit,
        outside=files.outside,
        reading=files.reading,
        unexpected_files=files.unexpected_files,
    )


def _read_ct(root: Place, files: CaseFiles) -> tuple[Ct | None, Volume | None]:
    if not files.ct:
        return None, None
    file = File(case=files.case, path=files.ct)
    file, volume = read_file(root, file, read_volume, of_intensities, files.reading.max_voxels)
    return measure_ct(file, volume), volume


def _read_label_map(root: Place, files: CaseFiles) -> tuple[LabelMap, Labelled | None]:
    """Read the file that holds all masks."""
    known = frozenset(files.ignored).union(*files.labels.values())
    file = File(case=files.case, path=next(iter(files.masks.values())))
    file, labelled = read_file(root, file, partial(read_labels, known=known), max_voxels=files.reading.max_voxels)
    strange = labelled.strange if labelled else Values()
    label_map = LabelMap(
        file=file,
        labels=files.labels,
        ignored=files.ignored,
        values=strange.table,
        distinct_values=len(strange.counts),
        nonfinite=strange.nonfinite,
        spot=labelled.spot(file.header) if labelled and file.header else None,
    )
    return label_map, labelled


def _parts(label_map: LabelMap, labelled: Labelled | None) -> Iterator[tuple[str, File, Content | None]]:
    """Yield the structures of a label map."""
    for structure, values in sorted(label_map.labels.items()):
        yield structure, label_map.file, labelled.content(values) if labelled else None


def _masks(root: Place, files: CaseFiles) -> Iterator[tuple[str, File, Content | None]]:
    """Yield the structures of masks that each have a file of their own, as each file is read."""
    for structure, path in sorted(files.masks.items()):
        file = File(case=files.case, structure=structure, path=path)
        yield structure, *read_file(root, file, read_foreground, max_voxels=files.reading.max_voxels)


def _verified(root: Place, files: CaseFiles, path: str) -> File:
    """Read a file to its end and keep nothing."""
    file = File(case=files.case, path=path)
    return read_file(root, file, _drain, of_intensities, files.reading.max_voxels)[0]


def _drain(stream: Stream, header: Header) -> None:
    for _ in blocks(stream, header):
        pass
