"""Hold the audit against nnU-Net's own verdict, on small datasets with one defect each.

    python benchmarks/nnunet.py --python PYTHON > docs/nnunet.md

``PYTHON`` is an interpreter of an environment with nnunetv2, which need not have segaudit. Its
``verify_dataset_integrity`` gives the verdict.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import numpy.typing as npt

import segaudit

SHAPE, AFFINE = (24, 20, 16), np.diag([1.5, 1.5, 1.5, 1.0])
DESCRIPTION = {
    "channel_names": {"0": "CT"},
    "labels": {"background": 0, "first": 1, "second": 2, "third": 3},
    "numTraining": 2,
    "file_ending": ".nii.gz",
}
VERIFY = """
import contextlib, io, multiprocessing, sys
from nnunetv2.experiment_planning.verify_dataset_integrity import verify_dataset_integrity
forked = multiprocessing.get_context("fork")  # such processes need no imports of their own
multiprocessing.get_context = lambda method=None: forked
for folder in sys.argv[1:]:
    said, verdict = io.StringIO(), "accepted"
    try:
        with contextlib.redirect_stdout(said):
            verify_dataset_integrity(folder, 1)
    except Exception as error:
        verdict = "refused"
        print(folder, type(error).__name__, str(error)[:200].replace(chr(10), " "), file=sys.stderr)
    print(verdict + ", with a warning" * (verdict == "accepted" and "Warning:" in said.getvalue()))
"""
Change = Callable[[Path], Any]
Array = npt.NDArray[Any]

INTRODUCTION = """# Compared with nnU-Net's verdict

Written by `python benchmarks/nnunet.py --python PYTHON`, where `PYTHON` has nnunetv2 {version}. Each row is a dataset
of two cases with one defect. nnU-Net's verdict is that of its `verify_dataset_integrity`, which planning runs with
`--verify_dataset_integrity`; ours are the ids of errors, and of warnings in brackets.

| defect | nnU-Net | segaudit |
|---|---|---|
"""

DIFFERENCES = """
Where they differ:

- nnU-Net reads by SimpleITK, which accepts a gzip file whose checksum is wrong or which is cut, fills what is lost with
  zeros, reads NaN as 0, and goes by the contents where a name says that they are compressed. The audit judges each
  byte.
- Origins and directions that differ are a warning in nnU-Net's text, and no reason to refuse: it trains on a label map
  that lies beside its image.
- Lists of files but `dataset`, and folds that lie beside `dataset.json`, are none of its concern: it trains from the
  folders, or with the cases of `dataset`, and reads folds from another place. MONAI follows the other lists, so they
  are judged.
- Which files `dataset` names together is not compared with their names there, and test images are not looked for: they
  are missed when they are to be predicted.
- Files outside of the dataset that `dataset` lists are read there, and not here: a warning says which are not audited.
- Channels from name to number pass there, and planning then fails, because it takes the number for a name.
- A label map without a label is no defect there; here it is an empty mask in each structure.
"""


def volume(path: Path, voxels: Array, affine: Array = AFFINE) -> None:
    """Write a volume."""
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(nib.Nifti1Image(voxels, affine), path)


def scan(random: np.random.Generator) -> Array:
    """Return the voxels of an image: a body in air, both with noise."""
    ct = random.normal(-1000, 10, SHAPE)
    ct[3:21, 3:17] = random.normal(40, 10, (18, 14, 16))
    return ct.astype(np.int16)


def write(root: Path) -> None:
    """Write a dataset without a defect."""
    random = np.random.default_rng(0)
    for case in "ab":
        labels = np.zeros(SHAPE, np.uint8)
        labels[12:18, 6:12, 4:10], labels[5:9, 6:10, 4:9], labels[9:12, 13:16, 3:12] = 1, 2, 3
        volume(root / f"imagesTr/{case}_0000.nii.gz", scan(random))
        volume(root / f"labelsTr/{case}.nii.gz", labels)
    describe(root)


def describe(root: Path, **changes: object) -> None:
    """Write ``dataset.json``, without the keys that are None."""
    content = {key: value for key, value in (DESCRIPTION | changes).items() if value is not None}
    (root / "dataset.json").write_text(json.dumps(content))


def relabel(root: Path, change: Callable[[Array], Array], affine: Array = AFFINE) -> None:
    """Change a label map."""
    path = root / "labelsTr/a.nii.gz"
    volume(path, change(np.asanyarray(nib.load(path).dataobj)), affine)  # type: ignore[attr-defined]


def rescan(root: Path, change: Callable[[Array], Array]) -> None:
    """Change an image."""
    path = root / "imagesTr/a_0000.nii.gz"
    volume(path, change(np.asanyarray(nib.load(path).dataobj)))  # type: ignore[attr-defined]


def damage(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Change the bytes of a file."""
    path.write_bytes(change(path.read_bytes()))


def moved(millimetres: float) -> Array:
    """Return an affine that is moved."""
    affine = AFFINE.copy()
    affine[0, 3] += millimetres
    return affine


def skewed() -> Array:
    """Return an affine whose second axis leans towards the first."""
    affine = AFFINE.copy()
    affine[0, 1] = 1.5 * np.sin(np.deg2rad(3))
    return affine


def changed(voxels: Array, value: float) -> Array:
    """Return voxels of which one has another value."""
    other = voxels.copy() if float(value).is_integer() else voxels.astype(np.float32)
    other[14, 8, 6] = value
    return other


def with_nan(voxels: Array) -> Array:
    """Return voxels of which one is not a number."""
    other = voxels.astype(np.float32)
    other[0, 0, 0] = np.nan
    return other


def listed(*cases: str) -> list[dict[str, str]]:
    """Return a list of training cases as the Decathlon has it."""
    return [{"image": f"./imagesTr/{case}.nii.gz", "label": f"./labelsTr/{case}.nii.gz"} for case in cases]


def cases(**label_maps: str) -> dict[str, dict[str, object]]:
    """Return nnU-Net's list of cases, of each the label map."""
    return {
        case: {"images": [f"imagesTr/{case}_0000.nii.gz"], "label": f"labelsTr/{label_map}.nii.gz"}
        for case, label_map in label_maps.items()
    }


def moved_files(root: Path, images: str, label_maps: str) -> None:
    """Move all files to other folders, relative to the dataset, and list them there."""
    for case in "ab":
        for path, folder in ((f"imagesTr/{case}_0000.nii.gz", images), (f"labelsTr/{case}.nii.gz", label_maps)):
            (root / folder).mkdir(parents=True, exist_ok=True)
            (root / path).rename(root / folder / Path(path).name)
    rows = {case: {"images": [f"{images}/{case}_0000.nii.gz"], "label": f"{label_maps}/{case}.nii.gz"} for case in "ab"}
    describe(root, dataset=rows)


DEFECTS: dict[str, Change] = {
    "none": lambda _: None,
    "an image without `_0000`": lambda root: (root / "imagesTr/a_0000.nii.gz").rename(root / "imagesTr/a.nii.gz"),
    "a test image without `_0000`": lambda root: volume(root / "imagesTs/c.nii.gz", scan(np.random.default_rng(1))),
    "no label map for an image": lambda root: (root / "labelsTr/a.nii.gz").unlink(),
    "no image for a label map": lambda root: (root / "imagesTr/a_0000.nii.gz").unlink(),
    "an image of a channel that is not named": lambda root: volume(
        root / "imagesTr/a_0001.nii.gz", np.zeros(SHAPE, np.int16)
    ),
    "labels with a gap": lambda root: describe(root, labels={"background": 0, "first": 1, "second": 2, "third": 4}),
    "no background": lambda root: describe(root, labels={"first": 1, "second": 2, "third": 3}),
    "background is 1": lambda root: describe(root, labels={"background": 1, "first": 2, "second": 3, "third": 4}),
    "background is [0]": lambda root: describe(root, labels=DESCRIPTION["labels"] | {"background": [0]}),  # type: ignore[operator]
    "`ignore` is [4]": lambda root: describe(root, labels=DESCRIPTION["labels"] | {"ignore": [4]}),  # type: ignore[operator]
    "a label in quotes": lambda root: describe(root, labels=DESCRIPTION["labels"] | {"third": "3"}),  # type: ignore[operator]
    "a label of 2.0": lambda root: describe(root, labels=DESCRIPTION["labels"] | {"second": 2.0}),  # type: ignore[operator]
    "a second channel that no case has": lambda root: describe(root, channel_names={"0": "CT", "1": "PET"}),
    "channels from name to number": lambda root: describe(root, channel_names={"CT": 0}),
    "`ignore` is not the last label": lambda root: describe(
        root, labels={"background": 0, "ignore": 1, "second": 2, "third": 3}
    ),
    "`ignore` is 255": lambda root: describe(root, labels=DESCRIPTION["labels"] | {"ignore": 255}),  # type: ignore[operator]
    "regions without an order": lambda root: describe(
        root, labels={"background": 0, "all": [1, 2, 3], "some": [2, 3], "third": 3}
    ),
    "an order with a region too few": lambda root: describe(
        root, labels={"background": 0, "all": [1, 2, 3], "third": 3}, regions_class_order=[1]
    ),
    "no `numTraining`": lambda root: describe(root, numTraining=None),
    "no `file_ending`": lambda root: describe(root, file_ending=None),
    "another `numTraining`": lambda root: describe(root, numTraining=3),
    "a `dataset` of one of the cases": lambda root: describe(root, numTraining=1, dataset=cases(a="a")),
    "a `dataset` of one case, and two in `numTraining`": lambda root: describe(root, dataset=cases(a="a")),
    "a `dataset` with the label map of another case": lambda root: describe(root, dataset=cases(a="b", b="b")),
    "a `dataset` with a file that is not there": lambda root: describe(root, dataset=cases(a="a", b="c")),
    "a `dataset` with files in other folders": lambda root: moved_files(root, "scans", "masks"),
    "a `dataset` with label maps of another dataset": lambda root: moved_files(
        root, "imagesTr", f"../labels_{root.name}"
    ),
    "a `dataset` with images of another dataset": lambda root: [
        volume(root / "imagesTs/c_0000.nii.gz", scan(np.random.default_rng(1))),
        moved_files(root, f"../images_{root.name}", "labelsTr"),
    ],
    "a `dataset` beside an image without a label map": lambda root: [
        volume(root / "imagesTr/c_0000.nii.gz", scan(np.random.default_rng(1))),
        describe(root, dataset=cases(a="a", b="b")),
    ],
    "a `dataset` with two images for one channel": lambda root: describe(
        root, dataset={case: entry | {"images": entry["images"] * 2} for case, entry in cases(a="a", b="b").items()}
    ),
    "a `dataset` with an image that ends in .nii": lambda root: [
        (root / "imagesTr/a_0000.nii.gz").rename(root / "imagesTr/a.nii"),
        damage(root / "imagesTr/a.nii", gzip.decompress),
        describe(
            root, dataset=cases(a="a", b="b") | {"a": {"images": ["imagesTr/a.nii"], "label": "labelsTr/a.nii.gz"}}
        ),
    ],
    "a `dataset` as the Decathlon lists cases": lambda root: describe(root, dataset=listed("a", "b")),
    "a byte order mark before `dataset.json`": lambda root: damage(
        root / "dataset.json", lambda data: b"\xef\xbb\xbf" + data
    ),
    "`dataset.json` in UTF-16": lambda root: damage(root / "dataset.json", lambda data: data.decode().encode("utf-16")),
    "labels from value to name": lambda root: describe(
        root, labels={"0": "background", "1": "first", "2": "second", "3": "third"}
    ),
    "a value that no label has": lambda root: relabel(root, lambda voxels: changed(voxels, 9)),
    "a label map without a label": lambda root: relabel(root, np.zeros_like),
    "a label map stored as float32": lambda root: relabel(root, lambda voxels: voxels.astype(np.float32)),
    "a value of 0.5": lambda root: relabel(root, lambda voxels: changed(voxels, 0.5)),
    "NaN in a label map": lambda root: relabel(root, lambda voxels: changed(voxels, np.nan)),
    "NaN in an image": lambda root: rescan(root, with_nan),
    "a label map with a slice less": lambda root: relabel(root, lambda voxels: voxels[..., :-1]),
    "a label map of another spacing": lambda root: relabel(root, np.asarray, np.diag([1.5, 1.5, 3.0, 1.0])),
    "a label map whose spacing differs by 0.001 mm": lambda root: relabel(
        root, np.asarray, np.diag([1.501, 1.5, 1.5, 1.0])
    ),
    "a label map that is skewed by 3 degrees": lambda root: relabel(root, np.asarray, skewed()),
    "a label map 30 mm away": lambda root: relabel(root, np.asarray, moved(30)),
    "a label map in another axis order": lambda root: relabel(
        root, lambda voxels: voxels[::-1], np.array([[-1.5, 0, 0, 34.5], [0, 1.5, 0, 0], [0, 0, 1.5, 0], [0, 0, 0, 1]])
    ),
    "an image whose checksum is wrong": lambda root: damage(
        root / "imagesTr/a_0000.nii.gz", lambda data: data[:-8] + bytes([data[-8] ^ 1]) + data[-7:]
    ),
    "an image that is cut to 70 %": lambda root: damage(
        root / "imagesTr/a_0000.nii.gz", lambda data: data[: len(data) * 7 // 10]
    ),
    "an image that is not compressed": lambda root: damage(root / "imagesTr/a_0000.nii.gz", gzip.decompress),
    "an image stored with a fourth axis": lambda root: rescan(root, lambda voxels: voxels[..., None]),
    "a list with a case that is not there": lambda root: describe(root, training=listed("a", "c")),
    "a test case that is trained on": lambda root: describe(
        root, training=listed("a", "b"), test=["imagesTr/a.nii.gz"]
    ),
    "folds with a case that is not there": lambda root: (root / "splits_final.json").write_text(
        json.dumps([{"train": ["a", "c"], "val": ["b"]}])
    ),
}
"""Each defect, and what plants it."""


def theirs(python: str, roots: Iterable[Path]) -> list[str]:
    """Return nnU-Net's verdict on each dataset; what it says of those that it refuses goes to stderr."""
    command = [python, "-c", VERIFY, *map(str, roots)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 (the user names it)
    return done.stdout.splitlines()


def ours(root: Path) -> str:
    """Return the ids of errors, and of warnings in brackets, that a dataset without a defect does not have."""
    try:
        report = segaudit.audit(root, workers=1)
    except segaudit.DatasetError as error:
        return f"refused: {str(error).rpartition(': ')[2]}"
    found = {finding.check: finding.severity.value for finding in report.findings}
    errors = sorted(check for check, severity in found.items() if severity == "error")
    warnings = sorted(check for check, severity in found.items() if severity == "warning")
    return ", ".join([*errors, *(f"({check})" for check in warnings)]) or "nothing"


def main() -> None:
    """Plant each defect, ask both, and print the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", required=True, help="interpreter of an environment with nnunetv2")
    python = parser.parse_args().python
    asking = [python, "-c", "from importlib.metadata import version; print(version('nnunetv2'))"]
    version = subprocess.run(asking, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 (as above)
    print(INTRODUCTION.format(version=version), end="")
    with tempfile.TemporaryDirectory() as folder:
        roots = [Path(folder) / f"Dataset{number:03}_Small" for number in range(len(DEFECTS))]
        for root, plant in zip(roots, DEFECTS.values(), strict=True):
            write(root)
            plant(root)
        verdicts = theirs(python, roots)
        for name, root, verdict in zip(DEFECTS, roots, verdicts, strict=True):
            print(f"| {name} | {verdict} | {ours(root)} |")
    print(DIFFERENCES, end="")


if __name__ == "__main__":
    main()
