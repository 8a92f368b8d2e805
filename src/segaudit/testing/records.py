"""Healthy records; a test changes fields with keyword arguments to damage them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from msgspec.structs import replace

from segaudit.model import (
    CASE_COLUMNS,
    MASK_COLUMNS,
    Case,
    Cases,
    Contract,
    Ct,
    Dataset,
    EvenParts,
    File,
    Geometry,
    Header,
    HuSample,
    Intensity,
    LabelMap,
    Labels,
    Mask,
    Metadata,
    Order,
    Slices,
    Spike,
    Spot,
    Structure,
)
from segaudit.model.records import CaseFit, Inside, MaskFit
from segaudit.model.slice_distance import PARTS

CASE = "s0001"
SHAPE = (60, 50, 40)
SLICES = 12
"""Number of slices of a healthy CT: few enough to be listed in a test."""
SPACING = (1.5, 1.5, 1.5)
AFFINE = (1.5, 0.0, 0.0, -45.0, 0.0, 1.5, 0.0, -37.5, 0.0, 0.0, 1.5, -30.0)
VOXELS = 60 * 50 * 40
VOXEL_ML = 1.5**3 / 1000

CENTRE = Spot((30, 24, 20), (0.0, -0.8, -0.8))
"""The centre of a healthy mask without a side."""

STRUCTURES = (
    Structure(name="kidney_right", label=1, group="organ", side="right", partner="kidney_left", max_pieces=1),
    Structure(name="kidney_left", label=2, group="organ", side="left", partner="kidney_right", max_pieces=1),
    Structure(name="kidney_cyst_left", label=3, group="organ", side="left", removable=True),
    Structure(name="liver", label=4, group="organ", expected_with=("kidney_left", "kidney_right"), max_pieces=1),
    Structure(name="spleen", label=5, group="organ", expected_with=("kidney_left", "kidney_right"), removable=True),
    Structure(name="trachea", label=6, group="organ", airy=True, max_pieces=2),
    Structure(name="femur_right", label=7, group="bone", side="right", partner="femur_left", max_pieces=1),
    Structure(name="femur_left", label=8, group="bone", side="left", partner="femur_right", max_pieces=1),
    Structure(name="iliac_artery_right", label=9, group="vessel", side="right", partner="iliac_artery_left"),
    Structure(name="iliac_artery_left", label=10, group="vessel", side="left", partner="iliac_artery_right"),
)
"""The class list of ``small_contract``: one structure for each rule that depends on properties of structures."""


def healthy_header(**changes: object) -> Header:
    """Return the header of an axis-aligned 1.5 mm mask like TotalSegmentator's, with changes."""
    header = Header(
        shape=SHAPE,
        dtype="uint8",
        zooms=SPACING,
        affine=AFFINE,
        sform=AFFINE,
        sform_code=2,
        spacing_mm=SPACING,
        orientation="RAS",
        vox_offset=352,
    )
    return replace(header, **changes)


def healthy_file(structure: str = "liver", **changes: object) -> File:
    """Return the file of a mask, or of the CT if the structure is empty, with changes."""
    file = File(
        case=CASE,
        structure=structure,
        path=f"{CASE}/segmentations/{structure}.nii.gz" if structure else f"{CASE}/ct.nii.gz",
        size=1000,
        digest="0" * 32,
        members=1,
        gzip_name=f"{structure or 'ct'}.nii",
        header=healthy_header(dtype="uint8" if structure else "int16"),
        promised_bytes=352 + VOXELS,
        payload_bytes=352 + VOXELS,
    )
    return replace(file, **changes)


def healthy_mask(structure: str = "liver", **changes: object) -> Mask:
    """Return a mask of one piece of 8,000 voxels (27 ml), right ones 60 mm to the right of left ones, with changes."""
    x = {"right": 30.0, "left": -30.0}.get(structure.rpartition("_")[2], 0.0)
    mask = Mask(
        case=CASE,
        structure=structure,
        file=healthy_file(structure),
        voxels=8000,
        values=((1.0, 8000),),
        distinct_values=1,
        volume_ml=8000 * VOXEL_ML,
        box=(20, 39, 15, 34, 10, 29),
        centroid_voxel=(29.5, 24.5, 19.5),
        centroid_mm=(x, -0.75, -0.75),
        faces=(20, 20, 15, 15, 10, 10),
        components=1,
        inside=Inside(faces=(800, 800, 800), changes=(1600, 1600, 1600), filled=400 * 10),
        hu=HuSample(mean=50, std=10, minimum=-20, p5=30, p25=44, median=50, p75=56, p95=70, maximum=120),
        void_share=0.0,
        outside_body_share=0.0,
    )
    return replace(mask, **changes)


def empty_mask(structure: str = "liver", **changes: object) -> Mask:
    """Return a mask without voxels, as healthy cases have for absent structures, with changes."""
    mask = Mask(case=CASE, structure=structure, file=healthy_file(structure))
    return replace(mask, **changes)


def healthy_ct(**changes: object) -> Ct:
    """Return the CT of a torso in air with ringing, metal and a padding of -1024, with changes."""
    ct = Ct(
        case=CASE,
        file=healthy_file(""),
        voxels=VOXELS,
        minimum=-1207.0,
        maximum=3071.0,
        mean=-400.0,
        std=500.0,
        quantiles=(-1030.0, -1024.0, -1020.0, -1000.0, -200.0, 40.0, 120.0, 400.0, 1200.0),
        distinct=3500,
        low=Spike(value=-1207.0, voxels=1, beside=0.2),
        high=Spike(value=3071.0, voxels=700, beside=2.0),
        pad_value=-1024.0,
        pad_share=0.2,
        body_share=0.5,
        digest="1" * 32,
        slices=(healthy_slices(),),
        even_parts=EvenParts(share=0.2, values=1),
    )
    return replace(ct, **changes)


def healthy_slices(*orders: Order, **columns: Sequence[float]) -> Slices:
    """Return a dozen healthy slices along k, all different, with columns and orders as given."""
    pairs = SLICES - 1
    healthy: dict[str, Sequence[float]] = {
        "std": [400.0] * SLICES,
        "body": [0.5] * SLICES,
        "blank": [np.nan] * SLICES,
        "even": [0.1] * SLICES,
        "unlikeness": [0.01] * pairs,
        "changes": [40.0] * pairs,
        "bottlenecks": [40.0] * pairs,
        "shifts": [-8.0, 0.0, 8.0] * pairs,
        "roughness": [80.0] * SLICES,
        "parts": [20.0] * PARTS * pairs,
        "further": [60.0] * (pairs - 1),
    }
    packed = {name: np.array(values, "<f4").tobytes() for name, values in (healthy | columns).items()}
    return Slices(axis=2, digests=digests(range(SLICES)), orders=orders, **packed)


def digests(numbers: Sequence[int]) -> bytes:
    """Return digests of slices; equal numbers give equal digests."""
    return b"".join(number.to_bytes(8, "little") for number in numbers)


def healthy_case(*masks: Mask, **changes: object) -> Case:
    """Return a case with all masks of ``small_contract``; given masks replace the healthy ones."""
    given = {mask.structure: mask for mask in masks}
    all_masks = {structure.name: healthy_mask(structure.name) for structure in STRUCTURES} | given
    case = Case(
        case=CASE,
        folder=CASE,
        ct=healthy_ct(),
        masks=tuple(all_masks[name] for name in sorted(all_masks)),
        reference=f"{CASE}/ct.nii.gz",
        overlap_multiplicity=1,
        labelled_voxels=8000 * len(all_masks),
        fit=healthy_fit(),
    )
    return replace(case, **changes)


def healthy_fit(**changes: object) -> CaseFit:
    """Return how the masks of a healthy case fit its CT, with changes."""
    edged = [structure.name for structure in STRUCTURES if "cyst" not in structure.name]
    fit = CaseFit(
        masks=tuple(MaskFit(name, 720, 0.95, 0.15) for name in sorted(edged)),
        structures=len(edged),
        faces=720 * len(edged),
        agreement=0.95,
        magnitude=0.16,
    )
    return replace(fit, **changes)


def merged_case(**changes: object) -> Case:
    """Return a healthy case of nnU-Net: all masks of ``small_contract`` in one file, with changes."""
    case = healthy_case()
    path = f"labelsTr/{CASE}.nii.gz"
    labels: dict[str, tuple[int, ...]] = {structure.name: (structure.label,) for structure in STRUCTURES}
    file = healthy_file("", path=path, header=healthy_header(), gzip_name="")
    case = replace(
        case,
        folder="",
        masks=tuple(replace(mask, file=file) for mask in case.masks),
        label_map=LabelMap(file=file, labels=labels),
        ending=".nii.gz",
    )
    return replace(case, **changes)


def renamed(case: Case, name: str) -> Case:
    """Return a case with another id."""
    ct = case.ct and replace(case.ct, case=name, file=replace(case.ct.file, case=name, path=f"{name}/ct.nii.gz"))
    masks = tuple(
        replace(mask, case=name, file=replace(mask.file, case=name, path=mask.file.path.replace(case.case, name, 1)))
        for mask in case.masks
    )
    reference = case.reference.replace(case.case, name, 1)
    return replace(case, case=name, folder=name, ct=ct, masks=masks, reference=reference)


def small_contract(**changes: object) -> Contract:
    """Return a contract of ten structures that makes every possible promise, with changes."""
    contract = Contract(
        name="small",
        metadata="totalsegmentator-v1",
        cases=Cases(count=4),
        splits={"train": 4},
        geometry=Geometry(spacing_mm=1.5, orientation="RAS", shape_min=(20, 20, 20), shape_max=(500, 500, 1000)),
        intensity=Intensity(dtypes=("int16", "int32")),
        labels=Labels(dtypes=("uint8",), allowed_overlaps=(("kidney_*", "kidney_cyst_*"),)),
        structures=STRUCTURES,
        siblings={"other": frozenset({"kidney_left", "kidney_right", "heart", "brain", "skull"})},
    )
    return replace(contract, **changes)


def metadata(*rows: tuple[str, str]) -> Metadata:
    """Return metadata with one row for each case and its split."""
    return Metadata(path="meta.csv", columns=("image_id", "split"), rows=rows)


def dataset(*cases: Case, listed: Metadata | None = None, **changes: object) -> Dataset:
    """Return a dataset of cases, with tables for the checks."""
    case_rows = [_row(CASE_COLUMNS, case=c.case, ct_whole=c.ct is not None, ct_digest=_digest(c)) for c in cases]
    mask_rows = [
        _row(MASK_COLUMNS, case=m.case, structure=m.structure, whole=m.whole, voxels=m.voxels)
        for c in cases
        for m in c.masks
    ]
    fields: dict[str, object] = {
        "root": "dataset",
        "folders": tuple(case.case for case in cases),
        "cases": pd.DataFrame(case_rows, columns=list(CASE_COLUMNS)),
        "masks": pd.DataFrame(mask_rows, columns=list(MASK_COLUMNS)),
        "cts": tuple(case.ct for case in cases if case.ct and case.ct.whole),
        "metadata": listed,
    }
    return Dataset(**(fields | changes))  # type: ignore[arg-type]  # the values fit, name by name


def _digest(case: Case) -> str:
    return case.ct.digest if case.ct else ""


def _row(columns: tuple[str, ...], **cells: object) -> tuple[object, ...]:
    """Return a row with the cells given and 0 in all others."""
    return tuple(cells.get(column, 0) for column in columns)
