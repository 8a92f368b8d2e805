"""Structures that are a known anatomy under another name."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from segaudit import contracts
from segaudit.contracts import DatasetFacts
from segaudit.model import Contract, Structure
from segaudit.model.errors import ContractError
from tests.support.contracts import V2, classes

GERMAN = {
    "Leber": "liver", "Niere_L": "kidney_left", "Niere_R": "kidney_right", "Milz": "spleen", "Magen": "stomach",
    "Aorta": "aorta", "Bauchspeicheldrüse": "pancreas", "Gallenblase": "gallbladder",
    "untere Hohlvene": "inferior_vena_cava",
}  # fmt: skip


def read(folder: Path, *rows: str) -> Contract:
    """Read a contract with these structures."""
    (folder / "structures.csv").write_text("\n".join(rows), encoding="utf-8")
    (folder / "contract.toml").write_text('name = "a"\nstructures = "structures.csv"\n', encoding="utf-8")
    return contracts.load(folder)


def test_a_german_contract(tmp_path: Path) -> None:
    """Each structure is judged as what it is; the table has only names, and nothing that would outvote an edit."""
    contract = contracts.load(contracts.initial(DatasetFacts(name="a", cases={"a": frozenset(GERMAN)}), tmp_path))
    known = contract.by_name
    assert {name: structure.anatomy for name, structure in known.items()} == GERMAN
    assert [(left.name, right.name) for left, right in contract.pairs] == [("Niere_L", "Niere_R")]
    like = contracts.load(V2).by_name["liver"]
    own = {"name": "liver", "anatomy": "", "label": like.label, "expected_with": like.expected_with}
    assert replace(known["Leber"], **own) == like
    header, *lines = (tmp_path / "structures.csv").read_text("utf-8").splitlines()
    assert header.startswith("label,name,is,guess,group,")
    assert lines[3] == "4,Leber,liver,,organ" + "," * (header.count(",") - 4)


def test_is_can_be_edited(tmp_path: Path) -> None:
    """Another anatomy brings its own values, group and relations; a cell that is given stays."""
    rows = ("label,name,is,group,side,hu_low,hu_high", "1,a,kidney_left,organ,,,", "2,b,,organ,,,", "3,c,,organ,,,")
    assert [structure.judged for structure in read(tmp_path, *rows).structures] == [True, False, False]
    known = read(tmp_path, *rows[:2], "2,b,kidney_right,organ,,,7", "3,c,aorta,organ,,,").by_name
    assert (known["a"].partner, known["b"].partner, known["c"].group) == ("b", "a", "vessel")
    assert (known["b"].hu_low, known["b"].hu_high) == (-20, 7)


def test_neighbours_and_what_is_expected(tmp_path: Path) -> None:
    """Rows of vertebrae and evidence are found under any names; S1 follows L5 where there is no L6."""
    names = ["T12", "LWK1", "LWK_5", "S1", "Leber", "linke Niere", "rechte Niere"]
    known = contracts.load(contracts.initial(DatasetFacts(name="a", cases={"a": frozenset(names)}), tmp_path)).by_name
    assert (known["LWK1"].above, known["T12"].below, known["LWK_5"].below) == ("T12", "LWK1", "S1")
    assert known["Leber"].expected_with == ("T12", "linke Niere", "rechte Niere")


def test_levels_have_their_own_names(tmp_path: Path) -> None:
    """A message names L1, whatever its mask is called."""
    names = frozenset({"BWK12", "LWK1", "LWK2", "LWK3"})
    contract = contracts.load(contracts.initial(DatasetFacts(name="a", cases={"a": names}), tmp_path))
    assert contract.levels.names == ("T12", "L1", "L2", "L3")


@pytest.mark.parametrize(
    ("anatomies", "problem"),
    [
        (("lever", "liver"), "line 2, is: found \"lever\", which is no known anatomy; did you mean 'liver'?"),
        (("liver", "liver"), 'line 3, is: found "liver" a second time, expected each anatomy once'),
        (("liver", "x"), 'line 3, is: found "x", which is no known anatomy'),
    ],
)
def test_a_wrong_anatomy(tmp_path: Path, anatomies: tuple[str, str], problem: str) -> None:
    """It is an error with its line."""
    first, second = anatomies
    with pytest.raises(ContractError) as raised:
        read(tmp_path, "label,name,is,group", f"1,a,{first},organ", f"2,b,{second},organ")
    assert raised.value.args == (f"{tmp_path / 'structures.csv'}: {problem}",)


def test_the_contract_in_effect_can_be_read_again(tmp_path: Path) -> None:
    """What ``contract show`` prints gives the same contract, also where a cell differs from the known anatomy."""
    rows = (
        "label,name,is,group,removable,piece_ml",
        "1,a,kidney_left,organ,false,7",
        "2,b,liver,organ,,",
        "3,c,,bone,,",
    )
    contract = read(tmp_path, *rows)
    assert (contract.by_name["a"].removable, contract.by_name["a"].piece_ml) == (False, 7)
    (tmp_path / "again.toml").write_text(contracts.dump(contract), encoding="utf-8")
    assert replace(contracts.load(tmp_path / "again.toml"), siblings={}) == replace(contract, siblings={})


def test_overlaps_are_named_as_the_masks_are(tmp_path: Path) -> None:
    """What may overlap in a release may under other names; globs stay where the names are those of the release."""
    named = frozenset(classes(V2)) - {"heart", "kidney_left"} | {"Herz", "Niere links"}
    contract = contracts.load(contracts.initial(DatasetFacts(name="a", cases={"a": named}), tmp_path))
    pairs = contract.labels.allowed_overlaps
    assert {("Herz", "aorta"), ("Niere links", "kidney_cyst_*"), ("costal_cartilages", "rib_*")} <= set(pairs)
    assert not any("heart" in pair or "kidney_*" in pair for pair in pairs)


def test_a_dataset_that_grows(tmp_path: Path) -> None:
    """No number of cases nor of splits is promised, and grids may be half or twice as large."""
    facts = DatasetFacts(
        name="a", cases={"a": frozenset({"x"}), "b": frozenset()}, splits={"train": 2}, growing=True,
        shape_min=(1, 100, 30), shape_max=(5, 300, 31),
    )  # fmt: skip
    contract = contracts.load(contracts.initial(facts, tmp_path))
    assert (contract.cases.count, contract.splits) == (None, {})
    assert (contract.geometry.shape_min, contract.geometry.shape_max) == ((1, 50, 15), (10, 600, 62))


def test_what_is_judged() -> None:
    """A structure is judged if anything is known of it: a partner, neighbours, place, volume or intensity."""
    bare = Structure(name="a", label=1, group="organ", side="left", max_pieces=1)
    assert not bare.judged
    ranges = ("spine_mm", "down_low", "right_low", "front_low", "volume_low_ml", "hu_low")
    known = [*(replace(bare, **{column: 0.0}) for column in ranges)]
    known += [replace(bare, **{column: "b"}) for column in ("partner", "above", "below")]
    assert all(structure.judged for structure in known)
    assert all(structure.judged for structure in contracts.load(V2).structures)
