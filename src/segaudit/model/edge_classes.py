"""Which structures have a surface that a CT shows, and on which side of it the CT is brighter.

A structure is left out where its surroundings can be as bright: brain in its skull, bowel, muscles, chambers of the
heart, a bladder among organs, parts of an organ. What is left differs from fat, lung or soft tissue in any contrast
phase.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from segaudit.model.records import Mask

AIRY_HU = -500.0
"""Median HU above which a lung or an airway is filled with something else, and its surface is not informative."""


class EdgeClass(NamedTuple):
    """How a CT changes on the surface of a structure."""

    low: float
    high: float
    """The window that holds the structure and what is around it, HU: metal, cortical bone and air do not outvote it."""
    airy: bool
    """Whether it is darker than what is around it."""
    firm: bool
    """Whether it can be judged by itself: its surface is large, and shown nearly everywhere."""
    certain: bool = False
    """Whether it is so in everybody: an organ without fat around it may be darker than a muscle beside it."""


AIR = EdgeClass(-1000.0, 100.0, airy=True, firm=True, certain=True)
ORGAN = EdgeClass(-200.0, 300.0, airy=False, firm=True)
BONE = ORGAN._replace(certain=True)
SLENDER = ORGAN._replace(firm=False)
AIRWAY = AIR._replace(firm=False)

_NAMES: dict[EdgeClass, tuple[str, ...]] = {
    AIR: ("lung", "lungs"),
    AIRWAY: ("trachea",),
    BONE: (
        "vertebra",
        "vertebrae",
        "hip",
        "femur",
        "humerus",
        "scapula",
        "clavicula",
        "clavicle",
        "sacrum",
        "sternum",
        "skull",
    ),
    ORGAN: ("kidney", "kidneys", "liver", "spleen", "aorta"),
    SLENDER: ("rib", "ribs", "heart", "iliac", "carotid", "subclavian", "brachiocephalic", "cava", "postcava"),
}
_WORDS = {word: edges for edges, words in _NAMES.items() for word in words}
_PARTS = frozenset(
    (
        *(
            "cyst",
            "tumor",
            "tumour",
            "lesion",
            "cancer",
            "nodule",
            "nodules",
            "vessel",
            "vessels",
            "segment",
            "segments",
        ),
        *("atrium", "ventricle", "myocardium", "appendage", "atrial", "muscle", "cartilage", "cartilages", "effusion"),
    )
)
"""Words of what lies inside an organ, or beside it."""
_VERTEBRA = re.compile(r"[ctl]\d{1,2}")
_NO_WORD = re.compile(r"[^a-z0-9]+")


@cache
def edge_class(structure: str) -> EdgeClass | None:
    """Return how the CT changes on the surface of a structure, by the words of its name; None where it may not."""
    words = [word for word in _NO_WORD.split(structure.lower()) if word]
    if not _PARTS.isdisjoint(words):
        return None
    named = next((_WORDS[word] for word in words if word in _WORDS), None)
    return named or (BONE if len(words) == 1 and _VERTEBRA.fullmatch(words[0]) else None)


def filled(mask: Mask) -> bool:
    """Whether a lung or an airway holds something else than air, as far as the CT under its mask says."""
    edges = edge_class(mask.meant)
    return edges is not None and edges.airy and mask.hu is not None and mask.hu.median > AIRY_HU
