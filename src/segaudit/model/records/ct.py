"""The record of a CT."""

from __future__ import annotations

from segaudit.model.records.files import AXES, File
from segaudit.model.records.record import Record
from segaudit.model.records.slices import EvenParts, Slices
from segaudit.model.records.spot import Spot

BLANK_STD_HU = 5.0
"""Standard deviation below which a CT is blank: the noise of water alone is larger."""

BLANK_BODY_SHARE = 0.01
"""Share of voxels above -500 HU below which a CT shows only air."""

THUMBNAIL_SIDE = 32
"""Cells of a thumbnail along each axis."""

THUMBNAIL_HU = (-1000.0, 300.0)
"""The range of intensities in a thumbnail, from black to white: air, fat, soft tissue; all bone is white."""

FINGERPRINT_MEMBERS = 512
"""The largest number of members of a fingerprint. The standard error of a share of 10 per cent is then 1.3 per cent."""

QUANTILES = (0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999)
"""Shares of a CT's voxels at or below each of its ``quantiles``."""


class Spike(Record, frozen=True, kw_only=True):
    """One end of a CT's histogram: the end value, its voxels, and the mean voxels per HU over the 10 HU beside it."""

    value: float
    voxels: int
    beside: float


class Histogram(Record, frozen=True, kw_only=True):
    """Voxels by intensity, in at most 257 bins of a width that is a power of two and at least 1 HU."""

    first: float
    """Lower edge of the first bin, a multiple of the width."""
    width: float
    counts: tuple[int, ...]


class BelowAir(Record, frozen=True, kw_only=True):
    """The voxels below -1100 HU, which is less than air."""

    voxels: int
    far: int
    """Those below -1250 HU, which spline ringing hardly reaches."""
    value: float
    """The most frequent value among them, the smallest of several."""
    around: int
    """Those within 5 per cent of that value: padding, and padding after spline interpolation."""


class Wrap(Record, frozen=True, kw_only=True):
    """What may have been wrapped around, in a CT whose values fill the range of so many bits, and are not cut off."""

    bits: int
    seams: float
    """Share of the cells (see ``Slices``) that span nine tenths of the range or more."""
    voxels: int
    """Those that lie, along all three axes, behind a fall and before a rise of half the range or more."""
    place: tuple[int, int, int]
    """Index of one of them."""


class Ct(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The measurements of one CT, HU after slope and intercept. The fields after ``file`` need a whole file."""

    case: str
    """Id of the case."""
    file: File
    """Its bytes."""
    voxels: int = 0
    """All voxels of the grid."""
    nonfinite: int = 0
    """Voxels that are NaN or infinite."""
    minimum: float = 0.0
    maximum: float = 0.0
    mean: float = 0.0
    std: float = 0.0
    quantiles: tuple[float, ...] = ()
    """At 0.1, 1, 5, 25, 50, 75, 95, 99 and 99.9 per cent (see ``QUANTILES``)."""
    distinct: int = 0
    """Distinct values."""
    low: Spike | None = None
    """The low end of the histogram."""
    high: Spike | None = None
    """The high end of the histogram."""
    pad_value: float | None = None
    """The value in the grid's corners, if it is the same in all; else None."""
    pad_share: float = 0.0
    """Share of voxels with the padding value."""
    body_share: float = 0.0
    """Share of voxels above -500 HU."""
    extremes: tuple[int, int] = (0, 0)
    """Voxels below -3100 HU and above 20000 HU."""
    digest: str = ""
    """xxh3-128 of shape and intensities, independent of dtype, byte order, scaling and compression."""
    even_tissue: Histogram | None = None
    """Means of cells (see ``Slices``) whose voxels differ by little more than noise: air, fat, muscle and parenchyma,
    but neither lung nor bone nor edges. None where there are few cells."""
    even_parts: EvenParts | None = None
    """The cells whose voxels do not differ at all."""
    wrap: Wrap | None = None
    """What may have been wrapped around; None where values do not fill the range of 11 to 16 bits, or are cut off."""
    below_air: BelowAir | None = None
    """What lies below -1100 HU; None where nothing does."""
    slices: tuple[Slices, ...] = ()
    """Across the patient's length, and, where these are others, along k; a single pile if the two are the same."""
    thumbnail: bytes = b""
    """Mean grey values, 0 to 255 over ``THUMBNAIL_HU``, of 32 x 32 x 32 cells (right, front, head; head fastest);
    empty if the grid is smaller than that."""
    fingerprint: bytes = b""
    """The smallest hashes of runs of 8 voxels from left to right, ascending, 8 bytes each, little-endian: a sample of
    ``FINGERPRINT_MEMBERS``, or all if there are fewer. CTs share members if they share voxels, up to a constant,
    whatever else each of them shows. Runs with fewer than 5 values (air, padding) are left out."""

    @property
    def whole(self) -> bool:
        """Whether its file could be read and verified to the last voxel, and is a single volume."""
        return self.file.whole_volume

    @property
    def step_hu(self) -> float:
        """How far apart its values are, HU: the range without the extremes by the number of distinct values."""
        low, high = (self.quantiles[0], self.quantiles[-1]) if self.quantiles else (0.0, 0.0)
        return (high - low) / max(self.distinct, 1)

    @property
    def blank(self) -> bool:
        """Whether it shows no body: its values hardly vary, or nearly all of it is air."""
        return self.std < BLANK_STD_HU or self.body_share < BLANK_BODY_SHARE

    @property
    def stack(self) -> Slices | None:
        """Its slices across the patient's length."""
        return next(iter(self.slices), None)

    def middle_of(self, slices: Slices, place: int) -> Spot | None:
        """Return the middle of one of its slices; None where the affine has no directions."""
        shape = self.file.header.shape if self.file.header else ()
        if len(shape) != AXES:
            return None
        i, j, k = (place if axis == slices.axis else length // 2 for axis, length in enumerate(shape))
        return self.spot_at(i, j, k)

    def spot_at(self, i: int, j: int, k: int) -> Spot | None:
        """Return a voxel's place; None where the affine has no directions."""
        header = self.file.header
        if header is None or not header.orientation:
            return None
        mm = (sum(map(float.__mul__, header.affine[row : row + 4], (i, j, k, 1.0))) for row in (0, 4, 8))
        return Spot.at((i, j, k), mm)
