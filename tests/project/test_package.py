"""What is built and installed is whole, although checks, schemas and reports are links inside ``src/segaudit``."""

from __future__ import annotations

import glob
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest
from build import ProjectBuilder

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "segaudit"
LINKED = ("checks", "schemas", "reports")


def files(package: Path) -> set[str]:
    """Return the files of a package, relative to it, through links."""
    names = glob.glob("**/*", root_dir=package, recursive=True)  # noqa: PTH207 (Path.glob stops at links)
    return {name for name in names if (package / name).is_file() and "__pycache__" not in name}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the sources, links as links, without what earlier builds left."""
    copy = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    leave = shutil.ignore_patterns("*.egg-info", "__pycache__")
    for name in ("src", *LINKED):
        shutil.copytree(ROOT / name, copy / name, symlinks=True, ignore=leave)
    return copy


@pytest.fixture(scope="module", params=["wheel", "sdist", "editable"])
def site(request: pytest.FixtureRequest, source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack a wheel that is built from the sources, from their sdist, or as an editable one, with nothing fetched."""
    output = tmp_path_factory.mktemp(request.param)
    if request.param == "sdist":
        command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(output), str(source)]
        subprocess.run(command, check=True)
    else:
        ProjectBuilder(source, python_executable=sys.executable).build(request.param, output)
    (wheel,) = output.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(output / "site")
    return output / "site"


@pytest.fixture
def distribution(site: Path) -> Distribution:
    """Return the metadata of what was unpacked."""
    (found,) = distributions(path=[str(site)])
    return found


def test_package_is_whole(site: Path) -> None:
    """Every module and every data file of the sources is there; an editable wheel names the folder that has them."""
    homes = [Path(path.read_text(encoding="utf-8").strip()) for path in site.glob("*.pth")] or [site]
    assert [files(home / "segaudit") for home in homes] == [files(PACKAGE)]


def test_entry_points(distribution: Distribution) -> None:
    """There is the command, and the plugin that pytest finds by itself."""
    points = {(point.group, point.name, point.value) for point in distribution.entry_points}
    assert points == {
        ("console_scripts", "segaudit", "segaudit.__main__:main"),
        ("pytest11", "segaudit", "segaudit.pytest_plugin.plugin"),
    }


def test_licence_is_shipped(distribution: Distribution) -> None:
    """The licence's text comes with the package."""
    assert distribution.metadata["License-Expression"] == "Apache-2.0"
    assert distribution.read_text("licenses/LICENSE") == (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_package_holds_what_it_promises() -> None:
    """Types are promised, and contracts are data inside the package."""
    assert {"py.typed", "checks/__init__.py", "schemas/contracts/totalsegmentator-v1/contract.toml"} <= files(PACKAGE)


@pytest.mark.parametrize("name", LINKED)
def test_links_are_links(name: str) -> None:
    """A folder on top is the package's own; a clone without links has text files: git config core.symlinks true."""
    assert (PACKAGE / name).resolve() == (ROOT / name).resolve()
