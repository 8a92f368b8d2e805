"""What masks are compared with: the CT's grid, or the commonest of their own; and what is computed of it once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from segaudit.measure.ct import Volume
from segaudit.measure.reference import Reference, reference_of
from segaudit.model import Ct
from segaudit.testing.records import healthy_file, healthy_header
from segaudit.testing.volumes import Made

SHAPE = (30, 28, 6)
AFFINE = (3.0, 0, 0, 0, 0, 3.0, 0, 0, 0, 0, 3.0, 0)
HEADER = healthy_header(shape=SHAPE, affine=AFFINE, spacing_mm=(3.0, 3.0, 3.0))
TISSUE = Volume(SHAPE, np.full(np.prod(SHAPE), 40, np.int16))


def test_places_are_known() -> None:
    """Of each grid once: another affine, or another shape, is another place."""
    reference = Reference("ct", HEADER, TISSUE)
    headers = [HEADER, replace(HEADER, affine=(*AFFINE[:3], 9.0, *AFFINE[4:])), replace(HEADER, shape=(30, 28, 5))]
    placings = [reference.place(header) for header in headers]
    assert [each.displacement_mm for each in placings] == [0, 9, 0]
    assert [each.same_shape for each in placings] == [True, True, False]
    assert all(reference.place(replace(header)) is place for header, place in zip(headers, placings, strict=True))


@pytest.mark.parametrize(
    ("reference", "known"),
    [
        (Reference("ct", HEADER, TISSUE), True),
        (Reference("ct", HEADER), False),
        (Reference("ct", None, TISSUE), False),
        (Reference(), False),
    ],
)
def test_outside(reference: Reference, *, known: bool) -> None:
    """What is outside of the body is estimated where there is a grid and a CT on it."""
    assert (reference.outside is not None) is known


def test_ct() -> None:
    """Its grid is the reference, with what it is padded with, if its header can be read."""
    ct = Ct(case="s1", file=healthy_file(path="s1/ct.nii.gz", header=HEADER), pad_value=-1024.0)
    for volume in (TISSUE, None):
        found = reference_of(Path(), ct, volume, ["nowhere"])
        assert found == Reference("s1/ct.nii.gz", HEADER, volume, -1024.0)


@pytest.mark.parametrize(
    ("masks", "expected"),
    [
        (["a", "b", "c", "d"], "b"),
        (["a", "b"], "a"),
        (["d", "gone", "text", "a", "b"], "d"),
        (["e", "a", "f"], "e"),
        (["gone", "text"], ""),
        ([], ""),
    ],
)
def test_commonest_grid(tmp_path: Path, masks: list[str], expected: str) -> None:
    """Without a CT, the first mask on the grid that most masks have, the first of several grids."""
    grids = {"a": (4, 3, 2, 1.0), "b": (4, 3, 2, 2.0), "c": (3, 4, 2, 1.0), "d": (4, 3, 2, 2.0), "e": (3, 4, 2, 3.0)}
    for name, (*shape, mm) in {**grids, "f": (3, 4, 2, 3.0)}.items():
        Made(np.zeros(shape, np.uint8), np.diag([mm, mm, mm, 1.0]), members=0).write(tmp_path / f"{name}.nii")
    (tmp_path / "text.nii").write_text("no image")
    for ct in (None, Ct(case="s1", file=healthy_file(header=None))):
        found = reference_of(tmp_path, ct, None, [f"{name}.nii" for name in masks])
        assert found.path == (f"{expected}.nii" if expected else "")
        assert (found.header is not None) is bool(expected)
        assert (found.volume, found.pad_value) == (None, None)
