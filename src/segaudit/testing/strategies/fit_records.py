"""How well the masks of a case fit its CT."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from segaudit.model.records import CaseFit, Margin, MaskFit, Placement, Shift, SlabFit
from segaudit.testing.strategies.plain_values import anything, counts, structures

offsets = st.tuples(*[anything] * 3)

slabs: SearchStrategy[SlabFit] = st.builds(
    SlabFit, first=counts, last=counts, structures=counts, agreement=anything, typical=anything
)

fits: SearchStrategy[CaseFit] = st.builds(
    CaseFit,
    masks=st.lists(
        st.builds(
            MaskFit,
            structure=structures,
            faces=counts,
            agreement=anything,
            contrast=anything,
            shift=st.none()
            | st.builds(
                Shift,
                voxels=st.tuples(*[st.integers(-9, 9)] * 3),
                agreement=anything,
                contrast=anything,
                faces=counts,
                side_faces=counts,
                gain=anything,
                side_agreement=anything,
            ),
            margin=st.none()
            | st.builds(Margin, mm=anything, voxels=anything, least_mm=anything, gain=anything, sides=counts),
        ),
        max_size=3,
    ).map(tuple),
    structures=counts,
    faces=st.integers(0, 1000),
    agreement=anything,
    magnitude=anything,
    offset=offsets,
    gain=offsets,
    placements=st.lists(
        st.builds(
            Placement,
            turn=st.sampled_from(["", "i", "jk", "ijk", "swap", "swapij"]),
            voxels=offsets,
            agreement=anything,
            contrast=anything,
        ),
        max_size=3,
    ).map(tuple),
    axis=st.integers(0, 2),
    slabs=st.lists(slabs, max_size=3).map(tuple),
)
