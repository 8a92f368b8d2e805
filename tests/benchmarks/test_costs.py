"""Tools of the benchmarks: all processes of a command are counted, and other checkers get the same case."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from benchmarks.bench.given import pairs, raw_dataset

from segaudit.demo.volume import Volume
from segaudit.model import CaseFiles
from segaudit.testing.small import MASKS, write_case

pytest.importorskip("resource", reason="Windows measures no costs of other processes")
from benchmarks.bench.costs import Cost, apart, of_call, of_command, side_by_side

BUSY_S = 0.4

ORPHAN = f"""
import os, time
if os.fork() == 0:
    if os.fork() == 0:
        while time.process_time() < {BUSY_S}: pass
    os._exit(0)
os.wait()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone adopts processes whose parent has gone")
def test_processes_whose_parent_has_gone() -> None:
    """Orphaned processes are waited for, and their work is counted."""
    cost = of_command([sys.executable, "-c", ORPHAN])
    assert cost.cpu_s >= BUSY_S
    assert cost.wall_s > 0
    assert cost.memory_mib > 1


def test_a_command_that_fails() -> None:
    """It has no cost to compare; the message includes its output."""
    command = [sys.executable, "-c", "import sys; sys.exit('no such module')"]
    with pytest.raises(ValueError, match="exit code 1\nno such module"):
        of_command(command)
    assert of_command(command, ends=(0, 1)).cpu_s > 0


def test_a_call() -> None:
    """Work in a process of its own is measured there."""
    assert apart(of_call, json.dumps, "x").cpu_s < BUSY_S


def test_side_by_side() -> None:
    """Medians over the rounds; the ratio is that of each round."""
    first, second = iter([Cost(1, 1, 10), Cost(1, 2, 10), Cost(4, 4, 40)]), iter([Cost(9, 8, 7)] * 3)
    assert list(side_by_side({"one": lambda: next(first), "other": lambda: next(second)}, 3)) == [
        "| | s | CPU s | times the first | peak memory, MiB |",
        "| --- | ---: | ---: | ---: | ---: |",
        "| one | 1.00 | 2.00 | 1.0 | 10 |",
        "| other | 9.00 | 8.00 | 4.0 | 7 |",
    ]


@pytest.fixture
def files(tmp_path: Path) -> CaseFiles:
    """Write a case and return its files."""
    write_case(tmp_path / "s0001", 1)
    masks = {name: f"s0001/segmentations/{name}.nii.gz" for name in MASKS}
    return CaseFiles(case="s0001", folder="s0001", ct="s0001/ct.nii.gz", masks=masks)


def test_pairs(files: CaseFiles, tmp_path: Path) -> None:
    """Each mask with the CT."""
    with pairs(tmp_path, files, tmp_path).open() as table:
        assert [[Path(cell).name for cell in row] for row in csv.reader(table)] == [
            ["ct.nii.gz", "liver.nii.gz"],
            ["ct.nii.gz", "spleen.nii.gz"],
        ]


def test_raw_dataset(files: CaseFiles, tmp_path: Path) -> None:
    """The label map has each mask's number where the mask is."""
    dataset = raw_dataset(tmp_path, files, tmp_path)
    labels = json.loads((dataset / "dataset.json").read_text())["labels"]
    merged = Volume.read(dataset / "labelsTr" / "case.nii.gz").voxels
    assert labels == {"background": 0, "liver": 1, "spleen": 2}
    for name, box in MASKS.items():
        assert np.unique(merged[box]).tolist() == [labels[name]]
    assert np.count_nonzero(merged) == sum(merged[box].size for box in MASKS.values())
    assert (dataset / "imagesTr" / "case_0000.nii.gz").resolve() == tmp_path / "s0001" / "ct.nii.gz"
