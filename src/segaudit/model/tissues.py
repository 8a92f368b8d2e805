"""What tissues have in common in all bodies: the range of their median in Hounsfield units, and the masks of them."""

from __future__ import annotations

from typing import NamedTuple


class Tissue(NamedTuple):
    """A tissue and its median: lowest, typical and highest, HU."""

    name: str
    low: float
    typical: float
    high: float
    structures: tuple[str, ...] = ()
    """The masks that mark it; none for what the histogram shows."""
    fixed: bool = True
    """Whether it is the same in any disease and contrast phase."""


def _sided(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{side}" for name in names for side in ("left", "right"))


_LOBES = ("lung_upper_lobe", "lung_lower_lobe")
_MUSCLES = ("autochthon", "iliopsoas", "gluteus_maximus", "gluteus_medius", "gluteus_minimus")
_SPINE = tuple(
    f"vertebrae_{row}{number}" for row, last in (("C", 7), ("T", 12), ("L", 5)) for number in range(1, last + 1)
)
_BONES = ("sacrum", *_sided("hip", "femur", "humerus", "scapula"), *_SPINE)

AIR = Tissue("air", -1045, -1000, -950)
FAT = Tissue("fat", -135, -100, -60)
SOFT = Tissue("soft tissue", -60, 45, 150, fixed=False)
PEAKS_HU = (*((tissue.low, tissue.high) for tissue in (AIR, FAT)), (0.0, SOFT.high))
"""Where air, fat, and fluids or soft tissue have narrow peaks."""
MUSCLE = Tissue("muscle", -60, 45, 110, _sided(*_MUSCLES), fixed=False)
PARENCHYMA = Tissue("liver and spleen", -40, 70, 260, ("liver", "spleen"), fixed=False)
BRAIN = Tissue("brain", 5, 35, 80, ("brain",))
BONE = Tissue("bone", 20, 200, 900, _BONES, fixed=False)
AIRWAY = Tissue("trachea", -1050, -960, -850, ("trachea",))
LUNG = Tissue("lung", -990, -830, 0, (*_sided(*_LOBES), "lung_middle_lobe_right"), fixed=False)
MASKED = (MUSCLE, PARENCHYMA, BRAIN, BONE, AIRWAY, LUNG)
"""The first ones stand for soft tissue, in this order."""
