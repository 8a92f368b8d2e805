"""Records: nothing changes them, what is not measured counts as none, and long ones take names."""

from __future__ import annotations

import inspect
from importlib import import_module
from pkgutil import walk_packages

import numpy as np
import pytest
from msgspec import Struct
from msgspec.structs import fields

import segaudit.model
from segaudit.model import decision, difference, report, table_difference
from segaudit.model.decision import Decision, Undo
from segaudit.model.promises import Alignment, Geometry, Intensity
from segaudit.model.reading import MOST_VOXELS, Reading
from segaudit.model.records import QUANTILES, Case, CaseFit, Mask, Metadata
from segaudit.model.structure import Structure
from tests.support.held import compared, dataclasses_of, frozen, slotted

MODULES = [import_module(each.name) for each in walk_packages(segaudit.model.__path__, "segaudit.model.")]
STRUCTS = {
    f"{module.__name__.rpartition('.')[2]}.{kind.__name__}": kind
    for module in MODULES
    for kind in vars(module).values()
    if inspect.isclass(kind) and issubclass(kind, Struct) and kind.__module__ == module.__name__
}
DEFAULTS = {
    (Alignment, "tolerance_mm"): 0.1,
    (Case, "overlaps_counted"): True,
    (CaseFit, "gain"): (1, 1, 1),
    (CaseFit, "axis"): 2,
    (Decision, "version"): 1,
    (Geometry, "spacing_tolerance_mm"): 0.001,
    (Intensity, "minimum_hu"): -3100,
    (Intensity, "maximum_hu"): 20000,
    (Mask, "same_shape"): True,
    (Mask, "on_grid"): True,
    (Metadata, "header_line"): 1,
    (Reading, "max_voxels"): 2**30,
    (Reading, "max_runs"): 2**24,
    (Structure, "piece_ml"): 1,
    (Structure, "stray_mm"): 50,
    (Undo, "version"): 1,
}
"""The numbers that are not 0 where nothing is said."""
BY_PLACE = {
    *("Column", "Contact", "Extension", "Fault", "Flaw", "MaskFit", "Order", "Overlap", "Record", "Regrade", "Spot"),
    *("StatedGlob", "StatedStructure", "Touch", "Training", "UnexpectedFile"),
}
"""Short records, whose fields are clear by their order; all others take names."""
SPARSE = {
    *("Alignment", "Case", "CaseFit", "Cases", "Contract", "Ct", "Exclude", "File", "Finding", "Geometry", "Header"),
    *("Intensity", "KnownIssue", "LabelMap", "Labels", "Mask", "MaskFit", "Metadata", "Placement", "Published"),
    *("PublishedStructure", "Shift", "Structure"),
}
"""Records that are kept by the thousand, or written by people: what is usual is left out of them."""
WRITTEN = {
    *("Alignment", "Cases", "Contract", "Exclude", "Geometry", "Intensity", "KnownIssue", "Labels", "Published"),
    *("PublishedGrid", "PublishedStructure", "Reading", "Regrade", "Structure", "Waiver"),
}
"""Records that people write: a misspelt key is an error."""

HELD = dataclasses_of(segaudit.model)
WITH_DERIVED = {"Dataset", "Measure", "OrganFrame", "Placement", "Relations", "Step"}
"""What has room for what is derived of it; all else that is derived has slots."""
EACH_ITSELF = {"Frame", "OrganFrame", "Placement", "Relations", "Step"}
"""What holds arrays, which have no single answer to whether they are equal."""

every_struct = pytest.mark.parametrize("kind", STRUCTS.values(), ids=STRUCTS)


@every_struct
def test_how_records_are_kept(kind: type[Struct]) -> None:
    """Nothing changes them; long ones take names; what is usual, or unknown, is left out or refused."""
    config, parameters = kind.__struct_config__, inspect.signature(kind).parameters.values()
    assert config.frozen
    assert any(each.kind is each.KEYWORD_ONLY for each in parameters) is (kind.__name__ not in BY_PLACE)
    assert config.omit_defaults is (kind.__name__ in SPARSE)
    assert config.forbid_unknown_fields is (kind.__name__ in WRITTEN)


@pytest.mark.parametrize("kind", HELD.values(), ids=HELD)
def test_how_derived_facts_are_held(kind: type) -> None:
    """Nothing changes them."""
    assert frozen(kind)
    assert slotted(kind) is (kind.__name__ not in WITH_DERIVED)
    assert compared(kind) is (kind.__name__ not in EACH_ITSELF)


@every_struct
def test_nothing_said_is_nothing_found(kind: type[Struct]) -> None:
    """A number that is not given is 0, but for those that have a usual value."""
    for field in fields(kind):
        if isinstance(field.default, int | float | tuple):
            none = type(field.default)(0 for _ in field.default) if isinstance(field.default, tuple) else 0
            assert field.default == DEFAULTS.get((kind, field.name), none), field.name


def test_versions() -> None:
    """Other programs read by them what they are given: one changes only with what a field means, or a lost field."""
    assert (report.FORMAT, difference.FORMAT, table_difference.FORMAT, decision.VERSION) == (2, 1, 1, 1)


def test_the_largest_grid() -> None:
    """Places in a grid are stored as 32-bit numbers."""
    assert np.iinfo(np.int32).max == MOST_VOXELS


def test_quantiles() -> None:
    """Those that a record of a CT has."""
    assert QUANTILES == (0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999)
