"""Records: measured facts about files and voxels, without any verdict.

Records are frozen, typed and small, and are stored as MessagePack (which, unlike JSON, supports NaN and bytes).
Lengths are millimetres, volumes millilitres, intensities Hounsfield units (HU); voxel indices count from 0 in the
order of the file's axes (i fastest); world coordinates are RAS+ (x grows to the patient's right).
"""

from __future__ import annotations

from segaudit.model.records.case import Case
from segaudit.model.records.ct import (
    BLANK_BODY_SHARE,
    BLANK_STD_HU,
    FINGERPRINT_MEMBERS,
    QUANTILES,
    THUMBNAIL_HU,
    THUMBNAIL_SIDE,
    BelowAir,
    Ct,
    Histogram,
    Spike,
    Wrap,
)
from segaudit.model.records.files import AXES, Extension, Fault, FaultKind, File, Header, UnexpectedFile
from segaudit.model.records.fit import CaseFit, Margin, MaskFit, Placement, Shift, SlabFit
from segaudit.model.records.masks import FIELD_OF_VIEW_MARGIN_VOXELS, Contact, HuSample, LabelMap, Mask, Overlap
from segaudit.model.records.metadata import Metadata, tidy
from segaudit.model.records.pieces import Cavity, Inside, Piece, SliceGaps, Touch
from segaudit.model.records.slices import Column, EvenParts, Order, Slices, Void, numbers
from segaudit.model.records.spot import Affine, Spot, Vector, Voxel
from segaudit.model.records.stated_card import StatedCard, StatedFile, StatedGlob, StatedStructure

__all__ = [
    "AXES",
    "BLANK_BODY_SHARE",
    "BLANK_STD_HU",
    "FIELD_OF_VIEW_MARGIN_VOXELS",
    "FINGERPRINT_MEMBERS",
    "QUANTILES",
    "THUMBNAIL_HU",
    "THUMBNAIL_SIDE",
    "Affine",
    "BelowAir",
    "Case",
    "CaseFit",
    "Cavity",
    "Column",
    "Contact",
    "Ct",
    "EvenParts",
    "Extension",
    "Fault",
    "FaultKind",
    "File",
    "Header",
    "Histogram",
    "HuSample",
    "Inside",
    "LabelMap",
    "Margin",
    "Mask",
    "MaskFit",
    "Metadata",
    "Order",
    "Overlap",
    "Piece",
    "Placement",
    "Shift",
    "SlabFit",
    "SliceGaps",
    "Slices",
    "Spike",
    "Spot",
    "StatedCard",
    "StatedFile",
    "StatedGlob",
    "StatedStructure",
    "Touch",
    "UnexpectedFile",
    "Vector",
    "Void",
    "Voxel",
    "Wrap",
    "numbers",
    "tidy",
]
