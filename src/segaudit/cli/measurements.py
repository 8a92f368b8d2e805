"""Commands that measure a dataset without judging it."""

from __future__ import annotations

from typing import Any, NoReturn

import click

from segaudit.cli.helping import examples
from segaudit.cli.options import DATASET, choosing, measuring
from segaudit.cli.output import PROGRESS, end
from segaudit.dataset.measured import MeasuredDataset, measure_dataset
from segaudit.dataset.target import Target, open_dataset
from segaudit.model.place import Place
from segaudit.model.statistics import statistics
from segaudit.reports import tables
from segaudit.settings import Settings


@click.command(epilog=examples("measure DATASET --output measured", "measure s3://bucket/DATASET --workers 8"))
@DATASET
@choosing
@measuring
def measure(dataset: Place, **others: Any) -> NoReturn:
    """Measure DATASET without judging it.

    OUTPUT/measurements receives cases.csv and masks.csv.
    """
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
    part, measured = _measured(dataset, Settings(**others))
    click.echo(getattr(tables, form)(statistics(measured.dataset, part.contract)), nl=False)
    end(measured.unmeasured)


def _measured(dataset: Place, settings: Settings) -> tuple[Target, MeasuredDataset]:
    """Measure the selected cases of a dataset."""
    part = open_dataset(dataset, settings.contract, settings.checks).only(settings.cases)
    return part, measure_dataset(part, settings, PROGRESS)
