"""Every file can be read to its last byte, and has the content that its header promises."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from segaudit.model import File, Finding, Severity, check
from segaudit.model.quick_look import QuickLook
from segaudit.model.reading import MAX_AXIS, MOST_VOXELS
from segaudit.model.records import AXES, FaultKind

ALLOWED = ("not divisible by 16",)
"""What nibabel reports in a header although the standard allows it: a voxel offset that is no multiple of 16 hinders
only old versions of SPM."""

PACKED = ("a zip archive", "a tar archive", "a 7z archive", "a bzip2 stream", "an xz stream", "a Zstandard stream",
    "an LZ4 stream", "an LZMA stream", "a zlib stream", "a Unix compress stream", "gzip inside gzip")  # fmt: skip
"""Contents that may hold the volume, packed in another way than its name says."""

REMEDIES = {
    "a Git LFS pointer": "fetch the file itself: git lfs pull",
    "a git-annex pointer": "fetch the file itself: git annex get",
    "an HTML page": "a server answered with a page: fetch it again, with a login where one is needed",
    "a DICOM file": "convert it to NIfTI",
    "an AppleDouble file (macOS metadata)": "delete it, and fetch the volume itself",
    **dict.fromkeys(PACKED, "unpack it, and store what is inside as gzip"),
}
"""What to do, by what a file is instead of a NIfTI file."""

DAMAGED = QuickLook(lambda files, _: [file for file in files if file.faults])
"""Only files with faults, which are rare."""


@check("file-unreadable", Severity.ERROR, where=DAMAGED)
def file_unreadable(file: File) -> Iterator[Finding]:
    """A file cannot be opened or read.

    Why it matters: it could not be audited, and a loader stops at it.
    What to do: look at its permissions, at where its link leads, and at the disk; unpack an archive whose members are
        encrypted or compressed in a way that is not supported; audit again if a network is in between.
    Seen in: UaNet head and neck set, 140 images (https://github.com/uci-cbcl/UaNet/issues/3).
    Blind spots: a disk that returns wrong bytes without an error; in a compressed file, `file-corrupt` reports it.
    """
    yield from _fault(file, "unreadable", "look at its permissions, its link and the disk")


@check("file-empty", Severity.ERROR, where=DAMAGED)
def file_empty(file: File) -> Iterator[Finding]:
    """A file has no bytes.

    Why it matters: an interrupted copy or a full disk left a name without content; a loader stops at it.
    What to do: fetch the file again; where the structure is absent, ship a mask without voxels.
    Blind spots: a file with some bytes passes: a mask without voxels is `mask-expected` or `masks-all-empty`.
    """
    yield from _fault(file, "empty", "fetch it again")


@check("file-not-nifti", Severity.ERROR, where=DAMAGED)
def file_not_nifti(file: File) -> Iterator[Finding]:
    """A file is of another type than its name says.

    Why it matters: a pointer, an error page or an archive was saved in its place; the volume itself is not here.
    What to do: fetch it again: `git lfs pull` for a Git LFS pointer, with a login for a web page. Unpack what was
        packed in another way (zip, xz, Zstandard, gzip twice), and store it as gzip.
    Seen in: Medical Segmentation Decathlon, AppleDouble files of 187 to 331 bytes named `*.nii.gz`.
    Blind spots: only the first bytes are judged. A NIfTI file of another patient, or of another modality, passes.
    """
    fault = file.fault("not-nifti")
    yield from _fault(file, "not-nifti", REMEDIES.get(fault.detail if fault else "", "expected a NIfTI file"))


@check(
    "file-compression", Severity.ERROR, where=QuickLook(lambda files, _: [file for file in files if _misnamed(file)])
)
def file_compression(file: File) -> Iterator[Finding]:
    """A file is compressed although its name says that it is not, or the other way round.

    Why it matters: nibabel goes by the name and refuses it; other readers go by the content, so nobody notices for
        long. A browser or a proxy that unpacks a download on its way leaves such files.
    What to do: compress it with gzip, or rename it.
    Seen in: KiTS19 (https://github.com/neheller/kits19/issues/39); nibabel
        (https://github.com/nipy/nibabel/issues/898).
    Blind spots: other compression than gzip is `file-not-nifti`.
    """
    if _misnamed(file):
        packed = file.content == "gzip"
        message = "compressed with gzip, but its name does not end in .gz: add that to its name, or unpack it"
        plain = "not compressed, but its name ends in .gz: compress it with gzip, or take that off its name"
        yield Finding.about(file, message if packed else plain, file.content, "nifti" if packed else "gzip")


@check("file-corrupt", Severity.ERROR, where=DAMAGED)
def file_corrupt(file: File) -> Iterator[Finding]:
    """A file's compressed bytes are damaged.

    Why it matters: voxels behind the damage are wrong or lost. Common readers do not notice: nibabel stops before the
        checksum, SimpleITK fills what it cannot inflate with zeros.
    What to do: fetch it again; if the source is damaged too, leave the case out and report it.
    Seen in: TotalSegmentator v1, s0864 (https://github.com/wasserth/TotalSegmentator/issues/24,
        https://github.com/wasserth/TotalSegmentator/issues/92).
    Blind spots: only gzip carries a checksum: in a plain `.nii`, changed voxels go unnoticed, and so does damage done
        before the file was compressed.
    """
    yield from _fault(file, "corrupt", "fetch it again")


@check("file-truncated", Severity.ERROR, where=DAMAGED)
def file_truncated(file: File) -> Iterator[Finding]:
    """A file's compressed bytes stop before their end.

    Why it matters: the last slices are missing. SimpleITK 2.5 reads a file cut to 70 per cent without an error.
    What to do: fetch it again; the download or the disk broke off.
    Blind spots: a volume that was cut and then compressed is `file-short`; one whose header was cut with it looks
        whole.
    """
    yield from _fault(file, "truncated", "fetch it again")


@check("file-short", Severity.ERROR, where=DAMAGED)
def file_short(file: File) -> Iterator[Finding]:
    """A file holds fewer voxels than its header promises.

    Why it matters: the bytes are intact but the volume is not: whatever wrote it broke off, or its header is wrong.
    What to do: write it again from its source.
    Blind spots: only the header is known. If it promises fewer slices than were scanned, nothing is reported.
    """
    yield from _fault(file, "short", "write it again from its source")


@check("file-trailing", Severity.WARNING, where=DAMAGED)
def file_trailing(file: File) -> Iterator[Finding]:
    """A file continues after the last voxel.

    Why it matters: readers ignore the rest, so its meaning is unknown: a second volume, or a header with a wrong
        shape.
    What to do: find out what the rest is; write the file again without it.
    Blind spots: the rest is counted, not interpreted, and only for the first 64 MiB.
    """
    yield from _fault(file, "trailing", "find out what follows the voxels")


@check("file-oversized", Severity.ERROR, where=DAMAGED)
def file_oversized(file: File) -> Iterator[Finding]:
    """A file inflates far past what its header promises, or promises more than can be read.

    Why it matters: a few kilobytes can fill a machine's memory; the header or the stream is wrong, or it is an attack.
    What to do: do not open it with other tools; fetch it again. If the scan is that large, raise the contract's
        `reading.max_voxels`, to 2**31 - 1 at most.
    Threshold: more voxels than the contract's `reading.max_voxels`, 2**30 if it states none (512 x 512 x 4,096; a
        native whole-body CT has 512 x 512 x 2,000), or more than 32,767 along an axis, the most that NIfTI-1 can state.
    Blind spots: the limits are those of memory, not of a plausible scan: that is `shape-unexpected`.
    """
    raised = "its header is wrong, or, if it is that large, the contract needs a larger reading.max_voxels"
    never = "its header is wrong; a grid that large is not read with any contract"
    yield from _fault(file, "oversized", raised if _readable(file) else never)


@check(
    "header-invalid",
    Severity.ERROR,
    where=QuickLook(lambda files, _: [file for file in files if file.faults or (file.header and file.header.problems)]),
)
def header_invalid(file: File) -> Iterator[Finding]:
    """A NIfTI header contradicts the standard.

    Why it matters: tools repair such a header in different ways, or refuse it.
    What to do: write the file again with a maintained library.
    Threshold: nibabel's header checks, except for a pixdim[0] of 0 and a voxel offset that is no multiple of 16: the
        standard allows both (https://nifti.nimh.nih.gov/pub/dist/src/niftilib/nifti1.h).
    Blind spots: a wrong value that the standard allows passes, such as a spacing of 1 mm instead of 3 mm.
    """
    yield from _fault(file, "header", "write it again")
    problems = file.header.problems if file.header else ()
    wrong = [problem for problem in problems if not any(words in problem for words in ALLOWED)]
    if wrong and not file.fault("header"):
        yield Finding.about(file, f"{'; '.join(wrong)}; write it again")


def _fault(file: File, kind: FaultKind, advice: str) -> Iterator[Finding]:
    """Yield a finding for one kind of fault: what was found, and what to do."""
    if fault := file.fault(kind):
        yield Finding.about(file, f"{fault.detail}{_lost(file)}; {fault.advice or advice}")


def _readable(file: File) -> bool:
    """Whether a contract could have the grid that a header promises be read."""
    shape = file.header.shape if file.header else ()
    return prod(shape) <= MOST_VOXELS and max(*shape[:2], prod(shape[2:]), 0) <= MAX_AXIS


def _misnamed(file: File) -> bool:
    """Whether a file's compression is another one than its name says."""
    if file.content == "gzip":
        return not file.path.endswith(".gz") and not file.path.lower().endswith(".gz")
    return file.content == "nifti" and file.path.lower().endswith(".gz")


def _lost(file: File) -> str:
    """Return which slices of a volume with three axes are lost, if its bytes end before the last voxel."""
    header, missing = file.header, file.promised_bytes - file.payload_bytes
    if header is None or len(header.shape) != AXES or missing <= 0 or file.fault("oversized"):
        return ""
    slices = header.shape[2]
    content = file.promised_bytes - header.vox_offset
    first = max(0, (file.payload_bytes - header.vox_offset) * slices // content)
    return f"; slices from k {first} on are lost (the last is k {slices - 1})"
