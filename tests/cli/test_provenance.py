"""The provenance of a report."""

from __future__ import annotations

from dataclasses import replace

import pytest

from segaudit.cli.provenance import command, provenance, took
from segaudit.reports import html
from tests.support import pages


def test_a_command_is_shown_without_secrets() -> None:
    """Names, passwords and signatures of URLs are left out, and the rest can be given to a shell again."""
    words = ["audit", "s3://key:secret@host/data", "https://host/a.zip?token=abc", "--output", "my report", "a@b?c"]
    assert command(words) == "segaudit audit s3://host/data https://host/a.zip --output 'my report' 'a@b?c'"


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.4, "0 s"), (59.6, "1 min 0 s"), (125, "2 min 5 s"), (60000, "1,000 min 0 s")]
)
def test_a_duration_is_shown_in_minutes(seconds: float, shown: str) -> None:
    """In minutes and seconds."""
    assert took(seconds) == shown


def test_the_page_says_how_it_came_about() -> None:
    """The page has the command, how long it took, and versions."""
    known = provenance()
    assert list(known) == ["Command", "Took", "Versions"]
    page = html.render(pages.report([]), replace(pages.material(), provenance={"Command": "segaudit audit '<b>'"}))
    assert "segaudit audit &#39;&lt;b&gt;&#39;</dd>" in page
