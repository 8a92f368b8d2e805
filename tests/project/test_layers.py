"""The layers of ``pyproject.toml`` hold, and a module that breaks one of them is caught."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CACHES = shutil.ignore_patterns(".*_cache", "__pycache__")


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on a tree."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    environment = os.environ | {"PYTHONPATH": str(tree / "src"), "COLUMNS": "200"}
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, check=False, encoding="utf-8")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy the package and its settings, links as links."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in ("checks", "schemas", "reports", "src"):
        shutil.copytree(ROOT / name, tmp_path / name, symlinks=True, ignore=CACHES)
    return tmp_path


def test_layers_hold(tree: Path) -> None:
    """The package as it is keeps every contract."""
    result = lint_imports(tree)
    assert (result.returncode, result.stderr) == (0, ""), result.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("src/segaudit/model/odd.py", "import segaudit.schemas", "layers"),
        ("src/segaudit/measure/odd.py", "import segaudit.checks", "layers"),
        ("src/segaudit/measure/odd.py", "import segaudit.schemas", "measure and reports see the model alone"),
        ("schemas/odd.py", "import segaudit.checks", "layers"),
        ("checks/odd.py", "import segaudit.measure", "layers"),
        ("checks/odd.py", "import segaudit.checks.alignment", "families of checks do not see each other"),
        ("checks/odd.py", "import nibabel", "checks open no file and know no test runner"),
        ("checks/odd.py", "import pytest", "checks open no file and know no test runner"),
        ("reports/odd.py", "import segaudit.schemas", "measure and reports see the model alone"),
        ("reports/odd.py", "import segaudit.catalogue", "layers"),
        ("src/segaudit/demo/odd.py", "import segaudit.testing", "layers"),
        ("src/segaudit/entry_points.py", "import segaudit.schemas", "layers"),
        ("src/segaudit/odd.py", "import segaudit.model", "layers"),
    ],
)
def test_broken_layer_is_caught(tree: Path, module: str, line: str, contract: str) -> None:
    """A module with one import too many, or in no layer, breaks a contract."""
    (tree / module).write_text(f"{line}\n", encoding="utf-8")
    result = lint_imports(tree)
    assert (result.returncode, f"{contract} BROKEN" in result.stdout) == (1, True), result.stdout
