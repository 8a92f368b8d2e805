"""Cases, metadata, whole datasets, and what was published about one."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from segaudit.model import Case, Dataset, Metadata, Overlap, Published, PublishedGrid, PublishedStructure, Training
from segaudit.model.records import StatedCard, StatedFile, StatedGlob, StatedStructure
from segaudit.testing.records import CASE, dataset, renamed
from segaudit.testing.strategies.file_records import files, unexpected_files
from segaudit.testing.strategies.fit_records import fits
from segaudit.testing.strategies.plain_values import anything, counts, structures, texts, three, words
from segaudit.testing.strategies.volume_records import cts, label_maps, masks


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


stated_cards: SearchStrategy[StatedCard] = st.builds(
    StatedCard,
    path=st.just("croissant.json"),
    problems=st.lists(texts.filter(bool), max_size=2).map(tuple),
    files=st.lists(
        st.builds(
            StatedFile,
            path=texts,
            stated_size=st.none() | counts,
            stated_sha256=texts,
            size=st.none() | counts,
            sha256=texts,
        ),
        max_size=2,
    ).map(tuple),
    globs=st.lists(st.builds(StatedGlob, glob=texts, files=st.integers(0, 2)), max_size=2).map(tuple),
    columns=st.lists(st.sampled_from(["image_id", "split"]) | texts, max_size=3).map(tuple),
    facts=st.lists(st.tuples(st.sampled_from(["images", "structures", "wishes"]), counts), max_size=2).map(tuple),
    structures=st.lists(
        st.builds(
            StatedStructure, name=structures | texts, occurrence=st.none() | counts, mean_volume_ml=st.none() | anything
        ),
        max_size=2,
    ).map(tuple),
)


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    """Return datasets of up to 3 cases, with metadata or without."""
    found = [renamed(case, f"s{i:04d}") for i, case in enumerate(draw(st.lists(cases(), max_size=3)))]
    training = draw(st.none() | st.builds(Training, file=texts, promised=counts, found=counts))
    return dataset(
        *found,
        listed=draw(st.none() | tables()),
        unexpected_files=draw(unexpected_files),
        outside=tuple(draw(st.lists(texts, max_size=2))),
        excluded=draw(excluded),
        excluded_unused=draw(excluded),
        training=training,
        card=draw(st.none() | stated_cards),
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
