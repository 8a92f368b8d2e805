"""The reference grid and CT that the masks of a case are compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from segaudit.measure import grid
from segaudit.measure.body import Outside, outside_of
from segaudit.measure.ct import Volume
from segaudit.measure.file import peek_header
from segaudit.measure.placing import Placing, place
from segaudit.model import Ct, Header
from segaudit.model.place import Place
from segaudit.model.records import Affine


@dataclass(frozen=True)
class Reference:
    """A grid, and the CT on it if there is a whole one."""

    path: str = ""
    header: Header | None = None
    volume: Volume | None = None
    pad_value: float | None = None

    def place(self, header: Header) -> Placing:
        """Return how a mask's grid lies on this one."""
        key = header.affine, header.shape
        if key not in self._placings:
            self._placings[key] = place(grid.matrix(header.affine), header.shape, self.header)
        return self._placings[key]

    @cached_property
    def _placings(self) -> dict[tuple[Affine, tuple[int, ...]], Placing]:
        """The places of grids that were asked for: the masks of a case have one grid or a few."""
        return {}

    @cached_property
    def outside(self) -> Outside | None:
        """Where the CT clearly shows no body."""
        if self.header is None or self.volume is None:
            return None
        return outside_of(self.volume, grid.matrix(self.header.affine))


def reference_of(root: Place, ct: Ct | None, volume: Volume | None, masks: Iterable[str]) -> Reference:
    """Return the CT's grid if its header can be read (even if damaged), else the most frequent grid of the masks."""
    if ct and ct.file.header:
        return Reference(ct.file.path, ct.file.header, volume, ct.pad_value)
    headers = {path: header for path in masks if (header := peek_header(root, path))}
    commonest = Counter((header.shape, header.affine) for header in headers.values()).most_common(1)
    for path, header in headers.items():
        if commonest and (header.shape, header.affine) == commonest[0][0]:
            return Reference(path, header)
    return Reference()
