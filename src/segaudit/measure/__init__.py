"""Read each file once and keep numbers, not voxels."""

from segaudit.measure.case import RECORD_VERSION, measure_case
from segaudit.measure.metadata import read_metadata

__all__ = ["RECORD_VERSION", "measure_case", "read_metadata"]
