"""What becomes of decisions: the command's summary, waivers that an audit takes, the list for annotators."""

from __future__ import annotations

import csv
import io
import json
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from msgspec.structs import replace

from segaudit.compare import loading
from segaudit.judging import waivers as waiver_files
from segaudit.model import CaseFiles, Report, Severity
from segaudit.model.decision import Decisions, Verdict
from segaudit.places import located
from segaudit.reports.ranking import ranked
from segaudit.reports.write import write
from segaudit.review import outcome
from segaudit.review.journal import Journal
from segaudit.review.opening import opened
from segaudit.review.queue import partners
from segaudit.testing.small import write_small
from tests.support import pages
from tests.support.commands import run
from tests.support.converted import as_nnunet
from tests.support.reviewed import DAY, decision

RIGHT, FALSE = Verdict.RIGHT, Verdict.FALSE_ALARM


def decide(folder: Path, *verdicts: tuple[str, Verdict]) -> Report:
    """Decide on the findings of some checks; return the report."""
    report, journal = loading.load(folder / "report" / "report.json"), Journal(folder / "report" / "decisions.jsonl")
    for check, verdict in verdicts:
        for finding in ranked(report.findings):
            if finding.check == check:
                journal.add(decision(finding, verdict, comment="a [b], ö"))
    return report


def test_false_alarms_become_waivers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next audit takes them: none is needless, and what was waived is no finding any more."""
    monkeypatch.chdir(folder)
    decide(folder, ("masks-overlap-large", FALSE), ("mask-missing", FALSE), ("file-truncated", RIGHT))
    assert run("review", "dataset", "-o", "report", "--summary").exit_code == 0
    [pair, single] = waiver_files.load(Path("report/review/waivers.toml"))
    assert (pair.case, pair.structure) == ("s0000", "liver, spleen")
    assert (single.case, single.structure) == ("s0002", "spleen")
    day = DAY.astimezone().date()
    assert (pair.reason, pair.until) == (f"a [b], ö (false alarm, ann, {day})", day + outcome.VALID)
    audit = ("audit", "dataset", "--contract", "contract.toml", "-o", "report")
    run(*audit, "--waivers", "report/review/waivers.toml")
    found = {finding.check: finding.waived for finding in loading.load(Path("report/report.json")).findings}
    assert found["masks-overlap-large"] == pair.reason
    assert found["file-truncated"] is None
    assert not {"waiver-needless", "waiver-unknown", "waiver-lapsed"} & found.keys()
    run("review", "dataset", "-o", "report", "--summary")  # what is waived keeps its waiver
    assert waiver_files.load(Path("report/review/waivers.toml")) == (pair, single)


def test_the_reports_say_how_often_checks_were_right(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next audit has the table; decisions that cannot be read cost no report."""
    monkeypatch.chdir(folder)
    decide(folder, ("masks-overlap-large", RIGHT))
    audit = ("audit", "dataset", "--contract", "contract.toml", "-o", "report")
    assert run(*audit).exit_code == 1
    assert "| masks-overlap-large | 1 | 0 | 0 | 0 | 100.0 (20.7 to 100.0) |" in Path("report/summary.md").read_text()
    page = Path("report/report.html").read_text(encoding="utf-8")
    assert '<th scope="row">masks-overlap-large</th><td class="number">1</td>' in page
    Path("report/decisions.jsonl").write_text('{"version": 2}\n', encoding="utf-8")
    assert run(*audit).exit_code == 1
    assert "is an entry of version 2" in Path("report/report.html").read_text(encoding="utf-8")
    assert "How often" not in Path("report/summary.md").read_text(encoding="utf-8")


def test_disputed_findings_are_neither(folder: Path) -> None:
    """They are no waiver and not for annotators; nor is what is found no more."""
    report = decide(folder, ("masks-overlap-large", FALSE), ("mask-missing", RIGHT))
    journal = Journal(folder / "report" / "decisions.jsonl")
    for finding in ranked(report.findings):
        if finding.check in ("masks-overlap-large", "mask-missing"):
            opposite = RIGHT if finding.check == "masks-overlap-large" else FALSE
            journal.add(decision(finding, opposite, "bob"))
    journal.add(decision(pages.finding("mask-tiny", case="s0002"), FALSE))
    assert outcome.waivers(report, journal.decisions) == ()
    assert len(outcome.worklist(report, journal.decisions, {}).splitlines()) == 1


def test_a_merged_finding_has_a_waiver_for_each_structure() -> None:
    """As ``segaudit baseline`` writes them, so that none hides later findings; names with brackets are themselves."""
    merged = pages.finding("mask-dtype", case="s[1]", structures=("aorta", "liver"), merged=2)
    report = pages.report([merged])
    found = outcome.waivers(report, Decisions([decision(merged, FALSE)]))
    assert [(waiver.case, waiver.structure) for waiver in found] == [("s[[]1]", "aorta"), ("s[[]1]", "liver")]


@pytest.mark.parametrize(
    ("checks", "note"), [(20, []), (21, ["... and 1 more check"]), (22, ["... and 2 more checks"])]
)
def test_the_printed_table_is_short(checks: int, note: list[str]) -> None:
    """It has the checks with most false alarms first, and says how many it leaves out."""
    found = pages.finding("mask-tiny")
    made = [decision(replace(found, check=f"check-{number:02}"), RIGHT) for number in range(checks - 1)]
    header, first, *others = outcome.table(Decisions([*made, decision(found, FALSE)]))
    assert header.split()[0] == "check"
    assert first.split()[:3] == ["mask-tiny", "0", "1"]
    assert others[:2] == [other for other in others if other.split()[0] in {"check-00", "check-01"}]
    assert others[19:] == note


def test_the_list_for_annotators() -> None:
    """A row for each finding that is right, by case, with the masks' paths, the place, and who said so last."""
    late, early = pages.finding(case="s0002"), pages.finding("masks-overlap", case="s0001", structures=("a", "b"))
    made = [decision(late, RIGHT), decision(early, RIGHT, "bob", comment="=x"), decision(late, RIGHT, "cyd")]
    files = {"s0001": CaseFiles(case="s0001", folder="s0001", ct="ct", masks={"a": "A", "b": "B"})}
    rows = list(csv.DictReader(io.StringIO(outcome.worklist(pages.report([late, early]), Decisions(made), files))))
    assert [(row["case"], row["structure"], row["who"], row["comment"]) for row in rows] == [
        ("s0001", "a, b", "bob", "'=x"),
        ("s0002", "liver", "cyd", ""),
    ]
    assert [rows[0][name] for name in ("ct", "mask_1", "mask_2", "x_ras_mm", "x_lps_mm", "voxel_k")] == [
        *("ct", "A", "B", "12.4", "-12.4", "210")
    ]


def test_the_summary(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says how much is decided, how often each check was right, what could not be read, and what was written."""
    monkeypatch.chdir(folder)
    report = decide(folder, ("masks-overlap-large", RIGHT), ("mask-missing", FALSE))
    with Path("report/decisions.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"kind":"dec')
    result = run("review", "dataset", "-o", "report", "--summary")
    number = len(ranked(report.findings))
    assert result.stderr == "report/decisions.jsonl: 1 line (number 3) cut off or damaged; all other lines count\n"
    assert result.stdout.splitlines() == [
        f"Findings about cases: 2 of {number} decided: 1 right, 1 false alarm.",
        "check                right  false alarms  unsure  disputed  precision, % (95 % interval)",
        "mask-missing             0             1       0         0             0.0 (0.0 to 79.3)",
        "masks-overlap-large      1             0       0         0         100.0 (20.7 to 100.0)",
        "report/review/waivers.toml: 1 waiver for the next audit",
        "report/review/reannotate.csv: 1 finding for annotators",
        "report/review/exclude.txt: 1 case to leave out",
        "report/review/precision.csv: how often 2 checks were right",
    ]


def test_cases_to_leave_out(tmp_path: Path) -> None:
    """Those with an error that is right; a warning that is right is no reason, nor is a false alarm."""
    error, false = pages.finding(case="s0002"), pages.finding(case="s0003")
    other, warning = pages.finding("masks-overlap", case="s0001"), pages.finding("mask-dtype", case="s0004")
    assert (error.severity, warning.severity) == ("error", "warning")
    made = [decision(error, RIGHT), decision(other, RIGHT), decision(false, FALSE), decision(warning, RIGHT)]
    report = pages.report([error, replace(other, severity=Severity.ERROR), false, warning])
    list(outcome.write(report, Decisions(made), {}, tmp_path))
    assert (tmp_path / "review" / "exclude.txt").read_text() == "s0001\ns0002\n"


def test_what_cannot_be_reviewed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No report, a dataset that is elsewhere or another one, a folder inside of it, decisions of another version."""
    monkeypatch.chdir(folder)
    assert run("review", "dataset").stderr == (
        "Error: segaudit-report: there is no report.json to review; "
        "first: segaudit audit dataset --output segaudit-report\n"
    )
    assert "lies inside the dataset" in run("review", "dataset", "-o", "dataset/out").stderr
    Path("report/decisions.jsonl").write_text('{"version": 9}\n', encoding="utf-8")
    assert "is an entry of version 9" in run("review", "dataset", "-o", "report").stderr
    for number in range(3):
        Path(f"dataset/s000{number}").rename(f"dataset/s100{number}")
    moved = run("review", "dataset", "-o", "report")
    assert (moved.exit_code, "holds none of the 3 cases of report/report.json" in moved.stderr) == (2, True)
    assert "there are s1000 to s1002" in moved.stderr
    shutil.rmtree("dataset")
    assert run("review", "dataset", "-o", "report").exit_code == 2


def test_partners_are_named_by_the_message() -> None:
    """Whole names of masks of the case, but not those that the finding is about anyway."""
    finding = pages.finding(structures=("liver",), message="in spleen: liver, not stomach2; colon, colon, aorta_wall")
    assert partners(finding, ("aorta", "colon", "liver", "spleen", "stomach")) == ["spleen", "colon"]


def test_a_label_map_is_reviewed(tmp_path: Path) -> None:
    """In nnU-Net's layout, where all masks of a case are in one file: the structure that is meant is outlined."""
    root, _ = write_small(tmp_path)
    arranged = as_nnunet(root, tmp_path / "Dataset001")
    finding = pages.finding(case="s0001", structures=("spleen",), position_mm=None, voxel=None)
    write(pages.report([finding]), tmp_path / "report")
    review = opened(located(arranged), tmp_path / "report").review
    view = review.view(0)
    assert ([structure["name"] for structure in view["structures"]], view["notes"]) == (["spleen"], [])
    [axial, *_] = view["planes"]
    assert review.slice(0, "axial", axial["start"]) != review.slice(0, "axial", axial["start"], outlines=False)


def test_files_are_found_by_the_names_of_the_report(folder: Path) -> None:
    """Whatever the letter case of the files, and whichever contract was audited against."""
    masks = folder / "dataset" / "s0000" / "segmentations"
    (masks / "liver.nii.gz").rename(masks / "LEBER.nii.gz")
    report = (folder / "report" / "report.json").read_text(encoding="utf-8")
    (folder / "report" / "report.json").write_text(report.replace('"liver"', '"Leber"'), encoding="utf-8")
    review = opened(located(folder / "dataset"), folder / "report").review
    [number] = (n for n, finding in enumerate(review.queue.findings) if finding.check == "masks-overlap-large")
    assert review.view(number)["notes"] == []


def test_an_archive_is_reviewed_like_its_folder(folder: Path) -> None:
    """The slices are the same bytes."""
    with zipfile.ZipFile(folder / "dataset.zip", "w") as archive:
        for path in sorted((folder / "dataset").rglob("*")):
            archive.write(path, path.relative_to(folder))
    reviews = [opened(located(folder / name), folder / "report").review for name in ("dataset", "dataset.zip")]
    for number in range(len(reviews[0].queue.findings)):
        views = [review.view(number) for review in reviews]
        assert views[0] == views[1]
        starts = [(plane["name"], plane["start"]) for plane in views[0]["planes"]]
        assert all(reviews[0].slice(number, *start) == reviews[1].slice(number, *start) for start in starts)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to another process there")
def test_the_command_serves_until_ctrl_c(folder: Path) -> None:
    """It prints the address, ends with 0, and writes what was decided."""
    decide(folder, ("mask-missing", RIGHT))
    command = [sys.executable, "-m", "segaudit", "review", "dataset", "-o", "report", "--no-browser"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert (process.returncode, "decided: 1 right. http://127.0.0.1:" in first) == (0, True)
    assert "report/review/reannotate.csv: 1 finding for annotators" in rest
    lines = (folder / "report" / "decisions.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["verdict"] for line in lines] == ["right"]
