"""An example of a report, its parts, and strategies of others like it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from hypothesis import strategies as st
from msgspec.structs import replace
from rich.console import Console

from segaudit import schemas
from segaudit.model import (
    ChangedLimit,
    CheckResult,
    Counts,
    Outcome,
    Report,
    ReportedFinding,
    Scope,
    Severity,
    Unmeasured,
)
from segaudit.model.judged import Judged
from segaudit.reports import junit, terminal

SCHEMA = Path(schemas.__path__[0]) / "report.schema.json"
HOSTILE = "=cmd|' /C calc'!A0 </failure> `x` [a](b) *b* &lt; \n\x1b[31m\u202e.nii.gz"
STRUCTURES = tuple(f"structure_{number:03}" for number in range(1, 118))
FOLDER = Path("segaudit-report")


def ended(check: str, family: str, severity: Severity, outcome: Outcome, summary: str, **counts: Any) -> CheckResult:  # noqa: ANN401 (any field)
    """Build how a check ended: by default without findings."""
    fields = {"findings": 0, "waived": 0} | counts
    return CheckResult(id=check, family=family, severity=severity, outcome=outcome, summary=summary, **fields)


def finding(check: str, severity: Severity, message: str, **fields: Any) -> ReportedFinding:  # noqa: ANN401 (any field)
    """Build a finding: by default without subject, observed and expected values, and waiver."""
    blank: dict[str, Any] = {"case": "", "structures": (), "files": ()}
    blank |= dict.fromkeys(("observed", "expected", "waived"))
    return ReportedFinding(check=check, severity=severity, message=message, **(blank | fields))


def shifted(case: int) -> ReportedFinding:
    """Build the finding of a mask that lies beside its CT."""
    message = f"the worst corner lies {case - 50}.5 mm from where the CT's affine puts it, expected at most 0.1 mm"
    place = {"case": f"s00{case}", "structures": ("liver",), "files": (f"s00{case}/segmentations/liver.nii.gz",)}
    spot = {"voxel": (80, 91, case), "position_mm": (12.4, -30.0, 1.5 * case)}
    return finding("mask-off-grid", Severity.ERROR, message, **place, **spot, observed=case - 49.5, expected=0.1)


CHECKS = (
    ended("case-unlisted", "layout", Severity.ERROR, Outcome.CLEAN, "A case is not in the metadata."),
    ended("file-unexpected", "layout", Severity.ERROR, Outcome.FOUND, "A file has no place.", findings=1),
    ended("file-corrupt", "integrity", Severity.ERROR, Outcome.FOUND, "A file's stream is damaged.", findings=1),
    ended("meta-missing", "metadata", Severity.ERROR, Outcome.NOT_APPLICABLE, "There is no metadata."),
    ended("meta-vocabulary", "metadata", Severity.WARNING, Outcome.FOUND, "A word is not known.", findings=1),
    ended(
        "affine-nonorthonormal", "geometry", Severity.ERROR, Outcome.COULD_NOT_RUN, "Axes are not at right angles.",
        error="ZeroDivisionError: division by zero (in s0007)",
    ),
    ended("affine-skewed", "geometry", Severity.INFO, Outcome.FOUND, "Axes are nearly at right angles.", findings=1),
    ended(
        "mask-off-grid", "alignment", Severity.ERROR, Outcome.FOUND, "A mask's affine differs from its CT's.",
        findings=21, waived=1,
    ),
    ended("mask-dtype", "labels", Severity.WARNING, Outcome.FOUND, "A mask has another type.", findings=1),
    ended("masks-overlap-large", "labels", Severity.ERROR, Outcome.WAIVED, "Two masks share many voxels.", waived=1),
    ended("published-inconsistent", "published", Severity.WARNING, Outcome.FOUND, "A table is wrong.", findings=1),
)  # fmt: skip

FINDINGS = (
    finding(
        "file-corrupt", Severity.ERROR, "the deflate stream breaks at byte 18,874,368 of 25,165,824",
        case="s0864", files=("s0864/ct.nii.gz",), observed=18874368, expected=25165824,
    ),
    finding(
        "file-unexpected", Severity.ERROR, "no structure of the contract has this name",
        case="s0004", files=(f"s0004/{HOSTILE}",),
    ),
    *map(shifted, range(51, 72)),
    replace(shifted(99), waived="rounding of an old exporter"),
    finding(
        "masks-overlap-large", Severity.ERROR, "they share 12.3 % of the smaller one, expected at most 10 %",
        case="s0327", structures=("heart", "inferior_vena_cava"), observed=0.123, expected=0.1,
        waived="the heart has a rim",
    ),
    finding(
        "mask-dtype", Severity.WARNING, "float64, expected uint8",
        case="s0327", structures=STRUCTURES, merged=117, observed="float64", expected="uint8",
    ),
    finding(
        "meta-vocabulary", Severity.WARNING, "study_type is 'ct thorax ', expected one of 16 study types",
        case="s0012", files=("meta.csv",), observed="ct thorax ",
    ),
    finding(
        "published-inconsistent", Severity.WARNING, "presence rate 82.92 %, expected 74.81 % for 900 of 1,203 images",
        structures=("lung_lower_lobe_left",), observed=82.92, expected=74.81,
    ),
    finding(
        "affine-skewed", Severity.INFO, "max |R'R - I| is 6.1e-05",
        case="s0327", structures=STRUCTURES, merged=117, observed=6.1e-05, expected=1e-05,
    ),
)  # fmt: skip

UNDEFINED = {"present": dict.fromkeys(("mean", "median", "std", "min", "max"))}
SPLEEN = {"present": {"mean": 176.338, "median": 160.0, "std": 98.5, "min": 0.5, "max": 2542.37}}
STATISTICS = {
    "facts": {"images": 1228, "images_measured": 1227, "train": 1082, "@": 1, "structures": 117, "slices": 312_400},
    "resolution": [
        {"statistic": "min", "spacing_mm": [1.5, 1.5, 1.5], "size": [47.0, 48.0, 29.0]},
        {"statistic": "median", "spacing_mm": [1.5, 1.5, 1.5], "size": [241.5, 231.0, 231.0]},
        {"statistic": "max", "spacing_mm": [1.5, 1.5, None], "size": [499.0, 430.0, 1051.0]},
    ],
    "structures": [
        {"label": 1, "structure": "spleen", "occurrence": 870, "presence_rate": 70.9046, "volume_ml": SPLEEN},
        {"label": 2, "structure": "a|b", "occurrence": 0, "presence_rate": None, "volume_ml": UNDEFINED},
    ],
}  # fmt: skip

REPORT = Report(
    segaudit="0.1.0",
    format=2,
    contract="totalsegmentator-v2",
    dataset="Totalsegmentator_dataset_v201",
    gate=Severity.ERROR,
    counts=Counts(cases=1228, files=144_903, masks=143_676, error=23, warning=3, info=1, waived=2),
    checks=CHECKS,
    findings=FINDINGS,
    unmeasured=(Unmeasured(case="s0100", error="PermissionError: s0100/ct.nii.gz: permission denied"),),
    statistics=STATISTICS,
    anatomy=Judged(structures=117, judged=115, others=("a|b", "tumour")),
    limits=(
        ChangedLimit(
            check="masks-overlap-large", limit="share", value=0.1, default=0.3, unit="share", reason="a|b: <thin> parts"
        ),
        ChangedLimit(
            check="affine-skewed", limit="severity", value="info", default="warning", unit="", reason="ITK reads it"
        ),
    ),
)
HEALTHY = replace(
    REPORT,
    counts=replace(REPORT.counts, error=0, warning=0, info=0, waived=0),
    checks=CHECKS[:1],
    findings=(),
    unmeasured=(),
    limits=(),
)

WHOLE = Scope(checks=98, checks_in_all=98, cases=1228, cases_in_all=1228)
PARTIAL = replace(HEALTHY, scope=replace(WHOLE, checks=8, cases=1, select=("metadata",), case_glob="s0300"))


def printed(report: Report, width: int, level: terminal.Level = "verbose", *, colour: bool = False) -> str:
    """Print a report on a console of a width."""
    console = Console(width=width, color_system="standard" if colour else None, force_terminal=colour)
    with console.capture() as capture:
        console.print(terminal.render(report, FOLDER, level=level))
    return capture.get()


def trimmed(text: str) -> str:
    """Leave out the blanks that end a line: no kept file has any."""
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def xml(report: Report) -> ET.Element:
    """Read back the JUnit report."""
    return ET.fromstring(junit.render(report))  # noqa: S314 (written a line above)


EXPLANATIONS = {
    "mask-off-grid": "A mask's affine differs from its CT's.\n\nWhy it matters: the mask lies beside the organ."
}


# What a dataset can bring: any text in any field, lone surrogates (bytes of a name that are not UTF-8) among it.

texts = st.text(max_size=20) | st.sampled_from([HOSTILE, "a, b, c, d", "'", "|", "\\", "-1024"])
names = texts | st.text(st.characters(), max_size=20)
numbers = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)


def _counted(finding: ReportedFinding) -> ReportedFinding:
    """Return a finding that stands for as many as it names, or is a part of one that does."""
    return replace(finding, merged=max(finding.merged, len(finding.names)) if finding.merged and finding.names else 0)


@st.composite
def reports(draw: st.DrawFn, text: st.SearchStrategy[str]) -> Report:
    """Draw the example with another dataset, gate, findings and cases that could not be measured."""
    values = st.none() | text | numbers
    fields: dict[str, Any] = {"case": text, "message": text, "merged": st.integers(0, 4), "with_ct": st.booleans()}
    fields |= dict.fromkeys(("structures", "files"), st.lists(text.filter(bool), max_size=4).map(tuple))
    fields |= {"observed": values, "expected": values, "waived": st.none() | text}
    checks = st.sampled_from([check.id for check in CHECKS])
    found = draw(
        st.lists(st.builds(ReportedFinding, check=checks, severity=st.just(Severity.ERROR), **fields), max_size=6)
    )
    unmeasured = draw(st.lists(st.builds(Unmeasured, case=text, error=text), max_size=2))
    return replace(
        REPORT,
        dataset=draw(text),
        gate=draw(st.sampled_from([Severity.ERROR, Severity.WARNING])),
        findings=tuple(sorted(map(_counted, found), key=lambda finding: (finding.check, finding.case))),
        unmeasured=tuple(unmeasured),
    )
