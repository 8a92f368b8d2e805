"""Similarity of CTs: compared with numpy, and with a comparison of every pair."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segaudit.model import Ct, File
from segaudit.model.alike_thumbnails import correlating
from segaudit.model.likeness import Likeness, containment, correlation, likenesses
from segaudit.model.shared_members import sharing

FINGERPRINT_MEMBERS = 512
THUMBNAIL_SIDE = 32
MOST = 16

SHAPE = (THUMBNAIL_SIDE,) * 3

Sketch = NDArray[np.uint64]


def picture(seed: int, noise: float = 0.0) -> bytes:
    """Return a thumbnail of boxes, with noise of its own."""
    random = np.random.default_rng(seed)
    coarse = random.uniform(40, 215, (4, 4, 4)).repeat(8, 0).repeat(8, 1).repeat(8, 2)
    return (coarse + np.random.default_rng().normal(0, noise, SHAPE) if noise else coarse).astype(np.uint8).tobytes()


def sketch_of(hashes: Sketch) -> Sketch:
    """Return the fingerprint of a set of hashes."""
    return np.unique(hashes)[:FINGERPRINT_MEMBERS]


def made(case: str, thumbnail: bytes = b"", members: Sketch | None = None, **changes: object) -> Ct:
    """Return a CT that is not blank."""
    fields: dict[str, object] = {"std": 400.0, "body_share": 0.5, "digest": case, "thumbnail": thumbnail} | changes
    fingerprint = b"" if members is None else members.astype("<u8").tobytes()
    return Ct(case=case, file=File(case=case), fingerprint=fingerprint, **fields)  # type: ignore[arg-type]


@given(st.integers(0, 2**32))
def test_correlation_is_pearsons(seed: int) -> None:
    """The correlation is numpy's."""
    one, other = np.random.default_rng(seed).integers(0, 256, (2, *SHAPE), np.uint8)
    expected = np.corrcoef(one.ravel(), other.ravel())[0, 1]
    assert correlation(one.tobytes(), other.tobytes()) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("other", [b"", bytes(THUMBNAIL_SIDE**3)], ids=["none", "one grey value"])
def test_nothing_correlates_with(other: bytes) -> None:
    """A blank thumbnail correlates with nothing, not even itself."""
    assert [correlation(picture(0), other), correlation(other, picture(0)), correlation(other, other)] == [0, 0, 0]


@given(st.integers(0, 2**32), st.integers(1, 4000), st.integers(1, 4000), st.floats(0, 1))
def test_containment_estimates_the_share(seed: int, own: int, others: int, part: float) -> None:
    """The share is exact for sets that fit into a fingerprint, and approximate for larger ones."""
    hashes = np.random.default_rng(seed).integers(0, 2**64, own + others, np.uint64)
    common = round(part * min(own, others))
    one, other = hashes[:own], hashes[own - common : own - common + others]
    share, members = containment(sketch_of(one), sketch_of(other))
    expected = common / min(own, others)
    if max(own, others) < FINGERPRINT_MEMBERS:
        assert (share, members) == (expected, common)
    elif min(own, others) * FINGERPRINT_MEMBERS > 100 * max(own, others):
        assert share == pytest.approx(expected, abs=0.25)
    assert (members == 0) == (share == 0)


def test_full_fingerprints_are_compared_up_to_the_last_member() -> None:
    """That counts, too; beyond the smaller of two last ones, nothing is known of the other."""
    full = np.arange(FINGERPRINT_MEMBERS, dtype=np.uint64)
    assert containment(full, full) == (1, FINGERPRINT_MEMBERS)
    assert containment(full, 2 * full) == (1, FINGERPRINT_MEMBERS // 2)


def test_containment_of_nothing() -> None:
    """An empty fingerprint has nothing in common."""
    nothing, some = np.empty(0, np.uint64), np.arange(9, dtype=np.uint64)
    assert [containment(nothing, some), containment(nothing, nothing), containment(some, some)] == [
        (0, 0),
        (0, 0),
        (1, 9),
    ]


def test_all_pairs_are_compared() -> None:
    """The pairs found are those that comparing one by one finds, by thumbnail or by fingerprint."""
    random = np.random.default_rng(0)
    hashes = random.integers(0, 2**64, (6, FINGERPRINT_MEMBERS), np.uint64)
    cts = [
        made(f"s{n:02d}", picture(n % 7, 5), sketch_of(np.concatenate([hashes[n % 6, n:], hashes[n % 5, :n]])))
        for n in range(12)
    ]
    sketches = {ct.case: np.frombuffer(ct.fingerprint, "<u8") for ct in cts}
    expected = set()
    for one, other in combinations(cts, 2):
        r, (share, members) = (
            correlation(one.thumbnail, other.thumbnail),
            containment(sketches[one.case], sketches[other.case]),
        )
        if r > 0.95 or members > 1:
            expected.add(Likeness(one.case, other.case, r, share, members))
    found = likenesses(reversed(cts))
    assert set(found) == expected
    assert len(expected) > 10
    assert [pair.share for pair in found] == sorted((pair.share for pair in found), reverse=True)


@pytest.mark.parametrize(
    "other",
    [
        made("s2", picture(0), digest="s1"),
        made("s2", picture(0), std=1.0),
        made("s2", picture(1)),
        made("s2", bytes(THUMBNAIL_SIDE**3)),
        made("s2"),
    ],
    ids=["copy", "blank", "another", "one grey value", "no thumbnail"],
)
def test_no_pair(other: Ct) -> None:
    """Exact copies, empty CTs, and different CTs make no pair."""
    assert likenesses([made("s1", picture(0)), other]) == ()


def test_no_cts() -> None:
    """Without CTs there are no pairs."""
    assert likenesses([]) == ()


def test_only_the_first_copy_is_compared() -> None:
    """Of equal CTs, only that of the first case is compared."""
    cts = [made("s3", picture(0), digest="a"), made("s1", picture(0), digest="a"), made("s2", picture(0), digest="b")]
    pairs = likenesses(cts)
    assert [(pair.first, pair.second, round(pair.correlation, 5)) for pair in pairs] == [("s1", "s2", 1.0)]


@pytest.mark.parametrize(("distinct", "found"), [(4000, True), (1001, True), (1000, False), (250, False)])
def test_values_in_few_steps_tell_nothing(distinct: int, *, found: bool) -> None:
    """From 3 HU between values on, runs of voxels are alike in any two CTs."""
    members = np.arange(1, 400, dtype=np.uint64)
    quantiles = (-1000.0, *(0.0,) * 7, 2000.0)
    cts = [made(case, members=members, distinct=distinct, quantiles=quantiles) for case in "ab"]
    assert bool(likenesses(cts)) == found


def group(number: int, *, noise: float = 0.0, crops: bool = False) -> list[Ct]:
    """Return CTs of one body, by thumbnail with noise of their own, or by fingerprint as parts of one scan."""
    random = np.random.default_rng(number)
    scan = np.sort(random.integers(0, 2**64, FINGERPRINT_MEMBERS, np.uint64))
    if crops:
        return [made(f"s{n:03d}", members=scan[random.random(scan.size) < 0.9]) for n in range(number)]
    return [made(f"s{n:03d}", picture(0, noise)) for n in range(number)]


@pytest.mark.parametrize("number", [MOST, MOST + 1, 3 * MOST])
@pytest.mark.parametrize("cts", [partial(group, noise=3), partial(group, crops=True)], ids=["noise", "crops"])
def test_a_group_of_any_size_is_found_with_few_pairs(number: int, cts: Callable[[int], list[Ct]]) -> None:
    """Each but the first has a similar earlier one; up to a limit all pairs are there, above it not n squared."""
    pairs = likenesses(cts(number))
    assert {pair.second for pair in pairs} == {f"s{n:03d}" for n in range(1, number)}
    assert all(pair.first < pair.second for pair in pairs)
    assert (len(pairs) == number * (number - 1) // 2) == (number <= MOST + 1)
    assert len(pairs) <= 2 * MOST * number


@pytest.mark.parametrize("cts", [group(70, noise=3), group(70, crops=True)], ids=["noise", "crops"])
def test_a_group_is_compared_across_splits(cts: list[Ct]) -> None:
    """A case in another split than all of a large group is paired with cases of that one, whatever its place in it."""
    for odd in ("s069", "s040"):
        pairs = likenesses(cts, {ct.case: "test" if ct.case == odd else "train" for ct in cts})
        assert sum(pair.second == odd for pair in pairs) >= MOST


@given(st.integers(0, 2**32), st.integers(1, 40), st.floats(0, 40))
def test_the_bound_holds(seed: int, number: int, noise: float) -> None:
    """No pair that correlates is lost by looking at a few numbers first; each is what numpy says it is."""
    random = np.random.default_rng(seed)
    fields = random.uniform(0, 255, (3, 4, 4, 4)).repeat(8, 1).repeat(8, 2).repeat(8, 3)
    cells = [np.clip(fields[n % 3] + random.normal(0, noise, SHAPE), 0, 255).astype(np.uint8) for n in range(number)]
    coarse = [each.reshape(16, 2, 16, 2, 16, 2).sum(axis=(1, 3, 5)).ravel() for each in cells]
    found = set(correlating([each.tobytes() for each in cells], np.arange(number)))
    for one, other in combinations(range(number), 2):
        r = np.corrcoef(coarse[one], coarse[other])[0, 1]
        if abs(r - 0.95) > 1e-4:
            assert ((one, other) in found) == (r > 0.95)


@pytest.mark.parametrize("common", [[0, 1], [0, 8], [8, 16], [7, 15], [2**64 - 1, 5]])
def test_two_common_members_make_a_pair(common: list[int]) -> None:
    """Whichever they are: the smallest, the largest, of one part or of two; one makes none."""
    own = np.array([[100, 203], [301, 405]], np.uint64)
    for shared, expected in ((common, [(0, 1)]), (common[:1], [])):
        both = np.array(shared, np.uint64)
        sketches = [np.sort(np.concatenate([both, each])) for each in own]
        assert list(sharing(sketches, np.zeros(2, np.int64))) == expected


@pytest.mark.parametrize("number", [2 * MOST, 2 * MOST + 1])
def test_members_that_many_have(number: int) -> None:
    """Up to 32, all pairs are there; of more, those with the first 16 of each split."""
    kinds = np.arange(number, dtype=np.int64) % 2
    pairs = set(sharing([np.array([3, 11], np.uint64)] * number, kinds))
    every = set(combinations(range(number), 2))
    first = {pair for pair in every if pair[0] < 2 * MOST}
    assert pairs == (every if number == 2 * MOST else first)
    one_kind = set(sharing([np.array([3, 11], np.uint64)] * number, np.zeros(number, np.int64)))
    assert one_kind == (every if number == 2 * MOST else {pair for pair in every if pair[0] < MOST})
