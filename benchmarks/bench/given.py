"""Convert a case to the formats that other checkers read: pairs of files, and a raw dataset of nnU-Net."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np

from segaudit.demo.volume import Volume
from segaudit.model import CaseFiles


def pairs(root: Path, files: CaseFiles, folder: Path) -> Path:
    """Write a table that pairs the CT with each mask."""
    table = folder / "pairs.csv"
    with table.open("w", newline="") as file:
        csv.writer(file).writerows((root / files.ct, root / mask) for mask in files.masks.values())
    return table


def raw_dataset(root: Path, files: CaseFiles, folder: Path) -> Path:
    """Write a raw dataset of nnU-Net: the CT, and the masks merged into a label map, in which the last one wins."""
    dataset = folder / "Dataset001_case"
    linked(root / files.ct, dataset / "imagesTr" / "case_0000.nii.gz")
    (dataset / "labelsTr").mkdir()
    labels = {structure: label for label, structure in enumerate(sorted(files.masks), 1)}
    _merged(root, files, labels).write(dataset / "labelsTr" / "case.nii.gz")
    description = {
        "channel_names": {"0": "CT"},
        "labels": {"background": 0, **labels},
        "numTraining": 1,
        "file_ending": ".nii.gz",
    }
    (dataset / "dataset.json").write_text(json.dumps(description))
    return dataset


def linked(file: Path, link: Path) -> Path:
    """Link a file under another name, in a folder that is created."""
    link.parent.mkdir(parents=True)
    link.symlink_to(file)
    return link


def _merged(root: Path, files: CaseFiles, labels: dict[str, int]) -> Volume:
    """Merge masks on the CT's grid."""
    ct = Volume.read(root / files.ct)
    merged = np.zeros(ct.voxels.shape, np.uint8, order="F")
    for structure, label in labels.items():
        merged[Volume.read(root / files.masks[structure]).voxels != 0] = label
    return Volume.new(merged, ct.affine)
