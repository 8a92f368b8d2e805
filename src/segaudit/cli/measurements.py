"""Commands that measure a dataset without judging it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import click

from segaudit.cli.helping import examples
from segaudit.cli.options import DATASET, choosing, measuring
from segaudit.settings import Settings

if TYPE_CHECKING:
    from segaudit.dataset.measured import MeasuredDataset
    from segaudit.dataset.target import Target
    from segaudit.model.place import Place


@click.command(epilog=examples("measure DATASET --output measured", "measure s3://bucket/DATASET --workers 8"))
@DATASET
@choosing
@measuring
def measure(dataset: Place, **others: Any) -> NoReturn:
    """Measure DATASET without judging it.

    OUTPUT/measurements receives cases.csv and masks.csv.
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
    from segaudit.reports import tables

    part, measured = _measured(dataset, Settings(**others))
    click.echo(getattr(tables, form)(statistics(measured.dataset, part.contract)), nl=False)
    end(measured.unmeasured)


def _measured(dataset: Place, settings: Settings) -> tuple[Target, MeasuredDataset]:
    """Measure the selected cases of a dataset."""
    from segaudit.cli.output import PROGRESS
    from segaudit.dataset.measured import measure_dataset
    from segaudit.dataset.target import open_dataset

    part = open_dataset(dataset, settings.contract, settings.checks).only(settings.cases)
    return part, measure_dataset(part, settings, PROGRESS)
