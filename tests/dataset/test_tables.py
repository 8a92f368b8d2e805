"""The measurement tables: the rows of cases and of masks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.pandas import column, data_frames, range_indexes
from msgspec.structs import replace

from segaudit.contracts import load
from segaudit.dataset.tables import Tables, csv_parts, write
from segaudit.measure import measure_case
from segaudit.model import CASE_COLUMNS, MASK_COLUMNS, Dataset, Fault, Unmeasured
from segaudit.model.dataset import spot_of
from segaudit.model.views import CaseViews
from segaudit.schemas.measurements import Cases, Masks
from segaudit.testing.records import CASE, empty_mask, healthy_case, healthy_ct, healthy_mask, renamed, small_contract
from segaudit.testing.volumes import Made, listed, measured
from tests.support.checked import fail_for


def of(tables: Tables) -> Dataset:
    """Return a dataset of tables."""
    cases, masks = tables.frames()
    return Dataset(root="", folders=(), cases=cases, masks=masks)


NAN = st.just(float("nan"))
COLUMNS = [
    column("name", elements=st.text("sé ,\"\n;'"), dtype=str),
    column("whole", dtype=bool),
    column("voxels", dtype=int),
    column("any", elements=st.floats(), dtype=float),
    column("usual", elements=NAN | st.just(-0.0) | st.floats(1e-4, 1e4), dtype=float),
    column("small", elements=NAN | st.floats(1e-5, 1e-3), dtype=float),
    column("large", elements=NAN | st.floats(1e15, 1e17), dtype=float),
]


@given(data_frames(COLUMNS, index=range_indexes(max_size=20)))
def test_csv_is_that_of_pandas(table: pd.DataFrame) -> None:
    """Byte for byte, whatever is in the cells."""
    assert b"".join(csv_parts(table)).decode() == table.to_csv(index=False, lineterminator="\n")


def test_no_cases() -> None:
    """Without cases there are no rows and no CTs."""
    tables = Tables(small_contract())
    cases, masks = tables.frames()
    assert (tables.files, tables.cts, len(cases), len(masks)) == (0, (), 0, 0)
    assert (tuple(cases), tuple(masks)) == (CASE_COLUMNS, MASK_COLUMNS)


def test_rows(tmp_path: Path) -> None:
    """Each mask's row has the values of its record, and a position in the body only if there are vertebrae."""
    case = healthy_case(empty_mask("spleen"), healthy_mask("liver", faces=(0, 9, 9, 9, 9, 9)))
    tables = Tables(small_contract())
    tables.add(CaseViews(case, small_contract()))
    rows: dict[str, Any] = {str(row.structure): row for row in tables.frames()[1].itertuples(index=False)}
    assert [name for name, row in rows.items() if not row.complete] == ["liver", "spleen"]
    assert (spot_of(rows["kidney_left"]), rows["kidney_left"].volume_ml) == (case.whole_masks["kidney_left"].spot, 27.0)
    assert np.isnan([rows["spleen"].centroid_i, rows["spleen"].centroid_x, rows["kidney_left"].depth_mm]).all()
    write(of(tables), tmp_path)
    Cases.validate(pd.read_csv(tmp_path / "cases.csv"))
    Masks.validate(pd.read_csv(tmp_path / "masks.csv"))


def test_what_was_not_counted_is_empty() -> None:
    """Overlaps and neighbours of a case with too many runs, or of a mask beside the grid, are not none."""
    contract = small_contract()
    uncounted = replace(renamed(healthy_case(), "s0002"), overlaps_counted=False)
    tables = Tables(contract)
    for case in (healthy_case(healthy_mask("liver", on_grid=False)), uncounted):
        tables.add(CaseViews(case, contract))
    cases, masks = tables.frames()
    assert cases[["overlap_voxels", "labelled_voxels"]].isna().to_numpy().tolist() == [[False, False], [True, True]]
    empty = masks[masks["overlap_share"].isna() & masks["neighbours"].isna()]
    assert empty.loc[empty["case"] == CASE, "structure"].tolist() == ["liver"]
    assert (empty["case"] == "s0002").sum() == len(uncounted.masks)
    Cases.validate(cases)
    Masks.validate(masks)


def test_only_whole_cts_are_kept() -> None:
    """A CT that could not be read to its end is not compared."""
    tables, damaged = Tables(small_contract()), healthy_ct()
    damaged = replace(damaged, file=replace(damaged.file, faults=(Fault("corrupt", "CRC"),)))
    cases = [healthy_case(), renamed(healthy_case(ct=damaged), "s0002"), renamed(healthy_case(ct=None), "s0003")]
    for case in cases:
        tables.add(CaseViews(case, small_contract()))
    kept = [ct.case for ct in tables.cts]
    assert (kept, tables.files) == ([cases[0].case], sum(len(case.files) for case in cases))
    assert list(tables.frames()[0]["ct_whole"]) == [True, False, False]


def test_ct_is_not_in_the_tables(tmp_path: Path) -> None:
    """Thumbnails and fingerprints are not exported."""
    tables = Tables(small_contract())
    case = measured(tmp_path, Made(np.random.default_rng(0).normal(0, 20, (40, 40, 40)).astype(np.int16)))
    tables.add(CaseViews(case, small_contract()))
    write(of(tables), tmp_path)
    assert [bool(ct.thumbnail and ct.fingerprint) for ct in tables.cts] == [True]
    assert (tmp_path / "cases.csv").stat().st_size < 500


def test_a_case_whose_anatomy_fails_keeps_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its masks have no place and none is complete, it is named as lost with the reason, and the next one is whole."""
    fail_for(monkeypatch, CASE, "complete")
    tables = Tables(small_contract())
    for case in (healthy_case(), renamed(healthy_case(), "s0002")):
        tables.add(CaseViews(case, small_contract()))
    complete = tables.frames()[1].groupby("case")["complete"].sum()
    assert (complete[CASE], complete["s0002"]) == (0, len(healthy_case().masks))
    reason = "its anatomy could not be derived: ZeroDivisionError: no complete"
    assert tables.underived == [Unmeasured(case=CASE, error=reason)]


def test_real_places(real_data: Path) -> None:
    """The positions of real masks are those of the case's anatomy."""
    contract = load("totalsegmentator-v2")
    case = measure_case(real_data / "v2-masks", listed(real_data / "v2-masks", "s0327"))
    tables, views = Tables(contract), CaseViews(case, contract)
    tables.add(views)
    _, masks = tables.frames()
    complete = masks[masks["complete"].astype(bool)].set_index("structure")
    places = complete[["depth_mm", "right_mm", "front_mm"]]
    assert {name: tuple(place) for name, *place in places.itertuples()} == views.anatomy.places
    assert len(complete) == 85
