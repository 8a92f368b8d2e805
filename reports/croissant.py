"""The card of a release for programs: ``croissant.json``, in the Croissant format 1.0 of MLCommons.

Specification: https://docs.mlcommons.org/croissant/docs/croissant-spec.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from segaudit.model.card import Card, CardFile, Column
from segaudit.model.words import count

NAME = "croissant.json"

NIFTI = "application/gzip"
"""What the images and masks are, as a media type: NIfTI has none, and theirs is that of the compression."""

CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{
        key: f"cr:{key}"
        for key in (
            "citeAs", "column", "equivalentProperty", "extract", "field", "fileProperty", "fileObject", "fileSet",
            "format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet",
            "references", "regex", "repeated", "replace", "samplingRate", "separator", "source", "subField",
            "transform",
        )
    },
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "sc": "https://schema.org/",
}  # fmt: skip

Node = dict[str, Any]

FACTS = (("fact", "Text"), ("count", "Integer"))
STRUCTURES = (
    ("label", "Integer"),
    ("structure", "Text"),
    ("occurrence", "Integer"),
    ("presence_rate", "Float"),
    ("mean_volume_ml", "Float"),
    ("volume_variability_ml", "Float"),
)


def render(card: Card) -> str:
    """Return the card as JSON-LD."""
    about = {
        "description": described(card),
        "license": card.license,
        "url": card.url,
        "citeAs": card.citation,
        "version": card.version,
        "datePublished": card.published,
        "rai:dataLimitations": limitations(card),
    }
    node = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": card.name,
        "alternateName": card.title or card.name,
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        **{key: value for key, value in about.items() if value},
        "distribution": list(_distribution(card)),
        "recordSet": list(_record_sets(card)),
    }
    return msgspec.json.format(msgspec.json.encode(node), indent=2).decode() + "\n"


def described(card: Card) -> str:
    """Return what the release is, in two sentences or three."""
    facts = card.statistics["facts"]
    what = f"{card.title or card.name}: {count(facts['images'], 'CT')} with masks of {facts['structures']:,} structures"
    measured = f"Measured from its files by segaudit {card.segaudit}, by the contract {card.contract}"
    audit = f" The report of its audit: {card.audit}" if card.audit else ""
    return f"{what}. {measured}.{audit}"


def limitations(card: Card) -> list[str]:
    """Return the publicly reported defects, one by one."""
    return [
        f"{issue.release}, {'all cases' if issue.case == '*' else issue.case}: {issue.description} ({issue.source})"
        for issue in card.known_issues
    ]


def _distribution(card: Card) -> Iterator[Node]:
    """Yield the archive, the metadata table, and the sets of CTs and masks."""
    inside = {"containedIn": {"@id": "archive"}} if card.archive else {}
    if card.archive:
        yield _file("archive", card.archive, "application/zip", card.url)
    if card.metadata:
        separated = f"Cells are separated by {card.delimiter!r}."
        yield _file("metadata", card.metadata, "text/csv") | {"description": separated} | inside
    for name, globs, what in (("images", card.images, "The CTs"), ("masks", card.masks, "The masks")):
        if globs:
            described = {"description": f"{what}, as NIfTI files.", "encodingFormat": NIFTI, "includes": list(globs)}
            yield {"@type": "cr:FileSet", "@id": name, "name": name} | inside | described


def _file(name: str, file: CardFile, media_type: str, folder: str = "") -> Node:
    """Return a file with its size and digest; the archive's address is below that of the release."""
    address = f"{folder.rstrip('/')}/files/{file.path}" if "zenodo.org/records/" in folder else file.path
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": file.path.rpartition("/")[2],
        "contentUrl": address,
        "contentSize": f"{file.size} B",
        "sha256": file.sha256,
        "encodingFormat": media_type,
    }


def _record_sets(card: Card) -> Iterator[Node]:
    """Yield the columns of the metadata, and the recomputed tables with their rows."""
    if card.metadata and card.columns:
        yield {
            "@type": "cr:RecordSet",
            "@id": "cases",
            "name": "cases",
            "description": "One row a case.",
            "field": [_column(column) for column in card.columns],
        }
    facts = [{"fact": name, "count": number} for name, number in card.statistics["facts"].items()]
    yield _table("facts", "Counts of the dataset, recomputed.", FACTS, facts)
    rows = [_structure(row) for row in card.statistics["structures"]]
    if rows:
        yield _table("structures", "What is published of each structure, recomputed; volumes in ml.", STRUCTURES, rows)


def _column(column: Column) -> Node:
    source = {"fileObject": {"@id": "metadata"}, "extract": {"column": column.name}}
    return _field("cases", column.name, "Float" if column.number else "Text") | {"source": source}


def _field(table: str, name: str, kind: str) -> Node:
    return {"@type": "cr:Field", "@id": f"{table}/{name}", "name": name, "dataType": f"sc:{kind}"}


def _table(name: str, description: str, fields: tuple[tuple[str, str], ...], rows: list[Node]) -> Node:
    """Return a table with its rows; a number that is undefined is null."""
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": description,
        "field": [_field(name, field, kind) for field, kind in fields],
        "data": [{f"{name}/{field}": row[field] for field, _ in fields} for row in rows],
    }


def _structure(row: Node) -> Node:
    """Return a structure's row: mean and standard deviation over the masks that are not empty."""
    volume = row["volume_ml"]["present"]
    return row | {"mean_volume_ml": volume["mean"], "volume_variability_ml": volume["std"]}
