"""Collect facts about a dataset for a first contract: values that all cases share, and ranges of sizes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from segaudit import layouts
from segaudit.contracts import DatasetFacts, Shape, guesses, recognised, single
from segaudit.dataset.measured import MeasuredDataset, measure_dataset
from segaudit.dataset.target import Target
from segaudit.executors.base import Progress
from segaudit.model import Case, Contract, Header, Listing, Metadata
from segaudit.model.place import Place
from segaudit.model.promises import MetadataSchema
from segaudit.model.records import AXES, Vector
from segaudit.model.statistics import split_sizes
from segaudit.model.views import CaseViews
from segaudit.settings import Settings

Size = tuple[int, int, int]


GUESSED_CASES = 20
"""Cases in which masks are compared with the known anatomy where their names say nothing."""


def collect_facts(
    path: Place, settings: Settings, progress: Progress, *, growing: bool = False
) -> tuple[DatasetFacts, MeasuredDataset]:
    """Measure a dataset that has no contract yet, and return the facts about it; ``growing`` if cases will be added.

    Raises:
        DatasetError: the path is not a dataset.
    """
    name = path.resolve().name if isinstance(path, Path) else path.name
    target = Target(layouts.discover(path), Contract(name=name))
    gathered = _Gathered(target.listing, growing=growing)
    measured = measure_dataset(target, settings, progress, gathered.add)
    return gathered.observed(target.contract.name, measured.dataset.metadata), measured


class _Gathered:
    """Facts of the cases so far."""

    def __init__(self, listing: Listing, *, growing: bool) -> None:
        self.growing = growing
        self.masks: list[list[Shape]] = []
        self.labels = single(listing.labels)
        self.counted = listing.training is None or listing.training.found == listing.training.promised
        self.cases: dict[str, frozenset[str]] = {}
        self.shapes: list[Size] = []
        self.spacings: set[Vector] = set()
        self.orientations: set[str] = set()
        self.ct_dtypes: set[str] = set()
        self.mask_dtypes: set[str] = set()

    def add(self, several: Sequence[CaseViews]) -> None:
        """Collect facts from some cases."""
        for views in several:
            self._add(views.case)

    def _add(self, case: Case) -> None:
        self.cases[case.case] = frozenset(unicodedata.normalize("NFC", mask.structure) for mask in case.masks)
        if len(self.masks) < GUESSED_CASES:
            self.masks.append([shape for mask in case.whole_masks.values() if (shape := Shape.of(mask))])
        self.mask_dtypes.update(mask.file.header.dtype for mask in case.masks if mask.file.header)
        if case.ct and case.ct.file.header:
            self.ct_dtypes.add(case.ct.file.header.dtype)
        if case.reference_file and case.reference_file.header:
            self._add_grid(case.reference_file.header)

    def _add_grid(self, header: Header) -> None:
        if len(header.shape) == len(header.spacing_mm) == AXES:
            i, j, k = header.shape
            x, y, z = (round(length, 3) for length in header.spacing_mm)
            self.shapes.append((i, j, k))
            self.spacings.add((x, y, z))
            self.orientations.add(header.orientation)

    def observed(self, name: str, metadata: Metadata | None) -> DatasetFacts:
        """Return the facts about the dataset."""
        return DatasetFacts(
            name=name,
            cases=self.cases,
            counted=self.counted,
            labels=self.labels,
            metadata=_schema(metadata) if metadata else "",
            splits=split_sizes(metadata),
            spacing_mm=next(iter(self.spacings)) if len(self.spacings) == 1 else None,
            orientation=next(iter(self.orientations)) if len(self.orientations) == 1 else "",
            shape_min=_each_axis(min, self.shapes),
            shape_max=_each_axis(max, self.shapes),
            ct_dtypes=frozenset(self.ct_dtypes),
            mask_dtypes=frozenset(self.mask_dtypes),
            guesses=guesses(self.masks, recognised(frozenset().union(*self.cases.values()))),
            growing=self.growing,
        )


def _each_axis(choose: Callable[[Iterable[int]], int], shapes: Sequence[Size]) -> Size | None:
    """Return the smallest or the largest size along each axis; None with fewer than two cases."""
    if len(shapes) < 2:  # noqa: PLR2004 (one case gives no range)
        return None
    i, j, k = (choose(sizes) for sizes in zip(*shapes, strict=True))
    return i, j, k


def _schema(metadata: Metadata) -> MetadataSchema:
    """Return the schema whose columns a table has; empty if none."""
    from segaudit.schemas.metadata import SCHEMAS  # noqa: PLC0415 (importing pandera takes 0.4 s)

    columns = list(metadata.columns)
    return next((name for name, schema in SCHEMAS.items() if list(schema.columns) == columns), "")
