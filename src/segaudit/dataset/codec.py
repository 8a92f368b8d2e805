"""A case as it is kept: each header once, although all files of a case have mostly the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import msgspec
from msgspec.structs import force_setattr, replace

from segaudit.model import Case, Ct, File, Header, LabelMap, Mask

Measured = TypeVar("Measured", Ct, LabelMap, Mask)


class Packed(msgspec.Struct, frozen=True):
    """A case whose files have no headers, and the different headers that they have."""

    case: Case
    headers: tuple[Header | None, ...]
    places: tuple[int, ...]
    """Where in ``headers`` that of each file is."""


def pack(case: Case) -> bytes:
    """Return what was measured in a case as bytes."""
    written = [(msgspec.msgpack.encode(file.header), file.header) for file in _files(case)]
    headers = dict(written)
    places = {key: place for place, key in enumerate(headers)}
    packed = Packed(_bare(case), tuple(headers.values()), tuple(places[key] for key, _ in written))
    return msgspec.msgpack.encode(packed)


def unpack(record: bytes) -> Case:
    """Return what was measured in a case, as it was packed; files that have equal headers share one.

    Raises:
        msgspec.DecodeError: the bytes are no packed case.
    """
    packed = msgspec.msgpack.decode(record, type=Packed)
    for file, place in zip(_files(packed.case), packed.places, strict=True):
        force_setattr(file, "header", packed.headers[place])  # of a frozen file, which nobody has seen yet
    return packed.case


def _files(case: Case) -> Iterator[File]:
    """Yield the file of every record in a case, as often as there are records of it."""
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
