"""The card of a release: what its files say, with what only its maintainer knows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from segaudit.dataset.measured import MeasuredDataset
from segaudit.dataset.target import Target
from segaudit.model import CaseFiles, Metadata
from segaudit.model.card import Card, CardFile, Column
from segaudit.model.place import Place
from segaudit.model.regular import must_be_regular
from segaudit.model.statistics import statistics
from segaudit.model.whole import write_whole
from segaudit.places import archive_path
from segaudit.reports import card as markdown
from segaudit.reports import croissant
from segaudit.schemas.metadata import number_columns

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the files do not say."""

    name: str = ""
    title: str = ""
    url: str = ""
    license: str = ""
    citation: str = ""
    version: str = ""
    published: str = ""
    audit: str = ""


def write_cards(target: Target, measured: MeasuredDataset, about: About, folder: Path) -> tuple[Path, ...]:
    """Write ``croissant.json`` and ``card.md`` of a measured dataset into a folder.

    Raises:
        OSError: a file cannot be read or written.
    """
    made = make_card(target, measured, about)
    texts = {croissant.NAME: croissant.render(made), markdown.NAME: markdown.render(made)}
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(write_whole(folder / name, text.encode()) for name, text in texts.items())


def make_card(target: Target, measured: MeasuredDataset, about: About) -> Card:
    """Return the card of a measured dataset; what is not stated about it comes from the contract."""
    contract, listing = target.contract, target.listing
    metadata = measured.dataset.metadata
    archive = archive_path(listing.root)
    return Card(
        name=about.name or contract.name,
        title=about.title or contract.title,
        url=about.url or contract.source,
        license=about.license or contract.license,
        citation=about.citation or contract.citation,
        version=about.version,
        published=about.published,
        audit=about.audit,
        contract=contract.name,
        segaudit=version("segaudit"),
        archive=described(archive, archive.name) if archive else None,
        metadata=described(listing.root / listing.metadata, listing.metadata) if listing.metadata else None,
        delimiter=metadata.delimiter if metadata else "",
        columns=_columns(metadata) if metadata else (),
        images=_globs((case, "", case.ct) for case in listing.cases if case.ct),
        masks=_globs((case, name, mask) for case in listing.cases for name, mask in case.masks.items()),
        statistics=statistics(measured.dataset, contract),
        known_issues=contract.known_issues,
    )


def described(place: Place, path: str) -> CardFile:
    """Return a file's size and digest.

    Raises:
        OSError: it is no regular file, or cannot be read.
    """
    must_be_regular(place)
    digest, size = hashlib.sha256(), 0
    with place.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
    return CardFile(path=path, size=size, sha256=digest.hexdigest())


def _columns(metadata: Metadata) -> tuple[Column, ...]:
    numbers = number_columns()
    return tuple(Column(name, name in numbers) for name in metadata.columns)


def _globs(files: Iterable[tuple[CaseFiles, str, str]]) -> tuple[str, ...]:
    """Return globs that match some files: their paths with stars for the cases and the structures."""
    found = set()
    for case, structure, path in files:
        folder, slash, name = path.replace(case.folder or case.case, "*").rpartition("/")
        starred = name.replace(structure, "*", 1) if structure and name.startswith(f"{structure}.") else name
        found.add(f"{folder}{slash}{starred}")
    return tuple(sorted(found))
