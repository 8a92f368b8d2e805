"""The demo's contract, and the tables that it publishes about its dataset, counted file by file with numpy."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import tomli_w

from segaudit import contracts
from segaudit.demo.known_issues import write_known_issues
from segaudit.demo.phantom import SPACING_MM
from segaudit.demo.target import Planted, Target
from segaudit.demo.volume import Volume
from segaudit.model import Structure

RELEASE = "totalsegmentator-v1"
FEWEST_SLICES = 30
MISPRINTED_LABEL, MISPRINTED_MEAN = "urinary_bladder", "trachea"


@dataclass(frozen=True)
class Tally:
    """Sizes, spacings and volumes in the cases with a whole CT."""

    sizes: list[tuple[int, ...]] = field(default_factory=list)
    spacings_mm: list[tuple[float, ...]] = field(default_factory=list)
    volumes_ml: dict[str, list[float]] = field(default_factory=dict)
    """Volumes of the readable masks with voxels, by file name in lower case; NaN if the affine is not finite."""


def write_contract(folder: Path, root: Path, splits: dict[str, int]) -> tuple[Planted, ...]:
    """Write ``contract.toml`` and its tables for the dataset at ``root``.

    Returns:
        The two misprints of the published tables, and the known issues.
    """
    published = folder / "published"
    cases = sorted(path.name for path in root.iterdir() if path.is_dir())
    structures, tally = contracts.load(RELEASE).structures, tally_of(root, cases)
    published.mkdir()
    promise = {
        "name": "segaudit-demo",
        "title": "Phantom cases, some of them damaged",
        "extends": RELEASE,
        "published": "published",
        "known_issues": "known_issues.csv",
        "cases": {"count": len(cases)},
        "splits": splits,
        "geometry": {"spacing_mm": SPACING_MM, "shape_min": [40, 40, FEWEST_SLICES], "shape_max": [200, 200, 300]},
    }
    (folder / "contract.toml").write_text(tomli_w.dumps(promise), "utf-8")
    _write_csv(published / "facts.csv", ("key", "value"), _facts(len(cases), structures, tally))
    _write_csv(published / "resolution.csv", ("statistic", "spacing_mm", "size"), _resolution(tally))
    header = ("label", "structure", "occurrence", "presence_rate", "mean_volume_ml", "volume_variability_ml")
    _write_csv(published / "structures.csv", header, _rows(structures, tally))
    file = "published/structures.csv"
    return (
        Planted("", "published-inconsistent", "", file, f"The label of {MISPRINTED_LABEL} is one too high."),
        Planted("", "published-differs", MISPRINTED_MEAN, file, "A mean volume is three times that of the masks."),
        *write_known_issues(folder / "known_issues.csv"),
    )


def tally_of(root: Path, cases: Iterable[str]) -> Tally:
    """Count sizes, spacings and volumes in the cases whose CT can be read to its last byte."""
    tally = Tally()
    for case in cases:
        target = Target(root, case)
        if (ct := _whole(target.ct)) is None:
            continue
        tally.sizes.append(ct.voxels.shape)
        tally.spacings_mm.append(tuple(float(size) for size in ct.header["pixdim"][1:4]))
        for path in target.masks:
            mask = _whole(path)
            if mask is not None and mask.voxels.any():
                volume_ml = np.count_nonzero(mask.voxels) * mask.voxel_ml
                tally.volumes_ml.setdefault(path.name.casefold(), []).append(volume_ml)
    return tally


def _whole(path: Path) -> Volume | None:
    """Read a volume; return None if that is not possible to the last byte."""
    try:
        return Volume.read(path)
    except (OSError, ValueError):
        return None


def _facts(cases: int, structures: Iterable[Structure], tally: Tally) -> list[tuple[object, ...]]:
    groups = Counter(f"{structure.group}s" for structure in structures)
    counts = {"images": cases, "images_measured": len(tally.sizes), "structures": groups.total(), **groups}
    slices = sum(size[2] for size in tally.sizes)
    return [("source", "the phantom's own count"), *counts.items(), ("slices", slices)]


def _resolution(tally: Tally) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for name, statistic in (("min", np.min), ("median", np.median), ("max", np.max)):
        spacing, size = (statistic(np.array(values), axis=0) for values in (tally.spacings_mm, tally.sizes))
        rows.append((name, " ".join(f"{mm:.6g}" for mm in spacing), " ".join(str(int(count)) for count in size)))
    return rows


def _rows(structures: Iterable[Structure], tally: Tally) -> list[tuple[object, ...]]:
    """Return label, name, occurrence, rate (per cent), mean and standard deviation (ml) by structure; two are wrong."""
    rows: list[tuple[object, ...]] = []
    for structure in structures:
        volumes = np.array(tally.volumes_ml.get(f"{structure.name}.nii.gz".casefold(), []))
        mean, spread = (np.nanmean(volumes), np.nanstd(volumes, ddof=1)) if volumes.size > 1 else (volumes.sum(), 0.0)
        rate = 100 * volumes.size / len(tally.sizes)
        mean *= 3 if structure.name == MISPRINTED_MEAN else 1
        label = structure.label + (structure.name == MISPRINTED_LABEL)
        rows.append((label, structure.name, volumes.size, *(f"{n:.2f}" for n in (rate, mean, spread))))
    return rows


def _write_csv(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows((header, *rows))
