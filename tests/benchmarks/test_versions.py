"""The comparison of two versions sees each difference, and names where it is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from benchmarks.versions import differences, main
from click.testing import CliRunner

from segaudit.testing.small import write_small

ONE = {"format": 1, "findings": [{"case": "s0001", "message": "a"}], "counts": {"error": 1}}


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (ONE, []),
        (ONE | {"format": 2}, []),
        (ONE | {"counts": {"error": 2}}, ["counts.error: 1 became 2"]),
        (ONE | {"findings": [{"case": "s0001", "message": "b"}]}, ["findings[0].message: 'a' became 'b'"]),
        (ONE | {"findings": []}, ["findings: [{'case': 's0001', 'message': 'a'}] became []"]),
        (ONE | {"more": 3}, ["more: None became 3"]),
        (ONE | {"more": float("nan")}, ["more: None became nan"]),
    ],
)
def test_differences(other: object, found: list[str]) -> None:
    """Each is found but for those in ignored fields."""
    assert list(differences(ONE, other, frozenset({"format"}))) == found


def test_nan_is_no_difference() -> None:
    """A header that cannot be decoded has it in every version."""
    assert list(differences([float("nan")], [float("nan")], frozenset())) == []


def test_a_version_equals_itself(tmp_path: Path) -> None:
    """Two audits by one version give the same reports and records."""
    dataset, contract = write_small(tmp_path)
    found = CliRunner().invoke(main, [sys.executable, str(dataset), "--contract", str(contract)])
    assert (found.exit_code, found.output) == (0, "1 datasets compared, 0 differences\n")
