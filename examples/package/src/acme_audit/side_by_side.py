"""A layout of files side by side: ``001_ct.nii.gz``, ``001_liver.nii.gz``."""

from __future__ import annotations

from segaudit.layouts import Layout
from segaudit.model import CaseFiles, Listing
from segaudit.model.place import Place
from segaudit.places import listed

ENDING = ".nii.gz"


class SideBySide:
    """One folder for all files; what precedes the first underscore is the case."""

    example = "files such as 001_ct.nii.gz and 001_liver.nii.gz"

    def root(self, path: Place) -> Place | None:
        """Return the folder if it holds a CT."""
        return path if any(entry.name.endswith(f"_ct{ENDING}") for entry in listed(path)) else None

    def discover(self, root: Place) -> Listing:
        """List the files by case and structure."""
        cases: dict[str, dict[str, str]] = {}
        for name in sorted(entry.name for entry in listed(root) if entry.name.endswith(ENDING)):
            case, _, structure = name.removesuffix(ENDING).partition("_")
            cases.setdefault(case, {})[structure] = name
        return Listing(root=root, cases=tuple(_case(case, files) for case, files in cases.items()))


def _case(case: str, files: dict[str, str]) -> CaseFiles:
    ct = files.pop("ct", "")
    return CaseFiles(case=case, folder="", ct=ct, masks=files)


LAYOUT: Layout = SideBySide()
