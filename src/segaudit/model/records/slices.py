"""What the slices of a CT show, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from segaudit.model.records.record import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Column: TypeAlias = bytes
"""Numbers as little-endian float32, 4 bytes each."""


class Order(Record, frozen=True):
    """An order of slices, and the sum of the changes from each to the next, HU."""

    name: str
    """``stored``; ``least`` for what no order has less than; else what happened to the slices if this order puts them
    right."""
    total: float
    cuts: tuple[int, ...] = ()
    """The slices behind which it differs from the stored order, where that was cut into few parts."""


class Slices(Record, frozen=True, kw_only=True):
    """The slices of a CT across an axis, in voxel order: what each shows, and how it differs from the next one.

    All but the digests are taken of cells of about 6 mm in the slice (smaller ones in a small field of view). A
    ``Column`` of n slices has n numbers, or n - 1 for what lies between two.
    """

    axis: int
    """The axis that they lie across: 0, 1, 2 for i, j, k."""
    digests: bytes
    """8 bytes (xxh3-64) each: of all voxels along k, of the cells along another axis."""
    std: Column
    """Standard deviation of the cells, HU."""
    body: Column
    """Share of the cells above -500 HU whose voxels differ."""
    blank: Column
    """The value of a slice that has no other, HU; NaN of one that shows something."""
    even: Column
    """Share of the cells in which all voxels have one value: padding, and air that was clipped."""
    unlikeness: Column
    """Between two: 1 minus the correlation of the voxels in the middle of cells, cut to -1000 to 400 HU; 0 where one
    shows nothing but a constant or noise."""
    changes: Column
    """Between two: root mean square difference, cut to -1000 to 400 HU; 0 beside a blank one. Blank ones are passed
    over: that of a slice before them is the change to the one behind them."""
    bottlenecks: Column
    """Between two: the largest change on the chain of slices that joins them with the least; at most the change."""
    shifts: Column
    """Between two: lower quartile, median and upper quartile of how much the cells rise, HU, cells of one value left
    out; 3 numbers each, 0 where there are hardly any."""
    roughness: Column
    """Mean difference of neighbouring cells in the slice, HU, cut to -1000 to 400 HU."""
    parts: Column
    """Between two: mean difference of the cells in each of 4 x 4 parts of the slice, HU, cut to -1000 to 400 HU; 16
    numbers each."""
    further: Column
    """Between one and the next but one: root mean square difference, HU, as in ``changes``; n - 2 numbers."""
    orders: tuple[Order, ...] = ()
    """Stored and least order; where slices are joined by less change than that between neighbours, orders that known
    disorders would come from, too."""

    def __len__(self) -> int:
        """Return the number of slices."""
        return len(self.std) // 4


def numbers(column: Column) -> NDArray[np.float32]:
    """Return the numbers of a column."""
    import numpy as np  # noqa: PLC0415 (who reads kept records needs no numpy)

    return np.frombuffer(column, "<f4")


class Void(Record, frozen=True, kw_only=True):
    """A region of one value that an image encloses, or whole planes of one value between others that show something."""

    value: float
    """HU; of planes that have several by slices, the commonest."""
    box: tuple[int, int, int, int, int, int]
    """First and last voxel index along i, j, k, to within a cell."""
    cells: int
    fill: float
    """Share of its box that it fills."""
    planes: bool
    """Whether it is whole planes."""


class EvenParts(Record, frozen=True, kw_only=True):
    """The cells of a CT (see ``Slices``) in which all voxels have one value."""

    share: float
    """Of all cells."""
    values: int
    """How many values a dozen of them have or more."""
    voids: tuple[Void, ...] = ()
    """Regions of a dozen cells or more, whole slices left out: the 16 largest, the largest first."""
