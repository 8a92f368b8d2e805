"""Files: headers, faults, and what lies where nothing is expected."""

from __future__ import annotations

from typing import get_args

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from segaudit.model import Extension, Fault, File, Header, UnexpectedFile
from segaudit.model.records import FaultKind
from segaudit.testing.records import CASE
from segaudit.testing.strategies.plain_values import affines, anything, counts, shapes, texts, three, words

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


unexpected_files = st.lists(
    st.builds(UnexpectedFile, path=texts, size=counts, twin=st.sampled_from(["", "x"])), max_size=2
).map(tuple)
