"""Size of ``report.html``, and the time to its first paint: ``python benchmarks/page.py [MASKS] [CASES ...]``.

The dataset is made: measurements at random, and findings of thirty checks, each in a tenth of the cases. The page has
no pictures, which add 3 to 6 MB at most. It is opened in Chromium (``playwright``), three times.
"""

from __future__ import annotations

import datetime as dt
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from playwright.sync_api import Browser, sync_playwright

from segaudit import catalogue
from segaudit.contracts import load
from segaudit.model import CheckResult, Counts, Dataset, Outcome, Report, ReportedFinding, Severity
from segaudit.model.dataset import CASE_COLUMNS, MASK_COLUMNS
from segaudit.model.report import FORMAT
from segaudit.reports import html
from segaudit.reports.page.material import Material

CASES = (5000, 20_000, 50_000)
MASKS = 117
CHECKS, SHARE = 30, 10
ROUNDS = 3
CONTRACT = load("totalsegmentator-v2")
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
READY = "performance.timing.domComplete - performance.timing.navigationStart"


def dataset(cases: int, masks: int) -> Dataset:
    """Return measurements at random."""
    random, names = np.random.default_rng(0), tuple(f"s{number:05}" for number in range(cases))
    structures = CONTRACT.structures[:masks]
    numbers = random.lognormal(3, 1, (cases, len(CASE_COLUMNS)))
    of_cases = pd.DataFrame(numbers, columns=list(CASE_COLUMNS)).assign(case=names, ct_whole=True)
    numbers = random.lognormal(3, 1, (cases * len(structures), len(MASK_COLUMNS)))
    of_masks = pd.DataFrame(numbers, columns=list(MASK_COLUMNS)).assign(
        case=np.repeat(names, len(structures)),
        structure=np.tile([structure.name for structure in structures], cases),
        whole=True,
        cut=random.random(len(numbers)) < 0.2,  # noqa: PLR2004 (a fifth)
        components=1,
    )
    return Dataset(root="/data/dataset", folders=names, cases=of_cases, masks=of_masks)


def report(made: Dataset) -> Report:
    """Return a report with findings of some checks."""
    checks = [check for family in catalogue.families().values() for check in family][:CHECKS]
    findings = tuple(
        ReportedFinding(
            check=check.id,
            severity=check.severity,
            case=case,
            structures=("liver",),
            files=(f"{case}/segmentations/liver.nii.gz",),
            message=f"the worst corner lies {number % 97 / 10} mm off, expected at most 0.1 mm",
            observed=number,
            expected=0,
            waived=None,
            voxel=(1, 2, 3),
            position_mm=(1.5, 2.5, 3.5),
        )
        for check in sorted(checks, key=lambda check: check.severity.rank)
        for number, case in enumerate(made.folders[check.severity.rank % SHARE :: SHARE])
    )
    each = len(made.folders) // SHARE
    results = (
        CheckResult(
            id=check.id,
            severity=check.severity,
            family=check.family,
            outcome=Outcome.FOUND,
            findings=each,
            waived=0,
            summary=check.summary,
        )
        for check in checks
    )
    graded = {severity.value: sum(f.severity is severity for f in findings) for severity in Severity}
    counts = Counts(cases=len(made.folders), files=len(made.masks), masks=len(made.masks), waived=0, **graded)
    return Report(
        segaudit="0",
        format=FORMAT,
        contract=CONTRACT.name,
        dataset=made.root,
        gate=Severity.ERROR,
        counts=counts,
        checks=tuple(results),
        findings=findings,
        unmeasured=(),
        statistics={},
        cases=made.folders,
    )


def opened(browser: Browser, page: Path) -> tuple[float, float]:
    """Return the seconds to the first paint, and until all is drawn."""
    tab = browser.new_page()
    tab.goto(page.as_uri())
    tab.wait_for_function(f"{PAINT} && {READY} > 0")
    times = tab.evaluate(PAINT), tab.evaluate(READY)
    tab.close()
    return times[0] / 1000, times[1] / 1000


def rows(masks: int, counts: tuple[int, ...]) -> Iterator[str]:
    """Yield a row of the table for each number of cases."""
    explanations = {check.id: check.explanation for family in catalogue.families().values() for check in family}
    with sync_playwright() as played, TemporaryDirectory() as folder:
        browser, page = played.chromium.launch(executable_path=shutil.which("chromium")), Path(folder, "report.html")
        for cases in counts:
            made = dataset(cases, masks)
            material = Material(contract=CONTRACT, explanations=explanations, date=dt.date(2026, 1, 1), dataset=made)
            start = time.process_time()
            page.write_text(html.render(report(made), material), encoding="utf-8")
            spent = time.process_time() - start
            paint, ready = (
                median(times) for times in zip(*(opened(browser, page) for _ in range(ROUNDS)), strict=True)
            )
            size = page.stat().st_size / 1e6
            yield f"| {cases:,} | {masks} | {spent:.1f} | {size:.1f} | {paint:.2f} | {ready:.2f} |"


def main(masks: int = MASKS, *counts: int) -> None:
    """Print a table, row by row."""
    print("| cases | masks of each | rendering, CPU s | MB | first paint, s | drawn, s |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    for row in rows(masks, counts or CASES):
        print(row, flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
