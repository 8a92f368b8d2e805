"""Compare the measurements, findings and reports of two versions of segaudit on the same datasets.

``python benchmarks/versions.py OLD_PYTHON DATASET [DATASET ...]``, where OLD_PYTHON is the Python in whose environment
the other version is installed. Each dataset is audited by both, from nothing; the demo's is written by
``segaudit demo`` first. Reports are compared byte for byte, those of JSON and the records value by value. A change
that must not alter results shows no difference but for the fields that it names.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import msgspec

TEXTS = (
    "findings.csv",
    "junit.xml",
    "summary.md",
    "measurements/cases.csv",
    "measurements/masks.csv",
)
"""Reports that are compared byte for byte; ``report.html`` is not, because it contains the code of its version."""

EXPLANATIONS = "rules"
"""Field of ``findings.sarif`` with the docstrings of checks, whose wording is not a result."""

AUDITED = (0, 1)
"""Exit codes of an audit that ended."""


@click.command(help=__doc__)
@click.argument("old", metavar="OLD_PYTHON")
@click.argument("datasets", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--contract", help="Contract to audit with; default: the recognised release.")
@click.option("--renamed", multiple=True, metavar="OLD=NEW", help="A field that has another name in the newer version.")
@click.option(
    "--ignore", multiple=True, metavar="FIELD", help="A field that is not compared: one that is new, or gone."
)
def main(
    old: str, datasets: tuple[Path, ...], contract: str | None, renamed: tuple[str, ...], ignore: tuple[str, ...]
) -> None:
    """Print each difference, and exit with 1 if there is any."""
    names = dict(pair.split("=", 1) for pair in renamed)
    options = ["--contract", contract] if contract else []
    found = [
        line
        for dataset in datasets
        for line in _compared(old, dataset, options, names, frozenset({EXPLANATIONS, *ignore}))
    ]
    print(*found, f"{len(datasets)} datasets compared, {len(found)} differences", sep="\n")
    sys.exit(bool(found))


def _compared(
    old: str, dataset: Path, options: list[str], names: Mapping[str, str], ignored: frozenset[str]
) -> Iterator[str]:
    """Yield the differences between the audits of one dataset."""
    with TemporaryDirectory() as folder:
        before, after = Path(folder, "before"), Path(folder, "after")
        for python, output in ((old, before), (sys.executable, after)):
            _audit(python, dataset, output, options)
        for name in TEXTS:
            if (before / name).read_bytes() != (after / name).read_bytes():
                yield f"{dataset.name}: {name} differs"
        for name, one, other in _values(before, after):
            for where in differences(_renamed(one, names), other, ignored):
                yield f"{dataset.name}: {name}: {where}"


def _audit(python: str, dataset: Path, output: Path, options: list[str]) -> None:
    command = [python, "-m", "segaudit", "audit", str(dataset), "--output", str(output), *options]
    run = subprocess.run(command, capture_output=True, check=False, text=True)  # noqa: S603 (two versions of ours)
    if run.returncode not in AUDITED:
        raise click.ClickException(f"{' '.join(command)}: exit code {run.returncode}\n{run.stderr}")


def _values(before: Path, after: Path) -> Iterator[tuple[str, Any, Any]]:
    """Yield the name of each report of JSON and of each record, with the values of both sides."""
    for name in ("report.json", "findings.sarif"):
        yield name, *(json.loads((side / name).read_bytes()) for side in (before, after))
    records = [{path.name: path for path in side.glob("measurements/*.msgpack")} for side in (before, after)]
    for name in sorted(records[0].keys() | records[1].keys()):
        yield name, *(_record(side.get(name)) for side in records)


def _record(path: Path | None) -> Any:  # noqa: ANN401 (whatever a version measures)
    """Return the content of a stored record, without its envelope; None if there is none."""
    return msgspec.msgpack.decode(msgspec.msgpack.decode(path.read_bytes())["record"]) if path else None


def _renamed(value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 (any value of JSON)
    """Return a value with the newer names of its fields."""
    match value:
        case dict():
            return {names.get(key, key): _renamed(member, names) for key, member in value.items()}
        case list():
            return [_renamed(member, names) for member in value]
    return value


def differences(one: Any, other: Any, ignored: frozenset[str], where: str = "") -> Iterator[str]:  # noqa: ANN401 (as above)
    """Yield the path of each difference, with both values; members with ignored names are not compared."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other} - ignored, key=str):
            yield from differences(one.get(key), other.get(key), ignored, f"{where}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (first, second) in enumerate(zip(one, other, strict=True)):
            yield from differences(first, second, ignored, f"{where}[{number}]")
    elif one != other and not (one != one and other != other):  # noqa: PLR0124 (NaN alone differs from itself)
        yield f"{where.removeprefix('.')}: {one!r:.80} became {other!r:.80}"


if __name__ == "__main__":
    main()
