"""A dataset of a few small cases without defects, and its contract; quick to write and to audit."""

from __future__ import annotations

from pathlib import Path

import nibabel as nib
import numpy as np

SHAPE = (24, 20, 16)
SPACING_MM = 5.0
SPLITS = ("train", "train", "test")
MASKS = {"liver": np.s_[13:18, 6:12, 4:10], "spleen": np.s_[6:10, 6:12, 4:10]}

ORGAN_HU = 80
"""How much brighter the organs are than what is around them: where masks fit, their place is not looked for."""

CONTRACT = f"""
name = "small"
structures = "structures.csv"
metadata = "totalsegmentator-v1"
[cases]
count = 3
[splits]
train = 2
test = 1
[geometry]
spacing_mm = {SPACING_MM}
orientation = "RAS"
"""


def write_small(folder: Path) -> tuple[Path, Path]:
    """Write the dataset and its contract, and return the paths of both."""
    root = folder / "dataset"
    for number in range(len(SPLITS)):
        write_case(root / f"s000{number}", number)
    rows = "".join(f"s000{number};50;f;I;ct abdomen;{split}\n" for number, split in enumerate(SPLITS))
    (root / "meta.csv").write_text(f"image_id;age;gender;institute;study_type;split\n{rows}", encoding="utf-8-sig")
    (folder / "structures.csv").write_text("label,name,group\n1,liver,organ\n2,spleen,organ\n")
    (folder / "contract.toml").write_text(CONTRACT)
    return root, folder / "contract.toml"


def write_case(folder: Path, seed: int) -> None:
    """Write one case: a body with a bone in noisy air, and its masks; they fit, and no edge within 2 cm fits better."""
    random = np.random.default_rng(seed)
    ct = random.normal(-1000, 10, SHAPE)
    ct[1:23, :17] = random.normal(40, 10, (22, 17, 16))
    ct[11:13, 2:4] = random.normal(400, 10, (2, 2, 16))
    for box in MASKS.values():
        ct[box] += ORGAN_HU
    write_volume(folder / "ct.nii.gz", ct.astype(np.int16))
    for name, box in MASKS.items():
        mask = np.zeros(SHAPE, np.uint8)
        mask[box] = 1
        write_volume(folder / "segmentations" / f"{name}.nii.gz", mask)


def write_volume(path: Path, voxels: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> None:
    """Write voxels on the small grid."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = nib.Nifti1Image(voxels, np.diag([SPACING_MM, SPACING_MM, SPACING_MM, 1]))
    image.set_qform(None, 0)
    nib.save(image, path)
