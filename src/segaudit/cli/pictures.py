"""The command that draws a location in a case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from segaudit.cli.group import UsageError
from segaudit.cli.helping import examples
from segaudit.cli.options import DATASET, FILE, locating
from segaudit.settings import outside

if TYPE_CHECKING:
    from segaudit.model.place import Place


@click.command(epilog=examples("show DATASET s0051 --structure liver", "show DATASET/s0051 --at -12,-30,140"))
@DATASET
@click.argument("case", required=False)
@locating
@click.option(
    "-o", "--out", type=FILE, metavar="FILE", help="The picture (.png, .jpg, .webp); default: CASE-STRUCTURE.png."
)
def show(dataset: Place, case: str | None, structures: tuple[str, ...], out: Path | None, **others: Any) -> None:
    """Draw a location in a CASE of DATASET.

    Three slices through it, with the outlines of structures. DATASET alone can be the folder of a case.
    """
    from segaudit.pictures.show import FORMATS, open_case

    shown = open_case(dataset, case, structures)
    path = outside(shown.root, out or Path(shown.name))
    if path.suffix.lower() not in FORMATS:
        raise UsageError(f"{path}: expected a name that ends in {', '.join(FORMATS)}")
    drawn = shown.picture(**others)
    if path.exists():
        click.echo(f"{path}: was there already, and is replaced", err=True)
    drawn.save(path)
    for note in shown.album.notes(shown.structures, others["mm"]):
        click.echo(note, err=True)
    click.echo(path)
