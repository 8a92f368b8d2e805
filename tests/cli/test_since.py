"""Changes since the last report: at the top of the page, in a line elsewhere, and with ``--since``."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from msgspec.structs import replace as changed

from segaudit.cli import main
from segaudit.compare import compare
from segaudit.model import Report, ReportedFinding, Severity
from segaudit.reports import html
from segaudit.reports.difference.phrases import since as in_a_line
from segaudit.reports.page.findings import LISTED, identity
from segaudit.reports.page.since import LIMIT, SHOWN, fresh, newest_first, summary
from segaudit.testing.small import write_small
from tests.support import pages
from tests.support.hostile import HOSTILE, Reader, read
from tests.support.reports import names, reports
from tests.support.systems import pipes

OLD = (
    pages.finding(),
    pages.finding("mask-tiny", structures=("spleen",)),
    pages.finding(
        "mask-dtype", structures=("a", "b"), merged=2, message="stored as float32", voxel=None, position_mm=None
    ),
)
MERGED = changed(OLD[2], structures=("a", "b", "c"), merged=3)
NEW = (OLD[0], pages.finding(case="s0001"), MERGED)


def report(findings: Sequence[ReportedFinding]) -> Report:
    """Return a report of findings in three cases."""
    return changed(pages.report(findings), cases=pages.case_ids(3))


def page_of(old: Report, new: Report) -> str:
    """Render the page of a report with an earlier one."""
    since = compare(old, new, Severity.ERROR)
    return html.render(new, replace(pages.material(), since=since))


def test_what_is_new_is_known_by_its_link() -> None:
    """A finding of several masks is partly new if one of them is; old ones are not listed."""
    old, new = report(OLD), report(NEW)
    assert fresh(new, compare(old, new, Severity.ERROR)) == {identity(NEW[1]): True, identity(MERGED): False}
    assert fresh(new, None) == {}


@given(reports(names), reports(names))
def test_whatever_is_new_is_in_the_report(old: Report, new: Report) -> None:
    """Each new finding, whole or partial, links to one in the report."""
    difference = compare(old, new, Severity.ERROR)
    assert fresh(new, difference).keys() <= {identity(finding) for finding in new.findings}
    assert len(summary(new, difference)["news"]) == min(len(difference.new_findings), SHOWN)


def test_what_stands_at_the_top() -> None:
    """Counts by severity, the new ones with their links, and the others folded away."""
    old, new = report(OLD), changed(report(NEW), cases=("s0000", "s0001", "s0009"))
    shown = summary(new, compare(old, new, Severity.ERROR))
    part = changed(MERGED, structures=("c",))
    assert shown == {
        "counts": [(Severity.ERROR, 1, 0, 1), (Severity.WARNING, 1, 1, 1), (Severity.INFO, 0, 0, 0)],
        "facts": [
            ("Last", "published tables (totalsegmentator-v2), 0 cases, by segaudit 0.1.0"),
            ("Cases", "1 added (s0009), 1 gone (s0002)"),
        ],
        "news": [(identity(NEW[1]), NEW[1]), (identity(MERGED), part)],
        "more": 2 - SHOWN,
        "heaps": {"fixed": (OLD[1],)},
        "changes": [],
        "limit": LIMIT,
    }


def test_no_limit_hides_what_is_new() -> None:
    """If there are more findings than the page lists, the new one is listed first."""
    many = tuple(pages.finding(case=f"s{number}") for number in range(LISTED + 5))
    assert newest_first(many, {identity(many[-1]): True})[:2] == (many[-1], many[0])
    assert newest_first(many, {}) == many
    _, data = read(page_of(report(many[:-1]), report(many)))
    assert (len(data["findings"]), data["findings"][0][0]) == (LISTED, identity(many[-1]))


def test_without_a_last_report_nothing_is_reported() -> None:
    """There is no section, and nothing is new."""
    reader, data = read(html.render(pages.report(NEW), pages.material()))
    assert data["fresh"] == {}
    assert "since" not in {attributes.get("id") for _, attributes in reader.elements}


def hostile(severity: Severity, **fields: Any) -> ReportedFinding:  # noqa: ANN401 (any field)
    """Return a finding all of whose texts are hostile."""
    texts: dict[str, Any] = dict.fromkeys(("case", "message"), HOSTILE)
    texts |= dict.fromkeys(("structures", "files"), (HOSTILE,))
    return changed(pages.finding(**(texts | fields)), severity=severity)


def hostile_page() -> str:
    """Render a page with a last report, with hostile texts wherever a text can be."""
    before = [hostile(Severity.ERROR, message=f"{HOSTILE} old", case="s0001"), hostile(Severity.INFO, case="gone")]
    old = changed(report(before), contract=HOSTILE, dataset=HOSTILE, segaudit=HOSTILE, cases=("s0001", HOSTILE * 2))
    row = {"structure": HOSTILE, "occurrence": 1, "volume_ml": {}}
    old = changed(old, statistics={"structures": [row]})
    new = changed(report([hostile(Severity.ERROR)]), cases=("s0001", HOSTILE))
    return page_of(old, changed(new, statistics={"structures": [row | {"occurrence": 2}]}))


def test_a_hostile_report_adds_no_element() -> None:
    """The page has the same elements and attributes as with harmless names."""
    row = {"structure": "liver", "occurrence": 1, "volume_ml": {}}
    old, new = (
        changed(report(found), statistics={"structures": [row | {"occurrence": count}]})
        for found, count in ((OLD, 1), (NEW, 2))
    )
    harmless, other = Reader(page_of(old, new)), Reader(hostile_page())
    assert {tag for tag, _ in other.elements} == {tag for tag, _ in harmless.elements}
    assert {name for _, a in other.elements for name in a} == {name for _, a in harmless.elements for name in a}


def test_a_line_summarises_it() -> None:
    """It gives new findings by severity; rare changes only if there are any."""
    old, new = report(OLD), report(NEW)
    assert in_a_line(compare(old, new, Severity.ERROR)) == "2 new (1 error, 1 warning), 1 fixed, 2 still there"
    assert in_a_line(compare(new, new, Severity.ERROR)) == "0 new, 0 fixed, 3 still there"
    fewer = changed(report((changed(OLD[0], waived="seen"),)), cases=("s0000", "s0009"))
    assert in_a_line(compare(old, fewer, Severity.ERROR)) == (
        "0 new, 2 fixed, 0 still there, 1 newly accepted, 1 case added, 2 cases gone"
    )


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a folder with a dataset, its contract and the report of its audit, after which a mask lost its bytes."""
    write_small(tmp_path)
    monkeypatch.chdir(tmp_path)
    audit()
    (tmp_path / "dataset/s0001/segmentations/liver.nii.gz").write_bytes(b"")
    return tmp_path


def audit(*options: str) -> Result:
    """Audit the dataset; whatever is wrong, no exception may reach the user."""
    result = CliRunner().invoke(main, ["audit", "dataset", "--contract", "contract.toml", "--workers", "1", *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize("last", ["last", "last/report.json", "segaudit-report"])
def test_an_audit_since_the_last_report(here: Path, last: str) -> None:
    """It can be a folder, a file, or the output folder itself; all three formats show changes, and the gate decides."""
    shutil.copytree(here / "segaudit-report", here / "last")
    result = audit("--since", last)
    line = "1 new (1 error), 0 fixed, 0 still there"
    assert (result.exit_code, f"since last     {line}\n" in result.stdout) == (1, True)
    assert f"Since the last report: {line}\n" in Path("segaudit-report/summary.md").read_text()
    _, data = read(Path("segaudit-report/report.html").read_text())
    assert list(data["fresh"].values()) == [True]
    assert audit("--since", last, "--format", "markdown").stdout == Path("segaudit-report/summary.md").read_text()


@pytest.mark.parametrize(
    ("last", "message"),
    [
        ("nowhere", "nowhere: there is no report here; name a report.json, or the output folder that holds one"),
        ("dataset", "dataset: there is no report here"),
        ("contract.toml", "contract.toml: there is no report here"),
        ("stopped", "stopped: holds measurements, but no report.json: its audit did not end"),
        ("odd.json", "odd.json: is no report of segaudit: JSON is malformed"),
        ("gone.json", "gone.json: cannot be read: No such file or directory"),
    ],
)
def test_what_is_no_last_report(here: Path, last: str, message: str) -> None:
    """A message says so before anything is done: the reports of the output folder are still there."""
    (here / "stopped" / "measurements").mkdir(parents=True)
    (here / "odd.json").write_text("not JSON")
    kept = json.loads(Path("segaudit-report/report.json").read_text())
    result = audit("--since", last)
    assert (result.exit_code, message in result.stderr) == (2, True), result.stderr
    assert json.loads(Path("segaudit-report/report.json").read_text()) == kept


@pipes
def test_no_pipe(tmp_path: Path) -> None:
    """Reading one as a report would never end."""
    os.mkfifo(tmp_path / "last.json")
    result = CliRunner().invoke(main, ["audit", str(tmp_path), "--since", str(tmp_path / "last.json")])
    assert (result.exit_code, "last.json: cannot be read: not a regular file" in result.output) == (2, True)
