"""Real cases to plant defects in, and what has to be found of them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import segaudit
from segaudit import catalogue
from segaudit.demo.plant import plant
from segaudit.demo.target import Defect, Planted
from segaudit.model import Report, Severity
from tests.support.remembered import Remembered

V1 = """
extends = "totalsegmentator-v1"
published = ""
cases.count = {cases}
splits.train = {cases}
geometry.spacing_mm = 3.0
labels.dtypes = ["uint8", "float64"]
"""
"""The contract of the example: v1, except for its spacing and the type of its masks."""

V2 = """
extends = "totalsegmentator-v2"
published = ""
known_issues = ""
cases.count = 1
splits.train = 1
geometry.shape_min = [47, 48, 29]
regrade.ct-missing = {severity = "info", reason = "this copy has the masks alone"}
"""
"""v2 without CTs, with the smallest shape published for v1."""

BROUGHT = {
    "ct_stack_break": {"mask-fragmented"},  # what a slab is moved out of falls into pieces
    "organs_mirrored": {"ribs-mixed"},  # the ribs of s0327 are mixed under their new names, too
    "ribs_miscounted": {"ribs-mixed"},
    "masks_slices_moved": {"masks-overlap"},  # slices that lie beside each other overlap
    "organ_enlarged": {"mask-stray-piece"},  # what it has grown around looks like parts of it
    "process_misnamed": {"mask-fragmented"},  # a process is no part of its new mask
}
"""Further findings that a defect causes, which are true."""

Found = frozenset[tuple[str, str, str]]
"""Check, case and structure of each finding."""


@dataclass(frozen=True)
class Host:
    """A real case to plant defects in, its contract, and the report without a defect."""

    source: Path
    contract: Path
    clean: Report
    read: Remembered
    """What was read of its masks, most of which a defect leaves as they are."""

    @property
    def case(self) -> str:
        """The id of the case."""
        (folder,) = self.source.glob("s*/")
        return folder.name

    def plant(self, defect: Defect, root: Path) -> tuple[Planted, Report]:
        """Plant a defect in a copy, and audit that."""
        copied(self.source, root)
        planted = plant(defect.name, root, self.case)
        with self.read.applied():
            return planted, segaudit.audit(root, self.contract, workers=1)


def copied(source: Path, root: Path) -> None:
    """Copy a dataset; the copy is writable even if the source is protected."""
    shutil.copytree(source, root, copy_function=shutil.copyfile)
    for folder in (root, *root.rglob("*/")):
        folder.chmod(0o755)


def host(source: Path, contract: Path, promise: str, clean: Path | None = None) -> Host:
    """Write the contract of a case and audit it without a defect."""
    contract.write_text(promise, encoding="utf-8")
    read = Remembered()
    with read.learning():
        return Host(source, contract, segaudit.audit(clean or source, contract, workers=1), read)


def found(report: Report) -> Found:
    """Return the findings of a report, split by structure."""
    return frozenset((f.check, f.case, structure) for f in report.findings for structure in f.structures or ("",))


def assert_found(host: Host, defect: Defect, root: Path) -> None:
    """All new findings have the defect's check and case, and a damaged structure; only errors fail the gate."""
    planted, report = host.plant(defect, root)
    brought = BROUGHT.get(defect.name, ())
    new = {each for each in found(report) - found(host.clean) if each[0] not in brought}
    assert {(check, case) for check, case, _ in new} == {(defect.check, planted.case)}
    assert not planted.structure or {structure for *_, structure in new} == set(planted.structure.split(", "))
    fails = catalogue.find(defect.check).severity is Severity.ERROR
    assert (host.clean.exit_code, report.exit_code) == (0, int(fails))
