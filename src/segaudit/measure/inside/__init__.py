"""What masks consist of and enclose: pieces, cavities, empty slices, surfaces; from runs, without grids of voxels."""

from segaudit.measure.inside.batch import Batches
from segaudit.measure.inside.case import CaseMasks

__all__ = ["Batches", "CaseMasks"]
