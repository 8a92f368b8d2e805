"""The files of a dataset by their role in its layout, before any of them is opened."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from segaudit.model.place import Place
from segaudit.model.reading import Reading
from segaudit.model.records import UnexpectedFile

COPIES = ("* ([0-9])", "* ([0-9]).*", "* ([0-9][0-9])", "* ([0-9][0-9]).*")

LEFTOVERS = {
    "._*": "AppleDouble file of macOS, no image: delete it",
    "__macosx": "left behind by macOS: delete it",
    ".ds_store": "left behind by macOS: delete it",
    "thumbs.db": "left behind by Windows: delete it",
    "desktop.ini": "left behind by Windows: delete it",
    **dict.fromkeys(COPIES, "copy made by a browser or file manager: compare it with the original, then delete it"),
    "*.part": "unfinished download: fetch it again",
    "*.crdownload": "unfinished download: fetch it again",
    "*.download": "unfinished download: fetch it again",
    "*.tmp": "unfinished write: delete it",
}
"""What to do with leftover files of programs, by glob of the folded name."""


def fold(name: str) -> str:
    """Normalise a name's letter case and Unicode form."""
    return unicodedata.normalize("NFC", name).casefold()


@lru_cache(4096)  # thousands of cases have files with the same names
def stem(name: str) -> str:
    """Return the name of a NIfTI file without ``.nii`` or ``.nii.gz`` in any letter case; empty for any other file."""
    match = re.fullmatch(r"(.+)\.nii(\.gz)?", name, re.IGNORECASE)
    return match[1] if match else ""


@lru_cache(4096)
def leftover(name: str) -> str:
    """Return what to do with a leftover file or folder of a program; empty if it is not one."""
    folded = fold(name)
    return next((advice for glob, advice in LEFTOVERS.items() if fnmatchcase(folded, glob)), "")


class CaseFiles(Struct, frozen=True, kw_only=True):
    """The files of one case. Paths are relative to the dataset's root, with forward slashes."""

    case: str
    """Id of the case."""
    folder: str
    """Name of the folder as found."""
    ct: str = ""
    """Empty if there is none."""
    masks: dict[str, str] = {}
    """Path by structure; the same path for all if ``labels`` distinguish them."""
    labels: dict[str, tuple[int, ...]] = {}
    """The values of each structure in a label map, the one file with all masks; empty if each mask has a file of its
    own."""
    anatomy: dict[str, str] = {}
    """The known anatomy that a structure stands for, where its name is another."""
    ignored: tuple[int, ...] = ()
    """Values of the label map that are intended, but belong to no structure."""
    further: dict[str, str] = {}
    """Path, by name, of files that are verified but not measured: other channels, a label map beside the masks. The
    path of a promised channel that is missing is empty."""
    ending: str = ""
    """The required ending of each file's name; empty if any is allowed."""
    ct_missing: str = ""
    """Path of a missing CT that a list of cases names; empty if it exists, or if its name follows from the case."""
    label_map_missing: str = ""
    """Path of a missing label map; empty if it exists, or if each mask has its own file."""
    unlabelled: bool = False
    """Whether the layout has no masks for this case, such as a test case of a challenge."""
    unnumbered: bool = False
    """Whether the name of its CT lacks the channel's number, which the layout asks for."""
    unexpected_files: tuple[UnexpectedFile, ...] = ()
    """Files and folders in the case that do not belong to the layout."""
    outside: tuple[str, ...] = ()
    """Paths of links in it that lead out of the dataset."""
    reading: Reading = Reading()
    """How much of it is read."""
    error: str = ""
    """Why the folder could not be listed."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file that is read, without repetition."""
        return tuple(dict.fromkeys(filter(None, (self.ct, *self.further.values(), *self.masks.values()))))

    def named(self, structures: Mapping[str, str]) -> CaseFiles:
        """Return the case with its masks under the names of a class list, ignoring differences in spelling.

        Args:
            structures: the names, each with that of the known anatomy that it stands for.
        """
        known = {fold(structure): structure for structure in structures}
        names: dict[str, str] = {}
        for found in self.masks:
            name = known.get(fold(found), found)
            names[found if name in names or name in self.masks else name] = found
        return replace(
            self,
            masks={name: self.masks[names[name]] for name in sorted(names)},
            labels={name: self.labels[names[name]] for name in sorted(names) if self.labels},
            anatomy={name: meant for name in sorted(names) if (meant := structures.get(name, name)) != name},
        )


class Flaw(Struct, frozen=True):
    """What is wrong in a file that describes a dataset."""

    kind: Literal["description", "list", "outside"]
    """``description`` for what its program refuses, ``list`` for files and cases that it lists, ``outside`` for those
    of them that lie outside of the dataset."""
    file: str
    text: str


class Training(Struct, frozen=True):
    """The number of training cases that a dataset states, the file that states it, and the actual number."""

    file: str
    promised: int
    found: int


class Listing(Struct, frozen=True, kw_only=True):
    """The files of a dataset."""

    root: Place
    """The place of the dataset."""
    cases: tuple[CaseFiles, ...]
    """By case id."""
    excluded: tuple[str, ...] = ()
    """Ids of existing cases that the contract leaves out."""
    metadata: str = ""
    """Path of the metadata table; empty if there is none."""
    unexpected_files: tuple[UnexpectedFile, ...] = ()
    """Files and folders beside the cases that do not belong to the layout."""
    outside: tuple[str, ...] = ()
    """Paths of links beside the cases that belong to the layout or describe the dataset, and lead out of it."""
    labels: dict[str, tuple[int, ...]] = {}
    """The values of each structure in the label maps, from the dataset's own description; empty without one."""
    training: Training | None = None
    """The stated and the actual number of training cases, if the dataset states one."""
    flaws: tuple[Flaw, ...] | None = None
    """What is wrong in the files that describe it; None if there is no such file."""

    @property
    def structures(self) -> frozenset[str]:
        """The structures that have a mask in at least one case."""
        return frozenset(structure for case in self.cases for structure in case.masks)

    @property
    def extent(self) -> str:
        """The range of cases, for a sentence that begins with ``there``: ``are s0001 to s0013``."""
        ids = [case.case for case in self.cases]
        return f"are {ids[0]} to {ids[-1]}" if len(ids) > 1 else f"is only {ids[0]}" if ids else "are none"

    def named(self, structures: Mapping[str, str]) -> Listing:
        """Return the listing with the masks of all cases under the names of a class list, as ``CaseFiles.named``."""
        return replace(self, cases=tuple(case.named(structures) for case in self.cases))
