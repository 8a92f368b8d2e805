"""Rank masks by their score: ``python benchmarks/ranking.py [--rounds N]``.

In each of 36 phantoms one mask is damaged, at a random severity of the defect bench. Printed is the share of the
damaged masks among the first 1, 5 and 10 per cent of all, in the order of their scores, and how many of them the checks
find.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import click
import pandas as pd
from bench.effects import EFFECTS
from bench.hosts import Host, phantoms

from segaudit.auditing.session import run_audit
from segaudit.demo.target import Target, UnplantableError
from segaudit.settings import Settings

DEFECTS = frozenset({
    "mask_in_pieces", "mask_leaks", "organ_cut", "side_cut", "organ_misplaced", "organ_displaced", "mask_moved",
    "organ_smaller", "organ_denser", "organ_shifted", "mask_in_void", "mask_outside_body", "vertebrae_mixed",
    "ribs_mixed", "masks_overlap",
})  # fmt: skip
"""Defects of single masks, or of two."""

SHARES = (0.01, 0.05, 0.1)
TRIES = 9


class Damaged(NamedTuple):
    """A damaged mask."""

    rank: float
    """Its place in the order of scores, as share of all masks."""
    found: bool
    """Whether a check says something of it."""


@click.command(help=__doc__)
@click.option("--rounds", default=3, show_default=True, help="How often 36 masks are damaged.")
def main(rounds: int) -> None:
    """Print the table."""
    rng = random.Random(0)  # noqa: S311 (no secret)
    with TemporaryDirectory() as folder:
        host = phantoms(Path(folder))
        damaged = [each for number in range(rounds) for each in _round(host, Path(folder) / str(number), rng)]
    found = sum(each.found for each in damaged) / len(damaged)
    print(f"{len(damaged)} damaged masks; the checks find {found:.0%} of them")
    for share in SHARES:
        first = sum(each.rank <= share for each in damaged) / len(damaged)
        print(f"among the first {share:.0%} of all masks: {first:.0%}")


def _round(host: Host, folder: Path, rng: random.Random) -> Iterator[Damaged]:
    """Damage a mask of each case and yield where its score puts it."""
    root, contract = host.lay_out(folder)
    planted = {case: _plant(Target(root, case), rng) for case in host.cases}
    audited = run_audit(root, Settings(contract=contract, workers=2))
    if audited.dataset is None:
        return
    masks: pd.DataFrame = audited.dataset.masks[audited.dataset.masks["voxels"] > 0]
    ranks = masks["deviation"].rank(ascending=False, method="first") / len(masks)
    reported = {(f.case, name) for f in audited.report.findings for name in f.structures}
    for case, structures in planted.items():
        own = ranks[(masks["case"] == case) & masks["structure"].isin(structures)]
        if len(own):
            yield Damaged(float(own.min()), any((case, name) in reported for name in structures))


def _plant(target: Target, rng: random.Random) -> tuple[str, ...]:
    """Damage a mask at random; return its structure, or two, or none."""
    effects = [effect for effect in EFFECTS if effect.defect.name in DEFECTS]
    for _ in range(TRIES):
        effect = rng.choice(effects)
        try:
            return tuple(effect.defect.plant(target, rng.choice(effect.levels)).structure.split(", "))
        except UnplantableError:
            continue
    return ()


if __name__ == "__main__":
    main()
