"""Compare segaudit with other checkers, side by side: ``python benchmarks/peers.py [CASE_FOLDER] [--python PYTHON]``.

The others need hundreds of packages, so they are in an environment of their own (``pip install neurotk nidataset
nnunetv2``), whose Python is an option; a missing one is left out. Each gets the input that it reads fastest, prepared
beforehand, and one worker. Their scope differs, and so do their findings.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from bench.costs import Cost, apart, of_command, side_by_side
from bench.given import linked, pairs, raw_dataset
from cases import case_at

from segaudit.model import CaseFiles

ROUNDS = 3

_NNUNET = """
from nnunetv2.experiment_planning.verify_dataset_integrity import verify_dataset_integrity
verify_dataset_integrity({!r}, 1)
"""


@click.command(help=__doc__)
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--python", default=sys.executable, show_default=True, help="Python in whose environment the others are.")
def main(folder: Path | None, python: str) -> None:
    """Print a table of the checkers."""
    with case_at(folder and folder.resolve()) as (root, files), TemporaryDirectory() as made:
        others = _others(python, root, files, Path(made))
        there = {name: command for name, (module, command) in others.items() if _installed(python, module)}
        print(f"{files.case}: CT and {len(files.masks)} masks, medians of {ROUNDS} rounds\n")
        ways = _ours(root, files, Path(made)) | {name: partial(of_command, there[name]) for name in there}
        print(*side_by_side(ways, ROUNDS), sep="\n")
        print(*(f"\nnot installed for {python}: {name}" for name in others.keys() - there.keys()))


def _ours(root: Path, files: CaseFiles, made: Path) -> dict[str, Callable[[], Cost]]:
    """Return our commands; each run has an output folder of its own, so that none reuses measurements."""
    release = "totalsegmentator-v2" if "skull" in files.masks else "totalsegmentator-v1"
    options = ["--contract", release, "--cases", files.case, "--workers", "1"]
    outputs = (str(made / f"output-{number}") for number in count())

    def run(action: str) -> Cost:
        command = [sys.executable, "-m", "segaudit", action, str(root), *options, "--output", next(outputs)]
        return of_command(command, ends=(0, 1))

    return {
        "segaudit measure": partial(run, "measure"),
        "segaudit audit: judges, draws and writes reports, too": partial(run, "audit"),
    }


def _others(python: str, root: Path, files: CaseFiles, made: Path) -> dict[str, tuple[str, list[str]]]:
    """Return module and command of each of the others."""
    dataset = apart(raw_dataset, root, files, made)
    images = linked(root / files.ct, made / "images" / "case.nii.gz").parent
    report = ["--out", str(made / "neurotk.json")]
    labelled = ["validate", "--images", str(images), "--labels", str(dataset / "labelsTr"), *report]
    (made / "niqc-config.json").write_text(json.dumps({"max_workers": 1}))  # its threads wait for each other
    paired = [str(pairs(root, files, made)), "--config", str(made / "niqc-config.json")]
    return {
        "neurotk validate, on a label map": ("neurotk", [python, "-m", "neurotk.cli", *labelled]),
        "niqc, on pairs of CT and mask": ("nidataset", [python, "-m", "nidataset.qc.cli", *paired]),
        "nnU-Net's integrity check, on a label map": ("nnunetv2", [python, "-c", _NNUNET.format(str(dataset))]),
    }


def _installed(python: str, module: str) -> bool:
    """Whether a Python has a module."""
    asking = f"import sys, importlib.util; sys.exit(not importlib.util.find_spec({module!r}))"
    return subprocess.run([python, "-c", asking], check=False).returncode == 0  # noqa: S603 (the user names it)


if __name__ == "__main__":
    main()
