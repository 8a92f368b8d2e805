"""Convert datasets from TotalSegmentator's layout to other layouts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np

from segaudit.demo.volume import Volume

DESCRIPTION = "dataset.json"


def as_nnunet(source: Path, root: Path, unlabelled: tuple[str, ...] = ()) -> Path:
    """Write a dataset in nnU-Net's layout; voxels in several masks belong to the last one."""
    cases = sorted(folder.name for folder in source.iterdir() if folder.is_dir())
    names = sorted({path.name.removesuffix(".nii.gz") for path in source.glob("*/segmentations/*.nii.gz")})
    labels = {name: label for label, name in enumerate(names, 1)}
    for case in cases:
        images = root / ("imagesTs" if case in unlabelled else "imagesTr")
        images.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / case / "ct.nii.gz", images / f"{case}_0000.nii.gz")
        if case not in unlabelled:
            (root / "labelsTr").mkdir(exist_ok=True)
            merged(source / case, labels).write(root / "labelsTr" / f"{case}.nii.gz")
    description = {
        "channel_names": {"0": "CT"},
        "labels": {"background": 0, **labels},
        "numTraining": len(cases) - len(unlabelled),
        "file_ending": ".nii.gz",
    }
    (root / DESCRIPTION).write_text(json.dumps(description), encoding="utf-8")
    return root


def as_atlas(source: Path, root: Path) -> Path:
    """Write a dataset in AbdomenAtlas's layout: other ids, no table, a label map beside the masks."""
    for number, folder in enumerate(sorted(path for path in source.iterdir() if path.is_dir()), 1):
        case = root / f"BDMAP_{number:08d}"
        shutil.copytree(folder, case, copy_function=shutil.copyfile)
        for inner in (case, case / "segmentations"):
            inner.chmod(0o755)
        names = sorted(path.name.removesuffix(".nii.gz") for path in (case / "segmentations").iterdir())
        merged(case, {name: label for label, name in enumerate(names, 1)}).write(case / "combined_labels.nii.gz")
    return root


def merged(folder: Path, labels: dict[str, int]) -> Volume:
    """Return the label map of a case, on the grid of its CT."""
    ct = Volume.read(folder / "ct.nii.gz")
    voxels = np.zeros(ct.voxels.shape, np.uint8, order="F")
    for name, label in labels.items():
        voxels[Volume.read(folder / "segmentations" / f"{name}.nii.gz").voxels > 0] = label
    return Volume.new(voxels, ct.affine)
