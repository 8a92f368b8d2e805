"""A case in memory whose masks are moved, or whose CT is exchanged, as far as the checks of alignment look at it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from segaudit.measure import grid
from segaudit.measure.case_runs import Spans
from segaudit.measure.ct import Volume, measure_ct
from segaudit.measure.fit import fit_of, with_agreement
from segaudit.measure.mask import Values, measure_mask
from segaudit.measure.mask_runs import Foreground
from segaudit.measure.reference import Reference
from segaudit.model import Case, Ct, File, Header, Mask
from segaudit.model.edge_classes import edge_class

from .in_memory import NAME, header_of
from .volumes import Volumes

CT = "ct.nii.gz"

Step = tuple[int, int, int]
"""Voxels along i, j, k."""


class _Scan(NamedTuple):
    """A CT as it is measured."""

    record: Ct
    reference: Reference


class Fitted:
    """Masks whose surface a CT shows, the runs of the others, and the CT."""

    def __init__(self, case: Volumes, structures: frozenset[str] = frozenset()) -> None:
        """Take the masks of a case that have voxels, or those of them that are named."""
        self.case = case
        shown = sorted(set[str]().union(*case.sets) & (structures or set(case.structures)))
        self.masks = {name: case.mask(name) for name in shown if edge_class(name)}
        self._runs = {name: _foreground(inside) for name, inside in self.masks.items()}
        self._others = {name: _foreground(case.mask(name)) for name in shown if name not in self.masks}

    def records(self, ct: NDArray[Any] | None = None, steps: Mapping[str, Step] | None = None) -> Case:
        """Measure the case, with another CT of the same grid, or with masks moved by some voxels."""
        scan = self._own if ct is None else self._scan(ct)
        runs = self._runs | {name: _foreground(moved(self.masks[name], step)) for name, step in (steps or {}).items()}
        masks = [self._mask(name, foreground, scan.reference) for name, foreground in runs.items()]
        others = [Mask(case=NAME, structure=name, file=File(case=NAME)) for name in self._others]
        with np.errstate(all="ignore"):
            found = (*runs.values(), *self._others.values())
            spans = [Spans.of(foreground, number) for number, foreground in enumerate(found)]
            fit = fit_of(spans, [*masks, *others], scan.reference)
        return Case(case=NAME, ct=scan.record, masks=with_agreement(masks, fit), reference=CT, fit=fit)

    @cached_property
    def _own(self) -> _Scan:
        return self._scan(self.case.ct)

    def _scan(self, ct: NDArray[Any]) -> _Scan:
        hu = np.asfortranarray(np.rint(ct)).astype(np.int16)
        volume = Volume(grid.three_axes(hu.shape), hu.ravel("F"))
        with np.errstate(all="ignore"):
            record = measure_ct(File(case=NAME, path=CT, header=self._header), volume)
        return _Scan(record, Reference(CT, self._header, volume, record.pad_value))

    @cached_property
    def _header(self) -> Header:
        return header_of(self.case)

    def _mask(self, name: str, foreground: Foreground, reference: Reference) -> Mask:
        file = File(case=NAME, structure=name, path=f"{name}.nii.gz", header=replace(self._header, dtype="uint8"))
        values = Values({1.0: foreground.voxels} if foreground.voxels else {})
        with np.errstate(all="ignore"):
            return measure_mask(name, file, (foreground, values), reference)[0]


def moved(inside: NDArray[np.bool_], step: Step) -> NDArray[np.bool_]:
    """Move a mask; what leaves the grid is lost."""
    to = tuple(
        slice(max(voxels, 0), length + min(voxels, 0)) for voxels, length in zip(step, inside.shape, strict=True)
    )
    of = tuple(
        slice(max(-voxels, 0), length - max(voxels, 0)) for voxels, length in zip(step, inside.shape, strict=True)
    )
    there = np.zeros_like(inside)
    there[to] = inside[of]
    return there


def _foreground(inside: NDArray[np.bool_]) -> Foreground:
    """Return the runs of a mask."""
    flat = np.concatenate([[False], inside.ravel("F"), [False]])
    starts, ends = np.flatnonzero(flat[1:] != flat[:-1]).reshape(-1, 2).T
    return Foreground(grid.three_axes(inside.shape), starts.astype(np.int32), (ends - starts).astype(np.int32))
