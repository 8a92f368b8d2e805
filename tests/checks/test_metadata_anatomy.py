"""Checks of metadata against anatomy: sex and study type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from segaudit.checks.metadata_anatomy import WORDS, sex_contradicted, study_contradicted
from segaudit.contracts import load
from segaudit.dataset.tables import Tables
from segaudit.measure import measure_case, read_metadata
from segaudit.model import Contract, Dataset, Finding, Metadata, NotApplicable, Spot, Structure
from segaudit.model.views import CaseViews
from segaudit.schemas.metadata import WORDS as VOCABULARY
from segaudit.testing import tables
from segaudit.testing.volumes import listed

CONTRACT = load("totalsegmentator-v2")

HEAD = ("skull", "brain", "vertebrae_C1")
THORAX = ("heart", "lung_upper_lobe_left", "vertebrae_T8", "sternum")
PELVIS = ("hip_left", "sacrum", "urinary_bladder", "femur_left")
AROUND = ("aorta", "spinal_cord", "autochthon_left", "autochthon_right", "colon")
"""Structures that run through several regions."""


def table(**columns: str) -> Metadata:
    """Return the metadata of one case."""
    return Metadata(path="meta.csv", columns=("image_id", *columns), rows=(("s0001", *columns.values()),))


def showing(structures: Iterable[str], volume: float = 30.0, **columns: str) -> Dataset:
    """Return a dataset of one case that shows some structures."""
    place = dict(zip(("centroid_i", "centroid_j", "centroid_k"), (40.4, 50.6, 60), strict=True))
    world = dict(zip(("centroid_x", "centroid_y", "centroid_z"), (-10.04, 20.06, 30), strict=True))
    masks = [tables.mask("s0001", name, volume, **place, **world) for name in structures]
    return replace(tables.dataset([tables.case("s0001")], masks), metadata=table(**columns))


def studied(study: str, *structures: str) -> list[Finding]:
    """Return what is found in a case of a study type."""
    return list(study_contradicted(showing(structures, study_type=study), CONTRACT))


def test_names_of_their_own() -> None:
    """Structures are judged as what they are, whatever they are called."""
    names = {"Prostata": "prostate", **{f"m_{name}": name for name in PELVIS}}
    rows = tuple(
        Structure(name=name, label=label, group="organ", anatomy=meant)
        for label, (name, meant) in enumerate(names.items(), 1)
    )
    contract = Contract(name="own", structures=rows)
    shown = showing(names, gender="f", study_type="ct thorax")
    assert [finding.structures for finding in sex_contradicted(shown, contract)] == [("Prostata",)]
    (found,) = study_contradicted(showing(list(names)[1:], study_type="ct head"), contract)
    assert found.message.startswith("the study is 'ct head', but of all regions only m_femur_left, ")


def test_names_that_say_nothing() -> None:
    """Where no structure is known to be a prostate, or of one region, nothing is judged."""
    unknown = Contract(name="own", structures=(Structure(name="a", label=1, group="organ"),))
    shown = showing(["a"], gender="f", study_type="ct head")
    with pytest.raises(NotApplicable, match="no structure is a prostate"):
        list(sex_contradicted(shown, unknown))
    with pytest.raises(NotApplicable, match="no structure is known"):
        list(study_contradicted(shown, unknown))


def test_woman_with_a_prostate() -> None:
    """A prostate of a woman is a finding at its place."""
    assert list(sex_contradicted(showing(["prostate", "liver"], gender=" F "), CONTRACT)) == [
        Finding(
            case="s0001",
            structures=("prostate",),
            message="a prostate of 30 ml, expected none: the metadata say f",
            observed=30,
            expected=0,
            spot=Spot((40, 51, 60), (-10.0, 20.1, 30.0)),
        )
    ]


@pytest.mark.parametrize(
    "healthy",
    [
        showing(["prostate"], gender="m"),
        showing(["prostate"], gender=""),
        showing(["prostate"], volume=4.9, gender="f"),
        showing(["prostate"], volume=0, gender="f"),
        showing(["urinary_bladder"], gender="f"),
        replace(
            showing(["prostate"], gender="f"),
            metadata=Metadata(path="", columns=("image_id", "gender"), rows=(("s2", "f"),)),
        ),
    ],
    ids=["a man", "unknown", "a speck", "none", "no mask", "another case"],
)
def test_sex_fits(healthy: Dataset) -> None:
    """Men have a prostate, and a few voxels are none."""
    assert list(sex_contradicted(healthy, CONTRACT)) == []


def test_damaged_prostate_says_nothing() -> None:
    """A mask that could not be read to its end is not judged."""
    damaged = showing(["prostate"], gender="f")
    assert list(sex_contradicted(replace(damaged, masks=damaged.masks.assign(whole=False)), CONTRACT)) == []


@pytest.mark.parametrize(
    ("study", "structures", "expected"),
    [
        ("ct thorax", PELVIS, "femur_left, hip_left, sacrum, urinary_bladder"),
        ("ct  Head ", THORAX, "heart, lung_upper_lobe_left, sternum, vertebrae_T8"),
        ("ct angiography neck-thx", PELVIS, "femur_left, hip_left, sacrum, urinary_bladder"),
        ("ct pelvis", (*HEAD, *THORAX), "brain, heart, lung_upper_lobe_left, skull and 3 more"),
    ],
)
def test_study_of_another_region(study: str, structures: tuple[str, ...], expected: str) -> None:
    """A case that shows only regions that are not next to the ones named is a finding."""
    study = " ".join(study.split()).lower()
    message = f"the study is {study!r}, but of all regions only {expected} are in view"
    assert studied(study, *structures, *AROUND) == [
        Finding(case="s0001", message=message, observed=expected, expected=study)
    ]


@pytest.mark.parametrize(
    ("study", "structures"),
    [
        ("ct thorax", (*PELVIS, "rib_left_12")),
        ("ct thorax", ("liver", "kidney_left", "vertebrae_L2")),
        ("ct abdomen", PELVIS),
        ("ct neck", HEAD),
        ("ct angiography head", ("vertebrae_C6", "common_carotid_artery_left", "thyroid_gland", *THORAX)),
        ("ct upper leg left", ("femur_left", "hip_left", "gluteus_medius_left")),
        ("ct thorax", PELVIS[:2]),
        ("ct thorax", AROUND),
        ("ct polytrauma", PELVIS),
        ("ct aortic valve", PELVIS),
        ("ct spine", PELVIS),
        ("", PELVIS),
        ("ct thorax", ()),
    ],
)
def test_study_fits(study: str, structures: tuple[str, ...]) -> None:
    """A crop may show the end of what was scanned, and many study types name no region."""
    assert studied(study, *structures) == []


def test_specks_are_not_in_view() -> None:
    """A structure of less than the smallest piece is no evidence, either way."""
    specks = [tables.mask("s0001", name, 0.2) for name in THORAX]
    mixed = showing(PELVIS, study_type="ct thorax")
    both = tables.dataset([tables.case("s0001")], [*specks, *(tables.mask("s0001", name, 30.0) for name in PELVIS)])
    assert list(study_contradicted(replace(mixed, masks=both.masks), CONTRACT)) == list(
        study_contradicted(mixed, CONTRACT)
    )
    assert list(study_contradicted(showing(PELVIS, volume=0.2, study_type="ct thorax"), CONTRACT)) == []


@pytest.mark.parametrize(("voxels", "found"), [(0, 0), (1, 1)])
def test_where_any_piece_counts(voxels: int, found: int) -> None:
    """A structure without a least volume, such as a cyst, is in view with its first voxel."""
    cysts = ("kidney_cyst_left", "kidney_cyst_right")
    shown = showing((*cysts, "liver"), study_type="ct head")
    in_cysts = shown.masks["structure"].isin(cysts)
    masks = shown.masks.assign(
        voxels=shown.masks["voxels"].where(~in_cysts, voxels),
        volume_ml=shown.masks["volume_ml"].where(~in_cysts, 0.003),
    )
    assert len(list(study_contradicted(replace(shown, masks=masks), CONTRACT))) == found


def test_metadata_without_the_column() -> None:
    """Without sexes or study types there is nothing to contradict."""
    bare = showing(["prostate"])
    for metadata in (bare.metadata, None):
        with pytest.raises(NotApplicable, match="no gender"):
            list(sex_contradicted(replace(bare, metadata=metadata), CONTRACT))
        with pytest.raises(NotApplicable, match="no study_type"):
            list(study_contradicted(replace(bare, metadata=metadata), CONTRACT))


def test_words_are_those_of_the_releases() -> None:
    """Every word that names a region is in a study type of the releases."""
    known = {word for study in VOCABULARY["study_type"] for word in study.replace("-", " ").split()}
    assert set(WORDS) <= known


@pytest.fixture(scope="module")
def real(real_data: Path) -> tuple[Dataset, Contract]:
    """Return the real masks of s0327 with the metadata of its release."""
    tables = Tables(CONTRACT)
    case = measure_case(real_data / "v2-masks", listed(real_data / "v2-masks", "s0327"))
    tables.add(CaseViews(case, CONTRACT))
    metadata = read_metadata(real_data, "meta-v2.0.1.csv")
    cases, masks = tables.frames()
    return Dataset(root="", folders=("s0327",), cases=cases, masks=masks, metadata=metadata), CONTRACT


def test_real_case_fits(real: tuple[Dataset, Contract]) -> None:
    """A man from the neck to the hip contradicts neither his row nor any study type."""
    dataset, contract = real
    assert dataset.metadata is not None
    assert list(sex_contradicted(dataset, CONTRACT)) == []
    for study in sorted(set(dataset.metadata.cells("study_type"))):
        metadata = Metadata(path="", columns=("image_id", "study_type"), rows=(("s0327", study),))
        assert list(study_contradicted(replace(dataset, metadata=metadata), contract)) == []


@pytest.mark.parametrize(("ml", "found"), [(4.99, 0), (5.0, 1)])
def test_the_smallest_prostate(ml: float, found: int) -> None:
    """One of 5 ml is no speck."""
    assert len(list(sex_contradicted(showing(["prostate"], volume=ml, gender="f"), CONTRACT))) == found
