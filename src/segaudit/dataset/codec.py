"""The encoding of a case's record: each distinct header is stored once, because most files of a case share one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import msgspec
from msgspec.structs import force_setattr, replace

from segaudit.model import Case, Ct, File, Header, LabelMap, Mask

Measured = TypeVar("Measured", Ct, LabelMap, Mask)


class Packed(msgspec.Struct, frozen=True):
    """A case without headers, and its distinct headers."""

    case: Case
    headers: tuple[Header | None, ...]
    places: tuple[int, ...]
    """The index in ``headers`` of each file's header."""


def pack(case: Case) -> bytes:
    """Encode the record of a case."""
    written = [(msgspec.msgpack.encode(file.header), file.header) for file in _files(case)]
    headers = dict(written)
    places = {key: place for place, key in enumerate(headers)}
    packed = Packed(_bare(case), tuple(headers.values()), tuple(places[key] for key, _ in written))
    return msgspec.msgpack.encode(packed)


def unpack(record: bytes) -> Case:
    """Decode the record of a case; files with equal headers share one.

    Raises:
        msgspec.DecodeError: the bytes are not a packed case.
    """
    packed = msgspec.msgpack.decode(record, type=Packed)
    for file, place in zip(_files(packed.case), packed.places, strict=True):
        force_setattr(file, "header", packed.headers[place])  # safe: the frozen object has not been shared yet
    return packed.case


def _files(case: Case) -> Iterator[File]:
    """Yield the file of every record in a case, repeated if several records share it."""
    yield from (measured.file for measured in (case.ct, case.label_map, *case.masks) if measured)
    yield from case.further


def _bare(case: Case) -> Case:
    """Return a case without headers."""
    return replace(
        case,
        ct=case.ct and _headless(case.ct),
        label_map=case.label_map and _headless(case.label_map),
        masks=tuple(map(_headless, case.masks)),
        further=tuple(replace(file, header=None) for file in case.further),
    )


def _headless(measured: Measured) -> Measured:
    return replace(measured, file=replace(measured.file, header=None))
