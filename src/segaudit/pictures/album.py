"""Pictures of one case, whose files are read once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from PIL import Image

from segaudit.measure.mask_runs import Foreground
from segaudit.model import CaseFiles, Contract
from segaudit.model.misplacement import Misplacement
from segaudit.model.place import Place
from segaudit.model.records import Vector, Voxel
from segaudit.pictures.backdrop import MaskBackdrop
from segaudit.pictures.frame import Frame
from segaudit.pictures.pen import COLOURS
from segaudit.pictures.refit import described, refitted
from segaudit.pictures.scene import Scene
from segaudit.pictures.sheet import Caption, blank, sheet
from segaudit.pictures.view import MOST_MM, MOST_OF_PAIR_MM, View, view_of
from segaudit.pictures.volumes import Volumes
from segaudit.pictures.window import GREY, SOFT_TISSUE, Window, fitted

PAIR = 2
"""Structures of a finding that compares them: the picture shows both."""


class Album:
    """Draws pictures of one case."""

    def __init__(self, root: Place, files: CaseFiles, contract: Contract | None = None) -> None:
        """Take the files of a case, relative to the dataset's root; the contract says which structures are bones."""
        self._volumes = Volumes(root, files)
        self._groups = {name: structure.group for name, structure in contract.by_name.items()} if contract else {}

    @np.errstate(all="ignore")  # numbers in damaged files may overflow
    def picture(  # noqa: PLR0913 (each is about something else that is drawn)
        self,
        structures: Sequence[str] = (),
        mm: Vector | None = None,
        *,
        neighbours: Iterable[str] = (),
        window: Window | None = None,
        misplacement: Misplacement | None = None,
        scale: int = 1,
    ) -> Image.Image:
        """Draw three slices through a location; notes below them say what cannot be read.

        Args:
            structures: structures to outline, at most one for each of ``COLOURS``; further ones are only counted.
            mm: the location in world coordinates, RAS+; by default the voxel nearest to the centre of mass of the
                voxels that the structures share (or else of the first), and without any voxel the middle of the case;
                of misplaced structures, the voxels of the first that are in it both here and where it would fit.
            neighbours: structures to show faintly; tinted in a picture of the whole case.
            window: the range of intensities; by default fitted to the tissue.
            misplacement: where the structures would fit: drawn in dashes, with one more line below the slices.
            scale: 1 for 633 x 220 pixels and 17 more in height for each line of notes, 2 for twice as many.
        """
        notes = tuple(self.notes(structures, mm))
        staged = self.staged(structures, mm, neighbours=neighbours, window=window, misplacement=misplacement)
        if staged is None:
            return blank(Caption(self._volumes.files.case, structures, notes=notes), scale)
        scene, view = staged
        shown = str(scene.window) if self._volumes.backdrop else ""
        key = self.key(misplacement)
        caption = Caption(
            self._volumes.files.case, structures, shown, location(scene.frame, view.voxel, mm), notes, key
        )
        return sheet(scene, view, caption, scale)

    @np.errstate(all="ignore")  # numbers in damaged files may overflow
    def staged(
        self,
        structures: Sequence[str] = (),
        mm: Vector | None = None,
        *,
        neighbours: Iterable[str] = (),
        window: Window | None = None,
        misplacement: Misplacement | None = None,
    ) -> tuple[Scene, View] | None:
        """Return what a picture with these arguments is drawn from; None if no header of the case could be read."""
        frame = self._volumes.frame
        if frame is None:
            return None
        masks = self._masks(structures[: len(COLOURS)])
        others = self._masks(name for name in neighbours if name not in structures)
        fits = _fits(masks, misplacement, frame)
        most = MOST_OF_PAIR_MM if len(masks) == PAIR else MOST_MM
        view = view_of(frame, _together(masks, fits) or _present(masks), mm, self._volumes.readable, most)
        scene = Scene(
            frame=frame,
            backdrop=self._volumes.backdrop or MaskBackdrop(frame, (*masks.values(), *others.values())),
            window=window or self._fitted(view, fits or masks),
            structures=tuple(masks.values()),
            neighbours=tuple(others.values()),
            tinted=not view.marked,
            fits=tuple(fits.values()),
        )
        return scene, view

    def key(self, misplacement: Misplacement | None) -> str:
        """Return a line that explains solid and dashed outlines; empty where nothing is misplaced."""
        return described(misplacement, self._volumes.header) if misplacement else ""

    def lacks(self, structures: Iterable[str]) -> bool:
        """Whether there are structures to show, and none of them can be read."""
        layers = [self._volumes.layer(name) for name in structures]
        return bool(layers) and all(layer.problem and not layer.foreground.voxels for layer in layers)

    def _masks(self, names: Iterable[str]) -> dict[str, Foreground]:
        return {name: self._volumes.layer(name).foreground for name in names}

    def notes(self, structures: Sequence[str] = (), mm: Vector | None = None) -> Iterator[str]:
        """Yield the notes below the picture: the problems of the files that it shows."""
        if self._volumes.problem:
            yield self._volumes.problem
        for structure in structures[: len(COLOURS)]:
            if problem := self._volumes.layer(structure).problem:
                yield f"{structure}: {problem}"
        if mm and self._volumes.frame and not self._volumes.frame.holds(mm):
            yield "the location is outside of the grid; the nearest voxel is shown"

    def _fitted(self, view: View, masks: Mapping[str, Foreground]) -> Window:
        """Return the window for the first mask that is not empty, or else for the surroundings of the location."""
        ct = self._volumes.backdrop
        if ct is None:
            return GREY
        for structure, mask in masks.items():
            if mask.voxels:
                return fitted(mask.values_of(ct.volume.hu), self._groups.get(structure, ""))
        return fitted(ct.around(view.voxel)) if view.marked else SOFT_TISSUE


def _present(masks: Mapping[str, Foreground]) -> list[Foreground]:
    return [mask for mask in masks.values() if mask.voxels]


def _fits(masks: Mapping[str, Foreground], misplacement: Misplacement | None, frame: Frame) -> dict[str, Foreground]:
    """Return the masks where they would fit, if they are misplaced and fit somewhere."""
    if misplacement is None or misplacement.voxels is None:
        return {}
    return {name: refitted(mask, misplacement, frame) for name, mask in masks.items()}


def _together(masks: Mapping[str, Foreground], fits: Mapping[str, Foreground]) -> list[Foreground]:
    """Return the first structure that is seen both where it lies and where it would fit, twice."""
    both = ([masks[name], fit] for name, fit in fits.items() if masks[name].voxels and fit.voxels)
    return next(both, [])


def location(frame: Frame, voxel: Voxel, mm: Vector | None = None) -> str:
    """Return a location as findings state it: the given one if it is inside, or else the centre of the voxel."""
    i, j, k = voxel
    if not frame.known:
        return f"voxel {i}, {j}, {k}; its position in the patient is unknown: the header has no usable affine"
    x, y, z = mm if mm and frame.holds(mm) else frame.mm(voxel)
    return f"x {x:z.1f}, y {y:z.1f}, z {z:z.1f} mm; voxel {i}, {j}, {k}"
