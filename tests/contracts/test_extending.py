"""Contracts that extend others."""

from __future__ import annotations

from pathlib import Path

import pytest

from segaudit import contracts
from segaudit.contracts import ContractError
from segaudit.model import Cases, Exclude, Geometry, Labels, Regrade, Structure
from tests.support.contracts import V1, V2, wrong


def test_tables_are_merged_key_by_key(mine: Path) -> None:
    """Stated keys change, all others are inherited."""
    mine.write_text(
        f'extends = "{V2}"\n[cases]\ncount = 3\n[splits]\ntrain = 3\n[geometry]\norientation = "LPS"\n'
        '[labels]\ndtypes = ["uint8", "int16"]\n[regrade]\nmask-tiny = {severity = "info", reason = "small"}\n'
        '[exclude]\ncases = ["s0864"]\n',
        encoding="utf-8",
    )
    contract, base = contracts.load(mine), contracts.load(V2)
    assert contract.name == "mine"
    assert contract.cases == Cases(count=3)
    assert contract.splits == {"train": 3}
    assert contract.geometry == Geometry(spacing_mm=1.5, orientation="LPS")
    assert contract.labels == Labels(dtypes=("uint8", "int16"), allowed_overlaps=base.labels.allowed_overlaps)
    assert contract.regrade == {"mask-tiny": Regrade("info", "small")}
    assert contract.exclude == Exclude(cases=("s0864",))
    assert (contract.structures, contract.known_issues) == (base.structures, base.known_issues)


def test_extends_a_chain(tmp_path: Path) -> None:
    """A contract can extend a file that extends a release; a folder means its contract.toml."""
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "contract.toml").write_text(f'extends = "{V1}"\n[alignment]\ntolerance_mm = 0.2\n')
    (tmp_path / "second.toml").write_text('extends = "first"\n[geometry]\nspacing_mm = [3, 3, 5]\n')
    assert contracts.load(tmp_path / "first").name == "first"
    contract = contracts.load(tmp_path / "second.toml")
    assert (contract.alignment.tolerance_mm, contract.geometry.spacing_mm) == (0.2, (3, 3, 5))
    assert contract.published == contracts.load(V1).published


def test_empty_paths_take_tables_away(mine: Path) -> None:
    """An empty path means no rows."""
    mine.write_text(f'extends = "{V1}"\nstructures = ""\nknown_issues = ""\npublished = ""\n', encoding="utf-8")
    contract = contracts.load(mine)
    assert (contract.structures, contract.known_issues, contract.published) == ((), (), None)


def test_own_structures(mine: Path) -> None:
    """A table of structures replaces the inherited one; an empty cell is the default."""
    mine.write_text('name = "two"\nstructures = "structures.csv"\n', encoding="utf-8")
    assert contracts.load(mine).structures == (
        Structure(name="liver", label=1, group="organ", max_pieces=1),
        Structure(name="kidney_left", label=2, group="organ", side="left", removable=True),
    )


def test_byte_order_marks_do_no_harm(mine: Path) -> None:
    """Byte order marks, which spreadsheets and Windows editors write, are ignored."""
    table = mine.with_name("structures.csv")
    table.write_text(table.read_text("utf-8"), encoding="utf-8-sig")
    mine.write_text('structures = "structures.csv"\n', encoding="utf-8-sig")
    assert list(contracts.load(str(mine)).by_name) == ["liver", "kidney_left"]


def test_error_in_the_base_names_the_base(mine: Path) -> None:
    """An error in the extended contract names that contract."""
    mine.write_text("[cases]\ncount = -1", encoding="utf-8")
    other = mine.with_name("other.toml")
    other.write_text('extends = "mine.toml"\n[cases]\ncount = 1', encoding="utf-8")
    assert wrong(other) == "mine.toml: cases.count: found -1, expected 0 or more"


def test_circle(mine: Path) -> None:
    """Two contracts that extend each other are refused."""
    mine.write_text('extends = "other.toml"', encoding="utf-8")
    mine.with_name("other.toml").write_text('extends = "mine.toml"', encoding="utf-8")
    assert wrong(mine) == 'other.toml: extends: found "mine.toml", which extends this contract in turn'


def test_no_such_contract() -> None:
    """The message about an unknown name lists the shipped contracts."""
    with pytest.raises(ContractError) as caught:
        contracts.load("totalsegmentator_v2")
    assert str(caught.value) == (
        "totalsegmentator_v2: no such contract, expected a shipped one (totalsegmentator-v1, totalsegmentator-v2, "
        "totalsegmentator-v3), a TOML file, or a folder with contract.toml; did you mean 'totalsegmentator-v2'?"
    )
