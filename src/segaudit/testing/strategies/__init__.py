"""Hypothesis strategies of records: any possible result of measuring, healthy or not."""

from __future__ import annotations

from segaudit.model import Case, Ct, Dataset, File, KnownState, Mask, Metadata, Published, WaiverUse
from segaudit.model.anatomy import Anatomy
from segaudit.model.registration import Registration
from segaudit.testing.records import small_contract

try:
    from hypothesis.strategies import SearchStrategy
except ImportError as error:
    raise ImportError("segaudit.testing.strategies needs Hypothesis: pip install 'segaudit[testing]'") from error

from segaudit.testing.strategies.dataset_records import cases, datasets, published, tables
from segaudit.testing.strategies.file_records import faults, files, headers, unexpected_files
from segaudit.testing.strategies.fit_records import fits
from segaudit.testing.strategies.verdict_records import known_states, waiver_uses
from segaudit.testing.strategies.volume_records import cts, label_maps, masks, stacks

__all__ = [
    "RECORDS", "cases", "cts", "datasets", "faults", "files", "fits", "headers", "known_states", "label_maps", "masks",
    "published", "stacks", "tables", "unexpected_files", "waiver_uses",
]  # fmt: skip

RECORDS: dict[type, SearchStrategy[object]] = {
    File: files("liver") | files(),
    Ct: cts,
    Mask: masks(),
    Case: cases(),
    Registration: cases().map(Registration),
    Anatomy: cases().map(lambda case: Anatomy(case, small_contract())),
    Dataset: datasets(),
    Metadata: tables(),
    Published: published,
    KnownState: known_states,
    WaiverUse: waiver_uses,
}
"""A strategy for each record that a check can look at."""
