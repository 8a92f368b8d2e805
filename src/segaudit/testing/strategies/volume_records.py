"""Masks, label maps, CTs and their slices."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from segaudit.model import Ct, EvenParts, Histogram, LabelMap, Mask, Order, Slices, Spike, Void
from segaudit.model.records import Cavity, Inside, Piece, SliceGaps, Touch
from segaudit.model.slice_distance import PARTS
from segaudit.testing.records import CASE, CENTRE
from segaudit.testing.strategies.file_records import files
from segaudit.testing.strategies.plain_values import anything, counts, positive, shares, structures, three, values

boxes = st.tuples(*[st.integers(0, 50)] * 6)
three_counts = st.tuples(counts, counts, counts)
touches = st.builds(Touch, structure=structures, area_mm2=positive, voxels=counts)


def pieces(voxels: int) -> SearchStrategy[tuple[Piece, ...]]:
    """Return the pieces of a mask of so many voxels: none, or two and more of any size."""
    each = st.builds(
        Piece,
        voxels=st.integers(1, voxels),
        box=boxes,
        spot=st.just(CENTRE),
        apart_mm=positive,
        area_mm2=positive,
        hu_mean=st.none() | anything,
        hu_median=st.none() | anything,
        touches=st.lists(touches, max_size=4).map(tuple),
    )
    several = st.lists(each, min_size=2, max_size=4)
    return st.just(()) | several.map(lambda found: tuple(sorted(found, key=lambda piece: -piece.voxels)))


cavities = st.builds(
    Cavity,
    voxels=counts,
    spot=st.just(CENTRE),
    hu_mean=st.none() | anything,
    hu_median=st.none() | anything,
    filled_by=st.just("") | structures,
    filled_share=shares,
)

slice_gaps = st.builds(
    SliceGaps,
    axis=st.integers(0, 2),
    gaps=counts,
    slices=counts,
    filled=counts,
    first=counts,
    width=counts,
    likeness=shares,
)

insides = st.builds(
    Inside,
    faces=three_counts,
    changes=three_counts,
    cavities=counts,
    cavity_voxels=counts,
    cavity=st.none() | cavities,
    rings=st.tuples(counts, counts),
    pinholes=counts,
    filled=counts,
    slice_gaps=st.lists(slice_gaps, max_size=3).map(tuple),
)


@st.composite
def masks(draw: st.DrawFn, structure: str | None = None) -> Mask:
    """Return masks, of one structure or of any, including empty ones."""
    name = draw(structures) if structure is None else structure
    voxels = draw(st.just(0) | st.integers(min_value=1, max_value=10**7))
    return draw(
        st.builds(
            Mask,
            case=st.just(CASE),
            structure=st.just(name),
            file=files(name),
            voxels=st.just(voxels),
            values=values,
            distinct_values=st.integers(0, 17),
            nonfinite=counts,
            volume_ml=positive,
            centroid_mm=three(anything) if voxels else st.none(),
            faces=st.tuples(*[st.integers(0, 100)] * 6) if voxels else st.none(),
            box=boxes if voxels else st.none(),
            pieces=pieces(voxels) if voxels else st.just(()),
            inside=st.none() | insides if voxels else st.none(),
            corner_displacement_mm=anything,
            void_share=st.none() | shares,
            outside_body_share=st.none() | shares,
        )
    )


@st.composite
def stacks(draw: st.DrawFn) -> Slices:
    """Return the slices of a CT across any axis, with any numbers, including equal slices and orders."""
    count = draw(st.integers(1, 20))
    lengths = dict.fromkeys(("std", "body", "blank", "even", "roughness"), count)
    pairs = count - 1
    lengths |= dict.fromkeys(("unlikeness", "changes", "bottlenecks"), pairs)
    lengths |= {"shifts": 3 * pairs, "parts": PARTS * pairs, "further": max(pairs - 1, 0)}
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    numbers = [0, 1, 20, 40, 60, 400, -60, draw(anything), draw(anything)]
    columns = {name: rng.choice(numbers, length).astype("<f4").tobytes() for name, length in lengths.items()}
    names = st.lists(st.sampled_from(["by name as text", "pairs exchanged", "two slices exchanged"]), unique=True)
    orders = [Order(name, draw(positive)) for name in ("stored", "least", *draw(names))]
    digests = rng.integers(0, 2 * count, count).astype("<u8").tobytes()
    return Slices(axis=draw(st.integers(0, 2)), digests=digests, orders=tuple(orders), **columns)


histograms = st.none() | st.builds(
    Histogram,
    first=anything,
    width=st.sampled_from([1.0, 8.0]),
    counts=st.lists(st.integers(0, 1000), min_size=1, max_size=40).map(tuple),
)

voids = st.builds(
    Void,
    value=anything,
    box=boxes,
    cells=counts,
    fill=shares,
    planes=st.booleans(),
)

even_parts = st.none() | st.builds(
    EvenParts, share=shares, values=st.integers(0, 12), voids=st.lists(voids, max_size=3).map(tuple)
)

spikes = st.none() | st.builds(Spike, value=anything, voxels=counts, beside=positive)

cts: SearchStrategy[Ct] = st.builds(
    Ct,
    case=st.just(CASE),
    file=files(),
    voxels=counts,
    nonfinite=counts,
    minimum=anything,
    maximum=anything,
    std=positive,
    distinct=counts,
    low=spikes,
    high=spikes,
    pad_value=st.none() | anything,
    body_share=shares,
    digest=st.sampled_from(["a", "b", ""]),
    quantiles=st.tuples(*[anything] * 9),
    even_tissue=histograms,
    even_parts=even_parts,
    slices=st.lists(stacks(), max_size=2).map(tuple),
)


label_maps = st.builds(
    LabelMap,
    file=files(),
    labels=st.just({}),
    values=values,
    distinct_values=st.integers(0, 17),
    nonfinite=counts,
)
