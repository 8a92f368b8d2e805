"""The lists of files and of cases that training programs follow: in ``dataset.json`` and ``splits_final.json``.

MONAI reads ``training``, ``validation`` and ``test`` of the Decathlon's ``dataset.json``, nnU-Net ``dataset`` and, for
its folds, ``splits_final.json``.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from segaudit.layouts.entries import readable
from segaudit.model.listing import Flaw
from segaudit.model.place import Place
from segaudit.model.words import first

SPLITS = "splits_final.json"
TRAINED, HELD_OUT = ("training", "dataset"), ("validation", "test")
NAMED = 3
ENDING = re.compile(r"(\.nii(\.gz)?)$", re.IGNORECASE)
MOST_BYTES = 1 << 26
"""A larger list is not read (64 MiB)."""


def of_description(root: Place, name: str, data: dict[str, Any]) -> Iterator[Flaw]:
    """Yield what is wrong with the lists of files in a ``dataset.json``."""
    lists = {key: tuple(_paths(data[key])) for key in (*TRAINED, *HELD_OUT) if key in data}
    images = {key: [entry[0] for entry in entries if entry] for key, entries in lists.items()}
    for key, entries in lists.items():
        if missing := [path for path in dict.fromkeys(sum(entries, ())) if not _exists(root, path)]:
            yield Flaw("list", name, f"{key} lists {_named(missing, 'file')}, which {_are(missing)} not there")
        if twice := [path for path, times in Counter(images[key]).items() if times > 1]:
            yield Flaw("list", name, f"{key} lists {_named(twice, 'image')} more than once")
    trained = {path for key in TRAINED for path in images.get(key, ())}
    for key in HELD_OUT:
        if both := sorted(trained.intersection(images.get(key, ()))):
            yield Flaw("list", name, f"{key} lists {_named(both, 'image')}, which {_are(both)} trained on, too")
    promised = data.get("numTraining")
    for key in TRAINED:
        if key in lists and isinstance(promised, int) and promised != len(lists[key]):
            yield Flaw("list", name, f"{key} lists {len(lists[key])} cases, numTraining says {promised}")


def of_splits(place: Place, name: str, cases: Iterable[str]) -> Iterator[Flaw]:
    """Yield what is wrong with the folds in a ``splits_final.json``; ``cases`` are the training cases."""
    try:
        folds = _folds(place)
    except (OSError, ValueError, RecursionError) as error:
        yield Flaw("list", name, f"cannot be read: {readable(str(error))}")
        return
    known = frozenset(cases)
    for number, fold in enumerate(folds):
        parts = {part: [str(case) for case in fold.get(part, ())] for part in ("train", "val")}
        for part, listed in parts.items():
            if not listed:
                yield Flaw(
                    "list", name, f"fold {number} has no cases to {'train' if part == 'train' else 'validate'} with"
                )
            if unknown := [case for case in dict.fromkeys(listed) if case not in known]:
                yield Flaw(
                    "list", name, f"fold {number} lists {_named(unknown, 'case')}, which {_are(unknown)} not there"
                )
        if both := sorted(set(parts["train"]).intersection(parts["val"])):
            yield Flaw("list", name, f"fold {number} both trains on and validates with {_named(both, 'case')}")


def _folds(place: Place) -> list[Mapping[str, Any]]:
    """Return the folds.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not a list of folds as JSON.
    """
    if place.stat().st_size > MOST_BYTES:
        raise ValueError(f"more than {MOST_BYTES:,} bytes")
    with place.open("rb") as file:
        folds = json.loads(file.read())
    whole = isinstance(folds, list) and all(
        isinstance(fold, dict) and all(isinstance(part, list) for part in fold.values()) for fold in folds
    )
    if not whole:
        raise ValueError("expected a list of folds, each with the lists train and val")
    return list(folds)


def _paths(entries: object) -> Iterator[tuple[str, ...]]:
    """Yield the files of each entry of a list, relative to the dataset, its image first."""
    values = entries.values() if isinstance(entries, dict) else entries if isinstance(entries, list) else ()
    for entry in values:
        named = entry if isinstance(entry, dict) else {"image": entry}
        images = named.get("images", named.get("image", ()))
        files = [*(images if isinstance(images, list) else [images]), named.get("label")]
        yield tuple(posixpath.normpath(file) for file in files if isinstance(file, str) and file)


def _exists(root: Place, path: str) -> bool:
    """Whether a listed file is there; true for one outside of the dataset, which is not looked for.

    Version 1 of nnU-Net lists an image without its channel's number.
    """
    if path.startswith(("/", "..")):
        return True
    try:
        return (root / path).exists() or (root / ENDING.sub(r"_0000\1", path)).exists()
    except (OSError, ValueError):
        return False


def _named(names: list[str], noun: str) -> str:
    return f"{len(names)} {noun}{'' if len(names) == 1 else 's'} ({first([readable(name) for name in names], NAMED)})"


def _are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"
