"""One report in each format, compared byte for byte."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from segaudit.reports import github, machine, phrases, sarif, summary, tables, terminal
from segaudit.reports.write import FILES, write
from tests.support.reports import CHECKS, EXPLANATIONS, FINDINGS, HEALTHY, REPORT, SCHEMA, STATISTICS, printed, trimmed

GOLDEN = Path(__file__).parent / "golden"

FORMS = {
    **{name: "".join(render(REPORT)) for name, render in FILES.items()},
    "findings.sarif": sarif.render(REPORT, EXPLANATIONS),
    "github.txt": github.render(REPORT),
    "healthy.md": summary.render(HEALTHY),
    "healthy.txt": trimmed(printed(HEALTHY, 80)),
    "terminal-80.txt": trimmed(printed(REPORT, 80)),
    "terminal-140.txt": trimmed(printed(REPORT, 140)),
    "normal-80.txt": trimmed(printed(REPORT, 80, "text")),
    "block.txt": trimmed(terminal.block(CHECKS[7], FINDINGS[2:23], 3)),
    "tables.md": tables.markdown(STATISTICS),
    "tables.csv": tables.csv(STATISTICS),
    "tables.json": tables.json(STATISTICS),
}

KEPT = {GOLDEN / name: text for name, text in FORMS.items()} | {
    SCHEMA: msgspec.json.format(msgspec.json.encode(machine.schema()), indent=2).decode() + "\n"
}


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_the_text_is_the_one_that_is_kept(path: Path) -> None:
    """Each format equals its golden file; a missing file is written for review, and the test fails."""
    missing = not path.exists()
    if missing:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(KEPT[path].encode())
    assert path.read_bytes().decode() == KEPT[path]
    assert not missing, f"{path} was not there and is written now: read it, then keep it"


@pytest.mark.parametrize("width", [60, 80, 140])
def test_the_normal_output_is_short(width: int) -> None:
    """However many checks have findings; few findings are all printed, and the quiet output is the verdict."""
    checks = tuple(replace(CHECKS[1], id=f"check-{number}") for number in range(90))
    many = replace(REPORT, checks=checks, findings=tuple(replace(FINDINGS[1], check=check.id) for check in checks))
    many = replace(many, unmeasured=REPORT.unmeasured * 30)
    lines = printed(many, width, "text").splitlines()
    assert len(lines) <= terminal.LINES
    assert any(line.startswith("... and ") and line.endswith("-v lists their findings") for line in lines)
    few = replace(HEALTHY, checks=CHECKS[1:2], findings=FINDINGS[1:2])
    assert printed(few, width, "text") == printed(few, width)
    assert printed(many, 140, "quiet").strip() == phrases.verdict(many)


def test_no_kept_file_is_left_over() -> None:
    """Every golden file is compared with something."""
    assert {path.name for path in GOLDEN.iterdir()} == set(FORMS)


def test_write_replaces_the_files(tmp_path: Path) -> None:
    """Every form is written as it is rendered, over what was there, and nothing else is left behind."""
    folder = tmp_path / "new" / "report"
    write(HEALTHY, folder)
    paths = write(REPORT, folder)
    assert {path.name: path.read_bytes().decode() for path in paths} == {name: FORMS[name] for name in FILES}
    assert sorted(paths) == sorted(folder.iterdir())
