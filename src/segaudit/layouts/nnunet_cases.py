"""The files of a training case, and the cases that ``dataset.json`` lists for version 2 of nnU-Net.

It trains with the cases of that list in the place of those in ``imagesTr``, and their files may lie anywhere
(``get_filenames_of_train_images_and_targets``). Those in the dataset are audited; an audit that followed a list out
of it would read, and report, what its user did not name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from segaudit.layouts.description import Description
from segaudit.layouts.entries import by_path, leads_out, nfc, readable
from segaudit.layouts.file_lists import CASES, ELSEWHERE, ENDING, Row, is_there, named
from segaudit.model import CaseFiles, UnexpectedFile
from segaudit.model.listing import Flaw
from segaudit.model.place import Place

IMAGES, LABEL_MAPS = "images", "label maps"


@dataclass(frozen=True, slots=True)
class Listed:
    """The cases of the list with files in the dataset."""

    cases: list[CaseFiles]
    away: frozenset[str]
    """Ids of all other cases of the list."""
    files: frozenset[str]
    """Every file that the list names there, also those of other cases."""
    links: frozenset[str]
    """The folders of these files that are links out of the dataset."""
    linked: frozenset[str]
    """The files of its cases that are such links themselves."""
    lacking: frozenset[str]
    """The files of its cases that are not there, without their endings."""
    flaws: tuple[Flaw, ...]
    """Which cases have files outside of it."""


def listed(root: Place, name: str, description: Description, odd: list[UnexpectedFile]) -> Listed:
    """Return what a description lists.

    Args:
        root: the place of the dataset.
        name: the name of its description as found.
        description: what it says.
        odd: files in its folders that are no volumes, or twins of one.
    """
    rows = description.listed or {}
    away = {case: what for case, row in rows.items() if (what := _outside(row))}
    found = (_case(root, case, row, description, odd) for case, row in rows.items() if away.get(case) != IMAGES)
    cases = [case for case in found if case.paths]
    ids = {case.case for case in cases}
    own = [path for case, row in rows.items() if _id(case) in ids for path in row.files]
    files = frozenset(path for row in rows.values() for path in row.files if not ELSEWHERE.match(path))
    return Listed(
        cases=cases,
        away=frozenset(map(_id, rows)) - ids,
        lacking=frozenset(ENDING.sub("", path) for path in own if not is_there(root, path)),
        files=files,
        links=frozenset(_links(root, files)),
        linked=frozenset(path for case in cases for path in case.outside),
        flaws=tuple(
            Flaw("outside", name, f"{CASES} lists {named(own, 'case')} with {what} outside of the dataset: {means}")
            for what, means in ((IMAGES, "not audited"), (LABEL_MAPS, "only the images are audited"))
            if (own := [case for case in away if away[case] == what])
        ),
    )


def _outside(row: Row) -> str:
    """Return what lies outside of the dataset; empty if nothing does."""
    if any(map(ELSEWHERE.match, row.images)):
        return IMAGES
    return LABEL_MAPS if ELSEWHERE.match(row.label) else ""


def _case(root: Place, name: str, row: Row, description: Description, odd: list[UnexpectedFile]) -> CaseFiles:
    """Return the files of a listed case that are there; its images are the channels in the order of their numbers."""
    images = dict(zip(sorted(description.channels), row.images, strict=False))  # another number of them is refused
    channels = {number: path for number, path in images.items() if is_there(root, path)}
    outside = bool(ELSEWHERE.match(row.label))
    label_map = row.label if not outside and is_there(root, row.label) else ""
    expected = "" if outside else readable(row.label)
    case = case_files(_id(name), channels, label_map, expected, description)
    own = case.paths
    return replace(
        case,
        unlabelled=outside,
        ct_missing="" if case.ct else readable(images.get(description.ct, "")),
        ending=description.ending if all(path.endswith(description.ending) for path in own) else "",  # names are free
        unexpected_files=by_path([unexpected for unexpected in odd if unexpected.twin in own]),
        outside=tuple(sorted(path for path in own if _leads_out(root, path))),
    )


def _id(name: str) -> str:
    """Return the id of a case under some name of the list."""
    return nfc(readable(name)) or "unnamed"


def _links(root: Place, files: Iterable[str]) -> Iterator[str]:
    """Yield the folders of files that are links out of the dataset; what is in them is elsewhere, and not named."""
    for folder in {PurePosixPath(path).parent for path in files}:
        ways = (str(part) for part in (*reversed(folder.parents), folder))
        if link := next((way for way in ways if _leads_out(root, way)), None):
            yield readable(link)


def _leads_out(root: Place, path: str) -> bool:
    """Whether a file or a folder is a link out of the dataset."""
    file = root / path
    return isinstance(file, Path) and leads_out(root, file.parent, file)


def case_files(
    case: str, channels: dict[int, str], label_map: str, expected: str, description: Description
) -> CaseFiles:
    """Return a case with images by channel and a label map, or an empty path and that of the ``expected`` one."""
    others = {number: name for number, name in description.channels.items() if number != description.ct}
    return CaseFiles(
        case=case,
        folder="",
        ct=channels.get(description.ct, ""),
        masks=dict.fromkeys(sorted(description.labels), label_map) if label_map else {},
        labels=description.labels if label_map else {},
        label_map_missing="" if label_map else expected,
        ignored=description.ignored if label_map else (),
        further={f"{n:04d} {name}": channels.get(n, "") for n, name in others.items()} if channels else {},
        ending=description.ending,
    )
