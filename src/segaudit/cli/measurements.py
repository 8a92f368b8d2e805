"""Commands that measure a dataset without judging it."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from segaudit.cli.group import UsageError
from segaudit.cli.helping import examples
from segaudit.cli.options import DATASET, choosing, measuring, tables
from segaudit.settings import Settings

if TYPE_CHECKING:
    from segaudit.dataset.measured import MeasuredDataset
    from segaudit.dataset.target import Target
    from segaudit.model.place import Place


@click.command(epilog=examples("measure DATASET --output measured", "measure s3://bucket/DATASET --workers 8"))
@DATASET
@choosing
@measuring
@tables
def measure(dataset: Place, **others: Any) -> NoReturn:
    """Measure DATASET without judging it.

    OUTPUT/measurements receives cases.csv and masks.csv, with --parquet cases.parquet and masks.parquet, too.
    """
    from segaudit.cli.output import end

    _, measured = _measured(dataset, Settings(**others))
    click.echo(others["output"] / "measurements")
    end(measured.unmeasured)


@click.command(epilog=examples("stats DATASET", "stats DATASET --format csv > tables.csv"))
@DATASET
@choosing
@measuring
@click.option("--format", "form", type=click.Choice(["markdown", "csv", "json"]), default="markdown")
def stats(dataset: Place, form: str, **others: Any) -> NoReturn:
    """Recompute the published tables of DATASET."""
    from segaudit.cli.output import end
    from segaudit.model.statistics import statistics
    from segaudit.reports import tables as forms

    part, measured = _measured(dataset, Settings(**others))
    click.echo(getattr(forms, form)(statistics(measured.dataset, part.contract)), nl=False)
    end(measured.unmeasured)


def _day(_context: click.Context, _option: click.Parameter, text: str) -> str:
    """Return a date as it was given, if it is one."""
    with suppress(ValueError):
        if not text or dt.date.fromisoformat(text).isoformat() == text:
            return text
    raise click.BadParameter(f"{text!r} is no date; expected one such as 2027-01-31")


@click.command(
    epilog=examples(
        'card DATASET --license CC-BY-4.0 --citation "Doe et al., 2026"',
        "card Totalsegmentator_dataset_v201.zip --output release --audit https://example.org/report.html",
    )
)
@DATASET
@choosing
@measuring
@click.option("--name", default="", help="Its short name; default: that of the contract.")
@click.option("--title", default="", help="Its full name; default: the contract's.")
@click.option("--url", default="", help="Where it is published; default: the contract's source.")
@click.option(
    "--license", default="", metavar="LICENCE", help="A name, an SPDX identifier or a link; default: the contract's."
)
@click.option("--citation", default="", help="How to cite it; default: the contract's.")
@click.option("--release", "version", default="", metavar="VERSION", help="Its version.")
@click.option(
    "--published", default="", metavar="DATE", callback=_day, help="The day of its publication, such as 2027-01-31."
)
@click.option("--audit", default="", metavar="URL", help="A link to the report of its audit.")
def card(dataset: Place, output: Path, cases: str, **others: Any) -> NoReturn:
    """Write the card of a release: what is in DATASET.

    OUTPUT receives croissant.json, in the Croissant format, with digests of the archive and of the metadata, and
    card.md, with the recomputed tables.
    """
    from segaudit.auditing.card import About, write_cards
    from segaudit.cli.output import end

    if cases != "*":
        raise UsageError("a card is that of the whole dataset; leave out --cases")
    about = About(**{field: others.pop(field) for field in About.__dataclass_fields__})
    target, measured = _measured(dataset, Settings(output=output, **others))
    for path in write_cards(target, measured, about, output):
        click.echo(path)
    end(measured.unmeasured)


def _measured(dataset: Place, settings: Settings) -> tuple[Target, MeasuredDataset]:
    """Measure the selected cases of a dataset."""
    from segaudit.cli.output import PROGRESS
    from segaudit.dataset.measured import measure_dataset
    from segaudit.dataset.target import open_dataset

    part = open_dataset(dataset, settings.contract, settings.checks).only(settings.cases)
    return part, measure_dataset(part, settings, PROGRESS)
