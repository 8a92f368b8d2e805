"""One anatomical structure of a release, with its reference values."""

from __future__ import annotations

import math
from typing import Literal

from msgspec import Struct, field

SPECK_ML = 0.17
"""The volume of 50 voxels of 1.5 mm."""

NO_LIMIT_HU = 20000.0
"""The value of ``Structure.hu_high`` if metal or contrast medium may fill a structure."""


class Structure(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One anatomical structure of a release: a row of ``structures.csv``."""

    name: str
    """The name of its mask's file, without the ending."""
    label: int
    """Its number in the class list."""
    group: Literal["organ", "bone", "muscle", "vessel"]
    """The group in which it is counted."""
    anatomy: str = field(default="", name="is")
    """The known anatomy that it is, if its own name is another one; ``is`` in ``structures.csv``."""
    guess: str = ""
    """What it may be, by place and size, for a person to confirm; no check looks at it."""
    side: Literal["", "left", "right"] = ""
    """Empty if it has none."""
    partner: str = ""
    """The same structure on the other side."""
    above: str = ""
    """Its neighbour towards the head in a row of like structures (vertebrae, ribs)."""
    below: str = ""
    """Its neighbour towards the feet."""
    expected_with: tuple[str, ...] = ()
    """If all of these are present and none is cut by the field of view, this one has to be present."""
    removable: bool = False
    """A person can lack it because of surgery, sex or variation."""
    airy: bool = False
    """It contains air in health (lung, trachea, bowel)."""
    max_pieces: int | None = None
    """Connected pieces allowed; None for any number."""
    piece_ml: float = 1.0
    """A further piece below this volume is a speck, not a piece."""
    hu_low: float | None = None
    """The median intensity under its mask is at least this in health, in any contrast phase, HU."""
    hu_high: float | None = None
    """And at most this; ``NO_LIMIT_HU`` if metal or contrast medium may fill it."""
    hu_source: str = ""
    """The source of the range."""
    hu_n: int | None = None
    """How many people the source measured, if it says so."""
    spine_mm: float | None = None
    """Of a vertebra: how far its centre of mass lies below that of the first one in an adult, mm along the spine."""
    down_low: float | None = None
    """How deep its centre of mass lies along the spine in health, in the mm of ``spine_mm``: at least."""
    down_high: float | None = None
    """And at most."""
    right_low: float | None = None
    """How far its centre of mass lies to the right of the spine in health, mm in an adult; the left is negative."""
    right_high: float | None = None
    """And at most."""
    front_low: float | None = None
    """The same to the front of the vertebrae's centres of mass."""
    front_high: float | None = None
    """And at most."""
    usual_down: float | None = None
    """How deep it mostly lies; without a figure, the middle of its limits."""
    usual_right: float | None = None
    """The same to the right."""
    usual_front: float | None = None
    """The same to the front."""
    stray_mm: float = 50.0
    """How far beyond these limits it can lie in a person: ectopic, herniated, transplanted."""
    place_source: str = ""
    """The source of these limits."""
    place_cases: int | None = None
    """How many people the source measured, if it says so."""
    volume_low_ml: float | None = None
    """The least volume in an adult, disease and surgery included."""
    volume_high_ml: float | None = None
    """And at most."""
    usual_high_ml: float | None = None
    """What hardly an adult has more than who is not ill: four standard deviations of the logarithm above the median."""
    volume_source: str = ""
    """The source of these limits."""
    volume_cases: int | None = None
    """How many people the source measured, if it says so."""
    sides_ratio: float | None = None
    """How many times as large as its partner it can be; None if sides differ in health."""

    @property
    def meant(self) -> str:
        """The name of the known anatomy, or else its own."""
        return self.anatomy or self.name

    @property
    def judged(self) -> bool:
        """Whether the contract says anything about it that anatomy can be judged by."""
        numbers = (self.spine_mm, self.down_low, self.right_low, self.front_low, self.volume_low_ml, self.hu_low)
        return bool(self.partner or self.above or self.below) or any(number is not None for number in numbers)

    @property
    def middle_ml(self) -> float:
        """The geometric mean of the limits of its volume; 0 if it has none."""
        return math.sqrt((self.volume_low_ml or 0.0) * (self.volume_high_ml or 0.0))

    @property
    def speck_ml(self) -> float:
        """The volume below which the whole mask is a speck."""
        return min(SPECK_ML, self.piece_ml)
