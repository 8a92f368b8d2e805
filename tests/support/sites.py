"""Folders in which small distributions are installed, as pip leaves them, without pip."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples/package"


def install(
    site: Path, name: str, points: Mapping[str, Mapping[str, str]], modules: Mapping[str, str], version: str = "1.0"
) -> Path:
    """Install a distribution with entry points, by group and name, and modules, by name; return the folder."""
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    sections = (
        "\n".join([f"[{group}]", *(f"{point} = {value}" for point, value in named.items())])
        for group, named in points.items()
    )
    (info / "entry_points.txt").write_text("\n".join(sections), encoding="utf-8")
    for module, text in modules.items():
        (site / f"{module}.py").write_text(text, encoding="utf-8")
    return site


def install_example(site: Path) -> Path:
    """Install the example package with what its ``pyproject.toml`` declares; return the folder."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    install(site, project["name"], project["entry-points"], {}, project["version"])
    shutil.copytree(EXAMPLE / "src", site, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    return site
