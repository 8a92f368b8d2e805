"""Checks as they are declared, and findings about a record."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from segaudit.model import Contract, Finding, Limit, Mask, Severity, Spot, check
from segaudit.testing.records import healthy_case, healthy_ct, healthy_mask, small_contract

OWN, OTHER = (
    (Limit("a-b.share", 0.5, "", "a share", "none"), Limit("a-b.least", 1.0, "ml", "a volume", "none")),
    Limit("a-c.share", 0.5, "", "a share", "none"),
)


def nothing(mask: Mask) -> Iterator[Finding]:
    """Masks are right."""
    if not mask.structure:
        yield Finding.about(mask, "no name")


def unlike(mask: Mask, mask_too: Mask) -> Iterator[Finding]:
    """Masks are alike."""
    if mask.structure != mask_too.structure:
        yield Finding.about(mask, "another name")


@pytest.mark.parametrize("name", ["tiny", "-a-b", "a-b-", "a--b", "A-b", "a_b-c", "a-b\n", ""])
def test_ids_that_are_no_names(name: str) -> None:
    """An id has two words or more in lower case."""
    with pytest.raises(ValueError, match=r"check id '.*' is not kebab-case"):
        check(name, Severity.INFO)


@pytest.mark.parametrize("limits", [(OTHER,), (*OWN, OTHER), (OWN[0], OWN[0]), (*OWN, OWN[1])])
def test_limits_of_others_or_twice(limits: tuple[Limit, ...]) -> None:
    """A limit is declared once, by the check that it is named after."""
    with pytest.raises(ValueError, match="a-b: expected limits of its own, each once"):
        check("a-b", Severity.INFO, limits=limits)


def test_what_a_check_declares() -> None:
    """Its limits and its pre-filter are kept; it is called like its function."""
    declared = check("a-b", Severity.INFO, needs="structures", where=lambda mask: mask.voxels > 1, limits=OWN)(nothing)
    assert (declared.id, declared.severity, declared.unit) == ("a-b", Severity.INFO, Mask)
    assert (declared.takes_contract, declared.needs, declared.limits) == (False, "structures", OWN)
    masks = [healthy_mask(voxels=voxels) for voxels in (2, 1, 0)]
    assert declared.suspects(masks, small_contract()) == masks[:1]
    assert (declared.summary, declared.shipped, declared.file, list(declared(masks[0]))) == (
        "Masks are right.",
        False,
        "",
        [],
    )


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda _: iter(()), "a-b: the first parameter of a check is annotated"),
        (unlike, "a-b: the second parameter of a check is the contract, not"),
    ],
)
def test_parameters(function: Callable[..., Iterator[Finding]], message: str) -> None:
    """The first one says what is looked at, the second one is the contract."""
    with pytest.raises(TypeError, match=message):
        check("a-b", Severity.INFO)(function)


def test_a_second_parameter() -> None:
    """A check with one sees the contract."""

    def small(mask: Mask, contract: Contract) -> Iterator[Finding]:
        yield Finding.about(mask.file, contract.name)

    assert check("a-b", Severity.INFO)(small).takes_contract


def test_findings_about_a_record() -> None:
    """A mask gives its case, structure, path and spot, a file all but the spot; what is stated counts."""
    mask, spot = healthy_mask(), Spot.at((1, 2, 3), (4, 5, 6))
    found = Finding.about(mask, "odd", 2, 1.5)
    assert (found.case, found.structures, found.file, found.spot) == (
        "s0001",
        ("liver",),
        "s0001/segmentations/liver.nii.gz",
        mask.spot,
    )
    assert (found.message, found.observed, found.expected) == ("odd", 2, 1.5)
    assert Finding.about(mask, "odd", spot=spot).spot == spot
    assert Finding.about(mask.file, "odd").spot is None
    ct = healthy_case(ct=healthy_ct()).ct
    assert ct is not None
    assert Finding.about(ct.file, "odd").structures == ()
