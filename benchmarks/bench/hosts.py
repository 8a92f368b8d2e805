"""The hosts in which defects are planted: real cases, a phantom, and a dataset of phantoms."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from segaudit.demo.build import write_dataset
from segaudit.demo.phantom import ABDOMEN_PELVIS, SPACING_MM, THORAX_ABDOMEN, TRUNK, Field
from segaudit.demo.plants_tables import read_rows, write_rows

from .synthetic import add_ct

POPULATION = 36
"""Number of phantoms in a dataset: enough for checks that compare cases."""

FIELDS = (THORAX_ABDOMEN, TRUNK, ABDOMEN_PELVIS)
"""Fields of view of the phantoms: at least the abdomen."""

CONTRACT = """
extends = "{release}"
published = ""
known_issues = ""
cases.count = {cases}
splits.train = {cases}
geometry.spacing_mm = {spacing_mm}
geometry.shape_min = [29, 29, 21]
labels.dtypes = ["uint8", "float64"]
"""
"""The contract of all hosts: their release, except for number of cases, spacing, size and type of masks."""


@dataclass(frozen=True)
class Host:
    """A healthy dataset, of one case or of many."""

    name: str
    dataset: Path
    release: str
    spacing_mm: float

    @property
    def cases(self) -> list[str]:
        """The ids of the cases."""
        return sorted(folder.name for folder in self.dataset.glob("s*/"))

    @property
    def many(self) -> bool:
        """Whether it is a dataset of many cases."""
        return len(self.cases) > 1

    @property
    def real(self) -> bool:
        """Whether its anatomy is a patient's."""
        return "phantom" not in self.name

    def lay_out(self, folder: Path) -> tuple[Path, Path]:
        """Write a copy of the dataset, and its contract, to a folder, which is created."""
        root, contract = folder / "dataset", folder / "contract.toml"
        shutil.copytree(self.dataset, root)
        promise = {"release": self.release, "spacing_mm": self.spacing_mm, "cases": len(self.cases)}
        contract.write_text(CONTRACT.format_map(promise), "utf-8")
        return root, contract


def hosts(data: Path | None, folder: Path) -> Iterator[Host]:
    """Yield the hosts, written below a folder; without the folder of real cases, the phantoms alone."""
    yield _phantoms("phantom", folder, {"s0001": TRUNK})
    if data:
        yield _copied("v1 example", data / "v1-example", folder, "totalsegmentator-v1", 3.0)
        s0327 = _copied("s0327", data / "v2-masks", folder, "totalsegmentator-v2", 1.5)
        add_ct(s0327.dataset / "s0327")
        yield s0327
    yield phantoms(folder)


def phantoms(folder: Path) -> Host:
    """Write a dataset of phantoms below a folder."""
    scans = {f"s{number:04}": FIELDS[number % len(FIELDS)] for number in range(1, POPULATION + 1)}
    return _phantoms(f"{POPULATION} phantoms", folder, scans)


def _phantoms(name: str, folder: Path, scans: dict[str, Field]) -> Host:
    write_dataset(folder / name, scans)
    columns, rows = read_rows(folder / name)
    write_rows(folder / name, columns, [{**row, "split": "train"} for row in rows])
    return Host(name, folder / name, "totalsegmentator-v1", SPACING_MM)


def _copied(name: str, source: Path, folder: Path, release: str, spacing_mm: float) -> Host:
    shutil.copytree(source, folder / name, copy_function=shutil.copyfile)
    for part in (folder / name, *(folder / name).rglob("*/")):
        part.chmod(0o755)
    return Host(name, folder / name, release, spacing_mm)
