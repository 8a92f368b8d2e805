"""No file has more information about the patient than its voxels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from segaudit.model import Contract, File, Finding, Limit, Severity, check
from segaudit.model.quick_look import QuickLook

MAX_SHOWN_CHARACTERS = 40
"""The most characters of a text that a finding shows."""

EXTENSIONS = {2: "DICOM", 4: "AFNI", 6: "comment"}
"""Codes of header extensions (https://nifti.nimh.nih.gov/nifti-1/documentation/faq)."""

SIGNATURE = re.compile(
    r"((AFNI|ANTs|C3D|Convert3D|dcm2niix?|FreeSurfer|FSL|ITK|MATLAB|MRIcroGL|NiBabel|NiftyReg|SimpleITK|SPM|TotalSegmentator)"
    r"[ _-]?v?\d{0,4}(\.\d+)*|\d(\.\d{1,2}){1,2})(:[0-9a-f]{6,10})?",
    re.IGNORECASE,
)
"""A program with its version or, as FSL writes it, only the version: ``SPM12``, ``6.0.5:9e026117``."""

WORDS = frozenset({
    "ct", "mri", "mr", "nii", "gz", "mm", "seg", "segmentation", "segmentations", "mask", "masks", "label", "labels",
    "image", "img", "volume", "total", "organ", "lobe", "left", "right", "upper", "lower", "middle", "heart", "lung",
})  # fmt: skip
"""Words of ordinary file names. TotalSegmentator's own names inside gzip, such as ``organ_left_kidney.nii``, have only
these and those of the class list."""

DIGITS = Limit(
    "header-text.digits",
    3,
    "digits",
    "the digits of a number in a gzip name that may be there",
    "Numbers of ribs, spacings and counts have as many at most; longer ones are dates and patient numbers.",
)


@check(
    "header-text",
    Severity.WARNING,
    limits=(DIGITS,),
    where=QuickLook(lambda files, contract: _with_text(files, contract)),  # noqa: PLW0108 (defined below)
)
def header_text(file: File, contract: Contract) -> Iterator[Finding]:
    """A file contains unnecessary text, which may identify the patient.

    Why it matters: names, dates, accession numbers and paths remain in header fields, in gzip's own header and in
        header extensions when the DICOM tags are removed.
    What to do: read it; write the file again without it.
    Threshold: every text field, gzip comment and extension. Not reported are a field with only the name and version of
        a known program, and a gzip name that consists of words from the class list, case id, layout and the file's own
        path, with numbers of up to three digits.
    Blind spots: words of anatomy and numbers of up to three digits inside the gzip name pass, even if they identify
        someone. Voxels, which may show faces and burned-in text, are not judged.
    """
    header = file.header
    for field, text in header.text.items() if header else ():
        if not SIGNATURE.fullmatch(text.strip()):
            yield Finding.about(file, f"text in {field}: {_excerpt(text)}")
    if file.gzip_comment:
        yield Finding.about(file, f"gzip comment: {_excerpt(file.gzip_comment)}")
    for extension in header.extensions if header else ():
        kind = EXTENSIONS.get(extension.code, "unknown")
        excerpt = f": {_excerpt(extension.excerpt)}" if extension.excerpt else ""
        yield Finding.about(file, f"header extension {extension.code} ({kind}), {extension.size} bytes{excerpt}")
    if strange := _strange(file, contract):
        yield Finding.about(file, f"gzip name with other words than the layout's: {_excerpt(' '.join(strange))}")


def _with_text(files: Sequence[File], contract: Contract) -> list[File]:
    """Return the files with anything in their headers that may be text, and with names inside gzip that may tell."""
    anatomies, digits = contract.anatomies, DIGITS.of(contract)
    return [
        file
        for file in files
        if file.gzip_comment
        or ((header := file.header) and (header.text or header.extensions))
        or (file.gzip_name and _telling(file.gzip_name, anatomies, digits))
    ]


def _strange(file: File, contract: Contract) -> tuple[str, ...]:
    """Return the words of the name inside gzip that are neither ordinary nor the layout's."""
    words = _telling(file.gzip_name, contract.anatomies, DIGITS.of(contract))
    return words and tuple(word for word in words if word not in (*_words(file.path), *_words(file.case)))


@lru_cache(4096)  # thousands of cases have the same names
def _telling(name: str, structures: frozenset[str], digits: float) -> tuple[str, ...]:
    """Return the words and long numbers of a name that are neither ordinary nor in a class list."""
    words = [word for word in dict.fromkeys(_words(name)) if word not in _vocabulary(structures)]
    return tuple(word for word in words if not (word.isdigit() and len(word) <= digits))


@cache
def _vocabulary(structures: frozenset[str]) -> frozenset[str]:
    """Return the words that are ordinary in file names, including those of a class list."""
    return WORDS.union(*map(_words, structures))


def _words(name: str) -> list[str]:
    """Split a name into words and numbers, in lower case: "vertebrae_T10" into vertebrae, t, 10."""
    return re.findall(r"[^\W\d_]+|\d+", name.lower())


def _excerpt(text: str) -> str:
    """Return the beginning of a text, quoted, with control characters escaped."""
    return repr(text if len(text) <= MAX_SHOWN_CHARACTERS else f"{text[:MAX_SHOWN_CHARACTERS]}...")
