"""Checks of geometry: each grid by itself, and the reference grid against the contract."""

from __future__ import annotations

import pytest

from segaudit.checks.geometry import (
    affine_ambiguous,
    affine_invalid,
    affine_nonorthonormal,
    affine_skewed,
    dimensions_singleton,
    dimensions_unexpected,
    orientation_unexpected,
    shape_unexpected,
    spacing_unexpected,
)
from segaudit.model import Case, File, Finding, Geometry, NotApplicable
from segaudit.testing.records import AFFINE, healthy_case, healthy_ct, healthy_file, healthy_header, small_contract

CT = "s0001/ct.nii.gz"
NAN = float("nan")


def on(**changes: object) -> Case:
    """Return a case whose CT has another header."""
    return healthy_case(ct=healthy_ct(file=with_header(**changes)))


def with_header(**changes: object) -> File:
    """Return a CT's file with another header."""
    return healthy_file("", header=healthy_header(**changes))


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((60, 50), "60 x 50 voxels, expected three axes of 1 or more"),
        ((60, 50, 40, 2), "60 x 50 x 40 x 2 voxels, expected three axes of 1 or more"),
        ((60, 0, 40), "60 x 0 x 40 voxels, expected three axes of 1 or more"),
    ],
)
def test_dimensions_unexpected(shape: tuple[int, ...], message: str) -> None:
    """A slice, a series and a volume without voxels are findings."""
    assert list(dimensions_unexpected(with_header(shape=shape))) == [
        Finding(case="s0001", file=CT, message=message, observed=len(shape), expected=3)
    ]


def test_dimensions_expected() -> None:
    """One voxel is a volume, and a file without header has no dimensions to judge."""
    assert list(dimensions_unexpected(with_header(shape=(1, 1, 1)))) == []
    assert list(dimensions_unexpected(healthy_file(header=None))) == []


def test_spacing_unexpected() -> None:
    """Another voxel size is one finding for the case."""
    case = on(zooms=(3.0, 3.0, 3.0), spacing_mm=(3.0, 3.0, 3.0))
    assert list(spacing_unexpected(case, small_contract())) == [
        Finding(
            case="s0001",
            file=CT,
            message="spacing 3 x 3 x 3 mm, expected 1.5 x 1.5 x 1.5 mm",
            observed="3 x 3 x 3",
            expected="1.5 x 1.5 x 1.5",
        )
    ]


@pytest.mark.parametrize(("size", "found"), [(1.501, 0), (1.5011, 1), (1.499, 0), (1.4989, 1)])
def test_spacing_tolerance(size: float, found: int) -> None:
    """A thousandth of a millimetre is tolerated."""
    geometry = Geometry(spacing_mm=(1.5, 1.5, 1.5), spacing_tolerance_mm=0.00100001)
    case = on(zooms=(1.5, 1.5, size), spacing_mm=(1.5, 1.5, size))
    assert len(list(spacing_unexpected(case, small_contract(geometry=geometry)))) == found


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize(("size", "found"), [(1.25, 0), (1.2499, 1), (1.75, 0), (1.7501, 1)])
def test_spacing_tolerance_of_the_contract(axis: int, size: float, found: int) -> None:
    """It is still good itself, along each axis."""
    spacing = tuple(size if at == axis else 1.5 for at in range(3))
    geometry = Geometry(spacing_mm=1.5, spacing_tolerance_mm=0.25)
    case = on(zooms=spacing, spacing_mm=spacing)
    assert len(list(spacing_unexpected(case, small_contract(geometry=geometry)))) == found


def test_spacing_is_not_judged_where_it_is_unknown() -> None:
    """Where pixdim and affine differ, or there is no grid, another check has the finding."""
    differing = (on(zooms=(3.0, 3.0, 3.0)), on(zooms=(3.0, 3.0, 3.0), spacing_mm=(2.0, 2.0, 2.0)))
    for case in (*differing, on(orientation=""), on(shape=(9, 9)), healthy_case(ct=None, masks=())):
        assert list(spacing_unexpected(case, small_contract())) == []


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((19, 50, 40), "at least 20 x 20 x 20"), ((60, 50, 1001), "at most 500 x 500 x 1000")],
)
def test_shape_unexpected(shape: tuple[int, int, int], expected: str) -> None:
    """One axis out of the range is a finding."""
    observed = " x ".join(map(str, shape))
    assert list(shape_unexpected(on(shape=shape), small_contract())) == [
        Finding(
            case="s0001",
            file=CT,
            message=f"shape {observed}, expected {expected}",
            observed=observed,
            expected=expected,
        )
    ]


@pytest.mark.parametrize("shape", [(20, 20, 20), (500, 500, 1000)])
def test_shape_expected(shape: tuple[int, int, int]) -> None:
    """The ends of the range are in it."""
    assert list(shape_unexpected(on(shape=shape), small_contract())) == []
    with pytest.raises(NotApplicable, match="neither geometry"):
        list(shape_unexpected(on(shape=(1, 1, 1)), small_contract(geometry=Geometry())))


@pytest.mark.parametrize(
    ("limits", "found"),
    [({"shape_min": (61, 1, 1)}, ["at least 61 x 1 x 1"]), ({"shape_max": (99, 49, 99)}, ["at most 99 x 49 x 99"])],
)
def test_shapes_with_one_limit(limits: dict[str, tuple[int, int, int]], found: list[str]) -> None:
    """A contract may state the least shape alone, or the largest."""
    contract = small_contract(geometry=Geometry(**limits))  # type: ignore[arg-type]  # the values fit, name by name
    assert [finding.expected for finding in shape_unexpected(on(), contract)] == found


def test_orientation_unexpected() -> None:
    """Other axes are a finding."""
    assert list(orientation_unexpected(on(orientation="LPS"), small_contract())) == [
        Finding(case="s0001", file=CT, message="axes LPS, expected RAS", observed="LPS", expected="RAS")
    ]
    assert list(orientation_unexpected(on(orientation=""), small_contract())) == []


@pytest.mark.parametrize(
    ("affine", "problem"),
    [
        ((NAN, *AFFINE[1:]), "is not finite"),
        ((0.0, *AFFINE[1:]), "does not span three axes: a column is zero or depends on the others"),
    ],
)
def test_affine_invalid(affine: tuple[float, ...], problem: str) -> None:
    """An affine that places nothing is one finding of this check alone."""
    file = with_header(
        affine=affine, orientation="", nonorthonormality=NAN, ambiguity_mm=NAN, spacing_mm=(0.0, 1.5, 1.5)
    )
    assert list(affine_invalid(file)) == [Finding(case="s0001", file=CT, message=f"affine {problem}")]
    assert list(affine_nonorthonormal(file)) == []
    assert [*affine_skewed(file, small_contract()), *affine_ambiguous(file, small_contract())] == []


@pytest.mark.parametrize("file", [healthy_file(""), healthy_file("", header=None)], ids=["healthy", "no header"])
def test_nothing_is_wrong(file: File) -> None:
    """A healthy header has no finding of any check, and nor has a file without one."""
    alone = (dimensions_unexpected, dimensions_singleton, affine_invalid, affine_nonorthonormal)
    assert [finding for check in alone for finding in check(file)] == []
    assert [*affine_skewed(file, small_contract()), *affine_ambiguous(file, small_contract())] == []


def test_affine_nonorthonormal() -> None:
    """What ITK refuses is a finding with the repair."""
    message = "direction cosines 0.00012 off orthonormal, ITK takes 0.0001; as by rounding: orthonormalise it"
    file = with_header(nonorthonormality=0.00012345)
    assert list(affine_nonorthonormal(file)) == [
        Finding(case="s0001", file=CT, message=message, observed=0.00012, expected=1e-4)
    ]
    assert list(affine_skewed(file, small_contract())) == []


@pytest.mark.parametrize(
    ("skew", "repair"),
    [
        (0.01, "as by rounding: orthonormalise it"),
        (0.011, "sheared, as by gantry tilt: resample it"),
        (0.17, "sheared, as by gantry tilt: resample it"),
    ],
)
def test_gantry_tilt(skew: float, repair: str) -> None:
    """A shear that is no rounding has another repair."""
    (finding,) = affine_nonorthonormal(with_header(nonorthonormality=skew))
    assert finding.message.endswith(f"ITK takes 0.0001; {repair}")


def test_affine_skewed() -> None:
    """The skew of real masks, which ITK reads, is an information."""
    file = with_header(nonorthonormality=6.1e-5)
    message = "direction cosines 6.1e-05 off orthonormal, which ITK still reads"
    assert list(affine_skewed(file, small_contract())) == [
        Finding(case="s0001", file=CT, message=message, observed=6.1e-5, expected=1e-5)
    ]
    assert list(affine_nonorthonormal(file)) == []


@pytest.mark.parametrize(
    ("size", "qform_code", "refused", "skewed"),
    [(4e-9, 0, 0, 0), (1e-5, 0, 0, 0), (1e-4, 0, 0, 1), (1.01e-4, 0, 1, 0), (1.01e-4, 1, 0, 1)],
)
def test_limits_of_skew(size: float, qform_code: int, refused: int, skewed: int) -> None:
    """The limits themselves are still good, and with a qform ITK reads any sform."""
    file = with_header(nonorthonormality=size, qform_code=qform_code)
    assert len(list(affine_nonorthonormal(file))) == refused
    assert len(list(affine_skewed(file, small_contract()))) == skewed


@pytest.mark.parametrize(
    ("changes", "message", "observed", "expected"),
    [
        (
            {"ambiguity_mm": 2.5123},
            "qform and sform put the worst corner 2.51 mm apart, at most 0.1 mm expected",
            2.51,
            0.1,
        ),
        (
            {"zooms": (1.0, 1.0, 1.0)},
            "pixdim says 1 x 1 x 1 mm, the affine 1.5 x 1.5 x 1.5 mm",
            "1 x 1 x 1",
            "1.5 x 1.5 x 1.5",
        ),
        ({"units": "meter"}, "spatial unit meter, read as mm by most tools", "meter", "mm"),
    ],
)
def test_affine_ambiguous(changes: dict[str, object], message: str, observed: float, expected: float) -> None:
    """Two placements, two sizes or two units are findings."""
    assert list(affine_ambiguous(with_header(**changes), small_contract())) == [
        Finding(case="s0001", file=CT, message=message, observed=observed, expected=expected)
    ]


@pytest.mark.parametrize(
    "changes",
    [{"ambiguity_mm": 0.1}, {"zooms": (1.5, 1.5, 1.5009)}, {"units": "mm"}, {"zooms": (0.0, 1.5, 1.5)}],
)
def test_affine_unambiguous(changes: dict[str, object]) -> None:
    """Differences up to the tolerance are none, and a pixdim of 0 is an invalid header rather than another size."""
    assert list(affine_ambiguous(with_header(**changes), small_contract())) == []


def test_qform_that_is_no_number() -> None:
    """A qform that is not a number agrees with no sform: the message says which one, and the skew is not reported."""
    file = with_header(ambiguity_mm=NAN, nonorthonormality=5e-5)
    message = "the qform cannot be decoded, the sform can: tools that prefer the qform fail"
    assert list(affine_ambiguous(file, small_contract())) == [Finding(case="s0001", file=CT, message=message)]
    assert list(affine_skewed(file, small_contract())) == []


@pytest.mark.parametrize(
    ("further", "found"),
    [
        (0, []),
        (1, [("stored with 4 axes, 60 x 50 x 40 x 1 voxels, expected 3", 4, 3)]),
        (2, [("stored with 5 axes, 60 x 50 x 40 x 1 x 1 voxels, expected 3", 5, 3)]),
    ],
)
def test_further_axes(further: int, found: list[tuple[str, int, int]]) -> None:
    """A fourth axis of length 1 is a warning of its own."""
    file = healthy_file(header=healthy_header(further_axes=further))
    assert [(each.message, each.observed, each.expected) for each in dimensions_singleton(file)] == found
