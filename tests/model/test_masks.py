"""What is derived from the record of a mask and of its file."""

from __future__ import annotations

import pytest

from segaudit.model.records import Fault, Piece, Spot
from segaudit.testing.records import empty_mask, healthy_file, healthy_mask

NOWHERE = Spot((0, 0, 0), (0.0, 0.0, 0.0))


def piece(voxels: int) -> Piece:
    """Return a piece of a size."""
    return Piece(voxels=voxels, box=(0, 1, 0, 1, 0, 1), spot=NOWHERE)


def test_a_location_has_no_negative_zero() -> None:
    """A hair to the left of the origin is at 0.0, not at -0.0, in each report and picture."""
    assert str(Spot.at((0.4, 1.6, 2), (-0.04, -0.05, 0.0)).mm) == "(0.0, -0.1, 0.0)"


@pytest.mark.parametrize("face", range(6))
@pytest.mark.parametrize(("gap", "cut"), [(0, True), (2, True), (3, False)])
def test_cut(face: int, gap: int, *, cut: bool) -> None:
    """Within three voxels of any face."""
    assert healthy_mask(faces=tuple(gap if at == face else 9 for at in range(6))).cut is cut
    assert not empty_mask().cut


@pytest.mark.parametrize(
    ("values", "nonfinite", "binary"), [(0, 0, True), (1, 0, True), (2, 0, False), (1, 1, False), (0, 1, False)]
)
def test_binary(values: int, nonfinite: int, *, binary: bool) -> None:
    """One value at most; on the grid of the CT, it can then be compared with that."""
    mask = healthy_mask(distinct_values=values, nonfinite=nonfinite)
    assert (mask.binary, mask.comparable) == (binary, binary)
    assert not healthy_mask(distinct_values=values, nonfinite=nonfinite, on_grid=False).comparable


def test_the_largest_piece() -> None:
    """Its share of the voxels is one of the volume; a mask of one piece is that piece."""
    assert healthy_mask(volume_ml=27.0, pieces=(piece(6000), piece(2000))).largest_ml == 20.25
    assert healthy_mask(volume_ml=27.0, pieces=()).largest_ml == 27


def test_the_centre() -> None:
    """Rounded to a voxel and to 0.1 mm; there is none where either is unknown."""
    mask = healthy_mask(centroid_voxel=(1.4, 1.6, 2.5), centroid_mm=(0.04, -0.06, 12.34))
    assert mask.spot == Spot((1, 2, 2), (0.0, -0.1, 12.3))
    assert healthy_mask(centroid_voxel=None).spot is healthy_mask(centroid_mm=None).spot is None


def test_names() -> None:
    """The known anatomy, or its own; a file without a structure holds several."""
    assert (healthy_mask("foie", anatomy="liver").meant, healthy_mask("liver").meant) == ("liver", "liver")
    assert healthy_mask(file=healthy_file("")).merged
    assert not healthy_mask().merged


@pytest.mark.parametrize(
    ("kinds", "whole"), [((), True), (("trailing",), True), (("truncated",), False), (("trailing", "short"), False)]
)
def test_whole(kinds: tuple[str, ...], *, whole: bool) -> None:
    """All that is promised could be read, whatever follows it."""
    faults = tuple(Fault(kind, "as found") for kind in kinds)  # type: ignore[arg-type]  # a kind of fault
    file = healthy_file(faults=faults)
    assert (file.whole, healthy_mask(file=file).whole) == (whole, whole)
    assert not healthy_file(header=None).whole
    assert [file.fault(fault.kind) for fault in faults] == list(faults)
    assert file.fault("corrupt") is None
