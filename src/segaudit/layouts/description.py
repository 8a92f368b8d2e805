"""Reading ``dataset.json``, the description of a dataset of nnU-Net or of the Medical Segmentation Decathlon.

The keys are those of nnU-Net's documentation (``documentation/dataset_format.md``). Version 2 has ``channel_names``,
and ``labels`` that map a name to a value or, for a region, to several; version 1 and the Decathlon have ``modality``,
and ``labels`` that map a value, as text, to a name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from msgspec import Struct

from segaudit.contracts.decoding import decode
from segaudit.contracts.sources import MAX_BYTES, TOO_MUCH, Source
from segaudit.contracts.wording import shown
from segaudit.layouts.absent import Absent, absent
from segaudit.layouts.encodings import misencoded
from segaudit.layouts.entries import nfc, readable
from segaudit.layouts.file_lists import Row, listed_cases, of_description, rows_of
from segaudit.layouts.nnunet_rules import refused
from segaudit.measure.small_file import read_small
from segaudit.model.errors import DatasetError
from segaudit.model.listing import Flaw, fold
from segaudit.model.place import Place

NAME = "dataset.json"
ENDINGS = (".nii.gz", ".nii")
MAX_LABEL = 2**31 - 1
"""The largest label value; the data types in use for label maps have none above it."""

NO_STRUCTURE = "background"
IGNORED = "ignore"
"""nnU-Net's name for unlabelled voxels."""


_Named: TypeAlias = tuple[str, tuple[int, ...]]
"""A label with its values."""


@dataclass(frozen=True, slots=True)
class Description:
    """The contents of ``dataset.json`` that an audit uses."""

    channels: dict[int, str]
    """Name by number."""
    ct: int
    """Number of the channel that is the CT."""
    labels: dict[str, tuple[int, ...]]
    """Values by structure."""
    ignored: tuple[int, ...]
    """Values that belong to no structure, without 0."""
    ending: str
    training: int | None
    """Number of training cases; None if it is not stated."""
    listed: dict[str, Row] | None
    """The files of each training case; None if the cases are those in the folders."""
    lengths: dict[str, int]
    """The number of entries of each list of files."""
    numbered: bool
    """Whether the names of images have to end with their channel's number: in version 2, unlike in the Decathlon."""
    absent: Absent
    """What its lists of files name and is not there."""
    flaws: tuple[Flaw, ...]
    """What nnU-Net refuses in it, and what else is wrong with its lists of files."""


class _Common(Struct, kw_only=True):
    """The keys that are read; all others are ignored."""

    channel_names: dict[str, str] | None = None
    modality: dict[str, str] | None = None
    file_ending: str = ENDINGS[0]
    numTraining: int | None = None  # noqa: N815 - as the file has it


class _Version1(_Common):
    labels: dict[str, str]

    @property
    def named(self) -> list[_Named]:
        return [(name, (int(value),)) for value, name in self.labels.items()]


class _Version2(_Common):
    labels: dict[str, int | tuple[int, ...]]

    @property
    def named(self) -> list[_Named]:
        return [(name, value if isinstance(value, tuple) else (value,)) for name, value in self.labels.items()]


def read_description(root: Place, name: str) -> Description:
    """Read the description of a dataset.

    Raises:
        DatasetError: it cannot be read, is not JSON, lacks a key, or describes a dataset that cannot be audited.
    """
    source = Source(root / name if isinstance(root, Path) else Path(name), DatasetError)
    written = _read(root / name, source)
    data = _parse(written, source)
    labels = data.get("labels") if isinstance(data, dict) else None
    first = isinstance(labels, dict) and bool(labels) and all(map(_is_number, labels))
    data = data if first else _with_whole_labels(data)
    raw = decode(data, _Version1, source) if first else decode(data, _Version2, source)
    if raw.file_ending not in ENDINGS:
        text = f"found {shown(raw.file_ending)}, expected {' or '.join(ENDINGS)}: segaudit reads NIfTI files"
        raise source.error(text, ("file_ending",))
    channels = _channels(raw, source)
    listed, lists = listed_cases(root, data), rows_of(root, data)
    return Description(
        channels=channels,
        ct=_ct(channels, source),
        labels=_structures(raw.named, source),
        ignored=tuple(value for label, values in raw.named if fold(label) == IGNORED for value in values),
        ending=raw.file_ending,
        training=raw.numTraining,
        listed=listed,
        lengths={key: len(rows) for key, rows in lists.items()},
        numbered=raw.channel_names is not None,
        absent=absent(root, lists),
        flaws=(
            *(Flaw("description", name, text) for text in (misencoded(written), *refused(data)) if text),
            *of_description(root, name, lists),
        ),
    )


def lists_cases(root: Place, name: str) -> bool:
    """Whether a description lists the training cases, which may lie in any folder."""
    try:
        data = _parse(_read(root / name, source := Source(Path(name), DatasetError)), source)
    except DatasetError:
        return False
    return isinstance(data, dict) and listed_cases(root, data) is not None


def _with_whole_labels(data: Any) -> Any:  # noqa: ANN401 (whatever JSON holds)
    """Return a description with labels such as ``"3"`` and ``3.0`` as whole numbers, which nnU-Net makes of them."""
    labels = data.get("labels") if isinstance(data, dict) else None
    if not isinstance(labels, dict):
        return data
    return {**data, "labels": {name: value if name == IGNORED else _whole(value) for name, value in labels.items()}}


def _whole(value: object) -> object:
    if isinstance(value, list):
        return [_whole(each) for each in value]
    is_whole = value.is_integer() if isinstance(value, float) else isinstance(value, str) and _is_number(value)
    return int(value) if is_whole and isinstance(value, float | str) else value


def _read(path: Place, source: Source) -> bytes:
    """Return the bytes of a file."""
    try:
        return read_small(path, MAX_BYTES, f"expected {MAX_BYTES:,} at most")
    except OSError as error:
        raise source.error(f"cannot be read: {error.strerror or error}") from error


def _parse(data: bytes, source: Source) -> Any:  # noqa: ANN401 (whatever JSON holds)
    """Return the values of JSON."""
    try:
        return json.loads(data)
    except ValueError as error:  # also bytes that are not text, and numbers with too many digits
        raise source.error(f"is not JSON: {error}") from error
    except RecursionError as error:
        raise source.error(TOO_MUCH) from error


def _channels(raw: _Common, source: Source) -> dict[int, str]:
    """Return the channels by number."""
    key = "modality" if raw.channel_names is None and raw.modality is not None else "channel_names"
    named = raw.channel_names or raw.modality
    if not named:
        raise source.error('missing, expected the channels such as {"0": "CT"}', (key,))
    for number in named:
        if not _is_number(number):
            raise source.error(f"found {shown(number)}, expected the number of a channel", (key,))
    return {int(number): readable(name) for number, name in sorted(named.items(), key=lambda item: int(item[0]))}


def _ct(channels: dict[int, str], source: Source) -> int:
    """Return the number of the first channel with CT among the words of its name."""
    for number, name in channels.items():
        if "ct" in re.split(r"[\W_]+", fold(name)):
            return number
    text = f"found {', '.join(map(shown, channels.values()))}, expected one called CT: segaudit judges Hounsfield units"
    raise source.error(text, ("channel_names",))


def _structures(named: Iterable[_Named], source: Source) -> dict[str, tuple[int, ...]]:
    """Return the values of each structure; 0 belongs to none, whatever its name."""
    structures: dict[str, tuple[int, ...]] = {}
    for label, values in named:
        name, meant = spelled(label), tuple(sorted({*values} - {0}))
        most = 0 if fold(label) == NO_STRUCTURE else MAX_LABEL
        if not all(0 <= value <= most for value in values):
            expected = f"0 to {most}" if most else "0"
            raise source.error(f"found {', '.join(map(shown, values))}, expected {expected}", ("labels", label))
        if name in structures:
            raise source.error(f"found {shown(name)} a second time, expected each structure once", ("labels",))
        if meant in structures.values():
            raise source.error("found the values of another structure, expected others", ("labels", label))
        if meant and fold(label) != IGNORED:
            structures[name] = meant
    if not structures:
        raise source.error("found no structure, expected one beside the background", ("labels",))
    return structures


def spelled(label: str) -> str:
    """Return a label as a structure's name, without commas and blanks: these separate names in reports and tables."""
    return "_".join(filter(None, re.split(r"[\s,;]+", nfc(readable(label))))) or "unnamed"


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,10}", text) is not None
