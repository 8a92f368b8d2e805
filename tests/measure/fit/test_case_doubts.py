"""When the place of all masks of a case is in doubt, and when single ones are looked for elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from segaudit.measure.fit import case
from segaudit.measure.fit.profiles import Fit, Profiles
from segaudit.model.records import CaseFit, Placement
from tests.support.fitting import Grid, bodies, fitted, scan

MASKS = {name: mask for name, mask in bodies().items() if name in {"liver", "spleen"}}
CT: Grid = scan(MASKS)


def looked(monkeypatch: pytest.MonkeyPatch, *placements: Placement, **pooled: object) -> tuple[list[str], CaseFit]:
    """Return what is looked for, and how the masks fit, if they fit together so and would fit in some places."""
    asked: list[str] = []
    together = Profiles.pooled

    def places(*_: object) -> tuple[Placement, ...]:
        asked.append("all")
        return placements

    def shifts(*_: object) -> list[None]:
        asked.append("each")
        return [None] * len(MASKS)

    def changed(profiles: Profiles) -> Fit:
        fit = together(profiles)
        return fit._replace(**{name: np.array([value], float) for name, value in pooled.items()})

    monkeypatch.setattr(case, "placements_of", places)
    monkeypatch.setattr(case, "shifts_of", lambda *_: iter(shifts()))
    monkeypatch.setattr(Profiles, "pooled", changed)
    fit = fitted(CT, MASKS)
    assert fit
    return asked, fit


@pytest.mark.parametrize(
    ("agreement", "offset", "gain", "doubtful"),
    [
        (0.85, (0, 0, 0), (1, 1, 1), False),
        (0.8499, (0, 0, 0), (1, 1, 1), True),
        (0.9, (0, 0.5, 0), (1, 1.1, 1), True),
        (0.9, (0, -0.5, 0), (1, 1.1, 1), True),
        (0.9, (0, 0.4999, 0), (1, 1.1, 1), False),
        (0.9, (0, 0.5, 0), (1, 1.0999, 1), False),
        (0.9, (0, 0, 2), (9, 9, 1), False),
        (0.9, (0.126, -0.124, 0.12), (1.016, 1.014, 9.99), False),
    ],
)
def test_all_masks(
    monkeypatch: pytest.MonkeyPatch, agreement: float, offset: object, gain: object, *, doubtful: bool
) -> None:
    """They agree too little, or their edges lie half a voxel beside and fit better there by a tenth."""
    asked, fit = looked(monkeypatch, Placement(), agreement=agreement, offset=offset, gain=gain)
    assert asked == ["all"] * doubtful + ["each"]
    assert fit.placements == (Placement(),) * doubtful
    assert fit.agreement == pytest.approx(agreement, abs=6e-4)
    assert (fit.offset, fit.gain) == (
        tuple(np.round(np.array(offset, float), 2)),
        tuple(np.round(np.array(gain, float), 2)),
    )


@pytest.mark.parametrize(
    ("best", "apart"),
    [
        (Placement(), True),
        (Placement(voxels=(2, 0, -2)), True),
        (Placement(voxels=(0, 2.01, 0)), False),
        (Placement(voxels=(0, 0, -2.01)), False),
        (Placement(turn="i"), False),
    ],
)
def test_each_mask(monkeypatch: pytest.MonkeyPatch, best: Placement, *, apart: bool) -> None:
    """Unless all of them fit better more than two voxels away, or turned; the second best place does not count."""
    next_best = (Placement(voxels=(9, 9, 9), turn="j"), Placement())
    for other in next_best:
        asked, _ = looked(monkeypatch, best, other, agreement=0.5)
        assert asked == ["all"] + ["each"] * apart


@pytest.mark.parametrize(("mm", "together"), [(1.49, 2), (1.5, 0), (1.51, 0)])
def test_masks_off_the_grid(mm: float, together: int) -> None:
    """Those that lie half a voxel off or more by their headers are not looked at together."""
    fit = fitted(CT, MASKS, corner_displacement_mm=mm)
    assert fit
    assert (fit.structures, len(fit.masks)) == (together, 2)
    assert bool(fit.faces) == bool(together)
