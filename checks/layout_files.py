"""Each file exists once and under its own name, and there are no other files."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import Case, Contract, Dataset, Finding, NotApplicable, Severity, UnexpectedFile, check
from segaudit.model.listing import fold, leftover, stem


@check("file-twin", Severity.ERROR)
def file_twin(case: Case) -> Iterator[Finding]:
    """A volume is stored twice, compressed and plain.

    Why it matters: the tool decides which one is read, and the two may differ.
    What to do: compare them and delete one.
    Blind spots: two files of one volume with different names, and the voxels of the twin, which are not read.
    """
    for unexpected in case.unexpected_files:
        if unexpected.twin:
            message = "stored compressed and plain: tools read either one, keep one"
            named = [file.structure for file in case.files if file.path == unexpected.twin and file.structure]
            yield Finding(case=case.case, structures=tuple(named), file=unexpected.path, message=message)


@check("file-unexpected", Severity.ERROR)
def file_unexpected(case: Case) -> Iterator[Finding]:
    """A case contains a file that does not belong to the layout.

    Why it matters: loaders that read every file of a folder stop at it, or read it as a further class.
    What to do: delete leftovers of programs, move anything else out of the dataset.
    Seen in: Medical Segmentation Decathlon, AppleDouble files beside the images; PROSTATEx, ids that are not padded
        (https://github.com/rcuocolo/PROSTATEx_masks/issues/8).
    Blind spots: a file with the name of a structure counts as its mask. Folders in a case are named, but not listed.
    """
    for unexpected in case.unexpected_files:
        if not unexpected.twin:
            yield Finding(case=case.case, file=unexpected.path, message=_place(unexpected))


@check("dataset-file-unexpected", Severity.ERROR)
def dataset_file_unexpected(dataset: Dataset) -> Iterator[Finding]:
    """Beside the cases is a file, folder or link that does not belong to the layout.

    Why it matters: loaders that read every folder as a case stop at it, or read one case twice; a broken link is a
        case or a table that is lost.
    What to do: delete leftovers of programs, repair broken links, move anything else out of the dataset.
    Threshold: reported are folders that are no case, broken links, files named like a case, volumes, second tables of
        metadata and names that are not UTF-8; documents, scripts and hidden folders such as `.git` are not.
    Blind spots: hidden folders, documents, scripts and tables with other names than `meta.csv` pass.
    """
    for unexpected in dataset.unexpected_files:
        yield Finding(file=unexpected.path, message=_place(unexpected))


@check("link-outside", Severity.WARNING)
def link_outside(case: Case) -> Iterator[Finding]:
    """A link in the dataset leads out of it.

    Why it matters: in a copy of the dataset the link is broken, or it shows what lies there in another place.
    What to do: put the file itself in the link's place.
    Threshold: links of cases, their folders and their volumes; where they lead is read, but not named. A link without
        an end is `file-unreadable`, one beside the cases `dataset-link-outside`.
    Seen in: nothing public.
    Blind spots: links within the dataset, and links of the file system that are no symbolic ones.
    """
    for path in case.outside:
        yield Finding(case=case.case, file=path, message="a link out of the dataset: put the file itself in its place")


@check("dataset-link-outside", Severity.WARNING)
def dataset_link_outside(dataset: Dataset) -> Iterator[Finding]:
    """A link beside the cases, or the list of cases in `dataset.json`, leads out of the dataset.

    Why it matters: in a copy of the dataset the link is broken: the table, the description or all images are lost. An
        audit does not see what only the list names.
    What to do: put the file or folder itself in the link's place; audit the dataset that has the listed files, too.
    Threshold: folders of the layout, at any depth those of files that `dataset` lists, descriptions, tables and
        documents; where they lead is read, but not named. Links of cases are `link-outside`, those without an end and
        those to what has no place in the layout are `dataset-file-unexpected`. Of cases that `dataset` lists, those
        with a file outside of the dataset, or below a variable such as `$nnUNet_raw` that does not lead into it.
    Seen in: nothing public.
    Blind spots: hidden folders, links within the dataset, and links of the file system that are no symbolic ones.
    """
    for name in dataset.outside:
        yield Finding(file=name, message="a link out of the dataset: put what it leads to in its place")
    for flaw in dataset.flaws or ():
        if flaw.kind == "outside":
            yield Finding(file=flaw.file, message=flaw.text)


@check("file-misnamed", Severity.WARNING)
def file_misnamed(case: Case) -> Iterator[Finding]:
    """A name differs from the promised one in letter case or Unicode form.

    Why it matters: it is found on one file system but not on another, and an archive may contain both.
    What to do: rename it.
    Blind spots: names that differ in more than letter case or Unicode form are `mask-unknown`, `file-unexpected` or
        `dataset-file-unexpected`.
    """
    if not case.folder:
        raise NotApplicable("the names of files are ids of cases")
    named = (file for file in case.files if not file.path.endswith(f"/{file.structure or 'ct'}.nii.gz"))
    names = [(case.folder, case.case, "", "")]
    names += [(stem(_name(file.path)), file.structure or "ct", file.structure, file.path) for file in named]
    for found, expected, structure, path in names:
        if found != expected and fold(found) == fold(expected):
            yield Finding(
                case=case.case,
                structures=(structure,) if structure else (),
                file=path,
                message=f"named {found!a}, expected {expected!a}: rename it",
                observed=found,
                expected=expected,
            )


@check("archive-unexpected", Severity.WARNING, needs="archives")
def archive_unexpected(dataset: Dataset, contract: Contract) -> Iterator[Finding]:
    """The archive of the dataset is none of those that were published.

    Why it matters: it was packed again, replaced or truncated, and may differ from the published one.
    What to do: compare its checksum with the published one, or fetch it again.
    Threshold: its size in bytes, compared with those of the archives in the contract; an archive with fewer than half
        of the cases is a subset and is not judged.
    Seen in: TotalSegmentator v2.0.0, where the reporter and the maintainer had different archives under one record
        (https://github.com/wasserth/TotalSegmentator/issues/193).
    Blind spots: another archive of the same size, and unpacked copies; the contents are verified file by file.
    """
    if dataset.archive is None or 2 * len(dataset.folders) < (contract.cases.count or 0):
        raise NotApplicable("not in an archive, or in that of a subset")
    name, size = dataset.archive
    if size not in contract.archives.values():
        known = " or ".join(f"{size:,} ({archive})" for archive, size in contract.archives.items())
        yield Finding(file=name, message=f"{size:,} bytes, expected {known}", observed=size, expected=known)


@check("archive-ambiguous", Severity.ERROR)
def archive_ambiguous(dataset: Dataset) -> Iterator[Finding]:
    """Programs unpack the archive of the dataset in different ways.

    Why it matters: of two entries with one name, one program keeps the first and another one the last; where back
        slashes separate folders, Python unpacks files without folders.
    What to do: pack the folder again, with another program.
    Threshold: a name that is there twice, or both as a file and as a folder; a name that leads out of the folder; back
        slashes between folders (PKWARE's APPNOTE.TXT, 4.4.17, asks for forward slashes).
    Blind spots: names that differ in letter case only (`dataset-file-unexpected`, `file-unexpected`). Of two entries
        the last one is audited.
    """
    if dataset.archive is None:
        raise NotApplicable("not in an archive")
    for path, flaw in dataset.archive_flaws.items():
        yield Finding(file=path or dataset.archive[0], message=f"{flaw}: pack it again")


@check("file-ending", Severity.ERROR)
def file_ending(case: Case) -> Iterator[Finding]:
    """A file's name has another ending than `dataset.json` promises.

    Why it matters: nnU-Net finds only files with that ending; it leaves the case out, or stops at a missing image.
    What to do: store the file again in the promised format; if all files are alike, correct `file_ending`.
    Seen in: nothing public.
    Blind spots: files that `dataset` lists, which nnU-Net finds under any name; a file whose content is of another type
        than its name says, which is `file-not-nifti`.
    """
    if not case.ending:
        raise NotApplicable("no ending is promised")
    for file in case.files:
        if not file.path.endswith(case.ending):
            yield Finding.about(file, f"its name does not end in {case.ending}: store it again in that form")


def _place(unexpected: UnexpectedFile) -> str:
    """Describe an unexpected file, and what to do with it."""
    return leftover(_name(unexpected.path)) or "has no place in the layout: move it out of the dataset"


def _name(path: str) -> str:
    """Return the last part of a path."""
    return path.rpartition("/")[2]
