"""The files that lists in ``dataset.json`` name and that are not there.

A case that lacks one of them has a finding of its own, which names the case. The lists account for all others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from segaudit.layouts.file_lists import CASES, ENDING, Row, are, is_there, named
from segaudit.model import CaseFiles
from segaudit.model.listing import Flaw, stem
from segaudit.model.place import Place


class Absent(NamedTuple):
    """The files that are not there, and the cases of which nothing is."""

    files: dict[str, tuple[str, ...]]
    """By the list that names them."""
    cases: tuple[str, ...]
    """Ids, by the names of their files, of those in ``training``."""

    def flaws(self, name: str, lacking: Collection[str]) -> Iterator[Flaw]:
        """Yield what the lists in a ``dataset.json`` name.

        Args:
            name: the name of the file as found.
            lacking: the files that cases lack, as ``lacked`` returns them.
        """
        for key, files in self.files.items():
            if others := [path for path in files if ENDING.sub("", path) not in lacking]:
                yield Flaw("list", name, f"{key} lists {named(others, 'file')}, which {are(others)} not there")


def absent(root: Place, lists: Mapping[str, Iterable[Row]]) -> Absent:
    """Return what is not there of the entries of each list."""
    files: dict[str, tuple[str, ...]] = {}
    cases = []
    for key, rows in lists.items():
        missing: dict[str, None] = {}
        for row in rows:
            own = [path for path in row.files if not is_there(root, path, numbered=key == CASES)]
            missing.update(dict.fromkeys(own))
            if key == "training" and row.files and len(own) == len(row.files):
                cases.append(stem((row.label or row.images[0]).rpartition("/")[2]))
        files[key] = tuple(missing)
    return Absent(files, tuple(dict.fromkeys(filter(None, cases))))


def lacked(cases: Iterable[CaseFiles], images: str, channels: Mapping[int, str], ct: int) -> Iterator[str]:
    """Yield the paths, without their endings, of the files that cases of the folders lack.

    Args:
        cases: as the layout lists them.
        images: the folder of their images.
        channels: name by number.
        ct: number of the channel that is the CT.
    """
    for case in cases:
        if case.label_map_missing:
            yield ENDING.sub("", case.label_map_missing)
        there = {int(channel.partition(" ")[0]) for channel, path in case.further.items() if path}
        there.update([ct] if case.ct else [])
        if numbers := [number for number in channels if number not in there]:
            yield f"{images}/{case.case}"
            yield from (f"{images}/{case.case}_{number:04d}" for number in numbers)
