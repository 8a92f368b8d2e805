"""What a dataset has, for a first contract of its own: facts that its cases share, ranges where they differ."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from segaudit import layouts
from segaudit.contracts import Observed
from segaudit.model import Case, Contract, Header, Metadata
from segaudit.model.statistics import split_sizes
from segaudit.schemas.metadata import MODELS
from segaudit.subject import Subject
from segaudit.survey import Options, Progress, Survey, survey


def observe(path: Path, options: Options, progress: Progress) -> tuple[Observed, Survey]:
    """Measure a dataset that has no contract yet, and return what was found.

    Raises:
        DatasetError: the path is no dataset.
    """
    subject = Subject(layouts.discover(path), Contract(name=path.resolve().name))
    gathered = _Gathered()
    measured = survey(subject, options, progress, gathered.look)
    return gathered.observed(subject.contract.name, measured.dataset.metadata), measured


class _Gathered:
    """Facts from each case in turn."""

    def __init__(self) -> None:
        self.cases: dict[str, frozenset[str]] = {}
        self.grids: list[Header] = []
        self.ct_dtypes: set[str] = set()
        self.mask_dtypes: set[str] = set()

    def look(self, case: Case) -> None:
        """Take in one case."""
        self.cases[case.case] = frozenset(mask.structure for mask in case.masks)
        if case.reference_file and case.reference_file.header:
            self.grids.append(case.reference_file.header)
        if case.ct and case.ct.file.header:
            self.ct_dtypes.add(case.ct.file.header.dtype)
        self.mask_dtypes.update(mask.file.header.dtype for mask in case.masks if mask.file.header)

    def observed(self, name: str, metadata: Metadata | None) -> Observed:
        """Return what the cases have in common."""
        sizes = list(zip(*(grid.shape for grid in self.grids if len(grid.shape) == 3), strict=True))  # noqa: PLR2004
        spacings = Counter(tuple(round(length, 3) for length in grid.spacing_mm) for grid in self.grids)
        orientations = {grid.orientation for grid in self.grids}
        return Observed(
            name=name,
            cases=self.cases,
            metadata=next((schema for schema in MODELS if metadata and _fits(metadata, schema)), ""),
            splits=split_sizes(metadata),
            spacing_mm=spacings.popitem()[0] if len(spacings) == 1 else None,
            orientation=orientations.pop() if len(orientations) == 1 else "",
            shape_min=tuple(map(min, sizes)) or None,
            shape_max=tuple(map(max, sizes)) or None,
            ct_dtypes=frozenset(self.ct_dtypes),
            mask_dtypes=frozenset(self.mask_dtypes),
        )


def _fits(metadata: Metadata, schema: str) -> bool:
    """Whether a table has the columns of a schema."""
    return list(metadata.columns) == list(MODELS[schema].to_schema().columns)
