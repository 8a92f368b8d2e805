"""Which files a dataset has, by the place its layout gives them; nothing has been opened yet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from segaudit.model.place import Place
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
"""What to do with the files that programs leave behind, by glob of the folded name."""


def fold(name: str) -> str:
    """Return a name without differences of letter case and Unicode form."""
    return unicodedata.normalize("NFC", name).casefold()


@lru_cache(4096)  # thousands of cases have files of the same names
def stem(name: str) -> str:
    """Return the name of a NIfTI file without ``.nii`` or ``.nii.gz`` in any letter case; empty for any other file."""
    match = re.fullmatch(r"(.+)\.nii(\.gz)?", name, re.IGNORECASE)
    return match[1] if match else ""


def leftover(name: str) -> str:
    """Return what to do with a file or folder that a program left behind; empty if it is none."""
    return next((advice for glob, advice in LEFTOVERS.items() if fnmatchcase(fold(name), glob)), "")


class CaseFiles(Struct, frozen=True, kw_only=True):
    """The files of one case. Paths are relative to the dataset's root, with forward slashes."""

    case: str
    """Id of the case."""
    folder: str
    """Name of the folder as found."""
    ct: str = ""
    """Empty when there is none."""
    masks: dict[str, str] = {}
    """Path by structure; one path for all where ``labels`` tell them apart."""
    labels: dict[str, tuple[int, ...]] = {}
    """The values that stand for each structure in a label map, the one file that holds all masks; empty where each
    mask has a file of its own."""
    ignored: tuple[int, ...] = ()
    """Values of the label map that are meant, but stand for no structure."""
    further: dict[str, str] = {}
    """Path, by name, of what is verified but not measured: other channels, a label map beside the masks. It is empty
    where a channel is promised and not there."""
    ending: str = ""
    """What the name of each file has to end in; empty if nothing says so."""
    label_map_missing: str = ""
    """Path of the label map that should be there and is not; empty where it is there, or each mask has its own file."""
    unlabelled: bool = False
    """Whether the layout has no masks for this case, as for the test cases of a challenge."""
    unexpected_files: tuple[UnexpectedFile, ...] = ()
    """Files and folders in the case that the layout has no place for."""
    error: str = ""
    """Why the folder could not be listed."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file that is read, each once."""
        return tuple(dict.fromkeys(filter(None, (self.ct, *self.further.values(), *self.masks.values()))))

    def named(self, structures: Iterable[str]) -> CaseFiles:
        """Return the case with its masks under the names that a class list gives them, however they are written."""
        known = {fold(structure): structure for structure in structures}
        names: dict[str, str] = {}
        for found in self.masks:
            name = known.get(fold(found), found)
            names[found if name in names or name in self.masks else name] = found
        return replace(
            self,
            masks={name: self.masks[names[name]] for name in sorted(names)},
            labels={name: self.labels[names[name]] for name in sorted(names) if self.labels},
        )


class Training(Struct, frozen=True):
    """How many training cases a dataset says that it has, in which file, and how many there are."""

    file: str
    promised: int
    found: int


class Listing(Struct, frozen=True, kw_only=True):
    """The files of a dataset."""

    root: Place
    """Where the dataset lies."""
    cases: tuple[CaseFiles, ...]
    """By case id."""
    excluded: tuple[str, ...] = ()
    """Ids of the cases that are there too, and that the contract leaves out."""
    metadata: str = ""
    """Path of the metadata table; empty when there is none."""
    unexpected_files: tuple[UnexpectedFile, ...] = ()
    """Files and folders beside the cases that the layout has no place for."""
    labels: dict[str, tuple[int, ...]] = {}
    """The values of each structure in the label maps, as the dataset describes itself; empty if it does not."""
    training: Training | None = None
    """What the dataset says of its training cases, if it does."""

    @property
    def structures(self) -> frozenset[str]:
        """Every structure that some case has a mask of."""
        return frozenset(structure for case in self.cases for structure in case.masks)

    @property
    def extent(self) -> str:
        """Which cases there are, for a sentence that begins with ``there``: ``are s0001 to s0013``."""
        ids = [case.case for case in self.cases]
        return f"are {ids[0]} to {ids[-1]}" if len(ids) > 1 else f"is only {ids[0]}" if ids else "are none"

    def named(self, structures: Iterable[str]) -> Listing:
        """Return the listing with masks under the names that a class list gives them, however they are written."""
        known = tuple(structures)
        return replace(self, cases=tuple(case.named(known) for case in self.cases))
