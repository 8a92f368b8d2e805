"""The audit of a metadata table alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import segaudit
from segaudit.cli import main
from segaudit.model.errors import ContractError, InputError
from segaudit.model.report import AuditedTable
from tests.support.contracts import V1
from tests.support.folders import make

HEADER = "image_id;age;gender;institute;study_type;split"
ROWS = ("s0001;50;m;A;ct thorax;train", "s0002;abc;f;B;ct abdomen;train")


@pytest.fixture
def meta(tmp_path: Path) -> Path:
    """Return a table with a wrong age."""
    path = tmp_path / "meta.csv"
    path.write_text("\n".join((HEADER, *ROWS)), encoding="utf-8")
    return path


def test_the_table_alone(meta: Path) -> None:
    """Its checks run, all others say why they do not, and the report names the table."""
    report = segaudit.audit(meta, V1)
    assert [(f.check, f.case, f.files) for f in report.findings] == [("meta-schema", "s0002", ("meta.csv",))]
    assert (report.table, report.dataset) == (AuditedTable(file="meta.csv", rows=2), str(meta.parent))
    ended = {check.id: check.reason for check in report.checks if check.outcome == "not applicable"}
    assert ended["mask-off-grid"] == ended["case-missing"] == "only the metadata table was audited"
    assert report.exit_code == 1


def test_the_command(meta: Path, tmp_path: Path) -> None:
    """It prints what was audited, writes the reports, and exits by the gate."""
    output = tmp_path / "report"
    result = CliRunner().invoke(main, ["audit", str(meta), "--contract", V1, "-o", str(output)])
    assert result.exit_code == 1
    assert "audited        meta.csv alone, 2 rows" in result.stdout
    assert "meta.csv alone, 2 rows" in (output / "report.html").read_text("utf-8")
    assert (output / "findings.csv").read_text("utf-8").splitlines()[1].startswith("meta-schema,error,s0002,")


@pytest.mark.parametrize("content", ["", "\x00\x01", "a;b"])
def test_a_file_that_is_no_such_table(meta: Path, content: str) -> None:
    """It is a finding, not a traceback."""
    meta.write_text(content, encoding="utf-8")
    assert {finding.check for finding in segaudit.audit(meta, V1).findings} == {"meta-schema"}


def test_wrong_usage(meta: Path) -> None:
    """A contract has to be named, which promises metadata; a table has no cases to select."""
    with pytest.raises(ContractError, match="name the contract of the table with --contract"):
        segaudit.audit(meta)
    with pytest.raises(InputError, match="leave out --cases"):
        segaudit.audit(meta, V1, cases="s*")
    mine = meta.with_name("mine.toml")
    mine.write_text('structures = ""\n', encoding="utf-8")
    with pytest.raises(ContractError, match="mine: promises no metadata"):
        segaudit.audit(meta, mine)


def test_a_link_to_a_private_file(tmp_path: Path) -> None:
    """In the place of a dataset's table it is found, and no report shows a word of it."""
    root, output = make(tmp_path / "dataset", "s0001/segmentations/liver.nii.gz"), tmp_path / "report"
    (tmp_path / "private.txt").write_text("token=hunter2\nmore=hunter3\n")
    (root / "meta.csv").symlink_to(tmp_path / "private.txt")
    report = segaudit.audit(root, V1, output=output)
    assert [f.check for f in report.findings if "meta.csv" in f.files] == ["meta-schema", "dataset-link-outside"]
    assert not [file.name for file in output.rglob("*") if file.is_file() and b"hunter" in file.read_bytes()]


def test_two_tables(meta: Path) -> None:
    """``diff`` compares two tables, and exits with 1 if they differ."""
    other = meta.with_name("new.csv")
    other.write_text("\n".join((HEADER, *ROWS)).replace("abc", "61"), encoding="utf-8")
    result = CliRunner().invoke(main, ["diff", str(meta), str(other)])
    assert result.exit_code == 1
    assert "s0002  age  'abc' -> '61'" in result.stdout
    assert CliRunner().invoke(main, ["diff", str(meta), str(meta)]).exit_code == 0
    as_page = CliRunner().invoke(main, ["diff", str(meta), str(other), "--format", "html"])
    assert (as_page.exit_code, "--format html is for audits" in as_page.output) == (2, True)
