"""What the project's services read: workflows, updates of dependencies, forms, the citation; what a release needs."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted((GITHUB / "ISSUE_TEMPLATE").glob("[0-9]*.yml"))
SCHEMAS = {
    "vendor.github-workflows": WORKFLOWS,
    "custom.github-workflows-require-timeout": WORKFLOWS,
    "vendor.github-issue-forms": FORMS,
    "vendor.github-issue-config": [GITHUB / "ISSUE_TEMPLATE" / "config.yml"],
    "vendor.dependabot": [GITHUB / "dependabot.yml"],
    "vendor.citation-file-format": [ROOT / "CITATION.cff"],
}
"""Files by the schema that check-jsonschema ships for them, as their services publish it."""

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CHANGELOG = """# Changelog

## [Unreleased]

Soon.

## [{version}] - 2026-12-01

### Added

- A thing.

## [0.0.1] - 2026-01-01

- Another.
"""


def parsed(path: Path) -> dict[str, Any]:
    """Return what a file in YAML holds."""
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    """Return the jobs of a workflow, by name."""
    found: dict[str, dict[str, Any]] = parsed(path)["jobs"]
    return found


@pytest.mark.parametrize("schema", SCHEMAS)
def test_services_take_it(schema: str) -> None:
    """Each file has the form that its service publishes."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, "--default-filetype", "yaml"]
    done = subprocess.run([*command, *SCHEMAS[schema]], capture_output=True, text=True, check=False)
    assert (done.returncode, bool(SCHEMAS[schema])) == (0, True), done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_get_what_they_need_and_no_more(path: Path) -> None:
    """Nothing is permitted to a whole workflow, and each job says what it may; two runs are not in each other's way."""
    assert parsed(path)["permissions"] == {}
    assert [name for name, job in jobs(path).items() if "permissions" not in job] == []
    assert "concurrency" in parsed(path)


@pytest.mark.parametrize("path", [*WORKFLOWS, ROOT / "action.yml"], ids=lambda path: path.stem)
def test_actions_are_pinned(path: Path) -> None:
    """A tag can be moved, a commit cannot; a comment gives its version."""
    used = re.findall(r"uses: ([^.\s].*)", path.read_text(encoding="utf-8"))
    assert [each for each in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)] == []
    assert used


def test_supported_pythons_are_tested() -> None:
    """Those of the classifiers, in the workflow and in tox."""
    promised = set(re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"])))
    assert set(jobs(GITHUB / "workflows" / "tests.yml")["tests"]["strategy"]["matrix"]["python"]) == promised
    labelled = re.search(r"^labels = pythons = (.*)$", (ROOT / "tox.ini").read_text(encoding="utf-8"), re.MULTILINE)
    assert labelled
    assert {f"3.{name.removeprefix('py3')}" for name in labelled[1].split(", ")} == promised


def test_each_system_is_tested() -> None:
    """Linux, macOS and Windows."""
    matrix = jobs(GITHUB / "workflows" / "tests.yml")["tests"]["strategy"]["matrix"]
    systems = {*matrix["system"], *(each["system"] for each in matrix["include"])}
    assert {name.partition("-")[0] for name in systems} == {"ubuntu", "macos", "windows"}


def test_workflows_run_environments_that_there_are() -> None:
    """Those of tox.ini."""
    tox = configparser.ConfigParser()
    tox.read(ROOT / "tox.ini", encoding="utf-8")
    there = {name.removeprefix("testenv:") for name in tox.sections()} | {"tests"}
    found = [jobs(path) for path in WORKFLOWS]
    matrices = [job["strategy"]["matrix"] for each in found for job in each.values() if "strategy" in job]
    named = {name for matrix in matrices for name in matrix["environment"]}
    named |= {each["environment"] for matrix in matrices for each in matrix.get("include", ())}
    named |= set(re.findall(r"tox run -e (\w+)", "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)))
    assert {"lint", "types", "docs", "tests", "min", "audit"} <= named <= there


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_forms_ask_for_versions(path: Path) -> None:
    """Each form asks for them, by a command that there is; each question has a name of its own."""
    asked = [each["id"] for each in parsed(path)["body"] if each["type"] != "markdown"]
    assert "versions" in asked
    assert len(asked) == len({*asked})


def test_the_citation_is_of_this_version() -> None:
    """Name, version and licence are the package's."""
    citation = parsed(ROOT / "CITATION.cff")
    assert {key: citation[key] for key in ("title", "version", "license", "abstract")} == {
        "title": PROJECT["name"],
        "version": PROJECT["version"],
        "license": PROJECT["license"],
        "abstract": PROJECT["description"],
    }


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """Return sources that can be released as v1.2.3."""
    (tmp_path / ".github").mkdir()
    shutil.copy(GITHUB / "release_notes.py", tmp_path / ".github")
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    (tmp_path / "CITATION.cff").write_text("title: x\nversion: 1.2.3\nlicense: y\n")
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG.format(version="1.2.3"))
    return tmp_path


def release_notes(folder: Path, tag: str = "v1.2.3") -> subprocess.CompletedProcess[str]:
    """Ask for the notes of a release."""
    command = [sys.executable, str(folder / ".github" / "release_notes.py"), tag]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_release_has_notes(released: Path) -> None:
    """They are what the changelog says of that version alone."""
    done = release_notes(released)
    assert (done.returncode, done.stdout, done.stderr) == (0, "### Added\n\n- A thing.\n", "")


@pytest.mark.parametrize(
    ("name", "before", "after", "problem"),
    [
        ("CITATION.cff", "version: 1.2.3", "version: 1.2.2", "CITATION.cff does not say 'version: 1.2.3'"),
        ("CHANGELOG.md", "[1.2.3] - 2026-12-01", "[1.2.3]", "nothing under a heading '## [1.2.3] - YYYY-MM-DD'"),
        ("CHANGELOG.md", "### Added\n\n- A thing.\n", "", "nothing under a heading '## [1.2.3] - YYYY-MM-DD'"),
        ("CHANGELOG.md", "1.2.3", "1x2.3", "nothing under a heading '## [1.2.3] - YYYY-MM-DD'"),
    ],
)
def test_a_release_that_does_not_agree(released: Path, name: str, before: str, after: str, problem: str) -> None:
    """It is not released, and what is wrong is said."""
    path = released / name
    path.write_text(path.read_text().replace(before, after))
    done = release_notes(released)
    assert (done.returncode, done.stdout, problem in done.stderr) == (1, "", True), done.stderr


def test_a_tag_of_another_version(released: Path) -> None:
    """The tag is that of the package's version, with a v."""
    assert "the tag is 1.2.3, pyproject.toml says 1.2.3" in release_notes(released, "1.2.3").stderr
    assert "the tag is v1.2.4, pyproject.toml says 1.2.3" in release_notes(released, "v1.2.4").stderr


def test_all_that_is_wrong_is_said_at_once(released: Path) -> None:
    """One run names every file to change."""
    (released / "pyproject.toml").write_text('[project]\nversion = "2.0.0"\n')
    assert len(release_notes(released).stderr.splitlines()) == 3
