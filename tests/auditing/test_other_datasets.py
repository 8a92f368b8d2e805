"""Datasets in other layouts, from the first contract to a finding."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import segaudit
from segaudit import contracts
from segaudit.cli import main
from segaudit.demo.target import Array, edit, revalue
from segaudit.demo.volume import Volume
from segaudit.model import Contract, Report
from segaudit.model.errors import DatasetError
from tests.support.converted import DESCRIPTION, as_atlas, as_nnunet
from tests.support.promised import Found, errors, promised

CASE = "s0002"
LABELS = "labelsTr/s0002.nii.gz"
IMAGE = "imagesTr/s0002_0000.nii.gz"

Damage = Callable[[Path], object]


def outcomes(report: Report, *checks: str) -> set[str]:
    """Return how some checks ended."""
    return {check.outcome.value for check in report.checks if check.id in checks}


@pytest.fixture(scope="module")
def nnunet(phantom: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the phantom in nnU-Net's layout, the third case without labels, and its first contract."""
    folder = tmp_path_factory.mktemp("nnunet")
    root = as_nnunet(phantom, folder / "Dataset001_Phantom", unlabelled=("s0003",))
    return root, promised(root, folder / "contract")


@pytest.fixture
def copy(nnunet: tuple[Path, Path], tmp_path: Path) -> Path:
    """Return a copy to damage."""
    return Path(shutil.copytree(nnunet[0], tmp_path / "copy"))


def test_healthy_nnunet(nnunet: tuple[Path, Path]) -> None:
    """There are no findings, each file counts once, and checks that a label map cannot answer are not applicable."""
    report = segaudit.audit(nnunet[0], nnunet[1], workers=1)
    rates = {row["presence_rate"] for row in report.statistics["structures"] if row["occurrence"] == 2}
    assert rates == {100.0}
    assert (report.findings, report.exit_code) == ((), 0)
    assert (report.counts.cases, report.counts.files, report.counts.masks) == (3, 5, 2 * 104)
    without = ("masks-overlap", "masks-overlap-large", "masks-identical", "mask-values", "meta-schema", "file-misnamed")
    assert outcomes(report, *without, "case-unlisted", "published-differs", "split-count") == {"not applicable"}
    clean = ("label-unknown", "sides-swapped", "mask-expected", "training-count", "file-ending", "mask-off-grid")
    assert outcomes(report, *clean, "mask-missing", "case-count", "mask-shape") == {"clean"}


def test_first_contract_of_nnunet(nnunet: tuple[Path, Path]) -> None:
    """Labels come from the dataset, properties of each structure from the shipped class lists."""
    contract: Contract = contracts.load(nnunet[1])
    labels = json.loads((nnunet[0] / DESCRIPTION).read_text())["labels"]
    assert {structure.name: structure.label for structure in contract.structures} == {
        name: label for name, label in labels.items() if label
    }
    kidney = contract.by_name["kidney_left"]
    assert (kidney.group, kidney.side, kidney.partner) == ("organ", "left", "kidney_right")
    assert len(contract.spine) == 24


def test_nnunet_without_a_contract(nnunet: tuple[Path, Path], tmp_path: Path) -> None:
    """The dataset is checked against its own description, the report says so, and nothing else is judged."""
    root = shutil.copytree(nnunet[0], tmp_path / "dataset")
    report = segaudit.audit(root, output=tmp_path / "report")
    assert (report.contract, report.exit_code) == ("dataset.json alone", 0)
    assert outcomes(report, "label-unknown", "training-count", "sides-swapped", "mask-off-grid") == {"clean"}
    assert outcomes(report, "case-count", "spacing-unexpected", "orientation-unexpected") == {"not applicable"}
    label_map = min((root / "labelsTr").iterdir())
    label_map.unlink()
    found = segaudit.audit(root, output=tmp_path / "report").findings
    assert {(f.check, f.files) for f in found} == {("mask-missing", (f"labelsTr/{label_map.name}",))}
    shutil.rmtree(root / "labelsTr")
    assert {f.check for f in segaudit.audit(root).findings} == {"mask-missing"}
    (root / DESCRIPTION).unlink()
    with pytest.raises(
        DatasetError, match=r"dataset\.json is missing, which names channels and labels; the folder holds"
    ):
        segaudit.audit(root)


def test_nnunet_with_a_list_of_cases(nnunet: tuple[Path, Path], tmp_path: Path) -> None:
    """Files in other folders are audited as in the usual ones; one warning names cases of another dataset."""
    root = Path(shutil.copytree(nnunet[0], tmp_path / "dataset"))
    for usual, other in (("imagesTr", "scans"), ("labelsTr", "masks")):
        (root / usual).rename(root / other)
    images = {"s0001": "../elsewhere/s0001_0000.nii.gz", CASE: f"scans/{CASE}_0000.nii.gz"}
    cases = {case: {"images": [path], "label": f"masks/{case}.nii.gz"} for case, path in images.items()}
    description = json.loads((root / DESCRIPTION).read_text())
    (root / DESCRIPTION).write_text(json.dumps(description | {"dataset": cases}))
    report = segaudit.audit(root, output=tmp_path / "report")
    assert (report.exit_code, report.counts.cases, report.counts.files) == (0, 2, 3)
    assert [finding.check for finding in report.findings] == ["dataset-link-outside"]
    assert not [path for path in (tmp_path / "report").glob("*.*") if b"elsewhere" in path.read_bytes()]


@pytest.mark.parametrize(("lost", "check"), [(IMAGE, "ct-missing"), (LABELS, "mask-missing")])
def test_one_finding_for_a_listed_file_that_is_not_there(copy: Path, lost: str, check: str) -> None:
    """It is of the case; the list that names the file does not add another one."""
    cases = {
        case: {"images": [f"imagesTr/{case}_0000.nii.gz"], "label": f"labelsTr/{case}.nii.gz"}
        for case in ("s0001", CASE)
    }
    description = json.loads((copy / DESCRIPTION).read_text())
    (copy / DESCRIPTION).write_text(json.dumps(description | {"dataset": cases}))
    assert segaudit.audit(copy, workers=1).findings == ()
    (copy / lost).unlink()
    found = [finding for finding in segaudit.audit(copy, workers=1).findings if finding.severity == "error"]
    assert [(finding.check, finding.case, finding.files) for finding in found] == [(check, CASE, (lost,))]


def test_first_contract_keeps_no_defect(nnunet: tuple[Path, Path], tmp_path: Path) -> None:
    """If the dataset states another number of cases, the actual number does not become a promise."""
    root = shutil.copytree(nnunet[0], tmp_path / "dataset")
    description = json.loads((root / DESCRIPTION).read_text())
    (root / DESCRIPTION).write_text(json.dumps(description | {"numTraining": 99}))
    result = CliRunner().invoke(
        main, ["contract", "init", str(root), str(tmp_path / "mine"), "-o", str(tmp_path / "o")]
    )
    assert "promises      any number of cases, ids like " in result.stdout
    assert "open          1 error, 0 warnings: training-count (1)\n" in result.stdout


def labelled(change: Callable[[Array, dict[str, int]], None]) -> Damage:
    """Return what changes the voxels of a label map in place, given the labels."""

    def damage(root: Path) -> None:
        labels = json.loads((root / DESCRIPTION).read_text())["labels"]

        def changed(voxels: Array) -> Array:
            change(voxels, labels)
            return voxels

        revalue(root / LABELS, changed)

    return damage


def unknown_label(voxels: Array, labels: dict[str, int]) -> None:
    """Add a value that belongs to no structure."""
    voxels[voxels == labels["duodenum"]] = 200


def swapped_kidneys(voxels: Array, labels: dict[str, int]) -> None:
    """Exchange the kidneys."""
    left, right = (voxels == labels[f"kidney_{side}"] for side in ("left", "right"))
    voxels[left], voxels[right] = labels["kidney_right"], labels["kidney_left"]


def without_liver(voxels: Array, labels: dict[str, int]) -> None:
    """Take the liver out."""
    voxels[voxels == labels["liver"]] = 0


def shifted(root: Path) -> None:
    """Move the label map's grid by 3 voxels."""

    def move(volume: Volume) -> None:
        affine = volume.affine
        affine[0, 3] += 15
        volume.place(affine)

    edit(root / LABELS, move)


def cut(path: Path) -> None:
    """Cut the end off a file."""
    path.write_bytes(path.read_bytes()[:-20])


def redescribed(root: Path, **changes: object) -> None:
    """Change the dataset's own description."""
    path = root / DESCRIPTION
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def sliced(root: Path) -> None:
    """Take the last slice off the label map."""
    revalue(root / LABELS, lambda voxels: voxels[:, :, :-1])


def uncompressed(root: Path) -> None:
    """Store an image in another form."""
    volume = Volume.read(root / IMAGE)
    (root / IMAGE).unlink()
    (root / IMAGE.removesuffix(".gz")).write_bytes(volume.payload)


def second_channel(root: Path) -> None:
    """Promise a second channel, which one case lacks."""
    redescribed(root, channel_names={"0": "CT", "1": "PET"})
    for folder, case in (("imagesTr", "s0001"), ("imagesTs", "s0003")):
        shutil.copy(root / folder / f"{case}_0000.nii.gz", root / folder / f"{case}_0001.nii.gz")


DAMAGES: dict[str, tuple[Damage, Found]] = {
    "unknown label": (labelled(unknown_label), {("label-unknown", CASE, "", LABELS)}),
    "swapped kidneys": (labelled(swapped_kidneys), {("sides-swapped", CASE, "kidney_left, kidney_right", "")}),
    "missing structure": (labelled(without_liver), {("mask-expected", CASE, "liver", LABELS)}),
    "shifted label map": (shifted, {("mask-off-grid", CASE, "", LABELS)}),
    "label map with a slice less": (sliced, {("mask-shape", CASE, "", LABELS)}),
    "no label map": (lambda root: (root / LABELS).unlink(), {("mask-missing", CASE, "", LABELS)}),
    "no image": (lambda root: (root / IMAGE).unlink(), {("ct-missing", CASE, "", "")}),
    "truncated label map": (lambda root: cut(root / LABELS), {("file-truncated", CASE, "", LABELS)}),
    "another number": (lambda root: redescribed(root, numTraining=9), {("training-count", "", "", DESCRIPTION)}),
    "another ending": (uncompressed, {("file-ending", CASE, "", IMAGE.removesuffix(".gz"))}),
    "no second channel": (second_channel, {("channel-missing", CASE, "", "")}),
    "stray file": (
        lambda root: shutil.copy(root / IMAGE, root / "imagesTr" / "stray.nii.gz"),
        {("dataset-file-unexpected", "", "", "imagesTr/stray.nii.gz")},
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_nnunet(nnunet: tuple[Path, Path], copy: Path, damage: str) -> None:
    """Each defect is one error of its own check, however many structures the file has."""
    plant, expected = DAMAGES[damage]
    plant(copy)
    report = segaudit.audit(copy, nnunet[1], workers=1)
    assert errors(report) == expected
    assert report.counts.error == 1
    assert report.exit_code == 1


def test_unknown_label_is_reported_by_its_value(nnunet: tuple[Path, Path], copy: Path) -> None:
    """The finding names the value, its voxels and the first of them."""
    labelled(unknown_label)(copy)
    voxels = Volume.read(copy / LABELS).voxels
    (finding,) = (f for f in segaudit.audit(copy, nnunet[1], workers=1).findings if f.check == "label-unknown")
    assert finding.message == f"holds 200 ({np.count_nonzero(voxels == 200)} voxels), which no structure has"
    assert finding.observed == 200
    assert finding.voxel is not None
    assert voxels[finding.voxel] == 200


def test_atlas(phantom: Path, tmp_path: Path) -> None:
    """A dataset of folders without a table is audited with its first contract, including its label maps."""
    root = as_atlas(phantom, tmp_path / "AbdomenAtlas")
    contract = promised(root, tmp_path / "contract")
    report = segaudit.audit(root, contract, workers=1)
    assert (report.findings, report.exit_code) == ((), 0)
    assert (report.counts.cases, report.counts.files, report.counts.masks) == (3, 3 * 106, 3 * 104)
    assert outcomes(report, "meta-schema", "case-unlisted", "label-unknown", "training-count") == {"not applicable"}
    assert outcomes(report, "masks-overlap-large", "sides-swapped", "mask-values") == {"clean"}
    cut(root / "BDMAP_00000002" / "combined_labels.nii.gz")
    (root / "BDMAP_00000001" / "segmentations" / "liver.nii.gz").unlink()
    assert errors(segaudit.audit(root, contract, workers=1)) == {
        ("file-truncated", "BDMAP_00000002", "", "BDMAP_00000002/combined_labels.nii.gz"),
        ("mask-missing", "BDMAP_00000001", "liver", ""),
    }


@pytest.mark.parametrize("convert", [as_nnunet, as_atlas])
def test_real_case(real_data: Path, tmp_path: Path, convert: Callable[[Path, Path], Path]) -> None:
    """The real v1 example in another layout has no error, with its first contract as the only configuration."""
    root = convert(real_data / "v1-example", tmp_path / "Dataset104_Example")
    report = segaudit.audit(root, promised(root, tmp_path / "contract"), workers=1)
    assert errors(report) == set()
    assert (report.counts.masks, report.exit_code) == (104, 0)
