"""Whether the masks of a case, all together, lie on the edges that its CT shows.

Thresholds were chosen on a real CT with 104 masks (v1 example, 3 mm) and on s0327 with a made CT, and hold for s9104 (a
real CT) and s0010, which took no part: see docs/bench.md for what is found of which size.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from segaudit.model.findings import NotApplicable
from segaudit.model.hu_rescaling import rescaling
from segaudit.model.records import Case, CaseFit, Header, Placement, SlabFit

MIN_FACES = 300
"""The least number of faces of all masks that determines their position."""

MIN_MAGNITUDE = 0.02
"""Mean change of the CT across the masks' surfaces, as a share of the window: 10 HU for tissue. Health has 0.05."""

MAX_RUNNER_UP = (0.85, 0.65, 0.45)
"""Contrast of the best place of masks that are turned otherwise, as a share of that where they fit: 0.1 to 0.35, 0.64
for five soft organs in a noise of 80 HU, 0.7 in a phantom of two like halves; 0.75 to 1 where they fit nowhere."""

MIN_CONTRAST = (0.05, 0.05, 0.03)
"""Mean step where masks fit, as a share of the window, for each of these shares: five soft organs have 0.06."""

MIN_FIT = (0.8, 0.45, 0.55)
"""Agreement where masks fit, for each of these shares: 0.8 to 1 without noise, 0.66 at best where they fit nowhere."""

MAX_RUNNER_UP_QUALITY, MIN_EVEN_CONTRAST, MIN_EVEN_FIT = 0.5, 0.03, 0.6
"""The same for contrast divided by how uneven the CT is inside of the masks, which distinguishes soft organs from
whatever else has large steps: 0.2 to 0.4 where they fit, 0.56 to 1 where they fit nowhere, 0.39 at an odd place and
turn."""

MIN_EVEN_VOXELS = 1.25
"""How far off along an axis is a displacement by that alone: in health it shows 0.8 at worst."""

MAX_TURNED_VOXELS = 3.0
"""An array that is mirrored or turned stays in its grid."""

MIN_VOXELS, MIN_MM = 0.75, 1.1
"""How far off along an axis is a displacement: 0.3 voxels in health at worst, where this gains anything."""

MIN_GAIN = 1.3
"""How many times larger the CT's steps are there, along that axis, than in place: 1.2 in health at worst."""

MIN_BETTER, MIN_BETTER_NEAR = 0.1, 0.03
"""How much better masks agree with the CT there, whatever the gain, and with it."""

MAX_UNRELATED, MAX_UNRELATED_CONTRAST = 0.4, 0.03
"""Agreement and mean step of masks that the CT knows nothing of: another patient's CT has 0.25 and 0.01 at most, health
0.58 and 0.05 or more; noise lowers the agreement alone."""

MIN_SLAB_FIT = 0.6
"""Agreement of a slab in which masks fit."""

MIN_SLAB_STRUCTURES = 3

MAX_SLAB, MAX_SLAB_SHARE = 0.3, 0.3
"""Agreement of a slab of which the CT shows nothing, and how far below that of all slabs."""


class Kind(StrEnum):
    """What is wrong with the masks of a case."""

    DISPLACED = "displaced"
    TURNED = "turned"
    UNRELATED = "unrelated"


class Misfit(NamedTuple):
    """The masks of a case do not lie on the edges of its CT."""

    kind: Kind
    fit: CaseFit
    place: Placement
    """Where they fit best."""


def fit_of(case: Case) -> CaseFit:
    """Return how the masks of a case fit its CT.

    Raises:
        NotApplicable: too little speaks.
    """
    if case.ct is None or not case.ct.whole:
        raise NotApplicable("there is no CT that can be read")
    if case.ct.blank:
        raise NotApplicable("the CT shows nothing")
    if case.fit is None:
        raise NotApplicable("there is no mask whose surface a CT shows")
    if case.fit.faces < MIN_FACES:
        raise NotApplicable(f"only {case.fit.faces} voxels of surface, of {case.fit.structures} structures")
    return case.fit


def unrelated_slabs(fit: CaseFit) -> list[SlabFit]:
    """Return the slabs of a case of which the CT shows nothing, while it does of the others."""
    least = min(MAX_SLAB, fit.agreement - MAX_SLAB_SHARE)
    return [
        slab
        for slab in fit.slabs
        if slab.structures >= MIN_SLAB_STRUCTURES
        and max(slab.agreement, slab.typical, 1.0 if slab.certain is None else slab.certain) < least
    ]


def misfit(case: Case, fit: CaseFit) -> Misfit | None:
    """Return what is wrong with all masks of a case together; None where they lie on the edges of their CT.

    Args:
        case: the case.
        fit: how its masks fit, from ``fit_of``.

    Raises:
        NotApplicable: the CT shows nothing of them because its values are not Hounsfield units.
    """
    place = fit.placements[0] if fit.placements else Placement(voxels=fit.offset, agreement=fit.agreement)
    if _clear(fit):
        if place.turn:
            return Misfit(Kind.TURNED, fit, place)
        off = _off(fit, place, case.ct.file.header if case.ct else None)
        return Misfit(Kind.DISPLACED, fit, place) if off else None
    if not _unrelated(fit):
        return None
    if rescaling(case):
        raise NotApplicable("the CT's values are not Hounsfield units")
    return Misfit(Kind.UNRELATED, fit, place)


def _clear(fit: CaseFit) -> bool:
    """Whether there is one place, elsewhere or near, where masks fit."""
    if len(fit.placements) < 2:  # noqa: PLR2004 - nothing was looked for, or nothing to compare with
        return False
    return _even(fit) or _steep(fit)


def _steep(fit: CaseFit) -> bool:
    """Whether steps are large in one place alone."""
    place, *others = fit.placements
    second = max(other.contrast for other in others)
    return any(
        place.contrast >= contrast and second <= share * place.contrast and place.agreement >= least
        for share, contrast, least in zip(MAX_RUNNER_UP, MIN_CONTRAST, MIN_FIT, strict=True)
    )


def _even(fit: CaseFit) -> bool:
    """Whether masks fit in one place alone by what is even inside of them; turned, they stay in their grid."""
    place, *others = fit.placements
    second = max(other.quality for other in others)
    stays = not place.turn or max(map(abs, place.voxels)) <= MAX_TURNED_VOXELS
    fits = place.contrast >= MIN_EVEN_CONTRAST and place.agreement >= MIN_EVEN_FIT
    return stays and fits and second <= MAX_RUNNER_UP_QUALITY * place.quality


def _unrelated(fit: CaseFit) -> bool:
    """Whether the CT shows nothing of what masks mark."""
    faint = fit.agreement * fit.magnitude < MAX_UNRELATED_CONTRAST
    unlike = fit.agreement < MAX_UNRELATED or fit.magnitude < MIN_MAGNITUDE
    return faint and unlike and not _mostly_fits(fit)


def _off(fit: CaseFit, place: Placement, header: Header | None) -> bool:
    """Whether masks fit better elsewhere."""
    better, spacing = place.agreement - fit.agreement, header.spacing_mm if header else ()
    least = MIN_VOXELS if _steep(fit) else MIN_EVEN_VOXELS
    return any(
        abs(steps) >= max(least, MIN_MM / mm)
        and (better >= MIN_BETTER or (better >= MIN_BETTER_NEAR and gain >= MIN_GAIN))
        for steps, gain, mm in zip(place.voxels, fit.gain, spacing, strict=False)
    )


def _mostly_fits(fit: CaseFit) -> bool:
    """Whether masks fit in most parts of the body."""
    judged = [slab.agreement >= MIN_SLAB_FIT for slab in fit.slabs if slab.structures >= MIN_SLAB_STRUCTURES]
    return 2 * sum(judged) > len(judged)
