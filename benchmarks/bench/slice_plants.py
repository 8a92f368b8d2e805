"""What goes wrong with the slices of a CT, at several strengths, and the ways in which a stack is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import TypeAlias

import numpy as np

from segaudit.demo.plants_slices import MR_GREY

from .volumes import Volumes

Change: TypeAlias = Callable[[Volumes], Volumes]

UNLIKE = 1.25
"""How many times as much a slice differs from the next but one as from the next, where their exchange shows: elsewhere,
as along a straight limb, any of them can be the next one."""

AXES = {"k": (0, 1, 2), "i": (2, 0, 1), "j": (0, 2, 1)}
"""Where the slices are stored, and the axes of a stack along k that become i, j and k."""


@dataclass(frozen=True)
class Plant:
    """A fault at a strength, and the checks that name it; none where it is healthy."""

    fault: str
    strength: str
    change: Change
    named: tuple[str, ...] = ()
    masks: bool = False
    shows: Callable[[Volumes], bool] = lambda _: True
    """Whether a case has anything that the fault shows in."""


def plants() -> Iterator[Plant]:
    """Yield all faults."""
    for name, order in ORDERS.items():
        shows = _exchange_shows if name == EXCHANGED else Plant.shows
        yield Plant("order", name, partial(_ordered, order=order), ("ct-slices-unordered",), shows=shows)
    empty = {"1 slice": slice(None), "3 slices": slice(None), "every fifth": slice(None, None, 5)}
    for value, name in product((0, -1024), empty):
        named: tuple[str, ...] = ("ct-slice-empty",) if name == "1 slice" else ("ct-part-empty",)
        yield Plant("no image", f"{name} of {value}", partial(_emptied, which=name, value=value), named)
    for name, share in (("second", 0.0), ("middle", 0.5), ("last", 1.0)):
        yield Plant("twice", f"the {name} slice", partial(_repeated, share=share), ("ct-slices-repeated",))
    for hu in (60, 100, 200, 1024):
        named = ("ct-slice-offset", "ct-slice-offset-large")
        yield Plant("offset", f"upper third {hu} HU", partial(_raised, hu=hu, step=0), named)
        yield Plant("offset", f"every other {hu} HU", partial(_raised, hu=hu, step=2), named)
    for scale in (0.5, 1.0, 2.0):
        yield Plant("MR for CT", f"scaled by {scale:g}", partial(_mr, scale=scale), ("ct-not-hounsfield",))
    for factor in (2, 3, 4):
        named = ("ct-spacing-uneven", "ct-spacing-suspect")
        yield Plant("uneven", f"{factor} times as far", partial(_thinned, factor=factor), named, masks=True)
    for hu in (1000, 700, 300):
        named = ("ct-values-wrapped", "ct-values-wrapped-large")
        shows = partial(_brighter, hu=hu)
        yield Plant("wrapped", f"above {hu} HU less 4096", partial(_wrapped, hu=hu), named, shows=shows)
    yield Plant("wrapped", "no sign, 12 bits", _unsigned, ("ct-values-wrapped-large",))
    for mm in (165, 120, 90):
        yield Plant("healthy", f"{mm} mm", partial(_small, mm=mm))
    yield Plant("healthy", "whole", lambda case: case)


EXCHANGED = "two exchanged"


def _by_name(count: int) -> list[int]:
    return sorted(range(count), key=lambda at: str(at + 1))


def _parted(count: int, *order: int, turned: int = -1) -> list[int]:
    """Return four parts in another order, one of them read backwards."""
    parts = [part.tolist() for part in np.array_split(np.arange(count), 4)]
    return [at for part in order for at in (parts[part][::-1] if part == turned else parts[part])]


def _swapped(at: int) -> dict[int, int]:
    return {at: at + 1, at + 1: at}


ORDERS: dict[str, Callable[[int], list[int]]] = {
    "random": lambda count: np.random.default_rng(0).permutation(count).tolist(),
    "by name as text": _by_name,
    "pairs exchanged": lambda count: [min(at ^ 1, count - 1) for at in range(count)],
    "every other first": lambda count: [*range(0, count, 2), *range(1, count, 2)],
    "halves exchanged": lambda count: _parted(count, 2, 3, 0, 1),
    "a quarter moved": lambda count: _parted(count, 0, 2, 1, 3),
    "a quarter reversed": lambda count: _parted(count, 0, 1, 2, 3, turned=1),
    EXCHANGED: lambda count: [_swapped(count // 3).get(at, at) for at in range(count)],
}


def _ordered(case: Volumes, order: Callable[[int], list[int]]) -> Volumes:
    return replace(case, ct=case.ct[:, :, order(case.ct.shape[2])])


def _exchange_shows(case: Volumes) -> bool:
    """Whether the slices to be exchanged differ more from the next but one than from the next."""
    first = case.ct.shape[2] // 3
    before, one, other, behind = case.ct[:, :, first - 1 : first + 3].T.astype(np.float64).clip(-1000, 400)
    near, far = (
        sum(float(np.sqrt(np.square(a - b).mean())) for a, b in pairs)
        for pairs in (((before, one), (other, behind)), ((before, other), (one, behind)))
    )
    return far > UNLIKE * near


def _brighter(case: Volumes, hu: int) -> bool:
    """Whether any voxel is so bright."""
    return bool((case.ct > hu).any())


def _emptied(case: Volumes, which: str, value: int) -> Volumes:
    ct, middle = case.ct.copy(), case.ct.shape[2] // 2
    slices = {"1 slice": slice(middle, middle + 1), "3 slices": slice(middle, middle + 3)}
    ct[:, :, slices.get(which, slice(None, None, 5))] = value
    return replace(case, ct=ct)


def _repeated(case: Volumes, share: float) -> Volumes:
    ct = case.ct.copy()
    at = 1 + round(share * (ct.shape[2] - 2))
    ct[:, :, at] = ct[:, :, at - 1]
    return replace(case, ct=ct)


def _raised(case: Volumes, hu: int, step: int) -> Volumes:
    ct = case.ct.copy()
    ct[:, :, slice(None, None, step) if step else slice(ct.shape[2] * 2 // 3, None)] += hu
    return replace(case, ct=ct)


def _mr(case: Volumes, scale: float) -> Volumes:
    hu, grey = zip(*MR_GREY, strict=True)
    noise = np.random.default_rng(0).normal(0, 10, case.ct.shape)
    return replace(case, ct=(np.interp(case.ct, hu, grey) + noise).clip(0) * scale)


def _thinned(case: Volumes, factor: int) -> Volumes:
    middle = case.ct.shape[2] // 2
    kept = [*range(0, middle, factor), *range(middle, case.ct.shape[2])]
    return case.shaped(lambda grid: grid[:, :, kept], case.affine)


def _wrapped(case: Volumes, hu: int) -> Volumes:
    return replace(case, ct=np.where(case.ct > hu, case.ct - 4096, case.ct))


def _unsigned(case: Volumes) -> Volumes:
    return replace(case, ct=case.ct & 4095)


def _small(case: Volumes, mm: int) -> Volumes:
    shape = np.minimum(np.rint(mm / case.spacing_mm).astype(int), case.ct.shape)
    first = (np.array(case.ct.shape) - shape) // 2
    window = tuple(slice(low, low + length) for low, length in zip(first, shape, strict=True))
    affine = case.affine.copy()
    affine[:3, 3] += affine[:3, :3] @ first
    return case.shaped(lambda grid: grid[window], affine)


def stored(case: Volumes, axis: str, *, turned: bool) -> Volumes:
    """Return the same patient, stored along another axis, or from the other end."""
    order, affine = AXES[axis], case.affine.copy()
    if turned:
        affine[:3, 3] += affine[:3, 2] * (case.ct.shape[2] - 1)
        affine[:3, 2] *= -1
    flip = slice(None, None, -1 if turned else 1)
    return case.shaped(lambda grid: np.asfortranarray(grid[:, :, flip].transpose(order)), affine[:, [*order, 3]])
