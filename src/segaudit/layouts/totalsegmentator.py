"""TotalSegmentator's layout: ``meta.csv``, ``s0001/ct.nii.gz``, ``s0001/segmentations/liver.nii.gz``.

AbdomenAtlas arranges its cases in the same way, with other names, no table, and a label map beside the masks.
"""

from __future__ import annotations

import re

from segaudit.layouts.entries import (
    by_path,
    is_file,
    is_folder,
    leads_out,
    links_beside,
    nfc,
    only_subfolder,
    out_of_place,
    readable,
    scan,
    size,
    volumes,
)
from segaudit.model import CaseFiles, Listing, UnexpectedFile
from segaudit.model.listing import fold, leftover
from segaudit.model.place import Entry, Place

CASE = re.compile(r"s[0-9]{4,}")
METADATA = "meta.csv"
CTS, MASKS = ("ct.nii.gz", "ct.nii"), "segmentations"
"""The names of a case's CT, and of the folder of its masks."""
LABEL_MAP = "combined_labels"
"""AbdomenAtlas: a file that repeats all masks of a case."""


class TotalSegmentator:
    """One folder per case, one binary mask per structure. Letter case and Unicode form of names are ignored."""

    example = "meta.csv and folders such as s0001/ with ct.nii.gz and segmentations/liver.nii.gz"

    def root(self, path: Place) -> Place | None:
        """Return ``path``, or its only subfolder if an archive was unpacked with its top folder."""
        for folder in (path, *only_subfolder(path)):
            if any(_is_case(folder, entry) or fold(entry.name) == METADATA for entry in scan(folder)):
                return folder
        return None

    def discover(self, root: Place) -> Listing:
        """List the files of the dataset; of two folders of one case, the one not named like its id is unexpected."""
        cases: dict[str, CaseFiles] = {}
        unexpected_files, metadata = [], ""
        entries = scan(root)
        for entry in entries:
            if _is_case(root, entry) and _case_id(entry.name) not in cases:
                cases[_case_id(entry.name)] = _case(root, entry)
            elif fold(entry.name) == METADATA and is_file(entry) and not metadata:
                metadata = entry.name
            elif _is_unexpected(entry):
                unexpected_files.append(UnexpectedFile(readable(entry.name), size(entry)))
        ordered = tuple(cases[case] for case in sorted(cases))
        return Listing(
            root=root,
            cases=ordered,
            metadata=metadata,
            unexpected_files=by_path(unexpected_files),
            outside=links_beside(root, entries, {metadata}),
        )


def _is_case(root: Place, entry: Entry) -> bool:
    """Whether an entry is a folder that is named like a case, or has the contents of one."""
    if not is_folder(entry) or leftover(entry.name) or entry.name != readable(entry.name):
        return False
    if CASE.fullmatch(fold(entry.name)):
        return True
    try:
        return any(fold(inner.name) in (*CTS, MASKS) for inner in scan(root / entry.name))
    except OSError:
        return False


def _is_unexpected(entry: Entry) -> bool:
    """Whether an entry that is neither case nor metadata is unexpected, such as another file named like one of them."""
    named = CASE.fullmatch(fold(entry.name)) or fold(entry.name) == METADATA
    return out_of_place(entry) or (bool(named) and not is_folder(entry))


def _case_id(folder: str) -> str:
    """Return the id of the case in a folder, in lower case as releases write it."""
    return fold(folder) if CASE.fullmatch(fold(folder)) else nfc(folder)


def _case(root: Place, found: Entry) -> CaseFiles:
    """List the files of one case; ``error`` says why a folder cannot be listed."""
    name, case, folder = found.name, _case_id(found.name), root / found.name
    try:
        top = scan(folder)
        inner = next((e for e in top if fold(e.name) == MASKS and is_folder(e)), None)
        below = scan(folder / inner.name) if inner else []
    except OSError as error:
        return CaseFiles(case=case, folder=name, error=f"cannot list {error.filename}: {error.strerror}")
    masks, unexpected_files = volumes(below, f"{name}/{inner.name}") if inner else ({}, [])
    images, others = volumes([e for e in top if e is not inner], name)
    ct = next((path for volume, path in images.items() if fold(volume) == "ct"), "")
    further = {volume: path for volume, path in images.items() if volume == LABEL_MAP}
    others += [UnexpectedFile(path, 0) for path in images.values() if path not in (ct, *further.values())]
    links = {*_links(root, root, [found], ""), *_links(root, folder, top, name)}
    links |= _links(root, folder / inner.name, below, f"{name}/{inner.name}") if inner else set()
    return CaseFiles(
        case=case,
        folder=name,
        ct=ct,
        masks=dict(sorted(masks.items())),
        further=further,
        outside=tuple(sorted(links)),
        unexpected_files=by_path(_shown([*unexpected_files, *others], links)),
    )


def _links(root: Place, folder: Place, entries: list[Entry], path: str) -> set[str]:
    """Return the paths of links in a folder that lead out of the dataset."""
    return {f"{path}/{readable(entry.name)}".lstrip("/") for entry in entries if leads_out(root, folder, entry)}


def _shown(unexpected_files: list[UnexpectedFile], links: set[str]) -> list[UnexpectedFile]:
    """Leave out files in folders outside of the dataset: their names are nobody's business."""
    outside = tuple(f"{link}/" for link in links)
    return [unexpected for unexpected in unexpected_files if not unexpected.path.startswith(outside)]
