"""Contracts that are printed or written are read again as they were."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit import contracts
from segaudit.contracts import DatasetFacts
from segaudit.contracts.writing import dump, write
from segaudit.model import Alignment, Contract, Exclude, Regrade
from tests.support.contracts import SHIPPED
from tests.support.full_disk import fill_up


@pytest.mark.parametrize("release", SHIPPED)
def test_dump_gives_the_same_contract(release: str, tmp_path: Path) -> None:
    """The printed contract can be read again, without separate tables."""
    file = tmp_path / "printed.toml"
    file.write_text(dump(contracts.load(release)), encoding="utf-8")
    assert contracts.load(file) == contracts.load(release)


def test_dump_spells_out_defaults() -> None:
    """Every limit is visible, whether it was stated or not."""
    assert dump(Contract(name="a", regrade={"x-y": Regrade("info", 'so "it" is')})) == (
        'name = "a"\ntitle = ""\nsource = ""\nlicense = ""\ncitation = ""\nmetadata = ""\n'
        "structures = []\nknown_issues = []\n"
        '\n[cases]\npattern = "s\\\\d{4}"\n'
        "\n[splits]\n"
        "\n[archives]\n"
        '\n[geometry]\nspacing_tolerance_mm = 0.001\norientation = ""\n'
        "\n[reading]\nmax_voxels = 1073741824\nmax_runs = 16777216\n"
        "\n[alignment]\ntolerance_mm = 0.1\n"
        "\n[intensity]\ndtypes = []\nminimum_hu = -3100.0\nmaximum_hu = 20000.0\n"
        "\n[labels]\ndtypes = []\nallowed_overlaps = []\n"
        '\n[regrade]\nx-y = { severity = "info", reason = "so \\"it\\" is" }\n'
        "\n[limits]\n"
        "\n[exclude]\ncases = []\n"
    )


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(
    title=TEXT,
    splits=st.dictionaries(TEXT, st.integers(0, 10**9), max_size=3),
    tolerance=st.floats(0, allow_nan=False),
    cases=st.lists(TEXT, max_size=3),
    reasons=st.dictionaries(TEXT, TEXT, max_size=2),
)
def test_dump_is_toml(
    title: str, splits: dict[str, int], tolerance: float, cases: list[str], reasons: dict[str, str]
) -> None:
    """The text of any contract is TOML with the same values."""
    contract = Contract(
        name="a",
        title=title,
        splits=splits,
        alignment=Alignment(tolerance_mm=tolerance),
        exclude=Exclude(cases=tuple(cases)),
        regrade={check: Regrade("error", reason) for check, reason in reasons.items()},
    )
    read = tomllib.loads(dump(contract))
    assert (read["title"], read["splits"], read["alignment"]) == (title, splits, {"tolerance_mm": tolerance})
    assert read["exclude"] == {"cases": cases}
    assert read["regrade"] == {check: {"severity": "error", "reason": reason} for check, reason in reasons.items()}


def test_initial_overwrites_nothing(tmp_path: Path) -> None:
    """An existing contract is kept."""
    observed = DatasetFacts(name="a", cases={})
    contracts.initial(observed, tmp_path)
    with pytest.raises(FileExistsError):
        contracts.initial(observed, tmp_path)


def test_cut_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No incomplete file ever has the name of a contract."""
    fill_up(monkeypatch)
    with pytest.raises(OSError, match="No space left"):
        contracts.initial(DatasetFacts(name="a", cases={}), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("release", SHIPPED)
def test_write_loses_nothing(release: str, tmp_path: Path) -> None:
    """The written rows are the shipped ones."""
    contract = contracts.load(release)
    written = contracts.load(write(contract, tmp_path))
    assert (written.structures, written.geometry, written.labels) == (
        contract.structures,
        contract.geometry,
        contract.labels,
    )
