"""Measure a dataset: load every case from the store or measure its files, and build the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from segaudit.dataset import parquet, schedule
from segaudit.dataset.store import Store, fingerprint
from segaudit.dataset.tables import Tables, write
from segaudit.dataset.target import Target
from segaudit.dataset.verify import Verification
from segaudit.executors.base import Progress
from segaudit.executors.dask import DaskExecutor
from segaudit.executors.processes import ProcessExecutor
from segaudit.measure import read_metadata
from segaudit.measure.stated_card import read_card
from segaudit.model import Case, Contract, Dataset, Unmeasured, Verified
from segaudit.model.place import Place
from segaudit.model.views import CaseViews
from segaudit.places import archive_flaws, archive_of, invalidate_cache
from segaudit.settings import Settings, outside


@dataclass(frozen=True, slots=True)
class MeasuredDataset:
    """The measurements of a dataset, and what could not be measured."""

    dataset: Dataset
    files: int
    unmeasured: tuple[Unmeasured, ...]
    digests: dict[str, str]
    """A digest of the files of each case, by case id."""
    unread: dict[str, tuple[str, ...]]
    """What could not be measured in each case, by case id."""
    verified: Verified | None = None
    """What changed since the cases were measured; None without ``--verify``."""


RECORDS_AT_ONCE = 100
"""Records of cases and masks that are judged together: each check finds them in the processor's caches, where more
would not stay until the next check looks at them."""


def groups(cases: Iterable[Case | Unmeasured]) -> Iterator[list[Case | Unmeasured]]:
    """Yield cases in groups of a hundred records of cases and masks, or a little more; large cases each by itself.

    A group that is emptied by who takes it leaves memory before the next one is loaded.
    """
    group, records = list[Case | Unmeasured](), 0
    for case in cases:
        group.append(case)
        records += 1 + (len(case.masks) if isinstance(case, Case) else 0)
        del case
        if records >= RECORDS_AT_ONCE:
            yield group
            group, records = [], 0
    if group:
        yield group


def measure_dataset(
    part: Target, settings: Settings, progress: Progress, visit: Callable[[Sequence[CaseViews]], None] = lambda _: None
) -> MeasuredDataset:
    """Measure the cases that are not in the output folder yet; call ``visit`` for each case once, in order of ids.

    It is called with a few small cases at a time, or with a large one. No more are in memory; of the others, only
    tables, and what CTs are compared by, are kept.
    """
    if settings.parquet:
        parquet.needed()
    unmeasured = []
    with _store(part.listing.root, settings.output) as store:
        tables = Tables(part.contract, store.folder if settings.output else None)
        verification = Verification(store, part.cases if settings.verify else ())
        for group in groups(_cases(part, store, settings, progress)):
            unmeasured += [case for case in group if isinstance(case, Unmeasured)]
            for views in _visited(group, part.contract, visit):
                tables.add(views)
                verification.compare(views.case)
                del views  # before other cases are loaded
        dataset = _dataset(part, tables)
        write(dataset, store.folder)
        if settings.parquet:
            parquet.write(dataset, store.folder)
    verified = verification.outcome() if settings.verify else None
    lost = (*unmeasured, *tables.underived)
    return MeasuredDataset(dataset, tables.files, lost, tables.digests, tables.unread, verified)


def _visited(
    group: list[Case | Unmeasured], contract: Contract, visit: Callable[[Sequence[CaseViews]], None]
) -> list[CaseViews]:
    """Empty a group, and return its cases, which were visited."""
    several = [CaseViews(case, contract) for case in group if isinstance(case, Case)]
    group.clear()
    visit(several)
    return several


def _cases(part: Target, store: Store, settings: Settings, progress: Progress) -> Iterator[Case | Unmeasured]:
    """Measure the cases that the store lacks, then yield each case, or why it could not be measured."""
    root, cases = part.listing.root, part.listing.cases
    executor = DaskExecutor(settings.scheduler) if settings.scheduler else ProcessExecutor(settings.workers)
    done = progress(schedule.measure(root, cases, store, executor, settings.trust), len(cases))
    failed = {case.case: case for case in done if isinstance(case, Unmeasured)}
    invalidate_cache(root)  # to notice files that changed after they were listed
    for files in cases:
        kept = failed.get(files.case) or store.load(files.case, fingerprint(root, files))
        yield kept or Unmeasured(case=files.case, error="its files changed while they were measured: audit again")


def _dataset(part: Target, tables: Tables) -> Dataset:
    """Return the record for dataset-wide checks and statistics."""
    listing, ids = part.listing, part.contract.exclude.cases
    table, outside = listing.metadata, listing.metadata in listing.outside
    metadata = read_metadata(listing.root, table, outside=outside) if table else None
    there = {*listing.excluded, *(metadata.cells("image_id") if metadata else ())}
    cases, masks = tables.frames()
    return Dataset(
        root=str(listing.root),
        folders=tuple(files.case for files in listing.cases),
        cases=cases,
        masks=masks,
        cts=tables.cts,
        unlike_tissue=frozenset(tables.unlike_tissue),
        meetings=tables.meetings,
        metadata=metadata,
        unexpected_files=listing.unexpected_files,
        outside=listing.outside,
        excluded=tuple(case for case in ids if case in there),
        excluded_unused=tuple(case for case in ids if case not in there),
        training=listing.training,
        card=read_card(listing),
        flaws=listing.flaws,
        archive=archive_of(listing.root),
        archive_flaws=archive_flaws(listing.root),
    )


@contextmanager
def _store(root: Place, output: Path | None) -> Iterator[Store]:
    """Open the store in the output folder, or a temporary one."""
    if output:
        outside(root, output)
        yield Store(outside(root, output / "measurements"))
        return
    with TemporaryDirectory(prefix="segaudit-") as folder:
        yield Store(Path(folder))
