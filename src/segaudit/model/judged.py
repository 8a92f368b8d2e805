"""How much of the anatomy in a dataset was judged."""

from __future__ import annotations

from msgspec import Struct

from segaudit.model.contract import Contract
from segaudit.model.dataset import Dataset


class Judged(Struct, frozen=True, kw_only=True):
    """The structures with voxels in a dataset: those of which the contract says what is normal, and the others."""

    structures: int
    """Structures that have voxels in a case."""
    judged: int
    """Those of which the contract knows the partner, neighbours, place, volume or intensity."""
    others: tuple[str, ...] = ()
    """The names of the others: no check of anatomy looks at them."""

    @classmethod
    def of(cls, dataset: Dataset, contract: Contract) -> Judged:
        """Count the structures of a dataset."""
        masks = dataset.masks
        there = masks[masks["whole"].astype(bool) & (masks["voxels"] > 0)]
        found = sorted(set(there["structure"]))
        known = {structure.name for structure in contract.structures if structure.judged}
        others = tuple(name for name in found if name not in known)
        return cls(structures=len(found), judged=len(found) - len(others), others=others)
