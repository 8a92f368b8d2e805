"""What a case shows of a body: derived once from its records, for all checks that look at anatomy."""

from __future__ import annotations

import math
from functools import cached_property
from statistics import median

from segaudit.model.bearing import Bearing, Position
from segaudit.model.contract import Contract
from segaudit.model.exchange import Exchange, exchanges_of
from segaudit.model.flawed import spoiled
from segaudit.model.frame import Frame
from segaudit.model.opening import Openings, openings_of
from segaudit.model.organ_frame import WORLD, OrganFrame, compact
from segaudit.model.placement import Placement
from segaudit.model.pose import Pose
from segaudit.model.records import Case, Mask, Vector
from segaudit.model.registration import Registration
from segaudit.model.relations import Relations
from segaudit.model.spine import Step, steps_of

SCALE_RATIOS = (0.25, 1.4)
"""Distances of people's vertebrae, divided by those of the contract's adult: a newborn's L1 and L2 are 9 to 10 mm apart
(0.28), and the spine of a man of 2.1 m is about a quarter longer than the mean."""

BULK_RATIOS = (0.35, 3.0)
"""Volume of people's vertebrae, divided by that expected from their distances: those of infants, half cartilage, have
about 0.5, slender and arthrotic ones 0.7 to 1.6. A slice distance that is wrong by a factor f changes it by f
squared."""

MIN_PART_SHARE, MIN_VESSEL_SHARE = 0.5, 0.1
"""Share of the usual volume that has to be seen of a structure that the field of view cuts, so that its centre counts:
that of a vessel is beside that of the whole one, however long it is."""


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
    def registration(self) -> Registration:
        """How the masks lie on the CT."""
        return Registration(self.records)

    @cached_property
    def aligned(self) -> dict[str, Mask]:
        """The masks of whole files that have a volume, one value, and are on the case's grid, by structure."""
        tolerance = self.contract.alignment.tolerance_mm
        return {
            name: mask
            for name, mask in self.masks.items()
            if mask.volume_ml > 0
            and mask.on_grid  # and of one value: written out, ``comparable`` takes most of the time
            and mask.distinct_values <= 1
            and not mask.nonfinite
            and mask.corner_displacement_mm <= tolerance
            and mask.centroid_mm
            and math.isfinite(sum(mask.centroid_mm))
        }

    @cached_property
    def sized(self) -> dict[str, Mask]:
        """Those of them whose volume is that of their structure: no check reports them as shells, torn or copies."""
        spoilt = spoiled(self.records)
        return {name: mask for name, mask in self.aligned.items() if name not in spoilt}

    @cached_property
    def cut(self) -> dict[str, Mask]:
        """Those that the field of view cuts."""
        return {name: mask for name, mask in self.aligned.items() if mask.cut}

    @cached_property
    def uncut(self) -> dict[str, Mask]:
        """The structures of the contract that the field of view does not cut, without specks."""
        least, cut = self.contract.specks_ml, self.cut
        return {
            name: mask
            for name, mask in self.aligned.items()
            if name not in cut and name in least and mask.volume_ml >= least[name]
        }

    @cached_property
    def complete(self) -> dict[str, Mask]:
        """Those that are also larger than the contract's smallest piece."""
        least = self.contract.pieces_ml
        return {name: mask for name, mask in self.uncut.items() if mask.volume_ml >= least[name]}

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps from each complete vertebra to the next complete one."""
        return steps_of(self.complete, self.records.contacts, self.contract)

    @cached_property
    def openings(self) -> dict[str, Openings]:
        """The directions in which the rest of the contract's structures lies that the field of view cuts."""
        axes, known = self.frame.axes if self.frame else WORLD, self.contract.by_name
        return {name: openings_of(mask, axes) for name, mask in self.cut.items() if name in known}

    @cached_property
    def parts(self) -> dict[str, Mask]:
        """The structures that the field of view cuts, but of which enough is seen.

        A long one may have bends, so that it counts only where it is cut across.
        """
        return {name: self.aligned[name] for name, openings in self.openings.items() if self._counts(name, openings)}

    def _counts(self, name: str, openings: Openings) -> bool:
        structure = self.contract.by_name[name]
        long = not compact(structure)
        least = MIN_VESSEL_SHARE if long and structure.group == "vessel" else MIN_PART_SHARE
        across = all(axis == 0 for axis, _ in openings)
        return (across or not long) and self.aligned[name].volume_ml >= least * structure.middle_ml > 0

    @cached_property
    def frame(self) -> Frame | None:
        """The frame of the vertebrae, including those of infants below an adult's smallest piece."""
        return Frame.of(self.uncut, self.contract)

    @cached_property
    def organ_frame(self) -> OrganFrame | None:
        """The frame of all other structures, for a case without one of vertebrae."""
        return None if self.frame else OrganFrame.of(self.uncut | self.parts, self.openings, self.contract)

    @property
    def scale(self) -> float | None:
        """Millimetres per reference millimetre; None if unknown."""
        return self.frame.scale if self.frame else self.organ_frame.scale if self.organ_frame else None

    @property
    def sided(self) -> bool:
        """Whether left and right of the frame are certain."""
        one = self.frame or self.organ_frame
        return one is not None and one.sided

    @property
    def sides_reversed(self) -> bool:
        """Whether the right ones of pairs lie on the left of the world, next to a spine."""
        return self.frame is not None and self.sided and bool(self.frame.axes[1][0] < 0)

    @cached_property
    def places(self) -> dict[str, Position]:
        """The positions of the complete structures; empty without a frame."""
        if self.frame is not None:
            points = [mask.centroid_mm for mask in self.complete.values() if mask.centroid_mm]
            return dict(zip(self.complete, self.frame.place(points), strict=True))
        known = (name for name, bearing in self.bearings.items() if max(bearing.uncertainty) < math.inf)
        return {name: self.bearings[name].place for name in known if name in self.complete}

    @cached_property
    def bearings(self) -> dict[str, Bearing]:
        """Where the complete structures, and the larger parts of others, lie; of those that can be judged."""
        if self.frame is not None:
            parts = self.frame.place([mask.centroid_mm for mask in self.parts.values() if mask.centroid_mm])
            places = self.places | dict(zip(self.parts, parts, strict=True))
            return self.frame.bearings(places)
        return self.organ_frame.bearings(self.complete | self.parts) if self.organ_frame else {}

    def bearing(self, name: str, point: Vector) -> Bearing | None:
        """Return where a point (mm) lies by vertebrae, or by structures other than the named one; None if unknown."""
        if self.frame is not None:
            return self.frame.bearings({name: self.frame.place([point])[0]}).get(name)
        return self.organ_frame.bearing(name, point) if self.organ_frame else None

    @cached_property
    def pose(self) -> Pose:
        """The pose of the body in world coordinates."""
        return Pose.of(self.complete, self.frame, self._sides if self.sided else {}, self.contract)

    @cached_property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The pairs of structures under each other's names, as far as relations show it."""
        if not self.human or self.pose.flipped or self.pose.sideways.reverse:
            return ()
        least = self.contract.specks_ml
        judged = (mask for name, mask in self.aligned.items() if name in least and mask.volume_ml >= least[name])
        relations = Relations(
            masks={mask.anatomy or mask.structure: mask for mask in judged},
            openings={self.records.meant(name): openings for name, openings in self.openings.items()},
            contacts=self.records.contacts,
            anatomies=self.records.anatomies,
            axes=self.frame.axes if self.frame else WORLD,
            scale=self.scale or 1.0,
        )
        return exchanges_of(relations)

    @cached_property
    def exchanged(self) -> frozenset[str]:
        """The names of these structures: what is measured under them is another structure's."""
        return frozenset(mask.structure for each in self.exchanges for mask in (each.first, each.second))

    @property
    def mirrored(self) -> tuple[str, ...]:
        """The organs on the wrong side, if they are the majority, without those whose names are exchanged."""
        organs = tuple(name for name in self.pose.mirrored if name not in self.exchanged)
        return organs if len(organs) > 1 else ()

    @property
    def _sides(self) -> dict[str, Position]:
        """The positions of the structures that lie on one side for certain, as far as they are seen."""
        if self.frame:
            return self.places
        return {name: bearing.place for name, bearing in self.bearings.items() if bearing.uncertainty.right < math.inf}

    @cached_property
    def placement(self) -> Placement | None:
        """The structures beyond their limits; None without a frame that can be trusted."""
        if not (self.frame or self.bearings) or not self.human or self.pose.flipped:
            return None
        return Placement(
            masks=self.complete | self.parts,
            bearings=self.bearings,
            openings=self.openings,
            overlaps=self.records.overlaps,
            sided=self.sided,
            mirrored=bool(self.mirrored or (self.organ_frame and self.organ_frame.mirrored)),
            exchanged=self.exchanged,
            contract=self.contract,
        )

    @cached_property
    def bulk(self) -> float:
        """How bulky the vertebrae are for their distances, compared with the contract's adult; 1 if unknown."""
        shares = [
            self.sized[level.name].volume_ml / usual
            for level in self.contract.spine
            if level.name in self.uncut and level.name in self.sized and (usual := level.middle_ml)
        ]
        return median(shares) / self.frame.scale**3 if self.frame and shares else 1.0

    @property
    def human(self) -> bool:
        """Whether vertebral spacing and volume are within human range, as far as they are known."""
        scale = self.frame.scale if self.frame else 1.0
        return SCALE_RATIOS[0] <= scale <= SCALE_RATIOS[1] and BULK_RATIOS[0] <= self.bulk <= BULK_RATIOS[1]
