"""How the masks of a case lie on its CT, as the voxels of both say: derived once, for all checks that ask for it."""

from __future__ import annotations

from functools import cached_property

from segaudit.model.findings import NotApplicable
from segaudit.model.misfit import Misfit, fit_of, misfit, unrelated_slabs
from segaudit.model.records import Case, CaseFit, SlabFit
from segaudit.model.stack import disorder
from segaudit.model.units import comparable


class Registration:
    """The masks of a case against the edges of its CT.

    Everything is derived on first access, and only once.
    """

    def __init__(self, case: Case) -> None:
        """Take the records of a case."""
        self.records = case

    @property
    def case(self) -> str:
        """Id of the case."""
        return self.records.case

    @cached_property
    def fit(self) -> CaseFit:
        """How the masks fit.

        Raises:
            NotApplicable: too little speaks, or the CT's slices are out of order.
        """
        fit = fit_of(self.records)
        if self.unordered:
            raise NotApplicable("the CT's slices are out of order")
        return fit

    @cached_property
    def misfit(self) -> Misfit | None:
        """What is wrong with all masks together; None where they lie on the edges of their CT.

        Raises:
            NotApplicable: as for ``fit``, or the CT's values are not Hounsfield units.
        """
        return misfit(self.records, self.fit)

    @cached_property
    def unrelated_slabs(self) -> list[SlabFit]:
        """The slabs of which the CT shows nothing, while it does of the others.

        Raises:
            NotApplicable: as for ``fit``.
        """
        return unrelated_slabs(self.fit)

    @cached_property
    def comparable(self) -> bool:
        """Whether what the CT shows under a mask says something of the mask, and not of the CT's units or order."""
        return comparable(self.records)

    @cached_property
    def unordered(self) -> bool:
        """Whether the CT's slices are out of order."""
        stack = self.records.ct.stack if self.records.ct else None
        return stack is not None and disorder(stack) is not None

    @property
    def lies_elsewhere(self) -> bool:
        """Whether the masks are known not to lie on what they mark: what the CT shows under them says nothing."""
        try:
            return self.misfit is not None
        except NotApplicable:
            return False

    @property
    def agreed(self) -> str:
        """Whether CT and masks fit each other, whatever their headers say, in words; empty where too little speaks."""
        try:
            found = self.misfit
        except NotApplicable:
            return ""
        if found is None:
            return "; by their voxels, CT and masks fit each other"
        return "; by their voxels, CT and masks do not fit each other"
