"""Write the reports of an audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from segaudit.model import Report
from segaudit.model.whole import write_whole
from segaudit.reports import exclude, findings_csv, junit, machine, markups, summary

Renderers = Mapping[str, Callable[[Report], str]]
"""Functions that render a report, by file name."""

FILES: Renderers = {
    "report.json": machine.render,
    "junit.xml": junit.render,
    "summary.md": summary.render,
    "findings.csv": findings_csv.render,
    exclude.NAME: exclude.render,
}


def write(report: Report, folder: Path, renderers: Renderers = FILES) -> tuple[Path, ...]:
    """Write the report in each format, and return the files.

    Each file is replaced atomically, and only after all are rendered, so that nobody ever reads half of one.

    Raises:
        OSError: the folder or a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts = {name: render(report) for name, render in renderers.items()}
    return tuple(write_whole(folder / name, text.encode()) for name, text in texts.items())


def write_markups(report: Report, folder: Path) -> None:
    """Write the point list of each case into a folder, and remove those of cases that have none any more.

    Raises:
        OSError: the folder or a file cannot be written.
    """
    texts = markups.files(report)
    if texts:
        folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        write_whole(folder / name, text.encode())
    for path in folder.glob(f"*{markups.ENDING}"):
        if path.name not in texts:
            path.unlink(missing_ok=True)
