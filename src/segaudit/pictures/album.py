"""Pictures of one case, whose files are read once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from PIL import Image

from segaudit.measure.mask_runs import Foreground
from segaudit.model import CaseFiles, Contract
from segaudit.model.place import Place
from segaudit.model.records import Vector
from segaudit.pictures.backdrop import MaskBackdrop
from segaudit.pictures.frame import Frame
from segaudit.pictures.pen import COLOURS
from segaudit.pictures.scene import Scene
from segaudit.pictures.sheet import Caption, blank, sheet
from segaudit.pictures.view import View, view_of
from segaudit.pictures.volumes import Volumes
from segaudit.pictures.window import GREY, SOFT_TISSUE, Window, fitted


class Album:
    """Draws pictures of one case."""

    def __init__(self, root: Place, files: CaseFiles, contract: Contract | None = None) -> None:
        """Take the files of a case below the dataset's root; the contract tells which structures are bones."""
        self._volumes = Volumes(root, files)
        self._groups = {name: structure.group for name, structure in contract.by_name.items()} if contract else {}

    @np.errstate(all="ignore")  # damaged headers and voxels hold numbers that overflow
    def picture(
        self,
        structures: Sequence[str] = (),
        mm: Vector | None = None,
        *,
        neighbours: Iterable[str] = (),
        window: Window | None = None,
        scale: int = 1,
    ) -> Image.Image:
        """Draw three slices through a place; what cannot be read is told below them.

        Args:
            structures: what to outline, as many as there are ``COLOURS``; more are counted.
            mm: the place in the world, RAS+; without one, the voxel nearest to the centre of mass of what the
                structures share (or else of the first), and without any voxel the middle of the case.
            neighbours: structures to show faintly; tinted in a picture of the whole case.
            window: the band of intensities; fitted to the tissue if not given.
            scale: 1 for 633 x 220 pixels and 17 more for each line of notes, 2 for twice as much.
        """
        outlined = structures[: len(COLOURS)]
        frame, notes = self._volumes.frame, tuple(self.notes(structures, mm))
        if frame is None:
            return blank(Caption(self._volumes.files.case, structures, notes=notes), scale)
        masks = self._masks(outlined)
        others = self._masks(name for name in neighbours if name not in structures)
        view = view_of(frame, _present(masks), mm, self._volumes.readable)
        scene = Scene(
            frame=frame,
            backdrop=self._volumes.backdrop or MaskBackdrop(frame, (*masks.values(), *others.values())),
            window=window or self._fitted(view, masks),
            structures=tuple(masks.values()),
            neighbours=tuple(others.values()),
            tinted=not view.marked,
        )
        shown = str(scene.window) if self._volumes.backdrop else ""
        caption = Caption(self._volumes.files.case, structures, shown, _place(frame, view), notes)
        return sheet(scene, view, caption, scale)

    def lacks(self, structures: Iterable[str]) -> bool:
        """Whether there are structures to show, and nothing can be read of any of them."""
        layers = [self._volumes.layer(name) for name in structures]
        return bool(layers) and all(layer.problem and not layer.foreground.voxels for layer in layers)

    def _masks(self, names: Iterable[str]) -> dict[str, Foreground]:
        return {name: self._volumes.layer(name).foreground for name in names}

    def notes(self, structures: Sequence[str] = (), mm: Vector | None = None) -> Iterator[str]:
        """Yield what is wrong with what is to be shown, as it is told below the picture."""
        if self._volumes.problem:
            yield self._volumes.problem
        for structure in structures[: len(COLOURS)]:
            if problem := self._volumes.layer(structure).problem:
                yield f"{structure}: {problem}"
        if mm and self._volumes.frame and not self._volumes.frame.holds(mm):
            yield "the place lies outside of the grid; its nearest voxel is shown"

    def _fitted(self, view: View, masks: Mapping[str, Foreground]) -> Window:
        """Return the window for the first mask that is not empty, or else for what is around the place."""
        ct = self._volumes.backdrop
        if ct is None:
            return GREY
        for structure, mask in masks.items():
            if mask.voxels:
                return fitted(mask.values_of(ct.volume.hu), self._groups.get(structure, ""))
        return fitted(ct.around(view.voxel)) if view.marked else SOFT_TISSUE


def _present(masks: Mapping[str, Foreground]) -> list[Foreground]:
    return [mask for mask in masks.values() if mask.voxels]


def _place(frame: Frame, view: View) -> str:
    """Return a place as findings tell it, with a digit more."""
    i, j, k = view.voxel
    if not frame.known:
        return f"voxel {i}, {j}, {k}; where it lies in the patient is not known: the header has no usable affine"
    x, y, z = frame.mm(view.voxel)
    return f"x {x:.1f}, y {y:.1f}, z {z:.1f} mm; voxel {i}, {j}, {k}"
