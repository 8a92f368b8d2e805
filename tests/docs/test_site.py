"""The documentation as a site: what its builder does not look at, and that it works from disk and fetches nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.support.browsing import needs_chromium

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BUILDER = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]
TARGET = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)|(?:href|src)=\"([^\"#]+)")
LEAVE = shutil.ignore_patterns("*.egg-info", "__pycache__")

built = pytest.mark.skipif(not find_spec("zensical"), reason="no Zensical here: pip install --group docs")


def pages(entry: Any) -> Iterator[str]:  # noqa: ANN401 (as TOML has it: a name, a list, or a table with one of them)
    """Return the pages of an entry of the navigation."""
    if isinstance(entry, str):
        yield entry
    for inner in entry.values() if isinstance(entry, dict) else entry if isinstance(entry, list) else ():
        yield from pages(inner)


def copied(folder: Path) -> Path:
    """Copy what the site is built from, links as links."""
    shutil.copy(ROOT / "zensical.toml", folder)
    for name in ("docs", "src", "checks", "schemas", "reports"):
        shutil.copytree(ROOT / name, folder / name, symlinks=True, ignore=LEAVE)
    return folder


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """Build the site of a folder."""
    command = [sys.executable, "-m", "zensical", "build"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False, encoding="utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site."""
    folder = copied(tmp_path_factory.mktemp("site"))
    done = build(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


def test_every_page_is_in_the_navigation() -> None:
    """The builder takes a page that is in no menu, and a menu's entry that is no page."""
    assert sorted(pages(BUILDER["nav"])) == sorted(path.name for path in DOCS.glob("*.md"))


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.stem)
def test_files_that_are_no_pages_are_there(page: Path) -> None:
    """Links to pages are the builder's to follow; those to pictures and data are not, nor those in HTML."""
    targets = {one or other for one, other in TARGET.findall(page.read_text(encoding="utf-8"))}
    assert [target for target in targets if ":" not in target and not (DOCS / target).is_file()] == []


@built
@pytest.mark.parametrize(
    ("lines", "problem", "count"),
    [
        (("[A](nowhere.md)", "[B](contracts.md#nowhere)", "[C](api.md#segaudit.Nothing)"), "Warning: ", 3),
        (("::: segaudit.Nothing",), "mkdocstrings: segaudit.Nothing could not be found", 1),
    ],
)
def test_what_is_not_there_is_an_error(lines: tuple[str, ...], problem: str, count: int, tmp_path: Path) -> None:
    """A page, a heading and a name that are linked; a name that is to be documented. The other pages are titles."""
    docs = copied(tmp_path) / "docs"
    for page in docs.glob("*.md"):
        page.write_text(f"# {page.stem}\n", encoding="utf-8")
    assert build(tmp_path).returncode == 0
    (docs / "using.md").write_text("\n\n".join(("# using", *lines)), encoding="utf-8")
    done = build(tmp_path)
    printed = re.sub(r"\x1b\[[\d;]*m", "", done.stdout + done.stderr)
    assert (done.returncode, printed.count(problem)) == (1, count), printed


@built
def test_the_api_is_on_its_page(site: Path) -> None:
    """Each name has its heading; the fields of a class are one table, and no headings."""
    names = re.findall(r"^::: ([\w.]+)\n(?! )", (DOCS / "api.md").read_text(encoding="utf-8"), re.MULTILINE)
    page = (site / "api.html").read_text(encoding="utf-8")
    assert [name for name in names if f'id="{name}"' not in page] == []
    assert "One violation of a check" in page
    assert 'id="segaudit.model.Finding.message"' not in page


@built
@needs_chromium
def test_search_works_from_disk(site: Path, browser: Browser) -> None:
    """What is typed is found, in an index that is a file beside the pages."""
    page = browser.new_page()
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("/")
    page.keyboard.type("waiver", delay=20)
    found = page.locator("a[href*='using.html#waivers']")
    found.first.wait_for()
    assert "Waivers" in found.first.inner_text()


@built
@needs_chromium
@pytest.mark.parametrize("name", ["index", "api", "catalogue"])
def test_nothing_is_fetched(site: Path, browser: Browser, name: str) -> None:
    """No font, no script, no picture comes from elsewhere, and no script fails."""
    page, asked, faults = browser.new_page(), list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto((site / f"{name}.html").as_uri(), wait_until="networkidle")
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert faults == []
