"""Defects of the metadata table, and contradictions between it and the folders."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from segaudit.demo.target import Damage, Target, UnplantableError

Row = dict[str, str]
SPLITS = ("train", "val", "test")


def read_rows(root: Path) -> tuple[list[str], list[Row]]:
    """Return columns and rows of ``meta.csv``."""
    with (root / "meta.csv").open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, delimiter=";")
        return list(reader.fieldnames or ()), list(reader)


def write_rows(root: Path, columns: Iterable[str], rows: Iterable[Row]) -> None:
    """Write ``meta.csv`` as TotalSegmentator does: UTF-8 with a byte order mark, semicolons."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (root / "meta.csv").write_text(text.getvalue(), "utf-8-sig")


def meta_missing(target: Target) -> Damage:
    """There is no metadata table."""
    (target.root / "meta.csv").unlink()
    return Damage(case="")


def meta_wrong_split(target: Target) -> Damage:
    """A case of one split is listed in another one."""

    def change(row: Row) -> None:
        row["split"] = next(split for split in SPLITS if split != row["split"])

    return Damage(file=_cell(target, change).file, case="")


def meta_duplicate_id(target: Target) -> Damage:
    """A case is listed twice."""
    return _rows(target, lambda row: [row, row])


def meta_id_without_folder(target: Target) -> Damage:
    """A case is listed that has no folder."""
    listed = {row["image_id"] for row in read_rows(target.root)[1]}
    ghost = next(case for number in range(1999, 9999) if (case := f"s{number}") not in listed)
    return Damage(file=_rows(target, lambda row: [row, {**row, "image_id": ghost}]).file, case=ghost)


def meta_row_missing(target: Target) -> Damage:
    """A case has a folder but is not listed."""
    return _rows(target, lambda _: [])


def case_dropped(target: Target) -> Damage:
    """A promised case is neither here nor listed."""
    shutil.rmtree(target.folder)
    _rows(target, lambda _: [])
    return Damage(case="")


def meta_impossible_age(target: Target) -> Damage:
    """A patient is 187 years old."""
    return _cell(target, lambda row: row.update(age="187"))


def meta_unlikely_age(target: Target) -> Damage:
    """A patient is 112 years old."""
    return _cell(target, lambda row: row.update(age="112"))


def meta_unknown_study(target: Target) -> Damage:
    """A study type is misspelt."""
    return _cell(target, lambda row: row.update(study_type="ct toracks"))


def meta_age_missing(target: Target) -> Damage:
    """A patient's age is not given."""
    return _cell(target, lambda row: row.update(age=""))


def meta_stray_blank(target: Target) -> Damage:
    """A study type ends in a blank."""
    return _cell(target, lambda row: row.update(study_type=f"{row['study_type']} "))


def meta_wrong_sex(target: Target) -> Damage:
    """A patient whose prostate has a mask is listed as female.

    Raises:
        UnplantableError: there is no prostate.
    """
    target.choose("prostate")
    return _cell(target, lambda row: row.update(gender="f"))


def meta_wrong_study(target: Target) -> Damage:
    """A scan that ends below the neck is listed as one of the head.

    Raises:
        UnplantableError: the scan shows the neck or the head.
    """
    upper = ("brain", "face", "skull", "thyroid_gland", *(f"vertebrae_C{level}" for level in range(1, 8)))
    if any(target.mask(structure).exists() and target.inside(structure).any() for structure in upper):
        raise UnplantableError(f"{target.case}: the scan shows the neck or the head")
    return _cell(target, lambda row: row.update(study_type="ct head"))


def _cell(target: Target, change: Callable[[Row], None]) -> Damage:
    """Change the target's row."""

    def replace(row: Row) -> list[Row]:
        change(row)
        return [row]

    return _rows(target, replace)


def _rows(target: Target, change: Callable[[Row], list[Row]]) -> Damage:
    """Replace the target's row by other rows."""
    columns, rows = read_rows(target.root)
    if target.case not in {row["image_id"] for row in rows}:
        raise UnplantableError(f"{target.case}: not listed in meta.csv")
    changed = [new for row in rows for new in (change(row) if row["image_id"] == target.case else [row])]
    write_rows(target.root, columns, changed)
    return target.at(path=target.root / "meta.csv")
