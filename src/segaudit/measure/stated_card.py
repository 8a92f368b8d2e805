"""Read a card in the Croissant format, and what lies at the paths that it names."""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from segaudit.measure.small_file import read_small
from segaudit.model import Listing
from segaudit.model.place import Place
from segaudit.model.records import StatedCard, StatedFile, StatedGlob, StatedStructure

NAME = "croissant.json"

MAX_BYTES = 1 << 24
"""A larger card is not read (16 MiB)."""

MAX_DIGEST_BYTES = 1 << 26
"""Larger files are compared by their size alone (64 MiB): images and masks are read once."""

MAX_NODES = 1000
"""The most files, patterns and columns of a card that are looked at."""

SIZE = re.compile(r"(\d{1,15})( ?B)?")

Node = dict[str, Any]


def read_card(listing: Listing) -> StatedCard | None:
    """Read the card beside the cases; return None if there is none. What is wrong in it is listed, never raised."""
    try:
        content = read_small(listing.root / NAME, MAX_BYTES, f"expected {MAX_BYTES:,} at most")
    except FileNotFoundError:
        return None
    except OSError as error:
        return StatedCard(path=NAME, problems=(f"cannot be read: {error.strerror or error}",))
    try:
        card = msgspec.json.decode(content)
    except (ValueError, RecursionError) as error:
        return StatedCard(path=NAME, problems=(f"is not JSON: {error}",))
    if not isinstance(card, dict):
        return StatedCard(path=NAME, problems=("is no card: expected an object with a distribution",))
    return _stated(card, listing)


def _stated(card: Node, listing: Listing) -> StatedCard:
    parts = {_text(node, "@id"): node for node in _nodes(card, "distribution")}
    named = {name: _text(node, "contentUrl") for name, node in parts.items()}
    paths = {name: path for name, path in named.items() if path and "://" not in path}
    outside = {path for path in paths.values() if path.startswith("/") or ".." in path.split("/") or "\0" in path}
    records = _nodes(card, "recordSet")
    tables = {name for name, path in paths.items() if path == listing.metadata}
    return StatedCard(
        path=NAME,
        problems=tuple(f"names {path!r}, which leads out of the dataset" for path in sorted(outside)),
        files=tuple(_file(listing.root, paths[name], parts[name]) for name in paths if paths[name] not in outside),
        globs=tuple(_globs(parts.values(), listing)),
        columns=tuple(dict.fromkeys(_columns(records, tables)))[:MAX_NODES],
        facts=tuple(_facts(records)),
        structures=tuple(_structures(records)),
    )


def _file(root: Place, path: str, node: Node) -> StatedFile:
    """Return what a card says of a file, and what it is."""
    size, digest = SIZE.fullmatch(_text(node, "contentSize")), _text(node, "sha256").lower()
    stated = StatedFile(path=path, stated_size=int(size[1]) if size else None, stated_sha256=digest)
    try:
        status = (root / path).stat()
        there = stat.S_ISREG(status.st_mode)
        short = there and digest and status.st_size <= MAX_DIGEST_BYTES
        content = read_small(root / path, MAX_DIGEST_BYTES, "too many for its digest") if short else None
    except (OSError, ValueError):
        return stated
    found = hashlib.sha256(content).hexdigest() if content is not None else ""
    return msgspec.structs.replace(stated, size=status.st_size if there else None, sha256=found)


def _globs(parts: Iterable[Node], listing: Listing) -> Iterator[StatedGlob]:
    """Yield the patterns of sets of files, and how many files of the layout match each."""
    files = [path for case in listing.cases for path in case.paths]
    for node in parts:
        includes = node.get("includes", [])
        for glob in [includes] if isinstance(includes, str) else includes if isinstance(includes, list) else []:
            if isinstance(glob, str):
                yield StatedGlob(glob, sum(fnmatchcase(path, glob) for path in files))


def _columns(records: Iterable[Node], tables: set[str]) -> Iterator[str]:
    """Yield the columns that fields take from the metadata."""
    for field in (field for record in records for field in _nodes(record, "field")):
        source = field.get("source")
        extract = source.get("extract") if isinstance(source, dict) else None
        if isinstance(source, dict) and isinstance(extract, dict) and _id(source.get("fileObject")) in tables:
            yield _text(extract, "column")


def _facts(records: Iterable[Node]) -> Iterator[tuple[str, int]]:
    for row in _rows(records, "facts"):
        name, number = row.get("facts/fact"), row.get("facts/count")
        if isinstance(name, str) and isinstance(number, int):
            yield name, number


def _structures(records: Iterable[Node]) -> Iterator[StatedStructure]:
    for row in _rows(records, "structures"):
        occurrence, mean = row.get("structures/occurrence"), row.get("structures/mean_volume_ml")
        yield StatedStructure(
            str(row.get("structures/structure")),
            occurrence if isinstance(occurrence, int) else None,
            float(mean) if isinstance(mean, int | float) else None,
        )


def _rows(records: Iterable[Node], name: str) -> list[Node]:
    """Return the rows of a table that a card holds itself."""
    found = (_nodes(record, "data") for record in records if _text(record, "@id") == name)
    return next(found, [])


def _nodes(node: Node, key: str) -> list[Node]:
    """Return the objects under a key, one or several."""
    value = node.get(key, [])
    several = value if isinstance(value, list) else [value]
    return [each for each in several if isinstance(each, dict)][:MAX_NODES]


def _text(node: Node, key: str) -> str:
    value = node.get(key)
    return value if isinstance(value, str) else ""


def _id(value: object) -> str:
    """Return an id, which is written as an object or as a text."""
    return _text(value, "@id") if isinstance(value, dict) else str(value)
