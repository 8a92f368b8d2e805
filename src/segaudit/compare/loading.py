"""Load reports of earlier audits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from segaudit.compare import format_1
from segaudit.compare.statistics import statistics
from segaudit.model import Report
from segaudit.model.errors import ReportError
from segaudit.model.regular import must_be_regular
from segaudit.model.report import FORMAT

NAME = "report.json"


class _Form(msgspec.Struct):
    """The fields that identify a report and its format."""

    segaudit: str
    format: int


def report_at(path: str) -> Path | None:
    """Return the report at a path: a JSON file, or the report in an output folder; None for anything else.

    Raises:
        ReportError: the path is an output folder without a report.
    """
    folder = Path(path)
    if folder.suffix == ".json":
        return folder
    if (folder / NAME).is_file():
        return folder / NAME
    if (folder / "measurements").is_dir():
        raise ReportError(f"{path}: holds measurements, but no {NAME}: its audit did not end; run it again")
    return None


def last(path: str) -> Report:
    """Read the report at a path.

    Raises:
        ReportError: there is none, or it cannot be read.
    """
    written = report_at(path)
    if written is None:
        raise ReportError(f"{path}: there is no report here; name a {NAME}, or the output folder that holds one")
    return load(written)


def load(path: Path) -> Report:
    """Read a report.

    Raises:
        ReportError: it cannot be read, is not a report, or has a newer format than this version supports.
    """
    try:
        must_be_regular(path)
        content = path.read_bytes()
        form = msgspec.json.decode(content, type=_Form)
        if form.format in (1, FORMAT):
            return _decoded(content, form.format)
    except OSError as error:
        raise ReportError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ReportError(f"{path}: is no report of segaudit: {error}") from error
    raise ReportError(
        f"{path}: is a report of format {form.format}, written by segaudit {form.segaudit}; "
        f"expected format {FORMAT} or 1: audit its dataset again with this version"
    )


def _decoded(content: bytes, form: int) -> Report:
    """Return the report.

    Raises:
        msgspec.DecodeError: it has another format than it states, or findings of a check that it does not list.
    """
    plain = msgspec.json.decode(content, type=dict[str, Any])
    report = msgspec.convert(format_1.converted(plain) if form == 1 else plain, Report)
    statistics(report)
    if unlisted := {finding.check for finding in report.findings} - {check.id for check in report.checks}:
        raise msgspec.ValidationError(f"it has findings of {min(unlisted)}, but does not list this check")
    return report
