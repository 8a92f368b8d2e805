"""The catalogue finds every check by family, id and pattern, and its page is current."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from segaudit import catalogue
from segaudit.catalogue import page
from segaudit.catalogue.modules import shipped
from segaudit.model import Contract, Finding, Mask, Severity, check
from segaudit.model.errors import UnknownCheckError

ROOT = Path(__file__).parents[2]


def test_every_module_has_checks() -> None:
    """Each module of the folder checks is read, and none is without checks."""
    files = {module.name: module.file for module in shipped()}
    assert files == {path.stem: path.resolve() for path in (ROOT / "checks").glob("[!_]*.py")}
    assert all(module.checks for module in shipped())


def test_checks_come_in_written_order() -> None:
    """Within a module, a check that is written above another comes before it."""
    for module in shipped():
        lines = [inspect.getsourcelines(check.function)[1] for check in module.checks]
        assert lines == sorted(lines)


def test_a_family_is_what_its_modules_are_named_after() -> None:
    """A family holds the checks of the module of its name and of those that add a word to it, and no others."""
    for name, family in catalogue.by_family(shipped()).items():
        written = [module for module in shipped() if module.name == name or module.name.startswith(f"{name}_")]
        assert list(family) == [check for module in written for check in module.checks]


def test_page_has_words_for_what_checks_look_at() -> None:
    """Each record that some check looks at can be named on the page."""
    assert {check.unit for check in catalogue.by_id().values()} <= page.LOOKS_AT.keys()


def test_find() -> None:
    """A check is found by its id."""
    assert catalogue.find("mask-off-grid").id == "mask-off-grid"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mask-of-grid", "there is no check 'mask-of-grid'; did you mean 'mask-off-grid'?"),
        ("MASK_OFF_GRID", "there is no check 'MASK_OFF_GRID'; did you mean 'mask-off-grid'?"),
        ("zzz", "there is no check 'zzz'; `segaudit list` shows what there is"),
        ("", "there is no check ''; `segaudit list` shows what there is"),
    ],
)
def test_unknown_check_gets_a_suggestion(name: str, message: str) -> None:
    """A name that is nearly right gets the right one, another gets the way to the list."""
    with pytest.raises(UnknownCheckError) as caught:
        catalogue.find(name)
    assert str(caught.value) == message


def test_matching_takes_ids_globs_and_families() -> None:
    """A pattern selects by id, by glob and by family."""
    by_id = catalogue.by_id()
    assert catalogue.matching("mask-off-grid") == (by_id["mask-off-grid"],)
    assert catalogue.matching("*-off-grid") == (by_id["mask-off-grid"],)
    assert catalogue.matching("alignment") == catalogue.families()["alignment"]
    assert catalogue.matching("*") == tuple(by_id.values())


def test_pattern_that_fits_nothing() -> None:
    """A pattern without a match is an error that knows the families too."""
    with pytest.raises(UnknownCheckError, match=r"did you mean 'alignment'\?$"):
        catalogue.matching("alignmnt")


@check("mask-odd", Severity.WARNING, needs="labels.dtypes")
def mask_odd(mask: Mask, contract: Contract) -> Iterator[Finding]:
    """A mask is odd: a bit.

    Why it matters: nobody
        expects it.
    What to do: look at it. Note: twice.
    """
    yield Finding(case=mask.case, message=contract.name)


def test_entry_of_the_page() -> None:
    """A check's section states severity, record and need, and lists the docstring's sections."""
    assert page.entry(mask_odd, ()) == (
        "### mask-odd\n\n"
        "**warning**, looks at each mask, where the contract states `labels.dtypes`\n\n"
        "A mask is odd: a bit.\n\n"
        "- **Why it matters:** nobody\n    expects it.\n"
        "- **What to do:** look at it. Note: twice.\n"
    )


def test_entry_with_what_the_bench_found(tmp_path: Path) -> None:
    """The smallest effects of a check end its section; a defect that could not be planted has none."""
    table = tmp_path / "bench.csv"
    rows = ["check,defect,host,unit,smallest,description", "mask-odd,odd_mask,v1 example,ml,0.3,A mask is odd."]
    rows += ["mask-odd,odd_mask,phantom,ml,0.2,A mask is odd.", "mask-odd,odd_mask,s0327,ml,0.2,A mask is odd."]
    rows += ["mask-odd,gone_mask,phantom,,yes,A mask is gone.", "mask-odd,gone_mask,s0327,,no,A mask is gone."]
    rows += ["mask-odd,unplantable,s0327,,,A mask is what it cannot be."]
    table.write_text("\n".join(rows), encoding="utf-8")
    effects = page.effects_in(table)
    odd, gone = "`odd_mask` 0.3 ml in v1 example, 0.2 ml in phantom and s0327", "`gone_mask` in phantom, not in s0327"
    line = f"- **Smallest effect found:** {odd}; {gone}\n"
    assert page.entry(mask_odd, effects["mask-odd"]) == f"{page.entry(mask_odd, ())}{line}"


def test_page_is_current() -> None:
    """docs/catalogue.md is what its command writes: python -m segaudit.catalogue.page docs/bench.csv."""
    command = [sys.executable, "-m", "segaudit.catalogue.page", str(ROOT / "docs" / "bench.csv")]
    written = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
    assert (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8") == written
