"""The card of a release for people: ``card.md``, with the recomputed tables."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model.card import Card
from segaudit.reports import tables
from segaudit.reports.croissant import described, limitations
from segaudit.reports.markdown import escape, table

NAME = "card.md"


def render(card: Card) -> str:
    """Return the card as Markdown."""
    return "\n\n".join(_sections(card)) + "\n"


def _sections(card: Card) -> Iterator[str]:
    yield f"# {escape(card.title or card.name)}"
    yield escape(described(card))
    about = {
        "version": card.version,
        "published": card.published,
        "source": card.url,
        "licence": card.license,
        "citation": card.citation,
    }
    if stated := [(name, text) for name, text in about.items() if text]:
        yield table(("", ""), stated)
    if files := [file for file in (card.archive, card.metadata) if file]:
        yield "## Files"
        yield table(("file", "bytes", "SHA-256"), [(file.path, file.size, file.sha256) for file in files])
    yield tables.markdown(card.statistics).rstrip()
    if card.known_issues:
        yield "## Known issues"
        yield "\n".join(f"- {escape(text)}" for text in limitations(card))
