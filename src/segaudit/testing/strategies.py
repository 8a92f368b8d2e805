"""Hypothesis strategies of records: any possible result of measuring, healthy or not."""

from __future__ import annotations

import datetime as dt
from typing import get_args

import numpy as np

from segaudit.model import (
    Case,
    Ct,
    Dataset,
    EvenParts,
    Extension,
    Fault,
    File,
    Header,
    Histogram,
    KnownIssue,
    KnownState,
    LabelMap,
    Mask,
    Metadata,
    Order,
    Overlap,
    Published,
    PublishedGrid,
    PublishedStructure,
    Slices,
    Spike,
    State,
    Training,
    UnexpectedFile,
    Void,
    Waiver,
    WaiverUse,
)
from segaudit.model.anatomy import Anatomy
from segaudit.model.records import CaseFit, FaultKind, MaskFit, Placement, Shift, SlabFit
from segaudit.testing.records import AFFINE, CASE, STRUCTURES, dataset, renamed, small_contract

try:
    from hypothesis import strategies as st
    from hypothesis.strategies import SearchStrategy
except ImportError as error:
    raise ImportError("segaudit.testing.strategies needs Hypothesis: pip install 'segaudit[testing]'") from error

NAMES = tuple(structure.name for structure in STRUCTURES)
UNKNOWN = ("kidney_lft", "Liver", "heart", "brain", "skull", "tumour")

anything = st.floats(width=32)
"""Any number, including NaN and infinity."""
positive = st.floats(min_value=0, max_value=1e6)
counts = st.integers(min_value=0, max_value=10**9)
shares = st.floats(min_value=0, max_value=1)
texts = st.text(max_size=60)
words = st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=60)
"""A description from measuring: one line."""
structures = st.sampled_from(NAMES + UNKNOWN)
shapes = st.lists(st.integers(min_value=0, max_value=2000), max_size=5).map(tuple)
affines = st.just(AFFINE) | st.lists(anything, min_size=12, max_size=12).map(tuple)


def three(numbers: SearchStrategy[float]) -> SearchStrategy[tuple[float, float, float]]:
    """Return triples of numbers."""
    return st.tuples(numbers, numbers, numbers)


headers: SearchStrategy[Header] = st.builds(
    Header,
    shape=shapes,
    dtype=st.sampled_from(["uint8", "int16", "float64", "rgb24", ""]),
    zooms=three(anything),
    affine=affines,
    qform_code=st.integers(0, 4),
    sform_code=st.integers(0, 4),
    spacing_mm=three(st.just(1.5) | anything),
    orientation=st.sampled_from(["", "RAS", "LPS"]),
    nonorthonormality=st.sampled_from([0.0, 2e-5, 2e-4, 0.1, float("nan")]),
    ambiguity_mm=anything,
    units=st.sampled_from(["", "mm", "meter", "micron"]),
    text=st.dictionaries(st.sampled_from(["descrip", "aux_file"]), texts),
    extensions=st.lists(st.builds(Extension, code=counts, size=counts, excerpt=texts), max_size=2).map(tuple),
    problems=st.lists(words, max_size=2).map(tuple),
)

faults = st.lists(st.builds(Fault, kind=st.sampled_from(get_args(FaultKind)), detail=words), max_size=2).map(tuple)


def files(structure: str = "") -> SearchStrategy[File]:
    """Return files of a structure's mask, or of a CT."""
    return st.builds(
        File,
        case=st.just(CASE),
        structure=st.just(structure),
        path=st.sampled_from([structure, structure.upper(), "x"]).map(f"{CASE}/{{}}.nii.gz".format),
        gzip_name=texts,
        gzip_comment=texts,
        header=st.none() | headers,
        faults=st.just(()) | faults,
    )


values = st.lists(st.tuples(anything, counts), max_size=16).map(tuple)


@st.composite
def masks(draw: st.DrawFn, structure: str | None = None) -> Mask:
    """Return masks, of one structure or of any, including empty ones."""
    name = draw(structures) if structure is None else structure
    voxels = draw(st.just(0) | st.integers(min_value=1, max_value=10**7))
    pieces = draw(st.lists(st.integers(1, voxels), min_size=1, max_size=8)) if voxels else []
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
            pieces=st.just(tuple(sorted(pieces, reverse=True))),
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
    lengths |= dict.fromkeys(("unlikeness", "changes", "bottlenecks", "steps"), count - 1) | {"shifts": 3 * (count - 1)}
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
    box=st.tuples(*[st.integers(0, 50)] * 6),
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

unexpected_files = st.lists(
    st.builds(UnexpectedFile, path=texts, size=counts, twin=st.sampled_from(["", "x"])), max_size=2
).map(tuple)


label_maps = st.builds(
    LabelMap,
    file=files(),
    labels=st.just({}),
    values=values,
    distinct_values=st.integers(0, 17),
    nonfinite=counts,
)


offsets = st.tuples(*[anything] * 3)

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
                gain=anything,
                side_agreement=anything,
            ),
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
    slabs=st.lists(st.builds(SlabFit, agreement=anything, typical=anything), max_size=3).map(tuple),
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Return cases with some masks, a CT or none, overlaps between any two masks."""
    found = [draw(masks(name)) for name in sorted(draw(st.sets(structures, max_size=5)))]
    names = st.sampled_from([mask.structure for mask in found] or ["nothing"])
    paths = st.sampled_from(["", f"{CASE}/x.nii.gz", *(mask.file.path for mask in found)])
    return draw(
        st.builds(
            Case,
            case=st.just(CASE),
            folder=st.sampled_from([CASE, CASE.upper()]),
            ct=st.none() | cts,
            masks=st.just(tuple(found)),
            reference=paths,
            overlaps=st.lists(st.builds(Overlap, first=names, second=names, voxels=counts), max_size=3).map(tuple),
            unexpected_files=unexpected_files,
            label_map=st.none() | label_maps,
            further=st.lists(files(), max_size=1).map(tuple),
            channels_missing=st.lists(texts, max_size=2).map(tuple),
            ending=st.sampled_from(["", ".nii", ".nii.gz"]),
            unlabelled=st.booleans(),
            fit=st.none() | fits,
        )
    )


@st.composite
def tables(draw: st.DrawFn) -> Metadata:
    """Return metadata of up to 4 rows, with blank lines between them."""
    cells = st.tuples(*[st.sampled_from(["s0001", " s0002", "train", ""])] * 2)
    rows = draw(st.lists(cells, max_size=4))
    lines = draw(st.sets(st.integers(2, 20), min_size=len(rows), max_size=len(rows)))
    columns = st.sampled_from([("image_id", "split"), ("split", "image_id"), ("other", "columns")])
    return Metadata(path="meta.csv", columns=draw(columns), rows=tuple(rows), lines=tuple(sorted(lines)))


excluded = st.sampled_from([(), ("s0009",)])


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    """Return datasets of up to 3 cases, with metadata or without."""
    found = [renamed(case, f"s{i:04d}") for i, case in enumerate(draw(st.lists(cases(), max_size=3)))]
    training = draw(st.none() | st.builds(Training, file=texts, promised=counts, found=counts))
    return dataset(
        *found,
        listed=draw(st.none() | tables()),
        unexpected_files=draw(unexpected_files),
        excluded=draw(excluded),
        excluded_unused=draw(excluded),
        training=training,
    )


published: SearchStrategy[Published] = st.builds(
    Published,
    source=texts,
    facts=st.dictionaries(st.sampled_from(["images", "images_measured", "structures", "organs", "train"]), counts),
    resolution=st.lists(
        st.builds(PublishedGrid, spacing_mm=three(anything), size=st.tuples(*[counts] * 3)), max_size=3
    ).map(tuple),
    structures=st.lists(
        st.builds(
            PublishedStructure,
            label=counts,
            structure=structures | words,
            occurrence=counts,
            presence_rate=anything,
            mean_volume_ml=anything,
            volume_variability_ml=anything,
        ),
        max_size=4,
    ).map(tuple),
)

waiver_uses: SearchStrategy[WaiverUse] = st.builds(
    WaiverUse,
    waiver=st.builds(
        Waiver,
        check=st.just("mask-tiny"),
        case=st.just(CASE),
        reason=st.just("as it is"),
        until=st.dates(min_value=dt.date(2020, 1, 1)),
    ),
    covered=st.none() | counts,
    lapsed=st.booleans(),
    known=st.booleans(),
)

known_states = st.builds(
    KnownState,
    issues=st.lists(
        st.builds(
            KnownIssue,
            release=words,
            case=st.just(CASE),
            defect=words,
            description=words,
            source=words,
            file=st.lists(structures).map(" ".join),
        ),
        min_size=1,
    ).map(tuple),
    state=st.sampled_from(State),
    checks=st.lists(words, min_size=1).map(tuple),
    why=words,
)


RECORDS: dict[type, SearchStrategy[object]] = {
    File: files("liver") | files(),
    Ct: cts,
    Mask: masks(),
    Case: cases(),
    Anatomy: cases().map(lambda case: Anatomy(case, small_contract())),
    Dataset: datasets(),
    Metadata: tables(),
    Published: published,
    KnownState: known_states,
    WaiverUse: waiver_uses,
}
"""A strategy for each record that a check can look at."""
