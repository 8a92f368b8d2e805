"""Detect the layout of a dataset and list its files. Each layout is a class; add a new one to ``LAYOUTS``.

Those of other packages that are installed are asked after ours (see ``plugins``).
"""

from __future__ import annotations

import re
from pathlib import Path

from segaudit.layouts import plugins
from segaudit.layouts.description import NAME as DESCRIPTION
from segaudit.layouts.entries import is_folder, readable, scan
from segaudit.layouts.file_lists import named
from segaudit.layouts.layout import Layout
from segaudit.layouts.nnunet import NnUnet
from segaudit.layouts.totalsegmentator import CTS, MASKS, TotalSegmentator
from segaudit.measure.content import HEAD_BYTES, content_of
from segaudit.model import Listing
from segaudit.model.errors import DatasetError
from segaudit.model.place import Place
from segaudit.model.regular import must_be_regular
from segaudit.model.words import argument
from segaudit.places.archive import Archive

__all__ = ["Layout", "discover"]

LAYOUTS: tuple[Layout, ...] = (NnUnet(), TotalSegmentator())
EXAMPLES = " or ".join(layout.example for layout in reversed(LAYOUTS))

MOST_PARTS = 5
"""The most folders that a message names."""

PACKED = re.compile(r"\.(tar(\.\w+)?|tgz|tbz2?|txz|7z|rar)$", re.IGNORECASE)
"""Names of archives that segaudit cannot read file by file."""

ZIPPED = re.compile(r"\.zip$", re.IGNORECASE)
"""Names of archives that it reads file by file, but on a disk only: of a file on a server it reads every byte."""

CONTENTS = {"empty": "nothing", "gzip": "a gzip stream", "nifti": "a NIfTI file"}
"""Words for contents that have a short name."""


def discover(path: Place) -> Listing:
    """List the files of the dataset at ``path``, whatever its layout.

    Raises:
        DatasetError: there is no such folder, it has no known layout, or its own description cannot be used.
    """
    try:
        if not path.is_dir():
            instead = _no_folder(path)
            archive = ", or a ZIP archive of it" if isinstance(path, Path) else ""
            raise DatasetError(f"{path}: {instead}; expected the folder of a dataset{archive} ({EXAMPLES})")
        for layout in LAYOUTS:
            if root := layout.root(path):
                listing = layout.discover(root)
                if listing.cases or not (parts := _datasets(root)):
                    return listing
                raise DatasetError(f"{root}: {_parts(root, parts)}")  # a table beside the parts of a dataset
        found = plugins.discover(path)
        if isinstance(found, Listing):
            return found
        if parts := _datasets(path):
            raise DatasetError(f"{path}: {_parts(path, parts)}")
        inside = _inside(path)
    except OSError as error:
        raise DatasetError(f"{path}: cannot list it: {error.strerror or error}") from error
    raise DatasetError(f"{path}: no cases found, {inside}; expected {EXAMPLES}", *found)


def _datasets(path: Place) -> list[str]:
    """Return the names of the folders that are datasets, such as the parts of an atlas, each unpacked by itself."""
    folders = [entry.name for entry in scan(path) if is_folder(entry)]
    return sorted(name for name in folders if any(layout.root(path / name) for layout in LAYOUTS))


def _parts(path: Place, names: list[str]) -> str:
    """Say which folders are datasets, and how to audit each, or all as one."""
    shown = ", ".join(readable(name) for name in names[:MOST_PARTS]) + (", ..." if len(names) > MOST_PARTS else "")
    packed, folder = isinstance(path, Archive), readable(str(path / names[0]))
    each = "unpack it, and audit each by itself" if packed else f"audit each by itself, such as {folder}"
    if len(names) == 1:
        how = f"unpack the archive, and audit {shown}" if packed else f"audit {folder}"
        return f"no cases found here, but the folder {shown} is a dataset: {how}"
    together = "or move their cases into one folder to have them compared with each other"
    return f"no cases found here, but {len(names)} folders are datasets ({shown}): {each}, {together}"


def _no_folder(path: Place) -> str:
    """Describe what is there instead of a folder; for an archive, say what to do with it."""
    if not path.exists():
        return "there is no such folder"
    here, name = isinstance(path, Path), path.name.partition("?")[0]  # Zenodo asks for ?download=1
    if PACKED.search(name):
        return f"it is an archive that has to be {'' if here else 'fetched and '}unpacked first"
    if not here and ZIPPED.search(name):
        return "it is an archive on a server that has to be fetched first, to audit it as it is"
    return _misnamed(path) if ZIPPED.search(name) else "it is a file"


def _misnamed(path: Place) -> str:
    """Describe a file that has the name of a ZIP archive and is none; say what to do with it."""
    must_be_regular(path)
    with path.open("rb") as file:
        content = content_of(file.read(HEAD_BYTES))
    what = CONTENTS.get(content, content)
    how = "unpack it" if what.endswith((" archive", " stream")) else "fetch it again"
    return f"it has the name of a ZIP archive, but holds {what}: {how}"


def _inside(path: Place) -> str:
    """Describe in a few words what a folder contains instead of cases."""
    names = sorted(readable(entry.name) + "/" * is_folder(entry) for entry in scan(path))
    if not names:
        return "the folder is empty"
    full = path.resolve() if isinstance(path, Path) else path
    if any(name.lower() in (*CTS, f"{MASKS}/") for name in names):
        return f"this is the folder of a single case: {_audit_its_dataset(full)}"
    if isinstance(full, Path) and full.name == MASKS and any((full.parent / ct).exists() for ct in CTS):
        return f"this is the folder of a single case's masks: {_audit_its_dataset(full.parent)}"
    if any(name.lower() in ("imagestr/", "labelstr/") for name in names):
        return f"{DESCRIPTION} is missing, which names channels and labels; the folder holds {', '.join(names[:5])}"
    if packed := [name for name in names if PACKED.search(name) or ZIPPED.search(name)]:
        return f"the folder holds {named(packed, 'archive')}: unpack {'it' if len(packed) == 1 else 'them'} first"
    shown = names[:5]
    return f"the folder holds {', '.join(shown)}{' ...' if shown != names else ''}"


def _audit_its_dataset(case: Place) -> str:
    """Say how to audit a single case."""
    dataset, _, name = (case.as_posix() if isinstance(case, Path) else str(case)).rpartition("/")
    return f"audit its dataset {argument(dataset)}, with --cases {argument(name)}"
