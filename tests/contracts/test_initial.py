"""The first contract of a dataset, drafted from what it holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from segaudit import contracts
from segaudit.contracts import DatasetFacts
from segaudit.contracts.infer import common_pattern, draft
from segaudit.contracts.rules import problems
from segaudit.model import Cases, Geometry, Labels, Structure
from tests.support.contracts import V1, V2, V3, classes


def test_initial_of_a_release(tmp_path: Path) -> None:
    """A part of a release keeps its labels, groups and neighbours, and refers to no missing structure."""
    names = classes(V1) - {"kidney_left", "vertebrae_T8"} | {"tumour"}
    observed = DatasetFacts(
        name="mine",
        cases={"s0001": names, "s0002": names - {"face"}},
        metadata="totalsegmentator-v1",
        splits={"train": 1, "test": 1},
        spacing_mm=(1.4999999, 1.5, 1.5),
        orientation="RAS",
        shape_min=(10, 11, 12),
        shape_max=(20, 21, 22),
        ct_dtypes=frozenset({"int16"}),
        mask_dtypes=frozenset({"uint8", "float64"}),
    )
    contract = contracts.load(contracts.initial(observed, tmp_path / "new"))
    assert (contract.name, contract.metadata, contract.splits) == (
        "mine",
        "totalsegmentator-v1",
        {"train": 1, "test": 1},
    )
    assert contract.cases == Cases(count=2)
    assert contract.geometry == Geometry(
        spacing_mm=1.5, orientation="RAS", shape_min=(10, 11, 12), shape_max=(20, 21, 22)
    )
    assert contract.intensity.dtypes == ("int16",)
    base = contracts.load(V1)
    assert contract.labels == Labels(dtypes=("float64", "uint8"), allowed_overlaps=base.labels.allowed_overlaps)
    known = contract.by_name
    assert frozenset(known) == names
    assert {s.name: s.label for s in base.structures if s.name in known} | {"tumour": 105} == {
        s.name: s.label for s in contract.structures
    }
    assert known["tumour"] == Structure(name="tumour", label=105, group="organ")
    assert (known["kidney_right"].partner, known["liver"].expected_with) == ("", ())
    assert (known["vertebrae_T7"].below, known["vertebrae_T9"].above) == ("", "")
    assert known["aorta"].group == "vessel"


def test_initial_of_something_else(tmp_path: Path) -> None:
    """Other names are numbered in alphabetical order; groups come from the release that knows a name."""
    observed = DatasetFacts(
        name="legs",
        cases={"P-01": frozenset({"tibia_left", "tibia_right"}), "P-02": frozenset({"aorta", "left_foot"})},
        splits={"train": 7},
        spacing_mm=(0.7, 0.7, 5),
    )
    contract = contracts.load(contracts.initial(observed, tmp_path))
    aorta = replace(contracts.load(V1).by_name["aorta"], anatomy="aorta", label=1, expected_with=())
    assert contract.structures == (
        aorta,
        Structure(name="left_foot", label=2, group="organ", side="left"),
        Structure(name="tibia_left", label=3, group="organ", side="left", partner="tibia_right"),
        Structure(name="tibia_right", label=4, group="organ", side="right", partner="tibia_left"),
    )
    assert (contract.cases, contract.splits) == (Cases(count=2, pattern=r"P\-\d{2}"), {})
    assert contract.geometry == Geometry(spacing_mm=(0.7, 0.7, 5))
    assert contract.labels.allowed_overlaps == ()


def test_initial_of_label_maps(tmp_path: Path) -> None:
    """Labels come from the maps; properties from the shipped spelling of a name, under the dataset's own spelling."""
    names = ("Kidney_Left", "kidney-right", "Liver", "Vertebrae_T12", "vertebrae_L1", "whole", "liver_tumour")
    observed = DatasetFacts(
        name="mine",
        cases={"a": frozenset(names)},
        labels={
            "Liver": 1,
            "liver_tumour": 2,
            "Kidney_Left": 3,
            "kidney-right": 4,
            "Vertebrae_T12": 7,
            "vertebrae_L1": 6,
        },
    )
    contract = contracts.load(contracts.initial(observed, tmp_path))
    known = contract.by_name
    assert [(structure.label, structure.name) for structure in contract.structures] == [
        (1, "Liver"),
        (2, "liver_tumour"),
        (3, "Kidney_Left"),
        (4, "kidney-right"),
        (6, "vertebrae_L1"),
        (7, "Vertebrae_T12"),
        (8, "whole"),
    ]
    kidneys = [known[name] for name in ("Kidney_Left", "kidney-right")]
    assert [(kidney.side, kidney.partner) for kidney in kidneys] == [("left", "kidney-right"), ("right", "Kidney_Left")]
    assert (known["vertebrae_L1"].above, known["Vertebrae_T12"].below) == ("Vertebrae_T12", "vertebrae_L1")
    assert known["Liver"].expected_with == ("Vertebrae_T12", "Kidney_Left", "kidney-right")
    assert known["liver_tumour"] == Structure(name="liver_tumour", label=2, group="organ")


@pytest.mark.parametrize("spellings", [("Liver", "liver"), ("LIVER", "Liver")])
def test_initial_of_two_spellings(tmp_path: Path, spellings: tuple[str, str]) -> None:
    """Two spellings of one name are two structures; only one of them gets the shipped properties."""
    contract = contracts.load(contracts.initial(DatasetFacts(name="a", cases={"a": frozenset(spellings)}), tmp_path))
    assert [structure.name for structure in contract.structures] == sorted(spellings)
    assert sorted(structure.max_pieces or 0 for structure in contract.structures) == [0, 1]


def test_initial_is_commented(tmp_path: Path) -> None:
    """Each key and table has a comment above it."""
    path = contracts.initial(DatasetFacts(name="a", cases={"s0001": frozenset({"liver"})}), tmp_path)
    blocks = path.read_text("utf-8").strip().split("\n\n")
    assert {block[:2] for block in blocks} == {"# "}
    assert [block.splitlines()[1] for block in blocks] == [
        'name = "a"', 'metadata = ""', 'structures = "structures.csv"', "[cases]", "[splits]", "[geometry]",
        "[reading]", "[alignment]", "[intensity]", "[labels]", "[regrade]", "[limits]", "[exclude]",
    ]  # fmt: skip


def test_initial_of_names_that_are_not_utf8(tmp_path: Path) -> None:
    """Bytes that are not text are escaped, and only the two files are written."""
    odd = b"sch\xe4del".decode(errors="surrogateescape")
    contract = contracts.load(contracts.initial(DatasetFacts(name=odd, cases={odd: frozenset({odd})}), tmp_path))
    assert (contract.name, list(contract.by_name)) == (r"sch\udce4del", [r"sch\udce4del"])
    assert re.fullmatch(contract.cases.pattern, odd)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["contract.toml", "structures.csv"]


WORDS = st.sampled_from(["left", "right", "liver", "rib", "x"])
NAMES = st.one_of(
    st.sampled_from(sorted(classes(V1) | classes(V2) | classes(V3))),
    st.lists(WORDS, min_size=1, max_size=4).map("_".join),
)


IDS = st.from_regex(r"[A-Za-z0-9_.+-]{1,6}", fullmatch=True)


@given(
    cases=st.dictionaries(IDS, st.frozensets(NAMES, max_size=30), max_size=3),
    spacing=st.tuples(st.floats(), st.floats(), st.floats()),
    dtypes=st.frozensets(st.sampled_from(["", "uint8", "int16"])),
)
def test_initial_always_holds(
    cases: dict[str, frozenset[str]], spacing: tuple[float, float, float], dtypes: frozenset[str]
) -> None:
    """For any facts, the contract is valid, lists all structures, and its pattern matches every id."""
    contract = draft(DatasetFacts(name="a", cases=cases, spacing_mm=spacing, ct_dtypes=dtypes, mask_dtypes=dtypes))
    assert list(problems(contract)) == []
    assert frozenset(contract.by_name) == frozenset().union(*cases.values())
    assert all(re.fullmatch(contract.cases.pattern, case) for case in cases)


@pytest.mark.parametrize(
    ("ids", "pattern"),
    [
        ([], r"s\d{4}"),
        (["s0001", "s9999"], r"s\d{4}"),
        (["case_1_a", "case_2_a"], r"case_\d{1}_a"),
        (["case1", "case10"], r"case\d+"),
        (["anna", "bob"], ".+"),
    ],
)
def test_common_pattern(ids: list[str], pattern: str) -> None:
    """The first pattern that matches all ids: a fixed number of digits, any digits, anything."""
    assert common_pattern(ids) == pattern
