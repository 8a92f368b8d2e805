"""Datasets of nnU-Net and of the Decathlon, of empty files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from segaudit.layouts import discover
from tests.support.folders import make

VERSION_2 = {"channel_names": {"0": "CT"}, "labels": {"background": 0, "liver": 1}, "numTraining": 1}
VERSION_1 = {"modality": {"0": "CT"}, "labels": {"0": "background", "1": "liver"}, "numTraining": 1}

WHOLE: dict[str, Any] = VERSION_2 | {"file_ending": ".nii.gz"}
FILES = ("imagesTr/a_0000.nii.gz", "labelsTr/a.nii.gz")


def described(root: Path, description: object, *paths: str) -> Path:
    """Write a dataset's description, and empty files beside it."""
    (root / "dataset.json").write_text(json.dumps(description), encoding="utf-8")
    return make(root, *paths)


def flaws(root: Path, description: dict[str, Any], *files: str, kind: str = "description") -> list[str]:
    """Return what is wrong with a dataset of empty files."""
    described(root, description, *(files or FILES))
    return [flaw.text for flaw in discover(root).flaws or () if flaw.kind == kind]
