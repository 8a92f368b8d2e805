"""TotalSegmentator's layout: ``meta.csv``, ``sXXXX/ct.nii.gz``, ``sXXXX/segmentations/<structure>.nii.gz``."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

from segaudit.model import CaseFiles, Listing, Stranger

CASE = re.compile(r"s\d{4,}")
JUNK = re.compile(r"\._.*|\.DS_Store|Thumbs\.db|desktop\.ini|__MACOSX|.* \(\d+\)(\..*)?|.*\.(part|crdownload|tmp)")
"""What file managers, browsers and unfinished downloads leave behind."""


class TotalSegmentator:
    """One folder a case, one binary mask a structure. Names count in any letter case and Unicode form."""

    example = "meta.csv and folders such as s0001/ with ct.nii.gz and segmentations/liver.nii.gz"

    def root(self, path: Path) -> Path | None:
        """Return ``path``, or its one subfolder where an archive was unpacked with its top folder."""
        for folder in (path, *_only_subfolder(path)):
            entries = list(os.scandir(folder))
            if any(_is_case(entry) or fold(entry.name) == "meta.csv" for entry in entries):
                return folder
        return None

    def discover(self, root: Path) -> Listing:
        """List the files of the dataset; of two folders of one case, the second is a stranger."""
        cases: dict[str, CaseFiles] = {}
        strangers, metadata = [], ""
        for entry in _scan(root):
            if _is_case(entry) and _case_id(entry.name) not in cases:
                cases[_case_id(entry.name)] = _case(entry)
            elif fold(entry.name) == "meta.csv" and not metadata:
                metadata = entry.name
            elif _is_case(entry) or JUNK.fullmatch(entry.name) or _stem(entry.name):
                strangers.append(Stranger(readable(entry.name), _size(entry)))
        ordered = tuple(cases[case] for case in sorted(cases))
        return Listing(root=root, cases=ordered, metadata=metadata, strangers=tuple(strangers))


def fold(name: str) -> str:
    """Return a name without differences of letter case and Unicode form."""
    return unicodedata.normalize("NFC", name).casefold()


def readable(name: str) -> str:
    """Return a name with each byte that is not UTF-8 written as an escape."""
    return name.encode(errors="backslashreplace").decode()


def _only_subfolder(path: Path) -> list[Path]:
    """Return the one subfolder that is not junk, if there is exactly one."""
    folders = [Path(entry) for entry in _scan(path) if entry.is_dir() and not JUNK.fullmatch(entry.name)]
    return folders if len(folders) == 1 else []


def _scan(folder: str | Path) -> list[os.DirEntry[str]]:
    """List a folder by name."""
    return sorted(os.scandir(folder), key=lambda entry: entry.name)


def _is_case(entry: os.DirEntry[str]) -> bool:
    """Whether a folder is named as a case, or holds what a case holds."""
    if not entry.is_dir() or JUNK.fullmatch(entry.name) or entry.name != readable(entry.name):
        return False
    if CASE.fullmatch(fold(entry.name)):
        return True
    try:
        return any(fold(inner.name) in ("ct.nii.gz", "ct.nii", "segmentations") for inner in Path(entry.path).iterdir())
    except OSError:
        return False


def _case_id(folder: str) -> str:
    """Return the id of the case in a folder: releases write it in lower case."""
    return fold(folder) if CASE.fullmatch(fold(folder)) else unicodedata.normalize("NFC", folder)


def _case(entry: os.DirEntry[str]) -> CaseFiles:
    """List the files of one case; a folder that cannot be listed is told in its ``error``."""
    name, case = entry.name, _case_id(entry.name)
    try:
        top = _scan(entry.path)
        inner = next((e for e in top if fold(e.name) == "segmentations" and e.is_dir()), None)
        masks, strangers = _volumes(_scan(inner.path), f"{name}/{inner.name}") if inner else ({}, [])
    except OSError as error:
        return CaseFiles(case=case, folder=name, error=f"cannot list {error.filename}: {error.strerror}")
    images, others = _volumes([e for e in top if e is not inner], name)
    ct = next((path for stem, path in images.items() if fold(stem) == "ct"), "")
    others += [Stranger(path, 0) for path in images.values() if path != ct]
    found = tuple(sorted((*strangers, *others), key=lambda stranger: stranger.path))
    return CaseFiles(case=case, folder=name, ct=ct, masks=masks, strangers=found)


def _volumes(entries: list[os.DirEntry[str]], folder: str) -> tuple[dict[str, str], list[Stranger]]:
    """Sort entries into volumes (path by stem) and strangers; a ``.nii`` beside its ``.nii.gz`` is its twin."""
    volumes: dict[str, str] = {}
    strangers = []
    for entry in sorted(entries, key=lambda entry: (not entry.name.casefold().endswith(".gz"), entry.name)):
        path, stem = f"{folder}/{readable(entry.name)}", _stem(entry.name)
        if not stem or JUNK.fullmatch(entry.name):
            strangers.append(Stranger(path, _size(entry)))
        elif stem in volumes:
            strangers.append(Stranger(path, _size(entry), twin=volumes[stem]))
        else:
            volumes[stem] = path
    return dict(sorted(volumes.items())), strangers


def _stem(name: str) -> str:
    """Return the name of a NIfTI file without its ending, in NFC; empty for any other, or a name that is not UTF-8."""
    match = re.fullmatch(r"(.+)\.nii(\.gz)?", name, re.IGNORECASE)
    return unicodedata.normalize("NFC", match[1]) if match and name == readable(name) else ""


def _size(entry: os.DirEntry[str]) -> int:
    """Return an entry's size in bytes; 0 for a folder or a broken link."""
    try:
        return 0 if entry.is_dir() else entry.stat().st_size
    except OSError:
        return 0
