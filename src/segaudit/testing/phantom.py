"""Phantom cases on disk, and a contract that they fulfil."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from segaudit import contracts
from segaudit.demo.build import write_dataset
from segaudit.demo.phantom import SPACING_MM, Field
from segaudit.demo.plant import plant
from segaudit.demo.published import RELEASE
from segaudit.demo.target import Damage, Target
from segaudit.model import Cases, Contract, Geometry

Defect = str | Callable[[Target], Damage]
"""A defect to plant: the name of one of ``DEFECTS``, or a function that damages a case and returns the damage."""


@cache
def phantom_contract() -> Contract:
    """Return a release's contract with the phantom's spacing, and without numbers of cases, tables and known issues."""
    return replace(
        contracts.load(RELEASE),
        name="phantom",
        cases=Cases(),
        splits={},
        archives={},
        geometry=Geometry(spacing_mm=SPACING_MM, orientation="RAS"),
        published=None,
        known_issues=(),
    )


def write_phantoms(folder: Path, fields: tuple[Field, ...]) -> tuple[Path, str]:
    """Write a dataset with a clean case for each field of view, and return its path and the id of the first case."""
    scans = {f"s{number:04}": field for number, field in enumerate(fields, 1)}
    write_dataset(folder / "dataset", scans)
    return folder / "dataset", next(iter(scans))


def damage(root: Path, case: str, defect: Defect) -> Damage:
    """Plant a defect in a case, and return what was damaged."""
    if isinstance(defect, str):
        planted = plant(defect, root, case)
        return Damage(planted.structure, planted.file, planted.case)
    return defect(Target(root, case))
