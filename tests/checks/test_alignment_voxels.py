"""Checks of all masks against the edges that the CT shows."""

from __future__ import annotations

from typing import Any

import pytest

from segaudit.checks.alignment_voxels import ct_mirrored, masks_displaced, masks_misfit, masks_unrelated
from segaudit.model import Case, Check, Finding
from segaudit.model.misplacement import Misplacement
from segaudit.model.records import CaseFit, MaskFit, Placement
from segaudit.testing.judge import judge_record
from segaudit.testing.records import CASE, healthy_case, small_contract

CHECKS = (masks_displaced, ct_mirrored, masks_unrelated, masks_misfit)
NOWHERE = (Placement(agreement=0.3, contrast=0.02), Placement(turn="i", agreement=0.28, contrast=0.02))


def case(*placements: Placement, structures: int = 30) -> Case:
    """Return a case whose masks agree with nothing in place."""
    fit = CaseFit(
        masks=tuple(MaskFit(name, 720, 0.1, 0.1) for name in ("kidney_left", "liver")),
        structures=structures,
        faces=9000,
        agreement=0.1,
        magnitude=0.1,
        placements=placements,
    )
    return healthy_case(fit=fit)


def found(case: Case) -> dict[str, list[Finding]]:
    """Return what each check finds, where it finds something."""
    judged = {check.id: judge_record(check, case, small_contract()).findings for check in CHECKS}
    return {check: [*findings] for check, findings in judged.items() if findings}


DISPLACED = case(Placement(voxels=(2.0, 0.0, -4.1), agreement=0.9, contrast=0.1), NOWHERE[1])
MIRRORED = case(Placement(turn="i", voxels=(0.0, 1.0, 0.2), agreement=0.9, contrast=0.1), NOWHERE[0])


MESSAGES = {
    "masks-displaced": """the masks lie 3.0 mm (2 voxels along i) to the right and 6.1 mm (4.1 voxels along k) to the
        feet of the edges that the CT shows: 30 structures agree with these by 0.90 there, by 0.10 in place""",
    "ct-mirrored": """the masks fit the CT mirrored along i (left to right) and 1.5 mm (1 voxel along j) to the front
        off: 30 structures agree with its edges by 0.90 so, by 0.10 as stored""",
    "masks-unrelated": """30 structures agree with the CT's edges by 0.10, at least 0.4 expected, and nowhere clearly:
        by 0.30 at best""",
}


@pytest.mark.parametrize(
    ("record", "check", "observed", "expected", "place"),
    [
        (DISPLACED, "masks-displaced", 6.8, 0.0, {"voxels": (2.0, 0.0, -4.1)}),
        (MIRRORED, "ct-mirrored", 0.9, 0.1, {"turn": "i", "voxels": (0.0, 1.0, 0.2)}),
        (case(*NOWHERE), "masks-unrelated", 0.1, 0.4, {}),
    ],
)
def test_found(record: Case, check: str, observed: float, expected: float, place: dict[str, Any]) -> None:
    """What is wrong is one finding, of one check, with where the masks would fit."""
    message = " ".join(MESSAGES[check].split())
    elsewhere = Misplacement(structures=("kidney_left", "liver"), **place)
    finding = Finding(case=CASE, message=message, observed=observed, expected=expected, misplacement=elsewhere)
    assert found(record) == {check: [finding]}


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (
            Placement(voxels=(2.0, 0.0, 0.2), agreement=0.45, contrast=0.03),
            "0.45 at best, 3.0 mm (2 voxels along i) to the right off",
        ),
        (Placement(turn="i", agreement=0.5, contrast=0.03), "0.50 at best, mirrored along i (left to right) off"),
        (Placement(voxels=(2.0, 0.0, 0.0), agreement=0.44, contrast=0.03), "0.44 at best"),
        (Placement(voxels=(2.0, 0.0, 0.0), agreement=0.5, contrast=0.029), "0.50 at best"),
    ],
)
def test_best_place(place: Placement, words: str) -> None:
    """Where masks may be displaced as well as of another patient, the place is named."""
    (finding,) = found(case(place, NOWHERE[1], NOWHERE[0]))["masks-unrelated"]
    assert finding.message.endswith(words)


@pytest.mark.parametrize("accepted", [6.7, 6.8])
def test_displacements_that_a_contract_accepts(accepted: float) -> None:
    """Those up to its limit, which the finding names."""
    contract = small_contract(limits={"masks-displaced": {"mm": accepted, "reason": "ours"}})
    findings = judge_record(masks_displaced, DISPLACED, contract).findings
    assert [finding.expected for finding in findings] == [accepted] * (accepted < 6.8)


@pytest.mark.parametrize(
    ("record", "check", "observed", "expected"),
    [
        (DISPLACED, "masks-displaced", 6.8, 0.0),
        (MIRRORED, "ct-mirrored", 0.9, 0.1),
        (case(*NOWHERE), "masks-unrelated", 0.1, 0.4),
    ],
)
def test_few_structures(record: Case, check: str, observed: float, expected: float) -> None:
    """Four structures make a warning of what five make an error."""
    placements = record.fit.placements if record.fit else ()
    assert set(found(case(*placements, structures=5))) == {check}
    (finding,) = found(case(*placements, structures=4)).pop("masks-misfit")
    assert finding.message.endswith("; 4 of 5 structures that make it certain")
    assert (finding.observed, finding.expected) == (observed, expected)
    assert set(found(case(*placements, structures=4))) == {"masks-misfit"}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_healthy(check: Check[...]) -> None:
    """Masks on the edges are no finding."""
    fit = CaseFit(masks=(), structures=30, faces=9000, agreement=0.95, magnitude=0.1)
    assert judge_record(check, healthy_case(fit=fit), small_contract()).findings == []
