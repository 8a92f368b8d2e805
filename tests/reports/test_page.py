"""The page: what it is made of, and that nothing in a dataset becomes a part of it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as changed

from segaudit.dataset.tables import Tables
from segaudit.judging.findings import report_findings
from segaudit.judging.runner import CheckRun
from segaudit.model import (
    Finding,
    Meeting,
    Metadata,
    Overlap,
    Published,
    PublishedStructure,
    ReportedFinding,
    Severity,
    Unmeasured,
)
from segaudit.model.views import CaseViews
from segaudit.reports import html
from segaudit.reports.page import bundle, measured
from segaudit.reports.page.explained import sections
from segaudit.reports.page.findings import LISTED, identity, listed, packed
from segaudit.reports.page.payload import digests, encoded, payload
from segaudit.reports.page.pictures import ALL, CASES, EACH, pictures
from segaudit.reports.page.pool import Pool
from segaudit.reports.write import FILES, write
from segaudit.testing import records
from tests.support import pages

HOSTILE = "</script><img src=x onerror=alert(1)>\u2028&quot;{{7*7}}\x1b[31m"


class Reader(HTMLParser):
    """Reads a page as a browser does: its elements with their attributes, and the text of its scripts and styles."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note the text of the element that was met last."""
        tag, attributes = self.elements[-1] if self.elements else ("", {})
        self.texts.setdefault(attributes.get("id") or attributes.get("type") or tag, data)


def read(page: str) -> tuple[Reader, dict[str, Any]]:
    """Return the elements of a page, and its data."""
    reader = Reader(page)
    return reader, json.loads(reader.texts["data"])


def test_sections_are_told_apart_by_their_titles() -> None:
    """A section is one line of text, however many it has in the docstring."""
    text = "A mask is a speck.\n\nWhy it matters: it\n    is: noise.\nWhat to do: look.\n"
    assert sections(text) == {"Why it matters": "it is: noise.", "What to do": "look."}


def test_every_check_says_what_to_do() -> None:
    """The page shows it beside each finding."""
    silent = [check.id for check in pages.checks().values() if not sections(check.explanation).get("What to do")]
    assert silent == []


@given(st.lists(st.text()))
def test_a_pool_keeps_each_text_once(texts: list[str]) -> None:
    """A number leads back to its text; equal texts have equal numbers."""
    pool = Pool("")
    numbers = [pool.number(text) for text in texts]
    assert [pool.members[number] for number in numbers] == texts
    assert len(pool.members) == len({"", *texts})


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


def hostile_page() -> str:
    """Render a page in which every text that a dataset can bring is hostile."""
    dataset = pages.dataset(3)
    metadata = Metadata(path=HOSTILE, columns=("image_id", "split", HOSTILE), rows=((HOSTILE, HOSTILE, HOSTILE),))
    masks = pd.concat([dataset.masks, dataset.masks[:1].assign(case=HOSTILE, structure=HOSTILE)], ignore_index=True)
    dataset = replace(dataset, root=HOSTILE, metadata=metadata, masks=masks, folders=(*dataset.folders, HOSTILE))
    fields: dict[str, Any] = dict.fromkeys(("case", "message", "waived"), HOSTILE)
    fields |= dict.fromkeys(("structures", "files"), (HOSTILE,))
    findings = [pages.finding(**fields), pages.finding(**(fields | {"waived": None}))]
    report = pages.report(findings, dataset)
    report = changed(report, contract=HOSTILE, unmeasured=(Unmeasured(case=HOSTILE, error=HOSTILE),))
    return html.render(report, pages.material(dataset))


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
    """The policy names the digests of exactly what stands in the page, and allows no request."""
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


def test_a_finding_is_packed_into_a_row() -> None:
    """Its texts and its structures are numbers of their pools."""
    texts, groups = Pool(""), Pool[tuple[str, ...]](())
    finding = pages.finding(waived="seen")
    (row,) = packed([finding], texts, groups)
    assert row[1:6] == [1, 2, 1, 0, 3]
    assert row[6:] == [4, (80, 91, 210), (12.4, -30.0, 140.0), 0, False]
    assert texts.members == ["", "mask-off-grid", "s0000", finding.message, "seen"]
    assert groups.members == [(), ("liver",)]


def test_a_finding_keeps_its_link() -> None:
    """Links to findings outlive the release of segaudit that made them."""
    assert identity(pages.finding()) == "13fed44258b5"
    assert identity(pages.finding(observed=4.0, severity=Severity.INFO, waived="seen")) == "13fed44258b5"
    assert identity(pages.finding(case="s0001")) != "13fed44258b5"


def test_what_verdict_merges_is_known_as_merged() -> None:
    """A waiver of it names its structures one by one, and a pair together."""
    check = pages.checks()["mask-dtype"]
    findings = [
        Finding(case="s0001", structures=(name,), file=name, message="stored as float32") for name in ("a", "b")
    ]
    pair = Finding(case="s0001", structures=("a", "b"), message="share 9 % of the smaller mask")
    check_run = CheckRun(check=check, severity=check.severity, applied=True, findings=[*findings, pair])
    reported = report_findings(check_run, (), pages.DAY)
    rows = packed(reported, Pool(""), Pool[tuple[str, ...]](()))
    assert [(row[-2], f.structures) for row, f in zip(rows, reported, strict=True)] == [
        (2, ("a", "b")),
        (0, ("a", "b")),
    ]


def test_the_page_lists_a_thousand_findings_of_a_check() -> None:
    """The rest are in findings.csv."""
    many = [pages.finding(case=f"s{number}") for number in range(LISTED + 5)]
    other = pages.finding("ct-range")
    assert list(listed([*many, other])) == [*many[:LISTED], other]


def drawn(findings: Sequence[ReportedFinding]) -> tuple[dict[str, str], list[tuple[str, int, bool]]]:
    """Return the pictures of findings; and for each case asked for, how many of its findings, and whether it itself."""
    asked: list[tuple[str, int, bool]] = []

    def draw(wanted: Mapping[str, Sequence[ReportedFinding | None]]) -> dict[str, list[bytes]]:
        for case, some in wanted.items():
            asked.append((case, sum(finding is not None for finding in some), None in some))
        return {case: [b"picture"] * len(some) for case, some in wanted.items()}

    return pictures(findings, draw), asked


def test_some_findings_of_each_check_have_a_picture() -> None:
    """Waived ones have none, nor have those about the dataset; each case is asked for once."""
    findings = [pages.finding("ct-range"), pages.finding(), pages.finding(waived="seen"), pages.finding(case="")]
    made, asked = drawn(findings)
    assert list(made) == [*(f"finding-{identity(finding)}" for finding in findings[:2]), "case-s0000"]
    assert asked == [("s0000", 2, True)]


def test_pictures_are_bounded() -> None:
    """Of one check a few, of all together more, of cases the first."""
    of_one = [pages.finding(case=f"s{number}") for number in range(50)]
    assert len(drawn(of_one)[1]) == EACH
    of_all = [pages.finding(check, case=f"s{n}-{check}") for check in pages.checks() for n in range(50)]
    made, asked = drawn(of_all)
    assert (len(asked), sum(itself for *_, itself in asked), len(made)) == (ALL, CASES, ALL + CASES)


def test_a_check_waits_for_its_second_picture() -> None:
    """Where there are too many, each check has one before any has two."""
    checks = list(pages.checks())
    made, _ = drawn([pages.finding(check, case=f"s{n}") for check in checks for n in range(50)])
    first = {f"finding-{identity(pages.finding(check, case='s0'))}" for check in checks[:ALL]}
    assert first <= set(made)


def test_a_case_that_is_not_there_is_told_apart() -> None:
    """It is shown with a state of its own, whether a finding names it or not. The totals leave it out."""
    dataset = pages.dataset(3)
    assert dataset.metadata
    rows = (*dataset.metadata.rows, *((name, "", "", "", "") for name in ("s0100", "s0200")))
    dataset = replace(dataset, metadata=changed(dataset.metadata, rows=rows))
    report = pages.report([pages.finding(), pages.finding("case-missing", case="s0100")], dataset)
    report = changed(report, absent=("s0100", "s0200"))
    page = html.render(report, pages.material(dataset))
    _, data = read(page)
    assert data["measured"]["cases"] == ["s0000", "s0001", "s0002", "s0100", "s0200"]
    assert data["measured"]["absent"] == ["s0100", "s0200"]
    assert "2 findings of severity error in 1 of 3 cases, and in 1 case that could not be audited." in page


def test_masks_are_packed_by_structure() -> None:
    """A letter and three numbers for each case, in the order of the cases; nothing where there is no file."""
    dataset = pages.dataset(2)
    liver = dataset.masks[dataset.masks["structure"] == "liver"].reset_index(drop=True)
    liver = liver.assign(
        voxels=[10, 0],
        whole=True,
        cut=[True, False],
        volume_ml=[1234.56, 0],
        components=[2, 0],
        hu_median=[61.234, float("nan")],
        depth_mm=[400.0, 500.0],
    )
    (row,) = measured.masks(replace(dataset, masks=liver), pages.contract(), ["s0000", "s0001", "s0002"])
    promised = pages.contract().by_name["liver"]
    assert row == {
        "name": "liver",
        "depth": 450,
        "group": "organ",
        "band": (promised.hu_low, promised.hu_high),
        "states": "cem",
        "ml": [1235, 0, None],
        "hu": [61.23, None, None],
        "pieces": [2, 0, None],
    }


def test_structures_that_share_voxels_meet() -> None:
    """In how many cases, and where the share of the smaller mask is largest; the commonest pair first."""
    tables = Tables(records.small_contract())
    overlaps = (Overlap("kidney_left", "liver", 2000), Overlap("liver", "spleen", 80))
    first = records.healthy_case(records.healthy_mask("kidney_left", voxels=4000), overlaps=overlaps[:1])
    for case in (first, records.renamed(records.healthy_case(overlaps=overlaps), "s0002")):
        tables.add(CaseViews(case, records.small_contract()))
    assert tables.meetings == (
        Meeting("kidney_left", "liver", 2, 0.5, records.CASE),
        Meeting("liver", "spleen", 1, 0.01, "s0002"),
    )


def test_digests_tell_what_was_promised_and_measured() -> None:
    """They change with either, and with nothing else."""
    dataset = pages.dataset(2)
    known = digests(pages.material(dataset))
    assert digests(pages.material(pages.dataset(2))) == known
    other = digests(pages.material(replace(dataset, masks=dataset.masks.assign(volume_ml=1.0))))
    assert (other["contract"], other["measurements"] == known["measurements"]) == (known["contract"], False)
    assert list(digests(pages.material())) == ["contract"]


def test_what_was_published_is_compared() -> None:
    """Each structure that the tables name, with the mean of each choice of masks."""
    dataset = pages.dataset(4)
    row = PublishedStructure(
        label=5, structure="liver", occurrence=4, presence_rate=100, mean_volume_ml=1500, volume_variability_ml=300
    )
    published = Published(source="a paper", facts={"images": 4}, structures=(row,))
    material = replace(pages.material(dataset), contract=changed(pages.contract(), published=published))
    report = pages.report([], dataset)
    (liver,) = (known for known in report.statistics["structures"] if known["structure"] == "liver")
    means = {scope: volumes["mean"] for scope, volumes in liver["volume_ml"].items()}
    assert payload(report, material)["published"] == {"images": 4, "rows": [["liver", 1500.0, means]]}


def test_the_page_is_written_beside_the_other_reports(tmp_path: Path) -> None:
    """With what is handed in to render it."""
    paths = write(pages.report([]), tmp_path, {**FILES, "report.html": lambda report: report.contract})
    assert [path.name for path in paths] == ["report.json", "junit.xml", "summary.md", "findings.csv", "report.html"]
    assert (tmp_path / "report.html").read_text() == pages.contract().name


def test_a_page_of_a_whole_release_is_small() -> None:
    """140,868 masks take less than 4 MB; pictures come on top of it, 15 MB at most together."""
    dataset = pages.dataset(1204)
    page = html.render(pages.report([pages.finding()], dataset), pages.material(dataset))
    assert len(page.encode()) < 4_000_000
    assert len(msgspec.json.encode(read(page)[1]["measured"])) > 1_000_000
