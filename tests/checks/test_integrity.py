"""Checks of integrity: what is wrong with the bytes of a file."""

from __future__ import annotations

from typing import get_args

import pytest

from segaudit.checks import integrity
from segaudit.model import Check, Fault, Finding
from segaudit.model.records import FaultKind
from segaudit.testing.records import healthy_file, healthy_header

CHECKS: dict[FaultKind, tuple[Check[...], str]] = {
    "unreadable": (integrity.file_unreadable, "look at its permissions, its link and the disk"),
    "empty": (integrity.file_empty, "fetch it again"),
    "not-nifti": (integrity.file_not_nifti, "expected a NIfTI file"),
    "corrupt": (integrity.file_corrupt, "fetch it again"),
    "truncated": (integrity.file_truncated, "fetch it again"),
    "header": (integrity.header_invalid, "write it again"),
    "short": (integrity.file_short, "write it again from its source"),
    "trailing": (integrity.file_trailing, "find out what follows the voxels"),
    "oversized": (
        integrity.file_oversized,
        "its header is wrong, or, if it is that large, the contract needs a larger reading.max_voxels",
    ),
}


def test_every_fault_has_its_check() -> None:
    """There is a check for each kind of fault that measuring knows."""
    assert set(CHECKS) == set(get_args(FaultKind))


@pytest.mark.parametrize("kind", CHECKS)
def test_fault_is_found_by_its_check_alone(kind: FaultKind) -> None:
    """A fault is one finding of one check, with what was found and what to do."""
    file = healthy_file("liver", faults=(Fault(kind, "what was found"),))
    found = {other: list(check(file)) for other, (check, _) in CHECKS.items()}
    finding = Finding(
        case="s0001",
        structures=("liver",),
        file="s0001/segmentations/liver.nii.gz",
        message=f"what was found; {CHECKS[kind][1]}",
    )
    assert found == {other: [finding] if other == kind else [] for other in CHECKS}


@pytest.mark.parametrize(
    ("shape", "helps"),
    [
        ((1024, 1024, 2047), True),
        ((1024, 1024, 2048), False),
        ((32767, 2, 2), True),
        ((32768, 2, 2), False),
        ((2, 2, 200, 163), True),
        ((2, 2, 200, 164), False),
    ],
)
def test_a_contract_helps_up_to_what_is_ever_read(shape: tuple[int, ...], *, helps: bool) -> None:
    """Beyond the largest number of voxels, in all or along an axis, no key of a contract is named."""
    file = healthy_file("liver", faults=(Fault("oversized", "too large"),), header=healthy_header(shape=shape))
    (finding,) = integrity.file_oversized(file)
    assert ("reading.max_voxels" in finding.message) is helps
    assert helps or finding.message == "too large; its header is wrong; a grid that large is not read with any contract"


def test_advice_of_the_fault_itself() -> None:
    """Where a fault says what to do, that is what the finding says."""
    file = healthy_file("liver", faults=(Fault("corrupt", "in the archive: CRC", "fetch the archive again"),))
    assert [finding.message for finding in integrity.file_corrupt(file)] == [
        "in the archive: CRC; fetch the archive again"
    ]


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        ("a Git LFS pointer", "fetch the file itself: git lfs pull"),
        ("a Zstandard stream", "unpack it, and store what is inside as gzip"),
        ("gzip inside gzip", "unpack it, and store what is inside as gzip"),
        ("text", "expected a NIfTI file"),
    ],
)
def test_what_is_there_instead_has_its_remedy(content: str, remedy: str) -> None:
    """What to do follows from what the file is."""
    file = healthy_file("liver", content=content, faults=(Fault("not-nifti", content),))
    assert [finding.message for finding in integrity.file_not_nifti(file)] == [f"{content}; {remedy}"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("liver.nii.gz", "gzip", ""),
        ("liver.NII.GZ", "gzip", ""),
        ("liver.nii", "nifti", ""),
        ("liver.nii.gz", "nifti", "not compressed, but its name ends in .gz: compress it with gzip, or take that off"),
        ("liver.nii", "gzip", "compressed with gzip, but its name does not end in .gz: add that to its name, or"),
        ("liver.nii.gz", "a Zstandard stream", ""),
        ("liver.nii.gz", "empty", ""),
        ("liver.nii", "", ""),
    ],
)
def test_name_and_compression(name: str, content: str, message: str) -> None:
    """A name that promises another compression than the content has is a finding, in whatever letter case."""
    found = list(integrity.file_compression(healthy_file("liver", path=name, content=content)))
    assert len(found) == bool(message)
    assert all(finding.message.startswith(message) for finding in found)
    assert {(finding.observed, finding.expected) for finding in found} <= {("gzip", "nifti"), ("nifti", "gzip")}


def test_two_faults_are_two_findings() -> None:
    """One fault does not hide another."""
    file = healthy_file(faults=(Fault("corrupt", "a"), Fault("trailing", "b")))
    assert [len(list(check(file))) for check, _ in CHECKS.values()].count(1) == 2


def test_header_problems() -> None:
    """What nibabel's checks say is one finding."""
    file = healthy_file("", header=healthy_header(problems=("bitpix does not match datatype", "magic is wrong")))
    assert list(integrity.header_invalid(file)) == [
        Finding(
            case="s0001",
            file="s0001/ct.nii.gz",
            message="bitpix does not match datatype; magic is wrong; write it again",
        )
    ]


def test_what_the_standard_allows() -> None:
    """A voxel offset of 360 is no finding."""
    problems = ("vox offset (=360) not divisible by 16, not SPM compatible",)
    assert list(integrity.header_invalid(healthy_file(header=healthy_header(problems=problems)))) == []


def test_damaged_header_is_one_finding() -> None:
    """If a header cannot be read, its further problems are not reported."""
    file = healthy_file(header=healthy_header(problems=("more",)), faults=(Fault("header", "cannot be decoded"),))
    assert [finding.message for finding in integrity.header_invalid(file)] == ["cannot be decoded; write it again"]


@pytest.mark.parametrize(
    ("payload", "lost"),
    [
        (352 + 2 * 6, "; slices from k 2 on are lost (the last is k 3)"),
        (352 + 2 * 6 + 5, "; slices from k 2 on are lost (the last is k 3)"),
        (352 + 3 * 6 + 5, "; slices from k 3 on are lost (the last is k 3)"),
        (352 + 5, "; slices from k 0 on are lost (the last is k 3)"),
        (100, "; slices from k 0 on are lost (the last is k 3)"),
        (352 + 4 * 6, ""),
    ],
)
def test_lost_slices_are_reported(payload: int, lost: str) -> None:
    """Those that begin before the bytes end, and are not whole; none where only what follows the voxels is missing."""
    header = healthy_header(shape=(2, 3, 4), vox_offset=352)
    cut = Fault("truncated", "cut off after 9 bytes")
    file = healthy_file("liver", header=header, promised_bytes=352 + 4 * 6, payload_bytes=payload, faults=(cut,))
    assert [finding.message for finding in integrity.file_truncated(file)] == [
        f"cut off after 9 bytes{lost}; fetch it again"
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"header": None},
        {"header": healthy_header(shape=(2, 12))},
        {"header": healthy_header(shape=(2, 3, 4, 1))},
        {"faults": (Fault("truncated", "cut off after 9 bytes"), Fault("oversized", "too large"))},
    ],
    ids=["no header", "two axes", "four axes", "too large to be read"],
)
def test_slices_that_are_not_known(changes: dict[str, object]) -> None:
    """Which of them are lost is said of a volume with three axes that was read to its end."""
    cut = {
        "header": healthy_header(shape=(2, 3, 4)),
        "faults": (Fault("truncated", "cut off after 9 bytes"),),
        "promised_bytes": 352 + 4 * 6,
        "payload_bytes": 352 + 6,
    }
    (finding,) = integrity.file_truncated(healthy_file("liver", **(cut | changes)))
    assert finding.message == "cut off after 9 bytes; fetch it again"
