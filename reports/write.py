"""Write the reports of an audit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from segaudit.model import Report
from segaudit.model.whole import write_together, write_whole
from segaudit.reports import exclude, findings_csv, junit, machine, markups, summary

Renderers = Mapping[str, Callable[[Report], str | Iterator[str]]]
"""Functions that render a report, as a text or in parts, by file name."""

FILES: Renderers = {
    "report.json": machine.parts,
    "junit.xml": junit.parts,
    "summary.md": summary.render,
    "findings.csv": findings_csv.parts,
    exclude.NAME: exclude.render,
}


def write(report: Report, folder: Path, renderers: Renderers = FILES) -> tuple[Path, ...]:
    """Write the report in each format, and return the files.

    They are replaced, each atomically, only after all are rendered, so that nobody ever reads half of one.

    Raises:
        OSError: the folder or a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return write_together({folder / name: _encoded(render, report) for name, render in renderers.items()})


def _encoded(render: Callable[[Report], str | Iterator[str]], report: Report) -> Iterator[bytes]:
    """Yield a rendered report, part by part; it is rendered when the first one is asked for."""
    text = render(report)
    for part in [text] if isinstance(text, str) else text:
        yield part.encode()


def write_markups(report: Report, folder: Path) -> None:
    """Write the point list of each case into a folder, and remove those of cases that have none any more.

    Raises:
        OSError: the folder or a file cannot be written.
    """
    written = set[str]()
    for name, text in markups.files(report):
        folder.mkdir(parents=True, exist_ok=True)
        written.add(write_whole(folder / name, text.encode()).name)
    for path in folder.glob(f"*{markups.ENDING}"):
        if path.name not in written:
            path.unlink(missing_ok=True)
