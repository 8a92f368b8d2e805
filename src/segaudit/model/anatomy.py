"""What a case shows of a body: derived once from its records, for all checks that look at anatomy."""

from __future__ import annotations

import math
from functools import cached_property
from statistics import median

from segaudit.model.contract import Contract
from segaudit.model.frame import Frame, Position
from segaudit.model.placement import Placement
from segaudit.model.pose import Pose
from segaudit.model.records import Case, Mask
from segaudit.model.spine import Step, steps_of
from segaudit.model.structure import Structure

SCALE_RATIOS = (0.25, 1.4)
"""Distances of people's vertebrae, divided by those of the contract's adult: a newborn's L1 and L2 are 9 to 10 mm apart
(0.28), and the spine of a man of 2.1 m is about a quarter longer than the mean."""

BULK_RATIOS = (0.35, 3.0)
"""Volume of people's vertebrae, divided by that expected from their distances: those of infants, half cartilage, have
about 0.5, slender and arthrotic ones 0.7 to 1.6. A slice distance that is wrong by a factor f changes it by f
squared."""


class Anatomy:
    """The body that a case shows: its complete structures, their positions, and how they compare with a person's.

    Everything is derived on first access, and only once.
    """

    def __init__(self, case: Case, contract: Contract) -> None:
        """Take the records of a case, and the contract that defines completeness."""
        self.records = case
        self.contract = contract

    @property
    def case(self) -> str:
        """Id of the case."""
        return self.records.case

    @property
    def masks(self) -> dict[str, Mask]:
        """The masks whose files are whole, by structure."""
        return self.records.whole_masks

    @cached_property
    def aligned(self) -> dict[str, Mask]:
        """The masks of whole files that have a volume, one value, and are on the case's grid, by structure."""
        tolerance = self.contract.alignment.tolerance_mm
        return {
            name: mask
            for name, mask in self.masks.items()
            if mask.volume_ml > 0
            and mask.comparable
            and mask.corner_displacement_mm <= tolerance
            and mask.centroid_mm
            and math.isfinite(sum(mask.centroid_mm))
        }

    @cached_property
    def uncut(self) -> dict[str, Mask]:
        """The structures of the contract that the field of view does not cut, without specks."""
        known = self.contract.by_name
        return {
            name: mask
            for name, mask in self.aligned.items()
            if name in known and not mask.cut and mask.volume_ml >= known[name].speck_ml
        }

    @cached_property
    def complete(self) -> dict[str, Mask]:
        """Those that are also larger than the contract's smallest piece."""
        known = self.contract.by_name
        return {name: mask for name, mask in self.uncut.items() if mask.volume_ml >= known[name].piece_ml}

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps from each complete vertebra to the next complete one."""
        return steps_of(self.complete, self.records.contacts, self.contract)

    @cached_property
    def frame(self) -> Frame | None:
        """The frame of the vertebrae, including those of infants below an adult's smallest piece."""
        return Frame.of(self.uncut, self.contract)

    @cached_property
    def places(self) -> dict[str, Position]:
        """The positions of the complete structures; empty without a frame."""
        if self.frame is None:
            return {}
        points = [mask.centroid_mm for mask in self.complete.values() if mask.centroid_mm]
        return dict(zip(self.complete, self.frame.place(points), strict=True))

    @cached_property
    def pose(self) -> Pose:
        """The pose of the body in world coordinates."""
        return Pose.of(self.complete, self.frame, self.places, self.contract)

    @cached_property
    def placement(self) -> Placement | None:
        """The structures beyond their limits; None without reliable vertebrae."""
        if self.frame is None or not self.human or self.pose.flipped:
            return None
        return Placement(
            complete=self.complete,
            positions=self.places,
            overlaps=self.records.overlaps,
            frame=self.frame,
            pose=self.pose,
            contract=self.contract,
        )

    @cached_property
    def bulk(self) -> float:
        """How bulky the vertebrae are for their distances, compared with the contract's adult; 1 if unknown."""
        shares = [
            self.uncut[level.name].volume_ml / usual
            for level in self.contract.spine
            if level.name in self.uncut and (usual := middle(level))
        ]
        return median(shares) / self.frame.scale**3 if self.frame and shares else 1.0

    @property
    def human(self) -> bool:
        """Whether vertebral spacing and volume are within human range, as far as they are known."""
        scale = self.frame.scale if self.frame else 1.0
        return SCALE_RATIOS[0] <= scale <= SCALE_RATIOS[1] and BULK_RATIOS[0] <= self.bulk <= BULK_RATIOS[1]


def middle(structure: Structure) -> float:
    """Return the geometric mean of the limits of a structure's volume, ml; 0 if it has none."""
    return math.sqrt((structure.volume_low_ml or 0.0) * (structure.volume_high_ml or 0.0))
