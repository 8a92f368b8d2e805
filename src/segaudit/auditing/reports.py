"""Write the reports of an audit, including the page, whose pictures are drawn from the dataset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from segaudit.auditing.gallery import Gallery
from segaudit.auditing.session import Audit
from segaudit.executors.base import Progress
from segaudit.executors.processes import ProcessExecutor
from segaudit.judging import waivers
from segaudit.model.decision import Decisions
from segaudit.model.difference import Difference
from segaudit.model.errors import InputError, os_error_text
from segaudit.reports import breakdown, html, review, sarif, summary
from segaudit.reports.difference.phrases import since as changes
from segaudit.reports.page.material import Material
from segaudit.reports.write import FILES, Renderers, write, write_markups
from segaudit.review import journal as journals


def write_reports(  # noqa: PLR0913 (the page needs more than the audit)
    audit: Audit,
    folder: Path,
    *,
    since: Difference | None = None,
    workers: int | None = None,
    progress: Progress = lambda things, _: things,
    provenance: Mapping[str, str] | None = None,
) -> Counter[tuple[str, str]]:
    """Write the reports of an audit into a folder; return how many pictures could not be drawn, by case and reason.

    Args:
        audit: what to report.
        folder: where to write them.
        since: the difference from the last report.
        workers: processes that draw; one for each processor if None.
        progress: shows the progress of drawing.
        provenance: the command, its duration and versions, by name.

    Raises:
        OSError: the folder or a file cannot be written.
    """
    explanations = {check_run.check.id: check_run.check.explanation for check_run in audit.check_runs}
    gallery = Gallery(audit.target, folder / "measurements" / "pictures", ProcessExecutor(workers), progress)
    decisions, note = _decisions(folder)
    material = Material(
        contract=audit.target.contract,
        explanations=explanations,
        date=waivers.today(),
        dataset=audit.dataset,
        since=since,
        draw=gallery.draw,
        files={files.case: files for files in audit.target.listing.cases},
        provenance=provenance or {},
        decisions=decisions,
        review_note=note,
    )
    more: Renderers = {
        "summary.md": partial(summary.render, changed=changes(since) if since else "", decisions=decisions),
        "report.html": partial(html.render, material=material),
        "findings.sarif": partial(sarif.parts, explanations=explanations),
        "review.csv": partial(review.parts, material=material, picture=gallery.path),  # after the page drew pictures
        "breakdown.csv": partial(breakdown.csv, dataset=audit.dataset),
    }
    write(audit.report, folder, {**FILES, **more})
    write_markups(audit.report, folder / "markups")
    gallery.tidy()
    return gallery.failures


def _decisions(folder: Path) -> tuple[Decisions, str]:
    """Return what people decided about findings of earlier audits into a folder, and what of it cannot be read.

    A file that cannot be read is no reason to lose the reports of an audit.
    """
    try:
        journal = journals.load(folder)
    except InputError as error:
        return Decisions(), str(error)
    except OSError as error:
        return Decisions(), os_error_text(error)
    return journal.decisions, journal.note
