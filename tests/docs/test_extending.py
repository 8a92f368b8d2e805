"""The page about checks of one's own shows the example package, whose own tests pass."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "examples/package"
PAGE = (ROOT / "docs/extending.md").read_text(encoding="utf-8")


def test_the_page_shows_the_files() -> None:
    """Each block of Python is a file of the package, word for word."""
    files = {path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert blocks
    assert set(blocks) <= files


def test_the_packages_tests_pass(tmp_path: Path) -> None:
    """They run where the package is installed, and need nothing of ours but what is shipped."""
    environment = os.environ | {"PYTHONPATH": str(PACKAGE / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(PACKAGE / "tests")]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout
