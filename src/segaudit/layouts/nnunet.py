"""The layout of nnU-Net's raw datasets: ``dataset.json``, ``imagesTr/CASE_0000.nii.gz``, ``labelsTr/CASE.nii.gz``.

The Medical Segmentation Decathlon has the same folders, and one image a case without the number of a channel. Test
cases (``imagesTs``) count as cases; where there is no ``labelsTs``, no masks are expected of them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from msgspec.structs import replace

from segaudit.layouts.description import NAME, Description, read_description
from segaudit.layouts.entries import (
    by_path,
    is_file,
    is_folder,
    only_subfolder,
    out_of_place,
    readable,
    scan,
    size,
    volumes,
)
from segaudit.model import CaseFiles, Listing, Stranger, Training
from segaudit.model.errors import DatasetError
from segaudit.model.listing import fold
from segaudit.model.place import Entry, Place

CHANNEL = re.compile(r"(.+)_(\d{4})")
FOLDERS = ("imagesTr", "labelsTr", "imagesTs", "labelsTs")


class NnUnet:
    """One image a channel, one label map a case. Names of folders count in any letter case."""

    example = "dataset.json with imagesTr/ and labelsTr/"

    def root(self, path: Place) -> Place | None:
        """Return ``path``, or its one subfolder where an archive was unpacked with its top folder."""
        for folder in (path, *only_subfolder(path)):
            if _folders(scan(folder)).keys() & {"imagesTr", "labelsTr"}:
                return folder
        return None

    def discover(self, root: Place) -> Listing:
        """List the files of the dataset.

        Raises:
            DatasetError: its ``dataset.json`` is missing or cannot be used.
        """
        entries = scan(root)
        folders = _folders(entries)
        name = next((entry.name for entry in entries if fold(entry.name) == NAME and is_file(entry)), "")
        if not name:
            raise DatasetError(
                f"{root}: no {NAME} beside {', '.join(folders.values())}; expected it to name the labels"
            )
        description = read_description(root, name)
        training = _Part.of(root, folders.get("imagesTr", ""), folders.get("labelsTr", ""), description)
        test = _Part.of(root, folders.get("imagesTs", ""), folders.get("labelsTs", ""), description)
        tested = test.beside(training, unlabelled="labelsTs" not in folders)
        cases = {case.case: case for case in (*training.cases, *tested)}
        strangers = [
            Stranger(readable(entry.name), size(entry))
            for entry in entries
            if entry.name not in (name, *folders.values()) and out_of_place(entry)
        ]
        promised = description.training
        return Listing(
            root=root,
            cases=tuple(cases[case] for case in sorted(cases)),
            strangers=by_path([*strangers, *training.strangers, *test.strangers]),
            training=None if promised is None else Training(name, promised, len(training.cases)),
        )


@dataclass(frozen=True, slots=True)
class _Part:
    """The cases for training, or those for testing."""

    cases: tuple[CaseFiles, ...]
    strangers: tuple[Stranger, ...]

    @classmethod
    def of(cls, root: Place, images: str, labels: str, description: Description) -> _Part:
        """List the cases of a folder of images and one of labels, either of which may not be there."""
        found, strange = volumes(scan(root / images), images, description.ending) if images else ({}, [])
        masks, others = volumes(scan(root / labels), labels, description.ending) if labels else ({}, [])
        channels, unnamed = _channels(found, masks, description)
        odd = [*strange, *others, *(Stranger(path, 0) for path in unnamed)]
        cases = [
            _case(case, channels[case], masks.get(case, ""), odd, description)
            for case in sorted(channels.keys() | masks.keys())
        ]
        known = {stranger for case in cases for stranger in case.strangers}
        return cls(tuple(cases), tuple(stranger for stranger in odd if stranger not in known))

    def beside(self, training: _Part, *, unlabelled: bool) -> tuple[CaseFiles, ...]:
        """Return the cases for testing; one that has the id of a training case gets another one."""
        taken = {case.case for case in training.cases}
        return tuple(
            replace(case, case=f"{case.case}_Ts" if case.case in taken else case.case, unlabelled=unlabelled)
            for case in self.cases
        )


def _folders(entries: list[Entry]) -> dict[str, str]:
    """Return the name of each folder of the layout as found."""
    found = {fold(entry.name): entry.name for entry in reversed(entries) if is_folder(entry)}
    return {name: found[fold(name)] for name in FOLDERS if fold(name) in found}


def _channels(
    images: dict[str, str], masks: dict[str, str], description: Description
) -> tuple[defaultdict[str, dict[int, str]], list[str]]:
    """Return path by channel by case, and the images that name no channel.

    Where most images are named as their label maps are, as in the Decathlon, each is the CT.
    """
    channels: defaultdict[str, dict[int, str]] = defaultdict(dict)
    unnamed = []
    plain = 2 * len(images.keys() & masks.keys()) > len(images)
    for stem, path in images.items():
        if plain:
            channels[stem][description.ct] = path
        elif match := CHANNEL.fullmatch(stem):
            channels[match[1]][int(match[2])] = path
        else:
            unnamed.append(path)
    return channels, unnamed


def _case(
    case: str, channels: dict[int, str], label_map: str, odd: list[Stranger], description: Description
) -> CaseFiles:
    """List the files of one case; channels that nobody promised and twins of its files are strangers."""
    further = {f"{number:04d} {name}": number for number, name in description.channels.items()}
    del further[f"{description.ct:04d} {description.channels[description.ct]}"]
    own = {*channels.values(), label_map} - {""}
    return CaseFiles(
        case=case,
        folder="",
        ct=channels.get(description.ct, ""),
        masks=dict.fromkeys(sorted(description.labels), label_map) if label_map else {},
        labels=description.labels if label_map else {},
        ignored=description.ignored if label_map else (),
        further={name: channels.get(number, "") for name, number in further.items()} if channels else {},
        ending=description.ending,
        strangers=by_path(
            [
                *(Stranger(path, 0) for number, path in channels.items() if number not in description.channels),
                *(stranger for stranger in odd if stranger.twin in own),
            ]
        ),
    )
