"""The page: what it is made of, and that nothing in a dataset becomes a part of it."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as changed

from segaudit.model import Unmeasured
from segaudit.reports import html
from segaudit.reports.page import bundle
from segaudit.reports.page.explained import sections
from segaudit.reports.page.payload import encoded
from segaudit.reports.write import FILES, write
from tests.support import pages
from tests.support.hostile import HOSTILE, Reader, hostile_page, read


def test_sections_are_separated_by_their_titles() -> None:
    """A section is one line of text, however many it has in the docstring."""
    text = "A mask is a speck.\n\nWhy it matters: it\n    is: noise.\nWhat to do: look.\n"
    assert sections(text) == {"Why it matters": "it is: noise.", "What to do": "look."}


def test_every_check_says_what_to_do() -> None:
    """The page shows it beside each finding."""
    silent = [check.id for check in pages.checks().values() if not sections(check.explanation).get("What to do")]
    assert silent == []


@given(
    st.recursive(
        st.text() | st.integers(-(2**31), 2**31) | st.none(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=5,
    )
)
def test_data_hold_nothing_that_ends_their_element(data: object) -> None:
    """What is encoded has no character that HTML or an old JavaScript reads as its own, and means the same."""
    text = encoded(data)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == data


def test_numbers_that_are_not_finite_become_null() -> None:
    """JSON has no others."""
    assert encoded([float("nan"), float("inf"), 1.5]) == "[null,null,1.5]"


def test_a_hostile_dataset_adds_no_element() -> None:
    """The page has the elements that it has without it, but for rows of its tables and terms of its lists."""
    kinds = {tag for tag, _ in Reader(hostile_page()).elements}
    dataset = pages.dataset(3)
    report = changed(pages.report([], dataset), unmeasured=(Unmeasured(case="s0001", error="gone"),))
    assert kinds == {tag for tag, _ in Reader(html.render(report, pages.material(dataset))).elements}
    assert "img" not in kinds


def test_a_hostile_text_is_shown_as_it_is() -> None:
    """It arrives in the data, with escapes for what does not print, and is no template of Jinja."""
    _, data = read(hostile_page())
    shown = HOSTILE.replace("\u2028", "\\u2028").replace("\x1b", "\\x1b")
    assert data["texts"].count(shown) == 1
    assert data["measured"]["cases"].count(shown) == 1


def test_only_its_own_scripts_and_styles_run() -> None:
    """The policy has the digests of exactly the page's styles and scripts, and allows no request."""
    reader = Reader(html.render(pages.report([]), pages.material()))
    policy = next(a["content"] for tag, a in reader.elements if a.get("http-equiv") == "Content-Security-Policy")
    digest = {
        name: base64.b64encode(hashlib.sha256(reader.texts[name].encode()).digest()).decode()
        for name in ("module", "style")
    }
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{digest['module']}'; style-src 'sha256-{digest['style']}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def test_the_page_names_no_other_file() -> None:
    """No attribute leads out of it."""
    reader = Reader(html.render(pages.report([]), pages.material()))
    links = {
        value for _, attributes in reader.elements for name, value in attributes.items() if name in {"src", "href"}
    }
    assert {link for link in links if link is None or not link.startswith("#")} == set()


def test_the_script_has_no_way_to_make_markup_of_text() -> None:
    """The modules add text as text nodes alone."""
    for sink in (
        "innerHTML",
        "outerHTML =",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "import ",
    ):
        assert sink not in bundle.script()


def test_without_a_dataset_there_are_findings_alone() -> None:
    """As for the published tables on their own."""
    _, data = read(html.render(pages.report([pages.finding()]), pages.material()))
    assert (data["measured"], len(data["findings"])) == (None, 1)


def test_the_page_is_written_beside_the_other_reports(tmp_path: Path) -> None:
    """With what is handed in to render it."""
    paths = write(pages.report([]), tmp_path, {**FILES, "report.html": lambda report: report.contract})
    assert [path.name for path in paths] == [*FILES, "report.html"]
    assert (tmp_path / "report.html").read_text() == pages.contract().name


def test_a_page_of_a_whole_release_is_small() -> None:
    """140,868 masks take less than 4 MB; pictures come on top of it, 15 MB at most together."""
    dataset = pages.dataset(1204)
    page = html.render(pages.report([pages.finding()], dataset), pages.material(dataset))
    assert len(page.encode()) < 4_000_000
    assert len(msgspec.json.encode(read(page)[1]["measured"])) > 1_000_000
