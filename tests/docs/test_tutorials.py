"""The code of the tutorials does what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"

FINDINGS = """check,severity,case,structure,file,message,observed,expected,waived
ct-missing,error,NA,,,no CT file,,,
ct-missing,error,001,,,no CT file,,,
ct-missing,error,null,,,no CT file,,,
mask-tiny,warning,nan,liver,,small,,,
mask-empty,error,s0001,liver,,empty,,,NA
case-count,error,,,,3 cases,,,
"""


def test_cases_to_leave_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those with an error that nothing waives, whatever their ids and reasons are."""
    (tmp_path / "segaudit-report").mkdir()
    (tmp_path / "segaudit-report" / "findings.csv").write_text(FINDINGS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    text = (DOCS / "tutorial-download.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.+?)```", text, re.DOTALL)
    found: dict[str, object] = {}
    exec(code, found)  # noqa: S102 (our own page)
    assert found["bad"] == ["001", "NA", "null"]
