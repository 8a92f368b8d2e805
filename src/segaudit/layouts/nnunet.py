"""The layout of nnU-Net's raw datasets: ``dataset.json``, ``imagesTr/CASE_0000.nii.gz``, ``labelsTr/CASE.nii.gz``.

The Medical Segmentation Decathlon has the same folders, and one image per case without a channel number. Test
cases (``imagesTs``) count as cases; without a folder ``labelsTs``, no masks are expected for them. Where
``dataset.json`` lists the training cases, their files may lie in any folder.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from segaudit.layouts.absent import lacked
from segaudit.layouts.description import NAME, Description, lists_cases, read_description
from segaudit.layouts.entries import (
    by_path,
    is_file,
    is_folder,
    leads_out,
    links_beside,
    only_subfolder,
    out_of_place,
    readable,
    scan,
    size,
    volumes,
)
from segaudit.layouts.file_lists import SPLITS, TRAINED, of_splits
from segaudit.layouts.nnunet_cases import Listed, case_files, listed
from segaudit.model import CaseFiles, Listing, Training, UnexpectedFile
from segaudit.model.errors import DatasetError
from segaudit.model.listing import Flaw, fold
from segaudit.model.place import Entry, Place
from segaudit.model.words import count

CHANNEL = re.compile(r"(.+)_([0-9]{4})")
FOLDERS = ("imagesTr", "labelsTr", "imagesTs", "labelsTs")


class NnUnet:
    """One image per channel, one label map per case. Letter case of folder names is ignored."""

    example = "dataset.json with imagesTr/ and labelsTr/"

    def root(self, path: Place) -> Place | None:
        """Return ``path``, or its only subfolder if an archive was unpacked with its top folder."""
        for folder in (path, *only_subfolder(path)):
            entries = scan(folder)
            name, folders = _description(entries), _folders(entries)
            if name and (folders.keys() & {"imagesTr", "labelsTr"} or lists_cases(folder, name)):
                return folder
        return None

    def discover(self, root: Place) -> Listing:
        """List the files of the dataset.

        Raises:
            DatasetError: its ``dataset.json`` cannot be used.
        """
        entries = scan(root)
        folders, name = _folders(entries), _description(entries)
        description = read_description(root, name)
        found = [_Folder.of(root, folder, folders.get(folder, ""), description.ending) for folder in FOLDERS]
        own = listed(root, name, description, [unexpected for each in found for unexpected in each.unexpected_files])
        plain = _is_plain(*found[:2])
        images, labels, test_images, test_labels = (each.without(own) for each in found)
        training, odd = _training(images, labels, description, plain=plain)
        test, odd_too = _cases(test_images, test_labels, description, plain=plain, lone=True)
        if "labelsTs" not in folders:
            test = [_unlabelled(case) for case in test]
        cases = _joined((own.cases, "_Tr"), (training, "_Tr"), (test, "_Ts"), away=own.away)
        if own.flaws and not cases:
            raise DatasetError(f"{root}: {name}: {own.flaws[0].text}; audit the datasets that have them")
        pairs = ((training, images), (test, test_images))
        lacking = own.lacking.union(*(lacked(part, f.name, description.channels, description.ct) for part, f in pairs))
        there = [case.case for case in training] if description.listed is None else description.listed
        counted = _count(name, description, there)
        known = {name, *folders.values(), *(path.partition("/")[0] for path in own.files)}
        return Listing(
            root=root,
            cases=cases,
            unexpected_files=by_path([*_beside(entries, known), *odd, *odd_too]),
            outside=tuple(sorted({*links_beside(root, entries, known), *own.links} - own.linked)),
            labels=description.labels,
            training=counted,
            flaws=(
                *description.absent.flaws(name, lacking),
                *description.flaws,
                *_miscounted(description, counted),
                *own.flaws,
                *_folds(root, entries, description, {*there, *description.absent.cases}),
            ),
        )


@dataclass(frozen=True, slots=True)
class _Folder:
    """The volumes of a folder, path by name, and its unexpected files."""

    name: str
    paths: dict[str, str]
    unexpected_files: list[UnexpectedFile]
    outside: frozenset[str] = frozenset()
    """The paths that are links out of the dataset."""

    @classmethod
    def of(cls, root: Place, name: str, found: str, ending: str) -> _Folder:
        """List the folder with this name; empty if none was found."""
        if not found:
            return cls(name, {}, [])
        entries = scan(root / found)
        links = (entry for entry in entries if leads_out(root, root / found, entry))
        outside = frozenset(f"{found}/{readable(entry.name)}" for entry in links)
        return cls(found, *volumes(entries, found, ending), outside)

    def without(self, own: Listed) -> _Folder:
        """Return the folder without the files that a list of cases names, and their twins."""
        taken = own.files | {unexpected.path for case in own.cases for unexpected in case.unexpected_files}
        return _Folder(
            self.name,
            {name: path for name, path in self.paths.items() if path not in taken},
            [unexpected for unexpected in self.unexpected_files if unexpected.path not in taken],
            self.outside,
        )


def _is_plain(images: _Folder, labels: _Folder) -> bool:
    """Whether most images have the names of their label maps, as in the Decathlon."""
    return 2 * len(images.paths.keys() & labels.paths.keys()) > len(images.paths)


def _folders(entries: list[Entry]) -> dict[str, str]:
    """Return the name of each folder of the layout as found."""
    found = {fold(entry.name): entry.name for entry in reversed(entries) if is_folder(entry)}
    return {name: found[fold(name)] for name in FOLDERS if fold(name) in found}


def _description(entries: list[Entry]) -> str:
    """Return the name of ``dataset.json`` as found; empty if it is not there."""
    return next((entry.name for entry in entries if fold(entry.name) == NAME and is_file(entry)), "")


def _beside(entries: list[Entry], known: set[str]) -> list[UnexpectedFile]:
    """Return the unexpected files beside the folders of the layout."""
    odd = (entry for entry in entries if entry.name not in known and out_of_place(entry))
    return [UnexpectedFile(readable(entry.name), size(entry)) for entry in odd]


def _count(name: str, description: Description, there: Collection[str]) -> Training | None:
    """Return the number of training cases, if one is stated.

    Where it is that of the cases that are there and of those that are listed and are not, it is kept: the list names
    the cause.
    """
    promised = description.training
    if promised is None:
        return None
    whole = len({*there, *description.absent.cases})
    return Training(name, promised, whole if whole == promised else len(there))


def _miscounted(description: Description, training: Training | None) -> Iterator[Flaw]:
    """Yield the lists with another number of training cases than is stated.

    One with as many as there are is right: that the stated number is another one is ``training-count`` alone.
    """
    if training is None:
        return
    for key in TRAINED if description.listed is None else TRAINED[:1]:  # the cases of nnU-Net are training-count
        length = description.lengths.get(key, training.promised)
        if length not in {training.promised, training.found}:
            text = f"{key} lists {count(length, 'case')}, numTraining says {training.promised}"
            yield Flaw("list", training.file, text)


def _folds(root: Place, entries: list[Entry], description: Description, cases: Collection[str]) -> Iterator[Flaw]:
    """Yield what is wrong with the folds for training, if there are any."""
    for entry in entries:
        if entry.name == SPLITS and is_file(entry):
            is_listed = description.listed is not None
            yield from of_splits(root / entry.name, entry.name, frozenset(cases), listed=is_listed)


def _training(
    images: _Folder, labels: _Folder, description: Description, *, plain: bool
) -> tuple[list[CaseFiles], list[UnexpectedFile]]:
    """Return the training cases of the folders, and the files that belong to none of them.

    Beside a list of cases, those that it does not name are other data, which nnU-Net passes over: an image is audited
    with its label map if it has one, and nothing is missing there, nor has a wrong name.
    """
    if description.listed is None:
        return _cases(images, labels, description, plain=plain)
    cases, odd = _cases(images, labels, description, plain=plain, lone=True)
    no_volumes = {unexpected.path for folder in (images, labels) for unexpected in folder.unexpected_files}
    beside = [_beside_list(case) for case in cases if case.ct]
    return beside, [unexpected for unexpected in odd if unexpected.path in no_volumes]


def _beside_list(case: CaseFiles) -> CaseFiles:
    """Return a case that a list of cases does not name with what is there of it."""
    return replace(
        case if case.masks else _unlabelled(case),
        unnumbered=False,
        ending="",
        further={channel: path for channel, path in case.further.items() if path},
        unexpected_files=tuple(unexpected for unexpected in case.unexpected_files if unexpected.twin),
    )


def _unlabelled(case: CaseFiles) -> CaseFiles:
    """Return a case of which no masks are expected."""
    return replace(case, label_map_missing="", unlabelled=True)


def _cases(
    images: _Folder, labels: _Folder, description: Description, *, plain: bool, lone: bool = False
) -> tuple[list[CaseFiles], list[UnexpectedFile]]:
    """Return the cases of a folder of images and one of label maps, and the files that belong to none of them.

    ``plain`` images have the names of their label maps, as in the Decathlon, and each is the CT. A single one among
    numbered ones is the CT, too, if it has the name of a label map, or is ``lone``: a test image has no label map.
    """
    channels: defaultdict[str, dict[int, str]] = defaultdict(dict)
    odd = [*images.unexpected_files, *labels.unexpected_files]
    unnumbered = set()
    for name, path in images.paths.items():
        match, own = _channel(name, labels), lone or name in labels.paths
        if plain or (own and not match and f"{name}_{description.ct:04d}" not in images.paths):
            channels[name][description.ct] = path
            unnumbered.update([name] if description.numbered or not plain else [])
        elif match:
            channels[match[1]][int(match[2])] = path
        else:
            odd.append(UnexpectedFile(path, 0))
    ids = sorted(channels.keys() | labels.paths.keys())
    cases = [_case(case, channels[case], labels, odd, description) for case in ids]
    links = images.outside | labels.outside
    cases = [
        replace(case, unnumbered=case.case in unnumbered, outside=tuple(sorted(links.intersection(case.paths))))
        for case in cases
    ]
    known = {unexpected for case in cases for unexpected in case.unexpected_files}
    return cases, [unexpected for unexpected in odd if unexpected not in known]


def _channel(name: str, labels: _Folder) -> re.Match[str] | None:
    """Return the id and the number of the channel in the name of an image; None if it has no number.

    An id can itself end like one, as ``amos_0005``: it is then the name of a label map, and what is before it is not.
    """
    match = CHANNEL.fullmatch(name)
    return None if match and name in labels.paths and match[1] not in labels.paths else match


def _case(
    case: str, channels: dict[int, str], labels: _Folder, odd: list[UnexpectedFile], description: Description
) -> CaseFiles:
    """List the files of one case; channels that are not in ``dataset.json`` and twins of its files are unexpected."""
    label_map = labels.paths.get(case, "")
    unknown = [UnexpectedFile(path, 0) for number, path in channels.items() if number not in description.channels]
    own = {*channels.values(), label_map} - {""}
    return replace(
        case_files(case, channels, label_map, f"{labels.name}/{case}{description.ending}", description),
        unexpected_files=by_path([*unknown, *(unexpected for unexpected in odd if unexpected.twin in own)]),
    )


def _joined(*groups: tuple[Iterable[CaseFiles], str], away: Collection[str]) -> tuple[CaseFiles, ...]:
    """Return all cases by id; one with the id of an earlier one, or of one ``away``, gets the ending of its group."""
    cases: dict[str, CaseFiles] = {}
    for group, ending in groups:
        for case in group:
            name = case.case
            while name in cases or name in away:
                name += ending
            cases[name] = replace(case, case=name)
    return tuple(cases[name] for name in sorted(cases))
