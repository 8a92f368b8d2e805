"""The lists of files and of cases that training programs follow: in ``dataset.json`` and ``splits_final.json``.

MONAI reads ``training``, ``validation`` and ``test`` of the Decathlon's ``dataset.json``, nnU-Net ``dataset`` and, for
its folds, ``splits_final.json``.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from segaudit.contracts.sources import MAX_BYTES
from segaudit.layouts.encodings import misencoded
from segaudit.layouts.entries import readable
from segaudit.layouts.nnunet_rules import names_files
from segaudit.measure.small_file import read_small
from segaudit.model.listing import Flaw, stem
from segaudit.model.place import Place
from segaudit.model.words import first

SPLITS = "splits_final.json"
CASES = "dataset"
"""The key under which nnU-Net lists the cases that it trains with, in the place of those in ``imagesTr``."""
TRAINED, HELD_OUT = ("training", CASES), ("validation", "test")
NAMED = 3
ENDING = re.compile(r"(\.nii(\.gz)?)$", re.IGNORECASE)
NUMBER = re.compile(r"_[0-9]{4}$")
ELSEWHERE = re.compile(r"/|\\|\.\.(/|\\|$)|[A-Z]:[/\\]|.*(\$\w|\$\{|%\w+%)", re.IGNORECASE)
"""A path out of the dataset, or one with a variable of the environment: nnU-Net follows both
(``os.path.expandvars`` in ``get_filenames_of_train_images_and_targets``)."""
ABSOLUTE = re.compile(r"^([A-Z]:)?[/\\](.*[/\\])?", re.IGNORECASE)
"""The folders of an absolute path; reports do not name them, since they may name a user."""


class Row(NamedTuple):
    """An entry of a list: its files, relative to the dataset."""

    images: tuple[str, ...]
    label: str = ""
    """Empty if it has no label map."""

    @property
    def files(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.images, *filter(None, [self.label]))


def of_description(root: Place, name: str, lists: Mapping[str, Sequence[Row]]) -> Iterator[Flaw]:
    """Yield what is wrong with the lists of files in a ``dataset.json``.

    Args:
        root: the place of the dataset.
        name: the name of the file as found.
        lists: the entries of each list in it.
    """
    images = {key: [row.images[0] for row in rows if row.images] for key, rows in lists.items()}
    for key, rows in lists.items():
        if twice := [path for path, times in Counter(images[key]).items() if times > 1]:
            yield Flaw("list", name, f"{key} lists {named(twice, 'image')} more than once")
        if mixed := [f"{row.images[0]} with {row.label}" for row in rows if _is_mixed(root, row)]:
            yield Flaw("list", name, f"{key} lists {named(mixed, 'image')} with the label map of another case")
        if exchanged := [row.images[0] for row in rows if _is_exchanged(row)]:
            shown = named(exchanged, "label map")
            yield Flaw("list", name, f"{key} lists {shown} as image, and the image as label map")
    trained = {path for key in TRAINED for path in images.get(key, ())}
    for key in HELD_OUT:
        if both := sorted(trained.intersection(images.get(key, ()))):
            yield Flaw("list", name, f"{key} lists {named(both, 'image')}, which {are(both)} trained on, too")


def rows_of(root: Place, data: dict[str, Any]) -> dict[str, tuple[Row, ...]]:
    """Return the entries of each list that a ``dataset.json`` has."""
    return {key: tuple(_rows(root, data[key])) for key in (*TRAINED, *HELD_OUT) if key in data}


def listed_cases(root: Place, data: dict[str, Any]) -> dict[str, Row] | None:
    """Return the cases that a ``dataset.json`` lists for version 2 of nnU-Net; None if those in its folders count."""
    cases = data.get(CASES) if "channel_names" in data else None
    return dict(zip(cases, _rows(root, cases), strict=True)) if isinstance(cases, dict) and names_files(cases) else None


def of_splits(place: Place, name: str, cases: frozenset[str], *, listed: bool) -> Iterator[Flaw]:
    """Yield what is wrong with the folds in a ``splits_final.json``.

    Args:
        place: where the file is.
        name: its name as found.
        cases: the training cases.
        listed: whether ``dataset.json`` lists them, or else the folders have them.
    """
    try:
        folds, encoding = _folds(place)
    except (OSError, ValueError, RecursionError) as error:
        yield Flaw("list", name, f"cannot be read: {readable(getattr(error, 'strerror', None) or str(error))}")
        return
    if encoding:
        yield Flaw("list", name, encoding)
    for number, fold in enumerate(folds):
        parts = {part: [str(case) for case in fold.get(part, ())] for part in ("train", "val")}
        for part, own in parts.items():
            if not own:
                yield Flaw(
                    "list", name, f"fold {number} has no cases to {'train' if part == 'train' else 'validate'} with"
                )
            if unknown := [case for case in dict.fromkeys(own) if case not in cases]:
                lack = f"{are(unknown)} not {'in the list of dataset.json' if listed else 'there'}"
                yield Flaw("list", name, f"fold {number} lists {named(unknown, 'case')}, which {lack}")
        if both := sorted(set(parts["train"]).intersection(parts["val"])):
            yield Flaw("list", name, f"fold {number} both trains on and validates with {named(both, 'case')}")


def _folds(place: Place) -> tuple[list[Mapping[str, Any]], str]:
    """Return the folds, and what is wrong with the encoding of their file.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not a list of folds as JSON.
    """
    data = read_small(place, MAX_BYTES, f"expected {MAX_BYTES:,} at most")
    folds = json.loads(data)
    whole = isinstance(folds, list) and all(
        isinstance(fold, dict) and all(isinstance(part, list) for part in fold.values()) for fold in folds
    )
    if not whole:
        raise ValueError("expected a list of folds, each with the lists train and val")
    return list(folds), misencoded(data)


def _rows(root: Place, entries: object) -> Iterator[Row]:
    """Yield the entries of a list."""
    values = entries.values() if isinstance(entries, dict) else entries if isinstance(entries, list) else ()
    for entry in values:
        files = entry if isinstance(entry, dict) else {"image": entry}
        images = files.get("images", files.get("image", ()))
        several = images if isinstance(images, list) else [images]
        yield Row(tuple(_paths(root, several)), *_paths(root, [files.get("label")]))


def _paths(root: Place, files: list[Any]) -> Iterator[str]:
    """Yield what names a file."""
    return (_own(root, posixpath.normpath(file)) for file in files if isinstance(file, str) and file)


def _own(root: Place, path: str) -> str:
    """Return a path relative to the dataset if it leads there by way of another folder or of a variable."""
    if not isinstance(root, Path) or not ELSEWHERE.match(path):
        return path
    try:
        within = Path(os.path.relpath(root / os.path.expandvars(path), root)).as_posix()
    except ValueError:  # on another drive
        return path
    return path if ELSEWHERE.match(within) else within


def _is_mixed(root: Place, row: Row) -> bool:
    """Whether an entry has the label map of one case and only images of others.

    Names need not agree in a list, and one image may have several label maps. So both have to be taken: the image has
    another label map by its name, and the label map another image, in a folder for each.
    """
    if not row.images or not row.label or any(map(ELSEWHERE.match, row.files)):
        return False
    (folder, label), (beside, _) = posixpath.split(row.label), posixpath.split(row.images[0])
    cases = {case for image in row.images for case in _cases(image)}
    own = stem(label)
    if not own or own in cases or folder == beside:
        return False
    label_maps = (posixpath.join(folder, f"{case}{label.removeprefix(own)}") for case in _cases(row.images[0]))
    image = posixpath.join(beside, label)
    return any(is_there(root, path, numbered=True) for path in label_maps) and is_there(root, image, numbered=False)


def _is_exchanged(row: Row) -> bool:
    """Whether an entry has a file of the label maps as its image, and one of the images as its label map."""
    return bool(row.images) and row.images[0].startswith("labels") and row.label.startswith("images")


def _cases(image: str) -> tuple[str, ...]:
    """Return the cases that an image may be of by its name, with and without a channel's number."""
    name = stem(posixpath.basename(image))
    return tuple(dict.fromkeys(filter(None, (name, NUMBER.sub("", name)))))


def is_there(root: Place, path: str, *, numbered: bool = True) -> bool:
    """Whether a listed file is there; true for one outside of the dataset, which is not looked for.

    Where images are not listed with their ``numbered`` names, they are as in version 1 of nnU-Net, which adds the
    number of the channel.
    """
    if ELSEWHERE.match(path):
        return True
    if path != readable(path):  # a file whose name is not text is read nowhere
        return False
    try:
        return (root / path).exists() or (not numbered and (root / ENDING.sub(r"_0000\1", path)).exists())
    except (OSError, ValueError):
        return False


def named(names: list[str], noun: str) -> str:
    """Return a number of files or cases, with the names of the first."""
    shown = [readable(ABSOLUTE.sub("", name)) for name in names[: NAMED + 1]]
    return f"{len(names)} {noun}{'' if len(names) == 1 else 's'} ({first(shown, NAMED)})"


def are(names: list[str]) -> str:
    """Return the verb that goes with this many names."""
    return "is" if len(names) == 1 else "are"
