"""Datasets of nnU-Net and of the Decathlon, of empty files."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.folders import make

VERSION_2 = {"channel_names": {"0": "CT"}, "labels": {"background": 0, "liver": 1}, "numTraining": 1}
VERSION_1 = {"modality": {"0": "CT"}, "labels": {"0": "background", "1": "liver"}, "numTraining": 1}


def described(root: Path, description: object, *paths: str) -> Path:
    """Write a dataset's description, and empty files beside it."""
    (root / "dataset.json").write_text(json.dumps(description), encoding="utf-8")
    return make(root, *paths)
