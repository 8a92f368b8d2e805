"""Every check keeps the rules of the catalogue, without anyone having to remember them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import segaudit.checks
from segaudit import catalogue
from segaudit.model import Case, Check, Ct, Dataset, File, Finding, Mask, Metadata
from tests.factories import CASE, dataset, healthy_case, healthy_ct, metadata, renamed, small_contract
from tests.strategies import RECORDS

CHECKS = list(catalogue.by_id().values())
MODULES = sorted(Path(segaudit.checks.__path__[0]).glob("*.py"))
SECTIONS = ["Why it matters", "What to do", "Threshold", "Seen in"]

every_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)


def run(check: Check[...], record: object) -> list[Finding]:
    """Return what a check finds in a record under the small contract."""
    arguments = (record, small_contract()) if check.takes_contract else (record,)
    return list(check.function(*arguments))


def units(check: Check[...], case: Case) -> list[object]:
    """Return the records of a case that a check looks at."""
    records: dict[type, list[object]] = {
        File: list(case.files),
        Ct: [case.ct],
        Mask: list(case.masks),
        Case: [case],
        Dataset: [dataset(*healthy_cases(), listed=metadata(*((f"s000{i}", "train") for i in range(4))))],
    }
    return records.get(check.unit, [])


def healthy_cases() -> list[Case]:
    """Return four healthy cases of different patients."""
    return [renamed(healthy_case(ct=healthy_ct(digest=str(i))), f"s000{i}") for i in range(4)]


@every_check
def test_docstring_has_the_sections(check: Check[...]) -> None:
    """A sentence comes first, then the sections, each once, in their order; the first two are never left out."""
    headings = re.findall(r"^(\w[\w ]+):", check.explanation.partition("\n")[2], re.MULTILINE)
    assert headings[:2] == SECTIONS[:2]
    assert headings == [section for section in SECTIONS if section in headings]
    assert re.fullmatch(r"[A-Z].*\w\.", check.summary)


def test_ids_are_unique() -> None:
    """No two checks share an id."""
    ids = [check.id for family in catalogue.families().values() for check in family]
    assert sorted(ids) == sorted(set(ids))


@every_check
def test_function_is_named_as_its_id(check: Check[...]) -> None:
    """An id and the name of its function are the same words."""
    assert check.function.__name__ == check.id.replace("-", "_")


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_checks_import_only_what_is_below_them(module: Path) -> None:
    """Of the package, a family imports the model and the schemas alone."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    imported = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    imported += [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    own = [name for name in imported if name.partition(".")[0] == "segaudit"]
    assert [name for name in own if name.split(".")[1:2] not in (["model"], ["schemas"])] == []
    assert {name.partition(".")[0] for name in imported}.isdisjoint({"nibabel", "pytest"})


@pytest.mark.parametrize("unit", RECORDS, ids=lambda unit: unit.__name__)
@settings(max_examples=50)
@given(data=st.data())
def test_no_check_ever_raises(unit: type, data: st.DataObject) -> None:
    """Whatever was measured, checks yield findings about that very record, each with a message of one line."""
    record = data.draw(RECORDS[unit])
    for check in CHECKS:
        for finding in run(check, record) if check.unit is unit else ():
            assert finding.case == CASE or unit in (Dataset, Metadata), check.id
            assert finding.message, check.id
            assert "\n" not in finding.message, check.id


@every_check
def test_healthy_case_is_clean(check: Check[...]) -> None:
    """A case with nothing wrong is clean under every check."""
    assert [finding for record in units(check, healthy_case()) for finding in run(check, record)] == []
