"""The CT and the masks of one case, each read once, on first use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial

from segaudit.measure.ct import Volume, read_volume
from segaudit.measure.label_map import Labelled, read_labels
from segaudit.measure.mask import read_foreground
from segaudit.measure.mask_runs import Foreground
from segaudit.measure.reference import reference_of
from segaudit.model import CaseFiles, File, Header
from segaudit.model.place import Place
from segaudit.pictures.backdrop import CtBackdrop
from segaudit.pictures.frame import Frame
from segaudit.pictures.regrid import regridded, same_grid
from segaudit.pictures.salvage import Salvaged, salvage
from segaudit.pictures.shape import gathered


@dataclass(frozen=True)
class Layer:
    """A mask on the case's grid."""

    foreground: Foreground
    """Empty if nothing of it could be read."""
    problem: str = ""
    """A description of its problems."""


class Volumes:
    """The files of a case. Files that cannot be read are described in words, and never raise."""

    def __init__(self, root: Place, files: CaseFiles) -> None:
        self.files = files
        self._root = root
        self._layers: dict[str, Layer] = {}

    @cached_property
    def _ct(self) -> Salvaged[Volume] | None:
        if not self.files.ct:
            return None
        return salvage(self._root, File(case=self.files.case, path=self.files.ct), read_volume)

    @cached_property
    def backdrop(self) -> CtBackdrop | None:
        """The CT, as far as it could be read; None if nothing of it could."""
        if not self._ct or not self._ct.content or not self.frame:
            return None
        return CtBackdrop(self.frame, self._ct.content, self._ct.slices)

    @property
    def header(self) -> Header | None:
        """The CT's header; None if it could not be read."""
        return self._ct.file.header if self._ct else None

    @property
    def readable(self) -> int:
        """Number of slices along k, from the first on, that can be shown."""
        return self.backdrop.readable if self.backdrop else self.frame.shape[2] if self.frame else 0

    @property
    def problem(self) -> str:
        """A description of the CT's problems; empty if it is whole."""
        if self._ct is None:
            return "no CT"
        return f"CT {self._ct.problem}" if self._ct.problem else ""

    @cached_property
    def frame(self) -> Frame | None:
        """The CT's grid, or else the most frequent grid of the masks; None if no header could be read."""
        if self.header:
            return Frame.of(self.header)
        header = reference_of(self._root, None, None, self.files.masks.values()).header
        return Frame.of(header) if header else None

    @cached_property
    def _label_map(self) -> Salvaged[Labelled] | None:
        """The file with all masks, if there is one."""
        if not self.files.labels:
            return None
        known = frozenset(value for values in self.files.labels.values() for value in values)
        file = File(case=self.files.case, path=next(iter(self.files.masks.values())))
        return salvage(self._root, file, partial(read_labels, known=known))

    def layer(self, structure: str) -> Layer:
        """Return the mask of a structure; empty if the case has no file for it."""
        if structure not in self._layers:
            self._layers[structure] = self._read(structure)
        return self._layers[structure]

    def _read(self, structure: str) -> Layer:
        nothing = gathered(self.frame.shape if self.frame else (1, 1, 1), ())
        if not (path := self.files.masks.get(structure)):
            return Layer(nothing, "no mask")
        found = self._salvaged(structure, path)
        if found.content is None or found.file.header is None or self.frame is None:
            return Layer(nothing, found.problem)
        foreground, own = found.content, Frame.of(found.file.header)
        if same_grid(own, self.frame):
            return Layer(foreground, found.problem or ("" if foreground.voxels else "empty mask"))
        placed = regridded(foreground, own, self.frame)
        return Layer(placed, found.problem or _elsewhere(foreground, placed))

    def _salvaged(self, structure: str, path: str) -> Salvaged[Foreground]:
        """Read a mask, or extract it from the label map."""
        if self._label_map is None:
            file = File(case=self.files.case, structure=structure, path=path)
            return salvage(self._root, file, lambda stream, header: read_foreground(stream, header)[0])
        found, values = self._label_map, self.files.labels[structure]
        foreground = None if found.content is None else found.content.content(values)[0]
        return Salvaged(found.file, foreground, found.slices)


def _elsewhere(foreground: Foreground, placed: Foreground) -> str:
    """Return how a mask on a grid of its own is shown."""
    if not foreground.voxels:
        return "empty mask"
    return "on another grid" if placed.voxels else "on another grid, outside of this one"
