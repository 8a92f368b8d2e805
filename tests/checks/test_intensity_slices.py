"""Checks of intensity: copies, order and breaks in the stack of a CT."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from msgspec.structs import replace

from segaudit.checks.intensity_slices import ct_slices_repeated, ct_slices_unordered, ct_stack_break
from segaudit.model import Ct, NotApplicable, Order, Slices, Spot
from segaudit.testing.records import digests, healthy_ct, healthy_file, healthy_header, healthy_slices
from tests.support.stacks import SPACING_MM, ct_of, scan

COUNT = 40
EVEN = (0.01,) * (COUNT - 1)


def pile(order: Sequence[int], *orders: Order, **columns: Sequence[float]) -> Slices:
    """Return slices along k, of which equal numbers stand for equal ones; 0 is padding."""
    count, healthy = len(order), {"std": [300.0 * (number > 0) for number in order]}
    widths = {
        "blank": [np.nan] * count,
        "even": [0.1] * count,
        "changes": [40.0] * (count - 1),
        "bottlenecks": [40.0] * (count - 1),
    }
    shifts = {"shifts": [-8.0, 0.0, 8.0] * (count - 1)}
    return replace(healthy_slices(*orders, **(healthy | widths | shifts | columns)), digests=digests(order))


def stepped(*steps: tuple[int, float], **changes: object) -> Ct:
    """Return a CT of 40 different slices, with changes between some neighbours."""
    unlike = list(EVEN)
    for place, change in steps:
        unlike[place] = change
    return healthy_ct(slices=(pile(range(1, COUNT + 1), unlikeness=unlike),), **changes)


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ((1, 2, 3, 1), "2 slices along k are copies of each other: 0 = 3; expected each once"),
        ((1, 2, 2, 2, 3, 4, 5), "3 slices along k are copies of each other: 1 = 2 = 3; expected each once"),
        ((1, 2, 3, 1, 2), "4 slices along k are copies of each other: 0 = 3; 1 = 4; expected each once"),
        ((1, 2, 2, 3), "2 slices along k are copies of each other: 1 = 2; expected each once"),
        ((1, 2, 2, 3, 4, 5, 5, 6), ""),
        ((0, 0, 1, 2, 0, 0, 0), ""),
        ((1, 1, 1, 2, 2, 2, 3, 3, 3), ""),
        (range(1, 41), ""),
    ],
    ids=["apart", "three", "block", "pair", "two-pairs", "padding", "thick-slices", "healthy"],
)
def test_repeated(order: Sequence[int], message: str) -> None:
    """Copies are named; padding, and slices that were sampled or thickened, are no finding."""
    found = [finding.message for finding in ct_slices_repeated(healthy_ct(slices=(pile(order),)))]
    assert found == ([message] if message else [])


def test_repeated_block() -> None:
    """A long list is cut, and the finding leads to the first copy."""
    (finding,) = ct_slices_repeated(healthy_ct(slices=(pile((*range(1, 21), *range(11, 31))),)))
    assert finding.message == (
        "20 slices along k are copies of each other: 10 = 20; 11 = 21; 12 = 22; 13 = 23; 14 = 24; 15 = 25 "
        "and 4 groups more; expected each once"
    )
    assert (finding.observed, finding.expected) == (20, 0)
    assert finding.spot == Spot((30, 25, 20), (0.0, 0.0, 0.0))


def test_unordered() -> None:
    """The finding says where, how much, and what it looks like."""
    chains = [40.0 - 30 * (at in {1, 4, 7}) for at in range(COUNT - 1)]
    orders = (Order("stored", 1000.0), Order("least", 500.0), Order("by name as text", 501.0))
    ct = healthy_ct(slices=(pile(range(1, COUNT + 1), *orders, bottlenecks=chains),))
    (finding,) = ct_slices_unordered(ct)
    assert finding.message == (
        "slices along k are out of order between 1 and 2, 4 and 5, 7 and 8: another order has 50% of the change "
        "between neighbours; it looks like: by name as text; expected each slice to resemble the next one most"
    )
    assert (finding.observed, finding.expected, finding.spot and finding.spot.voxel) == (0.5, 1, (30, 25, 1))
    with pytest.raises(NotApplicable):
        list(ct_stack_break(ct))


VOXELS = scan()
WHOLE = list(range(VOXELS.shape[2]))
DISORDERS = {
    "by name as text": [number - 1 for number in sorted(range(1, 41), key=str)],
    "pairs exchanged": [at ^ 1 for at in WHOLE],
    "every second slice first": WHOLE[::2] + WHOLE[1::2],
    "two parts exchanged": WHOLE[15:] + WHOLE[:15],
    "a part reversed": WHOLE[:15] + WHOLE[:14:-1],
    "no order that is known": np.random.default_rng(0).permutation(40).tolist(),
}


@pytest.mark.parametrize("name", list(DISORDERS))
@pytest.mark.parametrize("axis", [0, 2])
def test_made_disorders(name: str, axis: int) -> None:
    """A made scan in each known disorder, and in none, is one finding that names it, along any stacking axis."""
    shuffled = np.moveaxis(VOXELS[..., DISORDERS[name]], 2, axis)
    affine = np.diag([SPACING_MM] * 3 + [1.0])[:, [0, 1, 2, 3] if axis == 2 else [2, 0, 1, 3]]
    (finding,) = ct_slices_unordered(ct_of(shuffled, affine))
    assert name in finding.message
    assert f"along {'ijk'[axis]} " in finding.message


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("noise_hu", [2.0, 12.0, 60.0])
def test_made_scans_are_in_order(seed: int, noise_hu: float) -> None:
    """Scans with little and much noise, whole, upside down, and cut to a corner, are in order."""
    voxels = scan(seed, noise_hu)
    for healthy in (voxels, voxels[..., ::-1], voxels[:14, :14, :12], voxels[16:30, 16:30]):
        ct = ct_of(healthy)
        assert [*ct_slices_unordered(ct), *ct_slices_repeated(ct), *ct_stack_break(ct)] == []


@pytest.mark.parametrize("seed", [12, 44, 110, 112, 126, 157])
def test_a_prism_with_noise_is_in_order(seed: int) -> None:
    """Its slices differ by noise alone, but for the ends of a block in it; so the last slice follows the first as well.

    Of 400 these are some in which such ends looked like those of parts.
    """
    random = np.random.default_rng(seed)
    body, noise = np.full((24, 20, 16), -1000.0), random.normal(0, 10, (24, 20, 16))
    body[1:23, :17], body[13:18, 6:12, 4:10], body[6:10, 6:12, 4:10] = 40, 120, 120
    assert list(ct_slices_unordered(ct_of(body + noise))) == []


def test_break() -> None:
    """A step is a finding that names both slices and leads to the middle of the first."""
    (finding,) = ct_stack_break(stepped((20, 0.13)))
    assert finding.message == (
        "axial slices 20 and 21 do not belong together: 1 - correlation is 0.13, 13 times the most beside it, "
        "expected at most 4 times"
    )
    assert (finding.observed, finding.expected, finding.spot) == (0.13, 0.01, Spot((30, 25, 20), (0.0, 0.0, 0.0)))


@pytest.mark.parametrize(
    "steps",
    [
        [(20, 0.049)],
        [(20, 0.13), (21, 0.04)],
        [(20, 0.12), (24, 0.03)],
        [(20, 0.13), (18, 0.0)],
    ],
    ids=["small", "next-too", "near-too", "nothing-beside"],
)
def test_no_break(steps: list[tuple[int, float]]) -> None:
    """What changes slowly, or beside empty slices, is none."""
    assert list(ct_stack_break(stepped(*steps))) == []


@pytest.mark.parametrize(("place", "count"), [(3, 0), (4, 1), (34, 1), (35, 0)])
def test_breaks_near_the_ends(place: int, count: int) -> None:
    """Nothing is said where fewer than four pairs are on a side."""
    assert len(list(ct_stack_break(stepped((place, 0.13))))) == count


@pytest.mark.parametrize(("share", "count"), [(0.02, 1), (0.0201, 0)])
def test_break_beside_padding(share: float, count: int) -> None:
    """Where padding takes up more than 2 per cent of the slice, nothing breaks."""
    ct = stepped((20, 0.13))
    even = np.where(np.arange(COUNT) > 20, share, 0).astype("<f4").tobytes()
    assert len(list(ct_stack_break(replace(ct, slices=(replace(ct.slices[0], even=even),))))) == count


@pytest.mark.parametrize(("place", "count"), [(15, 1), (16, 0), (19, 0), (21, 0), (24, 0), (25, 1)])
def test_a_break_among_others(place: int, count: int) -> None:
    """Four pairs on both sides are to be more alike, from the next one on."""
    assert len(list(ct_stack_break(stepped((20, 0.12), (place, 0.03))))) == count


def test_break_far_from_another() -> None:
    """Two steps five slices apart are two findings."""
    assert len(list(ct_stack_break(stepped((20, 0.13), (25, 0.2))))) == 2


@pytest.mark.parametrize(("most", "count"), [(0.0079, 1), (0.008, 0)])
def test_break_among_thick_slices(most: float, count: int) -> None:
    """Where thick slices were copied to thin ones, some pairs beside a step are far less alike than most."""
    unlike = [0.002 if at % 3 else most for at in range(COUNT - 1)]
    unlike[20] = 0.13
    ct = healthy_ct(slices=(pile(range(1, COUNT + 1), unlikeness=unlike),))
    assert len(list(ct_stack_break(ct))) == count


def strange(ratio: float, unlike: float = 0.06, **columns: list[float]) -> Ct:
    """Return a CT whose slice 20 differs from both neighbours."""
    both = {19, 20}
    changes = [60 * ratio if at in both else 40.0 for at in range(COUNT - 1)]
    alike = [unlike if at in both else 0.01 for at in range(COUNT - 1)]
    own = {"changes": changes, "bottlenecks": changes, "unlikeness": alike, "further": [60.0] * (COUNT - 2)}
    return healthy_ct(slices=(pile(range(1, COUNT + 1), **(own | columns)),))


def test_a_strange_slice() -> None:
    """A slice that differs from both its neighbours, which resemble each other, is found once, with its place."""
    (finding,) = ct_stack_break(strange(4.0))
    assert finding.message == (
        "axial slice 20 does not belong between 19 and 21: it differs from both by 4 times what they do from each "
        "other, expected at most 3 times"
    )
    assert finding.spot is not None
    assert (finding.observed, finding.expected, finding.spot.voxel[2]) == (4, 1, 20)


@pytest.mark.parametrize(
    ("ct", "count"),
    [
        (strange(3.0), 1),
        (strange(2.99), 0),
        (strange(4.0, unlike=0.049), 0),
        (strange(4.0, unlikeness=[0.06 if at in {19, 20} else 0.0149 for at in range(COUNT - 1)]), 1),
        (strange(4.0, unlikeness=[0.06 if at in {19, 20} else 0.015 for at in range(COUNT - 1)]), 0),
        (strange(4.0, unlikeness=[0.06 if at in {19, 20} else 0.01 * (at != 22) for at in range(COUNT - 1)]), 0),
        (strange(4.0, changes=[{19: 240.0, 20: 181.0}.get(at, 40.0) for at in range(COUNT - 1)]), 1),
        (strange(4.0, changes=[{19: 240.0, 20: 179.0}.get(at, 40.0) for at in range(COUNT - 1)]), 0),
        (strange(4.0, changes=[{19: 179.0, 20: 240.0}.get(at, 40.0) for at in range(COUNT - 1)]), 0),
        (
            strange(
                4.0, shifts=[60.0 if at // 3 == 20 else -60.0 if at // 3 == 19 else 0.0 for at in range(3 * COUNT - 3)]
            ),
            0,
        ),
    ],
)
def test_strange_slices(ct: Ct, count: int) -> None:
    """Each threshold itself and just beside it; nothing is said beside empty slices, or of another check's finding."""
    assert len(list(ct_stack_break(ct))) == count


@pytest.mark.parametrize(("place", "count"), [(14, 1), (15, 0), (18, 0), (21, 0), (24, 0), (25, 1)])
def test_a_strange_slice_among_others(place: int, count: int) -> None:
    """Four pairs on both sides are to be more alike, from the next one on."""
    unlikeness = [0.06 if at in {19, 20} else 0.01 + 0.006 * (at == place) for at in range(COUNT - 1)]
    assert len(list(ct_stack_break(strange(4.0, unlikeness=unlikeness)))) == count


@pytest.mark.parametrize(("place", "count"), [(18, 1), (19, 0), (20, 0), (21, 1)])
def test_a_strange_slice_beside_padding(place: int, count: int) -> None:
    """Where padding takes up a part of the slice, or leaves it again, it is no other one's."""
    padded = strange(4.0, even=[0.1 + 0.03 * (at > place) for at in range(COUNT)])
    assert len(list(ct_stack_break(padded))) == count


def test_a_slice_of_another_scan() -> None:
    """A slice of another made body elsewhere is found; one with much more noise, or with a streak, is not."""
    voxels = scan(0, 5.0)
    streaky, noisy = voxels.copy(), voxels.copy()
    streaky[:, 18:24, 20] += 400 * np.sin(np.arange(voxels.shape[0]))[:, None]
    noisy[..., 20] += np.random.default_rng(0).normal(0, 60, voxels.shape[:2])
    assert [list(ct_stack_break(ct_of(each))) for each in (streaky, noisy)] == [[], []]
    voxels[..., 20] = np.roll(scan(1, 5.0)[..., 20], 6, axis=0)
    assert len(list(ct_stack_break(ct_of(voxels)))) == 1


@pytest.mark.parametrize(("last", "said"), [(8, True), (9, False)])
def test_slabs_that_overlap(last: int, said: bool) -> None:  # noqa: FBT001 - said or not
    """A few slices out of order can be those of two slabs that overlap."""
    changes = [100.0 if at in {4, last} else 40.0 for at in range(COUNT - 1)]
    stored = sum(changes)
    orders = Order("stored", stored), Order("least", 0.99 * stored), Order("a part moved", stored - 120, (4, last))
    ct = healthy_ct(slices=(pile(range(1, COUNT + 1), *orders, changes=changes, bottlenecks=changes),))
    (finding,) = ct_slices_unordered(ct)
    assert ("it looks like: a part moved, or slabs that overlap there;" in finding.message) == said


def test_break_at_copies_or_offsets() -> None:
    """The edge of a copy is reported once, and so is that of an offset."""
    unlike = [0.2 if place == 19 else 0.01 for place in range(39)]
    copied = healthy_ct(slices=(pile((*range(1, 21), *range(11, 31)), unlikeness=unlike),))
    assert (len(list(ct_slices_repeated(copied))), list(ct_stack_break(copied))) == (1, [])
    shifts = [rise for place in range(39) for rise in ([92.0, 100.0, 108.0] if place == 19 else [-8.0, 0.0, 8.0])]
    offset = healthy_ct(slices=(pile(range(1, 41), unlikeness=unlike, shifts=shifts),))
    assert list(ct_stack_break(offset)) == []


@pytest.mark.parametrize(("place", "found"), [(8, 1), (9, 0), (19, 0), (29, 0), (30, 1)])
def test_breaks_beside_copies(place: int, found: int) -> None:
    """Before the first slice of a copy, and behind the last one, a break is that of the copy."""
    unlike = [0.2 if at == place else 0.01 for at in range(39)]
    copied = healthy_ct(slices=(pile((*range(1, 21), *range(11, 31)), unlikeness=unlike),))
    assert len(list(ct_stack_break(copied))) == found


def test_break_along_another_axis() -> None:
    """In a CT whose third axis is not along the body, the middle is that of the axial slice."""
    affine = (0.0, 0.0, 1.5, 0.0, 0.0, 1.5, 0.0, 0.0, 1.5, 0.0, 0.0, 0.0)
    header = healthy_header(dtype="int16", affine=affine, orientation="SAR", shape=(40, 50, 60))
    ct = stepped((20, 0.13), file=healthy_file("", header=header))
    (finding,) = ct_stack_break(replace(ct, slices=(replace(ct.slices[0], axis=0),)))
    assert finding.spot == Spot((20, 25, 30), (45.0, 37.5, 30.0))


def test_break_needs_a_body_and_directions() -> None:
    """Nothing is said about an empty CT or one without directions."""
    lost = healthy_file("", header=healthy_header(dtype="int16", orientation=""))
    for ct in (stepped((20, 0.13), std=0.0), stepped((20, 0.13), file=lost), healthy_ct(slices=())):
        with pytest.raises(NotApplicable):
            list(ct_stack_break(ct))
