"""Check that a tag, the package's version, the changelog and the citation agree; print what the changelog says of it.

``python .github/release_notes.py v0.1.0``
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path


def section(changelog: str, version: str) -> str:
    """Return what stands under the heading of a version that has a date; nothing if there is no such heading."""
    heading = rf"^## \[{re.escape(version)}\] - \d{{4}}-\d{{2}}-\d{{2}}\n(.*?)(?=^## |\Z)"
    found = re.search(heading, changelog, re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else ""


def problems(root: Path, tag: str) -> Iterator[str]:
    """Yield what keeps the sources in a folder from being released under a tag."""
    version = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    if tag != f"v{version}":
        yield f"the tag is {tag}, pyproject.toml says {version}"
    if f"\nversion: {version}\n" not in (root / "CITATION.cff").read_text(encoding="utf-8"):
        yield f"CITATION.cff does not say 'version: {version}'"
    if not section((root / "CHANGELOG.md").read_text(encoding="utf-8"), version):
        yield f"CHANGELOG.md has nothing under a heading '## [{version}] - YYYY-MM-DD'"


def main(tag: str) -> None:
    """Print the notes of a release, or leave with what is wrong."""
    root = Path(__file__).parent.parent
    if found := [*problems(root, tag)]:
        sys.exit("\n".join(found))
    sys.stdout.write(section((root / "CHANGELOG.md").read_text(encoding="utf-8"), tag.removeprefix("v")) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
