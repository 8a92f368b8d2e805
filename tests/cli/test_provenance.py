"""How a report came about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from segaudit.cli.provenance import command, provenance, took
from segaudit.reports import html
from tests.support import pages


def test_a_command_is_told_without_secrets() -> None:
    """Names, passwords and signatures of URLs are left out, and the rest can be given to a shell again."""
    words = ["audit", "s3://key:secret@host/data", "https://host/a.zip?token=abc", "--output", "my report", "a@b?c"]
    assert command(words) == "segaudit audit s3://host/data https://host/a.zip --output 'my report' 'a@b?c'"


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.4, "0 s"), (59.6, "1 min 0 s"), (125, "2 min 5 s"), (60000, "1,000 min 0 s")]
)
def test_a_duration_is_told_in_minutes(seconds: float, told: str) -> None:
    """And seconds."""
    assert took(seconds) == told


def test_the_page_says_how_it_came_about() -> None:
    """The command, how long it took, and versions."""
    known = provenance()
    assert list(known) == ["Command", "Took", "Versions"]
    page = html.render(pages.report([]), replace(pages.material(), provenance={"Command": "segaudit audit '<b>'"}))
    assert "segaudit audit &#39;&lt;b&gt;&#39;</dd>" in page
