"""How findings look: slices of their cases, whose files are read once and kept for the cases in turn."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from segaudit.model import CaseFiles, Contract, ReportedFinding
from segaudit.model.place import Place
from segaudit.pictures.album import Album, location
from segaudit.pictures.drawing import webp
from segaudit.pictures.frame import PLANES, Frame, Plane
from segaudit.pictures.pen import COLOURS
from segaudit.pictures.scene import Scene
from segaudit.pictures.sheet import pane_of, panel
from segaudit.pictures.view import View
from segaudit.pictures.window import BONE, LUNG, SOFT_TISSUE
from segaudit.review.queue import partners

SCALE = 3
"""Scale of the slices: 540 pixels."""

KEPT = 3
"""Cases whose volumes are kept in memory: the one that is looked at, the one before, and the next one."""

WINDOWS = {"fitted": None, "soft": SOFT_TISSUE, "lung": LUNG, "bone": BONE}
"""Windows by name."""

BY_NAME = {plane.name: plane for plane in PLANES}


class OpenCase:
    """A case whose files are being read; one thread at a time draws it."""

    def __init__(self, root: Place, files: CaseFiles, contract: Contract) -> None:
        self.files = files
        self.lock = threading.Lock()
        self.album = Album(root, files, contract)
        self._staged: dict[tuple[int, bool], tuple[Scene, View] | None] = {}

    def concerned(self, finding: ReportedFinding) -> tuple[str, ...]:
        """Return the structures to outline: those of a finding, and those of the case that its message names."""
        elsewhere = finding.misplacement.structures if finding.misplacement else ()
        own = finding.structures or elsewhere
        return tuple(dict.fromkeys((*own, *partners(finding, self.files.masks))))[: len(COLOURS)]

    def staged(self, number: int, finding: ReportedFinding, *, everything: bool) -> tuple[Scene, View] | None:
        """Return what the slices of a finding are drawn from; None if no file of the case has a usable header."""
        key = number, everything
        if key not in self._staged:
            self._staged[key] = self.album.staged(
                self.concerned(finding),
                finding.position_mm,
                neighbours=self.files.masks if everything else (),
                misplacement=finding.misplacement,
            )
        return self._staged[key]


class Cases:
    """The cases of a dataset; the last ones that were looked at are kept open."""

    def __init__(self, root: Place, files: Mapping[str, CaseFiles], contract: Contract) -> None:
        """Take the files of each case, by its id."""
        self._root, self._files, self._contract = root, files, contract
        self._open: OrderedDict[str, OpenCase] = OrderedDict()
        self._lock = threading.Lock()

    def view(self, number: int, finding: ReportedFinding) -> dict[str, Any]:
        """Return what the page has to know to show a finding: planes, structures in their colours, notes."""
        case = self._case(finding.case)
        if case is None:
            return {"planes": [], "notes": ["the dataset has no such case"], "structures": [], "place": ""}
        with case.lock:
            names = case.concerned(finding)
            staged = case.staged(number, finding, everything=False)
            notes = [*case.album.notes(names, finding.position_mm)]
            legend = [{"name": name, "colour": colour} for name, colour in zip(names, COLOURS, strict=False)]
            if staged is None:
                notes.append("there is nothing to show: no file of the case has a usable header")
                return {"planes": [], "notes": notes, "structures": legend, "place": ""}
            scene, view = staged
            place = ". ".join(filter(None, (location(scene.frame, view.voxel), case.album.key(finding.misplacement))))
            return {"planes": planes_of(scene.frame, view), "notes": notes, "structures": legend, "place": place}

    def slice(  # noqa: PLR0913 (each is a choice of who looks)
        self,
        number: int,
        finding: ReportedFinding,
        plane: str,
        index: int,
        *,
        window: str = "fitted",
        outlines: bool = True,
        everything: bool = False,
        field: str = "fitted",
    ) -> bytes | None:
        """Draw a slice as WebP; ``index`` counts from the right, the front or the head. None if there is none."""
        case = self._case(finding.case)
        if case is None:
            return None
        with case.lock:
            staged = case.staged(number, finding, everything=everything)
            if staged is None or not 0 <= index < staged[0].frame.lengths[BY_NAME[plane].normal]:
                return None
            scene, view = staged
            view = FIELDS[field](view, scene.frame)
            scene = replace(scene, window=WINDOWS[window] or scene.window)
            if not outlines:
                scene = replace(scene, structures=(), neighbours=(), fits=())
            return webp(panel(scene, moved(view, scene.frame, BY_NAME[plane], index), BY_NAME[plane], SCALE))

    def _case(self, name: str) -> OpenCase | None:
        """Return a case, opened or kept; None if the dataset does not have it."""
        with self._lock:
            if name not in self._files:
                return None
            if name not in self._open:
                self._open[name] = OpenCase(self._root, self._files[name], self._contract)
            self._open.move_to_end(name)
            while len(self._open) > KEPT:
                self._open.popitem(last=False)
            return self._open[name]


def near(view: View, _frame: Frame) -> View:
    """Return a view of half the field around its place."""
    return replace(view, field=view.field / 2, middle=view.voxel)


def whole(view: View, frame: Frame) -> View:
    """Return a view of all of a case."""
    i, j, k = (length / 2 for length in frame.shape)
    return replace(view, field=max(frame.extent), middle=(i, j, k))


FIELDS: Mapping[str, Callable[[View, Frame], View]] = {"fitted": lambda view, _: view, "near": near, "whole": whole}
"""How much of a slice is shown, by name."""


def moved(view: View, frame: Frame, plane: Plane, index: int) -> View:
    """Return a view whose voxel lies in another slice of a plane, as they are counted on the page."""
    axis = frame.axes[plane.normal]
    voxel = list(view.voxel)
    voxel[axis] = frame.shape[axis] - 1 - index if frame.flipped[plane.normal] else index
    i, j, k = voxel
    return replace(view, voxel=(i, j, k))


def planes_of(frame: Frame, view: View) -> list[dict[str, Any]]:
    """Return the name, the number of slices and the first slice to show of each plane, and what its slices show.

    ``across`` are the numbers of the planes whose slices cross it along its columns and along its rows; ``panes`` says
    between which of these slices it is shown, in fractions of them, for each of ``FIELDS``.
    """
    shown = frame.shown(view.voxel)
    numbers = {plane.normal: number for number, plane in enumerate(PLANES)}
    return [
        {
            "name": plane.name,
            "count": frame.lengths[plane.normal],
            "start": int(shown[plane.normal]),
            "across": (numbers[plane.column], numbers[plane.row]),
            "panes": {name: _ends(frame, field(view, frame), plane) for name, field in FIELDS.items()},
        }
        for plane in PLANES
    ]


def _ends(frame: Frame, view: View, plane: Plane) -> tuple[tuple[float, float], ...]:
    """Return the first and the last slice of the crossing planes that a slice shows, along its columns and its rows."""
    pane = pane_of(frame, view, plane, SCALE)
    return tuple(
        (corner / spacing, (corner + view.field) / spacing)
        for corner, spacing in zip(pane.corner, pane.spacing, strict=True)
    )
