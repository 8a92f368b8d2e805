"""The assertions of the kit pass when they should, and otherwise fail with a clear sentence."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from segaudit import Case, Check, Contract, Dataset, Finding, Mask, Metadata, NotApplicable, Severity, catalogue, check
from segaudit.testing import (
    TRUNK,
    Damage,
    Target,
    UnplantableError,
    assert_finds,
    assert_not_applicable,
    assert_silent,
    dataset,
    empty_mask,
    healthy_case,
    healthy_mask,
    metadata,
    phantom_contract,
    plant,
    small_contract,
)
from segaudit.testing.records import CENTRE

OFF_GRID = catalogue.find("mask-off-grid")
SHIFT = "mask_origin_shift_3vox"


@check("liver-small", Severity.ERROR)
def liver_small(mask: Mask, contract: Contract) -> Iterator[Finding]:
    """The liver has less than 20 ml."""
    if "liver" not in contract.names:
        raise NotApplicable("no liver is promised")
    if mask.structure == "liver" and mask.volume_ml < 20:
        yield Finding.about(mask, "small", mask.volume_ml, 20)


@check("masks-any", Severity.ERROR)
def masks_any(case: Case) -> Iterator[Finding]:
    """There are masks: a check that is never silent."""
    yield Finding(case=case.case, message=f"{len(case.masks)} masks")


@check("masks-broken", Severity.ERROR)
def masks_broken(mask: Mask) -> Iterator[Finding]:
    """A check that cannot run."""
    raise ValueError(mask.structure)
    yield


SMALL = healthy_mask("liver", volume_ml=19.9)


@pytest.mark.parametrize("record", [SMALL, healthy_case(SMALL)])
def test_what_is_found_is_returned(record: object) -> None:
    """A record that the check looks at, and a case that holds one."""
    (found,) = assert_finds(liver_small, record)
    assert (found.structures, found.observed, found.spot) == (("liver",), 19.9, CENTRE)


@pytest.mark.parametrize("record", [healthy_mask("liver", volume_ml=20.0), healthy_mask("spleen"), healthy_case()])
def test_silence_holds(record: object) -> None:
    """At the threshold, for another structure, and for a case."""
    assert_silent(liver_small, record)


def test_what_does_not_apply_has_a_reason() -> None:
    """The reason is returned, and does not count as silence."""
    other = Contract(name="other")
    assert assert_not_applicable(liver_small, SMALL, contract=other) == "no liver is promised"
    for asserts in (assert_silent, assert_finds):
        with pytest.raises(
            AssertionError, match=r"^liver-small does not apply to the Mask s0001/liver: no liver is prom"
        ):
            asserts(liver_small, SMALL, contract=other)


def test_what_the_contract_lacks_does_not_apply() -> None:
    """A check that needs a key runs only with a contract that has it."""
    needing: Check[...] = replace(liver_small, needs="geometry.spacing_mm")
    assert_finds(needing, SMALL, contract=small_contract())
    without = Contract(name="other", structures=small_contract().structures)
    assert assert_not_applicable(needing, SMALL, contract=without) == "the contract has no geometry.spacing_mm"


def test_records_of_a_dataset() -> None:
    """A check of the dataset and one of its metadata are given a dataset."""

    @check("cases-few", Severity.ERROR)
    def cases_few(data: Dataset) -> Iterator[Finding]:
        if len(data.folders) < 2:
            yield Finding(message="few")

    @check("rows-few", Severity.ERROR)
    def rows_few(table: Metadata) -> Iterator[Finding]:
        if len(table.rows) < 2:
            yield Finding(message="few")

    one = dataset(healthy_case(), listed=metadata(("s0001", "train")))
    for each in (cases_few, rows_few):
        assert [finding.message for finding in assert_finds(each, one)] == ["few"]
    assert_silent(rows_few, dataset(listed=metadata(("s0001", "train"), ("s0002", "test"))))


@pytest.mark.parametrize(
    ("failing", "message"),
    [
        (lambda: assert_finds(liver_small, healthy_mask()), "liver-small finds nothing in the Mask s0001/liver"),
        (
            lambda: assert_silent(liver_small, SMALL),
            "liver-small finds .* in the Mask s0001/liver:\n  s0001/liver  small",
        ),
        (lambda: assert_not_applicable(liver_small, SMALL), "liver-small applies to the Mask s0001/liver, expected"),
        (lambda: assert_finds(masks_broken, SMALL), r"masks-broken could not run: ValueError: liver \(in s0001\)"),
        (lambda: assert_silent(masks_broken, SMALL), r"masks-broken could not run: ValueError: liver \(in s0001\)"),
        (lambda: assert_finds(masks_any, SMALL), "masks-any looks at a Case, and is given a Mask"),
    ],
)
def test_failures_say_what_is_wrong(failing: object, message: str) -> None:
    """Each names the check, the record and what was found."""
    assert callable(failing)
    with pytest.raises(AssertionError, match=f"^{message}"):
        failing()


def test_an_empty_mask_is_judged() -> None:
    """The built-in checks find nothing in the healthy records and in the empty one."""
    assert_silent(OFF_GRID, empty_mask())
    assert_silent(OFF_GRID, healthy_mask())


def touched(target: Target) -> Damage:
    """Change nothing."""
    return target.at("liver")


def moved_spleen(target: Target) -> Damage:
    """Move the spleen, and name the liver."""
    assert plant(SHIFT, target.root, target.case).structure == "spleen"
    return target.at("liver")


def test_a_planted_defect_is_found() -> None:
    """By its name, where it was planted."""
    (found,) = assert_finds(OFF_GRID, SHIFT)
    assert (found.case, found.structures, found.observed) == ("s0001", ("spleen",), 15.0)


def test_a_harmless_change_is_silent() -> None:
    """A function that changes nothing causes no finding: the assertion of silence passes, the other one fails."""
    assert_silent(OFF_GRID, touched)
    with pytest.raises(AssertionError, match=r"^mask-off-grid finds nothing in the phantom with touched"):
        assert_finds(OFF_GRID, touched)


def test_a_check_that_cries_wolf_is_caught() -> None:
    """A finding before anything is planted proves nothing."""
    with pytest.raises(
        AssertionError, match=r"^masks-any finds something in the phantom without the defect:\n  s0001  104"
    ):
        assert_finds(masks_any, SHIFT)


def test_a_finding_elsewhere_is_caught() -> None:
    """It has to be in the structure that was damaged."""
    with pytest.raises(
        AssertionError, match=r"(?s)^mask-off-grid finds something else than moved_spleen.*s0001/spleen"
    ):
        assert_finds(OFF_GRID, moved_spleen)


def test_a_defect_between_cases() -> None:
    """A check that compares cases gets all of them; a defect that the phantom cannot have is an error."""
    (found,) = assert_finds(catalogue.find("case-duplicate"), "duplicate_case", fields=(TRUNK, TRUNK))
    assert (found.case, found.message) == ("s0003", "the same CT as s0001")
    with pytest.raises(UnplantableError):
        assert_silent(OFF_GRID, lambda target: target.at(target.choose("no_structure")))


def test_the_phantoms_contract_is_the_release_less_numbers() -> None:
    """It has the class list, but promises neither cases nor splits."""
    contract = phantom_contract()
    assert (len(contract.structures), contract.cases.count, contract.splits) == (104, None, {})


def test_the_kit_needs_no_test_runner() -> None:
    """Importing it imports neither pytest nor Hypothesis; without the latter, the strategies say what to install."""
    script = """
import sys, segaudit.testing
print([name for name in ("pytest", "hypothesis") if name in sys.modules])
sys.modules["hypothesis"] = None
try:
    import segaudit.testing.strategies
except ImportError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    advice = "segaudit.testing.strategies needs Hypothesis: pip install 'segaudit[testing]'"
    assert done.stdout.splitlines() == ["[]", advice]
