"""Checks of labels: the values, the presence, the pieces and the overlaps of masks."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from segaudit import contracts
from segaudit.checks.labels import (
    label_unknown,
    mask_dtype,
    mask_expected,
    mask_fragmented,
    mask_never_present,
    mask_tiny,
    mask_values,
    masks_all_empty,
    masks_identical,
    masks_overlap,
    masks_overlap_large,
)
from segaudit.model import (
    Case,
    Cases,
    Check,
    Dataset,
    Fault,
    Finding,
    Mask,
    NotApplicable,
    Overlap,
    Spot,
    Structure,
)
from segaudit.model.contract import SPECK_ML
from tests.factories import (
    CENTRE,
    STRUCTURES,
    VOXEL_ML,
    dataset,
    empty_mask,
    healthy_case,
    healthy_file,
    healthy_header,
    healthy_mask,
    merged_case,
    renamed,
    small_contract,
)

LIVER = "s0001/segmentations/liver.nii.gz"
MIDWAY = Spot((30, 24, 20), (0.0, -0.8, -0.8))
"""Between the healthy kidneys."""

EDGE = (2, 20, 15, 15, 10, 10)
BROKEN = healthy_file(faults=(Fault("corrupt", "CRC"),))


def about_liver(message: str, observed: str | float | None, expected: str | float, spot: Spot | None = None) -> Finding:
    """Return a finding about the liver's mask."""
    return Finding(
        case="s0001", structure="liver", file=LIVER, message=message, observed=observed, expected=expected, spot=spot
    )


def test_dtype() -> None:
    """Masks of float64, as a real case has them, are a finding."""
    mask = healthy_mask(file=healthy_file(header=healthy_header(dtype="float64")))
    assert list(mask_dtype(mask, small_contract())) == [
        about_liver("stored as float64, expected uint8", "float64", "uint8")
    ]
    assert list(mask_values(mask)) == []


@pytest.mark.parametrize(
    ("values", "nonfinite", "message"),
    [
        (((255.0, 8000),), 0, "holds 255 alone, expected 0 and 1"),
        (((1.0, 7990), (2.0, 10)), 0, "holds 2 (10 voxels), expected 0 and 1"),
        (((0.7, 20), (1.0, 7980)), 0, "holds 0.7 (20 voxels), expected 0 and 1"),
        (((1.0, 8000),), 3, "holds NaN or infinity (3 voxels), expected 0 and 1"),
        (
            ((1.0000000591, 8000),),
            0,
            "holds 1.0000000591 alone, expected 0 and 1; an artefact of the header's scl_slope",
        ),
        (
            tuple((float(n), n) for n in range(2, 8)),
            0,
            "holds 2 (2 voxels), 3 (3 voxels), 4 (4 voxels), 5 (5 voxels), further values, expected 0 and 1",
        ),
    ],
)
def test_values(values: tuple[tuple[float, int], ...], nonfinite: int, message: str) -> None:
    """Each mask with other values is one finding that names them."""
    mask = healthy_mask(values=values, distinct_values=len(values), nonfinite=nonfinite)
    assert list(mask_values(mask)) == [about_liver(message, None, 1)]


def test_binary_and_empty_masks_have_healthy_values() -> None:
    """A binary mask and an empty one are no findings."""
    assert list(mask_values(healthy_mask())) == []
    assert list(mask_values(empty_mask())) == []


def test_all_empty() -> None:
    """A case whose masks are all empty is one finding, and no structure is missed besides."""
    case = healthy_case(*(empty_mask(structure.name) for structure in STRUCTURES))
    assert list(masks_all_empty(case)) == [
        Finding(case="s0001", message="all 10 masks are empty", observed=0, expected=1)
    ]
    assert list(mask_expected(case, small_contract())) == []


def test_not_all_empty() -> None:
    """One voxel in one mask is enough, and a case without a readable mask has other findings."""
    absent = [empty_mask(structure.name) for structure in STRUCTURES[1:]]
    assert list(masks_all_empty(healthy_case(*absent))) == []
    assert list(masks_all_empty(healthy_case(masks=()))) == []
    assert list(masks_all_empty(healthy_case(masks=(empty_mask(file=BROKEN),)))) == []


def test_expected() -> None:
    """An empty liver between two kidneys is a finding; an empty spleen is not."""
    case = healthy_case(empty_mask("liver"), empty_mask("spleen"))
    assert list(mask_expected(case, small_contract())) == [
        about_liver("empty, although kidney_left and kidney_right are present and not cut", 0, 1, MIDWAY)
    ]


@pytest.mark.parametrize(
    "kidney",
    [
        empty_mask("kidney_left"),
        healthy_mask("kidney_left", voxels=4, volume_ml=4 * VOXEL_ML),
        healthy_mask("kidney_left", faces=EDGE),
        empty_mask("kidney_left", file=BROKEN),
    ],
)
def test_not_expected_without_evidence(kidney: Mask) -> None:
    """Evidence that is absent, a speck, cut or damaged is none."""
    assert list(mask_expected(healthy_case(empty_mask("liver"), kidney), small_contract())) == []


@pytest.mark.parametrize("release", ["totalsegmentator-v1", "totalsegmentator-v2", "totalsegmentator-v3"])
@pytest.mark.parametrize(
    ("structure", "evidence"),
    [
        ("vertebrae_L2", ("vertebrae_L1", "vertebrae_L3")),
        ("hip_left", ("sacrum", "gluteus_medius_left")),
        ("gluteus_minimus_right", ("gluteus_medius_right", "hip_right")),
        ("aorta", ("kidney_left", "kidney_right", "liver")),
        ("small_bowel", ("kidney_left", "kidney_right", "urinary_bladder")),
    ],
)
def test_expected_in_a_release(release: str, structure: str, evidence: tuple[str, ...]) -> None:
    """What lies between or against structures that are all there is missed, and only then."""
    contract, empty = contracts.load(release), empty_mask(structure)
    case = healthy_case(masks=(empty, *map(healthy_mask, evidence)))
    assert [finding.structure for finding in mask_expected(case, contract)] == [structure]
    assert list(mask_expected(healthy_case(masks=(empty, *map(healthy_mask, evidence[1:]))), contract)) == []


def test_damaged_mask_is_not_empty() -> None:
    """A mask that cannot be read has its own finding."""
    case = healthy_case(empty_mask("liver", file=BROKEN))
    assert list(mask_expected(case, small_contract())) == []


def many(count: int, *masks: Mask, excluded: tuple[str, ...] = ()) -> Dataset:
    """Return a dataset of equal cases."""
    return dataset(*(renamed(healthy_case(*masks), f"s{i:04d}") for i in range(count)), excluded=excluded)


def test_never_present() -> None:
    """A structure without a voxel in a whole dataset is a finding."""
    contract = small_contract(cases=Cases(count=20))
    assert list(mask_never_present(many(20, empty_mask("spleen")), contract)) == [
        Finding(structure="spleen", message="empty in all 20 cases", observed=0, expected=1)
    ]
    assert list(mask_never_present(many(20), contract)) == []
    assert list(mask_never_present(many(20, empty_mask("tonsil")), contract)) == []


def test_never_present_in_what_is_known() -> None:
    """In part of a dataset, in a small one, or where a mask could not be read, absence says nothing."""
    spleen = empty_mask("spleen")
    assert list(mask_never_present(many(20, spleen), small_contract(cases=Cases(count=21)))) == []
    assert list(mask_never_present(many(19, spleen), small_contract(cases=Cases(count=19)))) == []
    unknown = renamed(healthy_case(empty_mask("spleen", file=BROKEN)), "s0099")
    nearly = [*(renamed(healthy_case(spleen), f"s{i:04d}") for i in range(19)), unknown]
    assert list(mask_never_present(dataset(*nearly), small_contract(cases=Cases(count=20)))) == []


def test_excluded_cases_were_promised_too() -> None:
    """Cases that the contract excludes count towards the promised number."""
    spleen, contract = empty_mask("spleen"), small_contract(cases=Cases(count=21))
    assert len(list(mask_never_present(many(20, spleen, excluded=("s9999",)), contract))) == 1


def test_tiny() -> None:
    """A speck is a finding."""
    mask = healthy_mask(voxels=4, volume_ml=4 * VOXEL_ML)
    assert list(mask_tiny(mask, small_contract())) == [
        about_liver("4 voxels, 0.013 ml; expected 0.17 ml or more, or an empty mask", 0.013, 0.17, CENTRE)
    ]


@pytest.mark.parametrize(
    "mask",
    [
        healthy_mask(voxels=51, volume_ml=0.17),
        healthy_mask(voxels=4, volume_ml=0.01, faces=EDGE),
        empty_mask(),
    ],
)
def test_not_tiny(mask: Mask) -> None:
    """A small mask, a cut one and an empty one are no specks."""
    assert list(mask_tiny(mask, small_contract())) == []


@pytest.mark.parametrize(("piece_ml", "found"), [(0.0, 0), (0.01, 0), (0.011, 1), (1.0, 1)])
def test_tiny_by_contract(piece_ml: float, found: int) -> None:
    """How small a structure can be is the contract's; none is held to more than a speck."""
    thyroid = Structure(name="thyroid_gland", label=1, group="organ", removable=True, piece_ml=piece_ml)
    contract = small_contract(structures=(thyroid,))
    assert len(list(mask_tiny(healthy_mask("thyroid_gland", voxels=3, volume_ml=0.01), contract))) == found
    assert list(mask_tiny(healthy_mask("thyroid_gland", voxels=51, volume_ml=0.17), contract)) == []


@pytest.mark.parametrize("release", ["totalsegmentator-v1", "totalsegmentator-v2", "totalsegmentator-v3"])
def test_only_cysts_have_any_size(release: str) -> None:
    """Of the shipped structures, cysts alone may be specks."""
    tiny = {s.name for s in contracts.load(release).structures if s.piece_ml < SPECK_ML}
    assert tiny == {name for name in contracts.load(release).by_name if name.startswith("kidney_cyst_")}


def test_fragmented() -> None:
    """More pieces than the structure has are a finding with their volumes, at the second one."""
    second = Spot((1, 2, 3), (4.0, 5.0, 6.0))
    mask = healthy_mask(pieces=(7000, 900, 100), components=3, second_piece=second)
    assert list(mask_fragmented(mask, small_contract())) == [
        about_liver("2 pieces of 23.6, 3.04 ml, expected 1 at most", 2, 1, second)
    ]


@pytest.mark.parametrize(
    "mask",
    [
        healthy_mask(pieces=(7800, 200), components=2),  # 0.7 ml: a speck
        healthy_mask(pieces=(4000, 4000), components=2, faces=EDGE),
        healthy_mask("trachea", pieces=(4000, 4000), components=2),
        healthy_mask("spleen", pieces=(4000, 2000, 2000), components=3),
        healthy_mask("tumour", pieces=(4000, 4000), components=2),
        empty_mask(),
    ],
)
def test_not_fragmented(mask: Mask) -> None:
    """Specks, cut masks, structures that come in pieces and unknown ones are no findings."""
    assert list(mask_fragmented(mask, small_contract())) == []


def overlapping(first: str, second: str, voxels: int, size: int = 8000) -> Case:
    """Return a case in which two masks share voxels; the second one has a size."""
    smaller = healthy_mask(second, voxels=size, volume_ml=size * VOXEL_ML)
    return healthy_case(smaller, overlaps=(Overlap(first, second, voxels),))


def overlaps(case: Case) -> dict[str, list[Finding]]:
    """Return what each check of overlaps finds in a case, without those that find nothing."""
    checks: tuple[Check[...], ...] = (masks_overlap, masks_overlap_large)
    found = {check.id: list(check(case, small_contract())) for check in checks}
    found["masks-identical"] = list(masks_identical(case))
    return {check_id: findings for check_id, findings in found.items() if findings}


def of_pair(message: str, observed: float) -> Finding:
    """Return a finding about liver and spleen."""
    return Finding(case="s0001", structure="liver, spleen", message=message, observed=observed, spot=CENTRE)


def test_overlap() -> None:
    """A part of the smaller mask is a warning."""
    assert overlaps(overlapping("liver", "spleen", 123, size=1000)) == {
        "masks-overlap": [of_pair("share 12 % of the smaller mask, 5% at most expected", 12.0)]
    }


def test_large_overlap() -> None:
    """A large part of the smaller mask is an error, and no warning besides."""
    assert overlaps(overlapping("liver", "spleen", 950, size=1000)) == {
        "masks-overlap-large": [of_pair("share 95 % of the smaller mask, 30% at most expected", 95.0)]
    }


def test_overlaps_of_noise() -> None:
    """Masks with too many runs for their overlaps to be counted are an error."""
    message = "its masks have more than 4,194,304 runs of voxels together: they are noise"
    assert overlaps(replace(healthy_case(), overlaps_counted=False)) == {
        "masks-overlap-large": [Finding(case="s0001", message=message, expected=4_194_304)]
    }


def test_identical() -> None:
    """Two equal masks are one finding of one check, also where the pair may overlap."""
    message = "are the same: Dice coefficient 1, 0.95 at most expected"
    assert overlaps(overlapping("liver", "spleen", 8000)) == {"masks-identical": [of_pair(message, 100.0)]}
    assert list(overlaps(overlapping("kidney_cyst_left", "kidney_left", 8000))) == ["masks-identical"]


@pytest.mark.parametrize(
    ("voxels", "size", "checks"),
    [
        (100, 2000, []),  # 5 per cent
        (101, 2000, ["masks-overlap"]),
        (600, 2000, ["masks-overlap"]),  # 30 per cent
        (601, 2000, ["masks-overlap-large"]),
        (50, 60, []),  # 0.169 ml
        (51, 60, ["masks-overlap-large"]),
        (7600, 8000, ["masks-overlap-large"]),  # Dice 0.95
        (7601, 8000, ["masks-identical"]),
    ],
)
def test_limits_of_overlap(voxels: int, size: int, checks: list[str]) -> None:
    """The limits themselves belong to the lower severity."""
    assert list(overlaps(overlapping("liver", "spleen", voxels, size))) == checks


def test_allowed_overlap() -> None:
    """A pair that the contract allows may overlap, in whichever order it is written."""
    assert overlaps(overlapping("kidney_cyst_left", "kidney_left", 5000)) == {}
    assert overlaps(overlapping("kidney_left", "kidney_cyst_left", 5000)) == {}
    assert list(overlaps(overlapping("kidney_left", "liver", 5000))) == ["masks-overlap-large"]


def test_overlap_with_a_damaged_mask() -> None:
    """Where one of a pair cannot be trusted, its overlap cannot either."""
    case = healthy_case(healthy_mask("spleen", file=BROKEN), overlaps=(Overlap("liver", "spleen", 8000),))
    assert overlaps(case) == {}


@pytest.mark.parametrize(
    ("values", "nonfinite", "message", "observed"),
    [
        (((8.0, 12),), 0, "holds 8 (12 voxels), which no structure has", 8.0),
        (((0.5, 1), (8.0, 12)), 3, "holds 0.5 (1 voxels), 8 (12 voxels), NaN or infinity (3 voxels), which no", None),
        ((), 2, "holds NaN or infinity (2 voxels), which no structure has", None),
    ],
)
def test_label_unknown(
    values: tuple[tuple[float, int], ...], nonfinite: int, message: str, observed: float | None
) -> None:
    """Values that stand for no structure are one finding about the file, with the first voxel."""
    case = merged_case()
    assert case.label_map
    label_map = replace(case.label_map, values=values, distinct_values=len(values), nonfinite=nonfinite, spot=CENTRE)
    (finding,) = label_unknown(replace(case, label_map=label_map))
    assert finding.message.startswith(message)
    assert (finding.case, finding.structure, finding.file) == ("s0001", "", "labelsTr/s0001.nii.gz")
    assert (finding.observed, finding.spot) == (observed, CENTRE)


@pytest.mark.parametrize("check", [masks_overlap, masks_overlap_large, masks_identical])
def test_label_maps_have_no_overlaps(check: Check[...]) -> None:
    """Regions of one file share voxels by definition; so nothing is judged."""
    case = merged_case(overlaps=(Overlap("liver", "spleen", 8000),), overlaps_counted=False)
    with pytest.raises(NotApplicable):
        list(check.function(case, small_contract()) if check.takes_contract else check.function(case))


def test_label_map_has_no_values_of_masks() -> None:
    """The values of a label map are not held against 0 and 1."""
    with pytest.raises(NotApplicable):
        list(mask_values(merged_case().masks[0]))


def test_finding_in_a_label_map_names_the_structure() -> None:
    """What is about the voxels of a structure names it and the file; what is about the file names the file alone."""
    case = merged_case()
    masks = {mask.structure: mask for mask in case.masks}
    empty = empty_mask("liver", file=masks["liver"].file)
    (finding,) = mask_expected(replace(case, masks=tuple((masks | {"liver": empty}).values())), small_contract())
    assert (finding.structure, finding.file) == ("liver", "labelsTr/s0001.nii.gz")
    file = replace(masks["liver"].file, header=healthy_header(dtype="float64"))
    (finding,) = mask_dtype(replace(masks["liver"], file=file), small_contract())
    assert (finding.structure, finding.file) == ("", "labelsTr/s0001.nii.gz")
