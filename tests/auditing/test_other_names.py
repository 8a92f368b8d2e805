"""Datasets whose structures have names of their own: anatomy is judged by what a contract says they are."""

from __future__ import annotations

import shutil
import unicodedata
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from click.testing import CliRunner

import segaudit
from segaudit import contracts
from segaudit.cli import main
from segaudit.demo.target import revalue
from segaudit.demo.volume import Volume
from segaudit.model.errors import ContractError
from segaudit.model.judged import Judged
from segaudit.reports.phrases import judged
from tests.support.promised import errors, promised

CASE = "s0002"

GERMAN = {
    "liver": "Leber", "kidney_left": "Niere_L", "kidney_right": "Niere_R", "spleen": "Milz", "stomach": "Magen",
    "aorta": "Aorta", "pancreas": "Bauchspeicheldr\u00fcse", "gallbladder": "Gallenblase",
    "inferior_vena_cava": "untere Hohlvene",
}  # fmt: skip


ORGAN_HU = 100
"""How much brighter the organs are than in the phantom, so that they are seen: where masks fit, their place is not
looked for, which takes longer than all else."""


@pytest.fixture(scope="module")
def organs(phantom: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the CTs of the phantom with organs that stand out, and their masks."""
    root = tmp_path_factory.mktemp("organs")
    for case in sorted(phantom.glob("s*")):
        (root / case.name / "segmentations").mkdir(parents=True)
        ct = Volume.read(case / "ct.nii.gz")
        for name in GERMAN:
            mask = case / "segmentations" / f"{name}.nii.gz"
            ct.voxels[Volume.read(mask).voxels != 0] += ORGAN_HU
            shutil.copy(mask, root / case.name / "segmentations")
        ct.write(root / case.name / "ct.nii.gz")
    return root


def renamed(organs: Path, root: Path, names: dict[str, str]) -> Path:
    """Copy the organs under other names, the kidneys exchanged in one case."""
    for case in sorted(organs.glob("s*")):
        (root / case.name / "segmentations").mkdir(parents=True)
        shutil.copy(case / "ct.nii.gz", root / case.name)
        swapped = {"kidney_left": "kidney_right", "kidney_right": "kidney_left"} if case.name == CASE else {}
        for name, other in names.items():
            mask = case / "segmentations" / f"{swapped.get(name, name)}.nii.gz"
            shutil.copy(mask, root / case.name / "segmentations" / f"{other}.nii.gz")
    return root


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_german_names(organs: Path, tmp_path: Path, form: Literal["NFC", "NFD"]) -> None:
    """Left and right exchanged in one case are found, and the report says that all anatomy was judged."""
    names = {name: unicodedata.normalize(form, other) for name, other in GERMAN.items()}
    root = renamed(organs, tmp_path / "dataset", names)
    report = segaudit.audit(root, promised(root, tmp_path / "contract"), workers=1)
    assert errors(report) == {("sides-swapped", CASE, "Niere_L, Niere_R", "")}
    assert report.anatomy == Judged(structures=9, judged=9)
    assert judged(report) == "9 of 9 structures"


def test_german_names_against_their_ct(organs: Path, tmp_path: Path) -> None:
    """Masks of other names are compared with their CT: those of one case are three voxels off."""
    root = renamed(organs, tmp_path / "dataset", GERMAN)
    contract = promised(root, tmp_path / "contract")
    other = next(case for case in sorted(root.glob("s*")) if case.name != CASE)
    for mask in other.glob("segmentations/*"):
        revalue(mask, lambda voxels: np.roll(voxels, 3, axis=0))
    report = segaudit.audit(root, contract, select="alignment", workers=1)
    assert errors(report) == {("masks-displaced", other.name, "", "")}


def test_german_names_exchanged(organs: Path, tmp_path: Path) -> None:
    """Relations are known of other names: the finding is about the structures as they are named."""
    exchanged = GERMAN | {"aorta": GERMAN["inferior_vena_cava"], "inferior_vena_cava": GERMAN["aorta"]}
    contract = promised(renamed(organs, tmp_path / "right", GERMAN), tmp_path / "contract")
    root = renamed(organs, tmp_path / "dataset", exchanged)
    report = segaudit.audit(root, contract, select="structures-exchanged", workers=1)
    assert {finding.structures for finding in report.findings} == {("Aorta", "untere Hohlvene")}


def test_names_that_say_nothing(organs: Path, tmp_path: Path) -> None:
    """Guesses are printed and written as such; no anatomy is judged, and the report says so."""
    names = {name: f"structure_{number}" for number, name in enumerate(GERMAN, 1)}
    root = renamed(organs, tmp_path / "dataset", names)
    arguments = ["contract", "init", str(root), str(tmp_path / "mine"), "-o", str(tmp_path / "o"), "--growing"]
    said = CliRunner().invoke(main, arguments).stdout.splitlines()
    assert said[1].startswith("promises      any number of cases")
    assert said[2] == "recognised    0 of 9 structures by name"
    assert said[3].startswith("not           structure_1, structure_2, ")
    guess = (
        "a guess       structure_1 looks like liver in 3 of 3 cases, by place and size: look, then write it under `is`"
    )
    assert guess in said
    contract = contracts.load(tmp_path / "mine")
    assert contract.by_name["structure_1"].guess == "liver in 3 of 3 cases"
    assert not any(structure.anatomy for structure in contract.structures)
    report = segaudit.audit(root, tmp_path / "mine", workers=1)
    assert errors(report) == set()
    assert judged(report) == "0 of 9 structures, not of structure_1, structure_2, structure_3, ..."


def test_names_without_a_contract(organs: Path, tmp_path: Path) -> None:
    """The message says how many names are known, and how to begin."""
    root = renamed(organs, tmp_path / "dataset", GERMAN)
    with pytest.raises(ContractError, match="Of 9 names, 9 stand for known anatomy in other words") as raised:
        segaudit.audit(root)
    assert "segaudit contract init" in str(raised.value)
