"""What a CT shows."""

from __future__ import annotations

from segaudit.model.records.files import File
from segaudit.model.records.record import Record

BLANK_STD_HU = 5.0
"""Standard deviation below which a CT shows nothing: the noise of water alone is larger."""

BLANK_BODY_SHARE = 0.01
"""Share of voxels above -500 HU below which a CT shows nothing but air."""

THUMBNAIL_SIDE = 32
"""Cells of a thumbnail along each axis."""

THUMBNAIL_HU = (-1000.0, 300.0)
"""Intensities that a thumbnail tells apart, from black to white: air, fat, soft tissue; all bone looks alike."""

FINGERPRINT_MEMBERS = 512
"""Members of a fingerprint, at most. A share of 10 per cent is then known to within 1.3 per cent."""

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
    """The voxels below -1100 HU, where there is no air any more."""

    voxels: int
    far: int
    """Those below -1250 HU, where splines hardly ring to."""
    value: float
    """The commonest value among them, the smallest of several."""
    around: int
    """Those within 5 per cent of it: padding, and what a spline makes of padding."""


class Ct(Record, frozen=True, kw_only=True, omit_defaults=True):
    """What was measured in one CT, HU after slope and intercept. The fields after ``file`` need a whole file."""

    case: str
    """Id of the case."""
    file: File
    """Its bytes."""
    voxels: int = 0
    """All of the grid."""
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
    """The value that fills the grid's corners, when one value does; else None."""
    pad_share: float = 0.0
    """Share of voxels on the pad value."""
    body_share: float = 0.0
    """Share of voxels above -500 HU."""
    extremes: tuple[int, int] = (0, 0)
    """Voxels below -3100 HU and above 20000 HU."""
    digest: str = ""
    """xxh3-128 of the intensities, independent of dtype, byte order, scaling and compression."""
    slice_digests: bytes = b""
    """8 bytes (xxh3-64) for each slice along k."""
    constant_slices: int = 0
    """Slices along k in which all voxels are equal."""
    histogram: Histogram | None = None
    """Of the values from the 0.1 to the 99.9 per cent quantile."""
    below_air: BelowAir | None = None
    """What lies below -1100 HU; None where nothing does."""
    slice_std: tuple[float, ...] = ()
    """Standard deviation of each slice along k, HU, over every n-th voxel (about 6 mm apart)."""
    slice_changes: tuple[float, ...] = ()
    """How little each axial slice resembles the next one, in voxel order: 1 minus the correlation of every n-th voxel
    (about 6 mm apart), cut to -1000 to 400 HU; 0 where one of the two shows nothing but a constant or noise."""
    thumbnail: bytes = b""
    """Mean grey values, 0 to 255 over ``THUMBNAIL_HU``, of 32 x 32 x 32 cells (right, front, head; head fastest);
    empty where the grid is smaller than that."""
    fingerprint: bytes = b""
    """The smallest hashes of runs of 8 voxels from left to right, ascending, 8 bytes each, little-endian: at most
    ``FINGERPRINT_MEMBERS``, and then a sample; else all there are. CTs share members where they share voxels, but for
    a constant, whatever else each of them shows. Runs of fewer than 5 values (air, padding) are left out."""

    @property
    def whole(self) -> bool:
        """Whether its file could be read and trusted to the last voxel."""
        return self.file.whole

    @property
    def blank(self) -> bool:
        """Whether it shows no body: its values hardly differ, or nearly all of it is air."""
        return self.std < BLANK_STD_HU or self.body_share < BLANK_BODY_SHARE
