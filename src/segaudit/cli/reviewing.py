"""The command that shows findings to a person, and keeps what is decided."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from segaudit.cli import completing
from segaudit.cli.helping import examples
from segaudit.cli.options import DATASET, FILE, NAMED

if TYPE_CHECKING:
    from segaudit.model.place import Place
    from segaudit.review.opening import Opened


@click.command(
    epilog=examples(
        "review DATASET                  # after: segaudit audit DATASET",
        "review DATASET --summary        # what was decided until now; serves no page",
        "review DATASET --port 8765 --no-browser   # over ssh -L 8765:127.0.0.1:8765 HOST",
    )
)
@DATASET
@click.option(
    "-o",
    "--output",
    "folder",
    type=FILE,
    default="segaudit-report",
    show_default=True,
    help="Folder with the audit's reports.",
)
@click.option(
    "--contract",
    type=NAMED,
    metavar="NAME|FILE",
    help="Says which structures are bones; default: the recognised release.",
    shell_complete=completing.a_contract,
)
@click.option("--who", metavar="NAME", help="Who decides; default: the name of the account.")
@click.option("--port", type=click.IntRange(1, 65535), metavar="N", help="Port of the page; default: a free one.")
@click.option("--no-browser", "browser", flag_value=False, default=True, help="Print the address, and open no browser.")
@click.option("--summary", is_flag=True, help="Print what was decided and write its files, without a page.")
def review(  # noqa: PLR0913 (each is an option)
    dataset: Place,
    folder: Path,
    contract: str | None,
    who: str | None,
    port: int | None,
    *,
    browser: bool,
    summary: bool,
) -> None:
    """Decide on the findings of an audit of DATASET.

    Serves a page on this machine that shows one finding after the other with slices of its case. Decisions are kept
    beside the reports; waivers, a list for annotators and the precision of each check are made from them.
    """
    from segaudit.review.opening import opened

    review_ = opened(dataset, folder, contract, who or _account())
    if not summary:
        _serve(review_, port or 0, browser=browser)
    _end(review_, folder)


def _serve(opened: Opened, port: int, *, browser: bool) -> None:
    """Serve the page until Ctrl-C."""
    from contextlib import nullcontext, suppress

    from segaudit.review.queue import progress
    from segaudit.review.server import Server, in_browser

    queue, journal = opened.review.queue, opened.journal
    if journal.note:
        click.echo(journal.note, err=True)
    with Server(opened.review, port) as server, suppress(KeyboardInterrupt):
        click.echo(f"Findings to review: {progress(queue.opinions(journal.decisions))}. {server.address}")
        click.echo(f"The address works once. Ctrl-C ends; decisions are kept in {journal.path}.")
        with in_browser(server.address) if browser else nullcontext():
            server.serve_forever()
    click.echo()


def _end(opened: Opened, folder: Path) -> None:
    """Print what was decided, and write what becomes of it."""
    from segaudit.review import outcome
    from segaudit.review.queue import progress

    decisions = opened.journal.refresh()
    if opened.journal.note:
        click.echo(opened.journal.note, err=True)
    click.echo(f"Findings about cases: {progress(opened.review.queue.opinions(decisions))}.")
    for line in (*outcome.table(decisions), *outcome.write(opened.report, decisions, opened.files, folder)):
        click.echo(line)


def _account() -> str:
    """Return the name of the account; empty if it has none."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # what a missing name raises depends on system and version
        return ""
