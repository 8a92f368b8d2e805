"""Checks of duplicates: the same CT twice, or nearly so, planted in a real CT, too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from segaudit.checks.duplicates import _in_words, _near, case_duplicate, case_near_duplicate, split_near_duplicate
from segaudit.measure import measure_case
from segaudit.model import Case, CaseFiles, Finding, Metadata, NotApplicable
from segaudit.model.likeness import Likeness
from segaudit.testing.records import dataset, healthy_case, healthy_ct, metadata, renamed

NONE = np.empty(0, np.uint64)


def scan(case: str, digest: str) -> Case:
    """Return a case whose CT has a digest."""
    return renamed(healthy_case(ct=healthy_ct(digest=digest)), case)


def test_duplicates() -> None:
    """Each later case with the voxels of an earlier one is a finding, and one across splits says so."""
    cases = [scan("s4", "b"), scan("s1", "a"), scan("s2", "a"), scan("s3", "a")]
    listed = metadata(("s1", "train"), ("s2", " test "), ("s3", "train"), ("s4", "train"))
    assert list(case_duplicate(dataset(*cases, listed=listed))) == [
        Finding(case="s2", message="the same CT as s1; it is in test, the other in train", observed="s1"),
        Finding(case="s3", message="the same CT as s1", observed="s1"),
    ]


def test_duplicates_without_splits() -> None:
    """Without metadata, or if a case is not listed, splits are not mentioned."""
    cases = [scan("s1", "a"), scan("s2", "a")]
    finding = Finding(case="s2", message="the same CT as s1", observed="s1")
    assert list(case_duplicate(dataset(*cases))) == [finding]
    assert list(case_duplicate(dataset(*cases, listed=metadata(("s1", "train"))))) == [finding]
    no_splits = Metadata(path="meta.csv", columns=("image_id",), rows=(("s1",), ("s2",)))
    assert list(case_duplicate(dataset(*cases, listed=no_splits))) == [finding]


def test_no_duplicates() -> None:
    """Other voxels are no duplicates."""
    assert list(case_duplicate(dataset(scan("s1", "a"), scan("s2", "b")))) == []


@pytest.mark.parametrize(
    "cases",
    [(), (scan("s1", "a"),), (scan("s1", "a"), renamed(healthy_case(ct=None), "s2"))],
    ids=["none", "one", "one and a case without"],
)
def test_fewer_than_two_cts(cases: tuple[Case, ...]) -> None:
    """One CT has nothing to be compared with."""
    with pytest.raises(NotApplicable):
        list(case_duplicate(dataset(*cases)))


def alike(case: str, seed: int, members: NDArray[np.uint64] = NONE, noise: float = 0.0) -> Case:
    """Return a case whose CT has a picture with some noise, and a fingerprint."""
    cells = np.random.default_rng(seed).uniform(50, 200, (4, 4, 4)).repeat(8, 0).repeat(8, 1).repeat(8, 2)
    cells += np.random.default_rng(int(case[1:])).normal(0, noise, cells.shape)
    thumbnail, fingerprint = cells.astype(np.uint8).tobytes(), np.unique(members).astype("<u8").tobytes()
    return renamed(healthy_case(ct=healthy_ct(digest=case, thumbnail=thumbnail, fingerprint=fingerprint)), case)


def hashes(first: int, last: int) -> NDArray[np.uint64]:
    """Return part of the runs of a CT."""
    return np.random.default_rng(0).integers(0, 2**64, 400, np.uint64)[first:last]


SAME_VOXELS = Finding(
    case="s2",
    message="nearly the same CT as s1: 25 % of the smaller one's voxels are in both, thumbnails correlate by -0.089",
    observed="s1",
)
SAME_PICTURE = Finding(
    case="s2",
    message="nearly the same CT as s1: no voxels in common, thumbnails correlate by 0.998",
    observed="s1",
)


def test_crop() -> None:
    """CTs that share a quarter of their voxels are nearly the same, whatever else they show."""
    cases = [alike("s1", 1, hashes(0, 200)), alike("s2", 2, hashes(150, 400))]
    assert list(case_near_duplicate(dataset(*cases))) == [SAME_VOXELS]


def test_picture() -> None:
    """CTs that look alike but for noise are nearly the same, without a voxel in common."""
    cases = [alike("s1", 1), alike("s2", 1, noise=2.5), alike("s3", 3)]
    assert list(case_near_duplicate(dataset(*cases))) == [SAME_PICTURE]


@pytest.mark.parametrize(
    "other",
    [alike("s2", 2, hashes(191, 400)), alike("s2", 2, hashes(200, 400)), alike("s2", 2), alike("s2", 1, noise=12)],
    ids=["4.5 per cent", "next to it", "no runs", "alike by 0.96"],
)
def test_not_near(other: Case) -> None:
    """Other CTs, those that share next to nothing, and those that are slightly similar are not reported."""
    assert list(case_near_duplicate(dataset(alike("s1", 1, hashes(0, 200)), other))) == []


def test_a_twentieth_in_common() -> None:
    """Exactly 5 per cent of the smaller one's runs are enough."""
    found = list(case_near_duplicate(dataset(alike("s1", 1, hashes(0, 200)), alike("s2", 2, hashes(190, 400)))))
    assert [(finding.case, finding.observed) for finding in found] == [("s2", "s1")]


def test_few_members_prove_nothing() -> None:
    """Seven members could be chance, eight are not."""
    pairs = [[alike("s1", 1, hashes(0, count)), alike("s2", 2, hashes(0, count))] for count in (7, 8)]
    assert [len(list(case_near_duplicate(dataset(*cases)))) for cases in pairs] == [0, 1]


@pytest.mark.parametrize(
    ("correlation", "share", "members", "near"),
    [
        (0.99, 0.0, 0, False),
        (0.9901, 0.0, 0, True),
        (0.0, 0.05, 8, True),
        (0.0, 0.0499, 8, False),
        (0.0, 0.05, 7, False),
        (0.0, 1.0, 7, False),
    ],
)
def test_what_is_near(correlation: float, share: float, members: int, *, near: bool) -> None:
    """Pictures, or voxels of which enough are known."""
    assert _near(Likeness("s1", "s2", correlation, share, members)) is near


@pytest.mark.parametrize(
    ("share", "members", "words"),
    [
        (1.0, 400, "100 % of the smaller one's voxels are in both"),
        (0.006, 1, "1 % of the smaller one's voxels are in both"),
        (0.0, 0, "no voxels in common"),
    ],
)
def test_how_near(share: float, members: int, words: str) -> None:
    """In per cent of the smaller one, and to three digits."""
    assert _in_words(Likeness("s1", "s2", 0.98765, share, members)) == f"{words}, thumbnails correlate by 0.988"


def test_near_across_splits() -> None:
    """A pair in two splits is an error under an id of its own; within one, or where splits are not known, a warning."""
    cases = [alike("s1", 1), alike("s2", 1, noise=2.5), alike("s3", 1), alike("s4", 1)]
    listed = metadata(("s1", "train"), ("s2", "test"), ("s3", "train"))
    across = list(split_near_duplicate(dataset(*cases, listed=listed)))
    within = list(case_near_duplicate(dataset(*cases, listed=listed)))
    assert across[0].message == f"{SAME_PICTURE.message}; it is in test, the other in train"
    assert [(finding.case, finding.observed) for finding in across] == [("s2", "s1"), ("s3", "s2")]
    assert [(finding.case, finding.observed) for finding in within] == [("s3", "s1"), ("s4", "s1")]


def test_equal_voxels_are_no_near_duplicates() -> None:
    """Exact duplicates are reported only by case-duplicate."""
    cases = [alike("s1", 1), renamed(alike("s1", 1), "s2")]
    listed = metadata(("s1", "train"), ("s2", "test"))
    assert len(list(case_duplicate(dataset(*cases, listed=listed)))) == 1
    assert list(case_near_duplicate(dataset(*cases, listed=listed))) == []
    assert list(split_near_duplicate(dataset(*cases, listed=listed))) == []


def test_near_duplicates_need_two_cts_and_splits() -> None:
    """One CT, or none of two with a split, cannot be judged."""
    with pytest.raises(NotApplicable, match="two CTs"):
        list(case_near_duplicate(dataset(alike("s1", 1))))
    with pytest.raises(NotApplicable, match="splits"):
        list(split_near_duplicate(dataset(alike("s1", 1), alike("s2", 1))))


Scan = NDArray[Any]


def resampled(hu: Scan, factor: float) -> Scan:
    """Return a CT on another grid."""
    return np.asarray(ndimage.zoom(hu, factor, order=1))


def noisy(hu: Scan, std: float) -> Scan:
    """Return a CT with more noise."""
    return np.rint(hu + np.random.default_rng(0).normal(0, std, hu.shape)).astype(np.int16)


NEAR: dict[str, Callable[[Scan], Scan]] = {
    "10 per cent cut off everywhere": lambda hu: hu[12:-12, 10:-10, 11:-11],
    "30 per cent cut off": lambda hu: hu[..., :-34],
    "half cut off": lambda hu: hu[61:],
    "90 per cent cut off": lambda hu: hu[..., 50:61],
    "padded": lambda hu: np.pad(hu, 20, constant_values=-1024),
    "exported without the offset": lambda hu: hu + np.int16(1024),
    "windowed": lambda hu: np.clip(hu, -200, 300),
    "noise of 5 HU": lambda hu: noisy(hu, 5),
    "noise of 20 HU": lambda hu: noisy(hu, 20),
    "shifted by a slice": lambda hu: np.roll(hu, 1, axis=2),
    "shifted by half a voxel": lambda hu: np.asarray(ndimage.shift(hu, 0.5, order=1, mode="nearest")),
    "smoothed": lambda hu: np.asarray(ndimage.gaussian_filter(hu, 1)),
    "at 1.5 mm": lambda hu: resampled(hu, 2),
    "at 5 mm": lambda hu: resampled(hu, 0.6),
}


@pytest.fixture(scope="module")
def hu(real_data: Path) -> Scan:
    """Return the real CT at 3 mm."""
    image = nib.Nifti1Image.from_filename(real_data / "v1-example" / "s9001" / "ct.nii.gz")
    return np.asarray(image.dataobj).astype(np.int16)


def written(folder: Path, case: str, hu: Scan) -> Case:
    """Write a CT and measure it."""
    nib.save(nib.Nifti1Image(hu, np.diag([3.0, 3.0, 3.0, 1.0])), folder / f"{case}.nii")
    return measure_case(folder, CaseFiles(case=case, folder=case, ct=f"{case}.nii", masks={}))


@pytest.mark.parametrize("change", NEAR.values(), ids=NEAR)
def test_real_ct_again(tmp_path: Path, hu: Scan, change: Callable[[Scan], Scan]) -> None:
    """A real CT and a changed copy of it are nearly the same."""
    cases = dataset(written(tmp_path, "s1", hu), written(tmp_path, "s2", change(hu)))
    assert [(finding.case, finding.observed) for finding in case_near_duplicate(cases)] == [("s2", "s1")]


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_halves_of_a_real_ct(tmp_path: Path, hu: Scan, axis: int) -> None:
    """Two parts of one CT that share no voxel are different CTs."""
    first, second = np.array_split(hu, 2, axis=axis)
    cases = dataset(written(tmp_path, "s1", first), written(tmp_path, "s2", second))
    assert list(case_near_duplicate(cases)) == []


def test_real_ct_bent(tmp_path: Path, hu: Scan) -> None:
    """Bent by 6 mm, as another patient's body is at least, a real CT is another one."""
    random = np.random.default_rng(0)
    bends = [ndimage.gaussian_filter(random.normal(size=hu.shape), 12) for _ in range(3)]
    places = [place + 2 * bend / bend.std() for place, bend in zip(np.indices(hu.shape), bends, strict=True)]
    bent = np.asarray(ndimage.map_coordinates(hu, places, order=1, mode="nearest"))
    assert list(case_near_duplicate(dataset(written(tmp_path, "s1", hu), written(tmp_path, "s2", bent)))) == []
