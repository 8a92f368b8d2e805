"""What of a CT is compared with the other CTs of its dataset."""

from __future__ import annotations

from typing import Protocol


class Scan(Protocol):
    """A CT as far as others are compared with it: the fields of ``Ct`` with the same names.

    The record of a CT is one, but large; of a dataset's CTs, no more than this is kept.
    """

    @property
    def case(self) -> str:
        """Id of the case."""

    @property
    def blank(self) -> bool:
        """Whether it shows no body."""

    @property
    def digest(self) -> str:
        """Digest of shape and intensities."""

    @property
    def step_hu(self) -> float:
        """How far apart its values are, HU."""

    @property
    def thumbnail(self) -> bytes:
        """Mean grey values of 32 x 32 x 32 cells; it may be read from a file each time."""

    @property
    def fingerprint(self) -> bytes:
        """The smallest hashes of runs of voxels; it may be read from a file each time."""
