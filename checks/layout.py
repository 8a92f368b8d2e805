"""Every promised case and file is there, once and under its own name, and nothing else is."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from segaudit.model import Case, Contract, Dataset, Finding, NotApplicable, Severity, Stranger, check
from segaudit.model.listing import fold, leftover, stem

NEARLY_ALIKE = 0.8
"""Similarity (difflib's ratio) from which an unknown name counts as a misspelling of a structure that has no mask."""

NAMED = 3
"""How many cases a finding about many lists."""


@check("case-missing", Severity.ERROR)
def case_missing(dataset: Dataset) -> Iterator[Finding]:
    """A case that the metadata lists has no folder.

    Why it matters: whoever follows the metadata or its splits trains on fewer cases than stated, or stops halfway.
    What to do: fetch the case again, or take its row out of the metadata. Where most cases are missing, the copy is a
        partial download: audit it with the rows of its own cases.
    Threshold: one finding for all where more than half of the listed cases are missing, else one for each.
    Seen in: AbdomenCT-1K, images of 2 of 50 cases (https://github.com/JunMa11/AbdomenCT-1K/issues/12); RibSeg, 180 of
        660 labels (https://github.com/HINTLab/RibSeg/issues/7).
    Blind spots: a case that is missing from folders and metadata alike shows in `case-count` alone, and a folder
        without files counts as a case.
    """
    listed = _listed(dataset)
    missing = listed - frozenset(dataset.folders)
    message = "listed in the metadata, but has no folder"
    yield from _each_or_all(missing, len(listed), message, "listed cases have no folder")


@check("case-unlisted", Severity.ERROR)
def case_unlisted(dataset: Dataset) -> Iterator[Finding]:
    """A case has a folder but no row in the metadata.

    Why it matters: it belongs to no split, so it may end up in training and in testing.
    What to do: add its row to the metadata, or take the folder out of the release.
    Threshold: one finding for all where more than half of the cases are unlisted, else one for each.
    Blind spots: a case that is listed under another one's id is not noticed.
    """
    unlisted = frozenset(dataset.folders) - _listed(dataset)
    message = "has a folder, but the metadata does not list it"
    yield from _each_or_all(unlisted, len(dataset.folders), message, "cases are not listed in the metadata")


@check("case-count", Severity.ERROR, needs="cases.count")
def case_count(dataset: Dataset, contract: Contract) -> Iterator[Finding]:
    """Neither the folders nor the rows of the metadata are as many as promised.

    Why it matters: the number is in the paper; results on another number of cases are results on other data.
    What to do: find the cases that are missing or too many, or correct the promise.
    Threshold: judged when at least half of the promised cases are there; fewer are a subset (`dataset-partial`).
    Seen in: AbdomenCT-1K, Subtask 2, 281/9/27/44 instead of 281/40/40 after a wrong upload
        (https://github.com/JunMa11/AbdomenCT-1K/issues/7).
    Blind spots: a case too few and another too many make the right number.
    """
    promised, counts = contract.cases.count or 0, _counts(dataset)
    if 2 * max(counts) < promised:
        raise NotApplicable("a subset")
    if promised not in counts:
        message = f"{max(counts)} cases, {promised} promised"
        yield Finding(message=message, observed=max(counts), expected=promised)


@check("dataset-partial", Severity.WARNING, needs="cases.count")
def dataset_partial(dataset: Dataset, contract: Contract) -> Iterator[Finding]:
    """Fewer than half of the promised cases are there or listed: this is a subset.

    Why it matters: what is clean in a subset says nothing about the rest, and no statistic can match the published one.
    What to do: nothing if a subset is meant (extend the contract with its own count); else fetch the rest.
    Threshold: half of the promised number of cases.
    Blind spots: a copy that lacks less than half of its cases is no subset here: it is `case-count`.
    """
    promised, counts = contract.cases.count or 0, _counts(dataset)
    if 2 * max(counts) < promised:
        message = f"{max(counts)} of {promised} promised cases: judged as a subset"
        yield Finding(message=message, observed=max(counts), expected=promised)


@check("ct-missing", Severity.ERROR)
def ct_missing(case: Case) -> Iterator[Finding]:
    """A case has no CT.

    Why it matters: masks without their image cannot be trained on, and intensities under them cannot be verified.
    What to do: fetch the CT again, or withdraw the case.
    Seen in: AbdomenAtlas 1.1 Mini, segmentations without an image
        (https://github.com/MIC-DKFZ/nnUNet/blob/master/nnunetv2/dataset_conversion/Dataset023_AbdomenAtlas1_1Mini.py).
    Blind spots: a file under the CT's name counts, whatever it shows.
    """
    if case.ct is None:
        yield Finding(case=case.case, message="no CT file")


@check("mask-missing", Severity.ERROR, needs="structures")
def mask_missing(case: Case, contract: Contract) -> Iterator[Finding]:
    """A structure of the class list has no mask file.

    Why it matters: a missing file reads as "unknown", an empty mask as "not there"; converters that skip the file turn
        the structure into background.
    What to do: fetch the file again; where the structure is absent, ship a mask without voxels, as for other cases.
    Seen in: PanTS, one class of one case (https://github.com/MrGiovanni/PanTS/issues/4); KiTS23 after an incomplete
        clone (https://github.com/neheller/kits23/issues/5).
    Blind spots: where the names fit another release better, that is told alone (`release-mixed`). A misspelt name takes
        the place of a missing one.
    """
    names, promised = _own(case, contract), len(contract.structures)
    if case.unlabelled:
        raise NotApplicable("a test case without masks")
    if not names:
        yield Finding(case=case.case, message=f"no masks: {promised} expected", observed=0, expected=promised)
        return
    missing = contract.by_name.keys() - names - frozenset(_misspelt(names, contract).values())
    for structure in sorted(missing):
        yield Finding(case=case.case, structure=structure, message="no mask file; absent structures need one too")


@check("mask-unknown", Severity.ERROR, needs="structures")
def mask_unknown(case: Case, contract: Contract) -> Iterator[Finding]:
    """A mask is of a structure that the class list does not have.

    Why it matters: loaders that go by the class list never see it; loaders that go by the files get one class too many.
    What to do: correct a misspelt name, add the structure to the class list, or take the file out.
    Threshold: a missing structure is suggested from 0.8 of difflib's similarity; it is then not reported as missing.
    Seen in: BraTS2020, a mask under a private name (https://github.com/iolag/UPD_study/pull/3).
    Blind spots: it goes by names: a mask under the name of another structure of the class list passes.
    """
    names = _own(case, contract)
    misspelt = _misspelt(names, contract)
    for name in sorted(names - contract.by_name.keys()):
        hint = f"; did you mean {misspelt[name]}, which has no mask?" if name in misspelt else ""
        yield Finding(
            case=case.case, structure=name, message=f"not in the class list{hint}", expected=misspelt.get(name)
        )


@check("release-mixed", Severity.ERROR, needs="siblings")
def release_mixed(case: Case, contract: Contract) -> Iterator[Finding]:
    """A case's masks are named as in another release.

    Why it matters: releases draw the same structure differently and number it differently; a mixture trains on both.
    What to do: fetch the case from the release that is meant, or audit with the contract of the other one.
    Threshold: the Jaccard index of the names with the other release's class list is higher than with this one's.
    Seen in: TotalSegmentator v1 to v2, 7 classes removed and 20 added
        (https://github.com/wasserth/TotalSegmentator/blob/master/resources/improvements_in_v2.md); v2 to v3,
        vertebrae_S1 replaced
        (https://github.com/wasserth/TotalSegmentator/blob/master/totalsegmentator/map_to_binary.py).
    Blind spots: it goes by the names of a case. Masks of another release under names that both have pass, and so does a
        single stray one.
    """
    names = _names(case)
    if release := contract.sibling_of(names):
        fitting, own = len(names & contract.siblings[release]), len(names & contract.by_name.keys())
        message = f"of {len(names)} mask names {fitting} are in {release}, {own} in {contract.name}"
        yield Finding(case=case.case, message=message, observed=release, expected=contract.name)


@check("file-twin", Severity.ERROR)
def file_twin(case: Case) -> Iterator[Finding]:
    """A volume is stored twice, compressed and plain.

    Why it matters: which one is read depends on the tool, and the two may differ.
    What to do: compare them and delete one.
    Blind spots: two files of one volume under different names are not noticed, and the twin's own voxels are not read.
    """
    structures = {file.path: file.structure for file in case.files}
    for stranger in case.strangers:
        if stranger.twin:
            message = "stored compressed and plain: tools read either one, keep one"
            structure = structures.get(stranger.twin, "")
            yield Finding(case=case.case, structure=structure, file=stranger.path, message=message)


@check("file-unexpected", Severity.ERROR)
def file_unexpected(case: Case) -> Iterator[Finding]:
    """A case holds a file that the layout has no place for.

    Why it matters: loaders that take every file of a folder stop at it, or read it as one class more.
    What to do: delete what programs left behind, move anything else out of the dataset.
    Seen in: Medical Segmentation Decathlon, AppleDouble files beside the images; PROSTATEx, ids that are not padded
        (https://github.com/rcuocolo/PROSTATEx_masks/issues/8).
    Blind spots: a file that was named as a structure is taken for its mask. Folders inside a case are named, not looked
        into.
    """
    for stranger in case.strangers:
        if not stranger.twin:
            yield Finding(case=case.case, file=stranger.path, message=_place(stranger))


@check("dataset-file-unexpected", Severity.ERROR)
def dataset_file_unexpected(dataset: Dataset) -> Iterator[Finding]:
    """Beside the cases lies a file, folder or link that the layout has no place for.

    Why it matters: loaders that take every folder as a case stop at it, or read one case twice; a link that leads
        nowhere is a case or a table that is lost.
    What to do: delete what programs left behind, mend links that lead nowhere, move anything else out of the dataset.
    Threshold: told are folders that are no case, links that lead nowhere, files named as a case, volumes, second tables
        of metadata and names that are not UTF-8; documents, scripts and hidden folders such as `.git` are not.
    Blind spots: hidden folders, documents, scripts and tables under other names than `meta.csv` are taken for meant.
    """
    for stranger in dataset.strangers:
        yield Finding(file=stranger.path, message=_place(stranger))


@check("file-misnamed", Severity.WARNING)
def file_misnamed(case: Case) -> Iterator[Finding]:
    """A name differs from the promised one in letter case or Unicode form.

    Why it matters: it is found on one file system and not on another, and an archive may keep both.
    What to do: rename it.
    Blind spots: names that differ in more than letter case or Unicode form are `mask-unknown`, `file-unexpected` or
        `dataset-file-unexpected`.
    """
    if not case.folder:
        raise NotApplicable("the names of files are ids of cases")
    names = [(case.folder, case.case, "", "")]
    names += [(stem(_name(file.path)), file.structure or "ct", file.structure, file.path) for file in case.files]
    for found, expected, structure, path in names:
        if found != expected and fold(found) == fold(expected):
            yield Finding(
                case=case.case,
                structure=structure,
                file=path,
                message=f"named {found!a}, expected {expected!a}: rename it",
                observed=found,
                expected=expected,
            )


@check("archive-unexpected", Severity.WARNING, needs="archives")
def archive_unexpected(dataset: Dataset, contract: Contract) -> Iterator[Finding]:
    """The archive that the dataset lies in is none of those that were published.

    Why it matters: it was packed anew, replaced or cut, and what holds of the published one need not hold of it.
    What to do: compare its checksum with the one that is published beside it, or fetch it again.
    Threshold: its size in bytes, against those of the archives that the contract names; fewer than half of the cases
        are a subset, whose archive nobody names.
    Seen in: TotalSegmentator v2.0.0, where the reporter and the maintainer had different archives under one record
        (https://github.com/wasserth/TotalSegmentator/issues/193).
    Blind spots: another archive of the same size, and copies that were unpacked; what is inside is verified file by
        file.
    """
    if dataset.archive is None or 2 * len(dataset.folders) < (contract.cases.count or 0):
        raise NotApplicable("not in an archive, or in that of a subset")
    name, size = dataset.archive
    if size not in contract.archives.values():
        known = " or ".join(f"{size:,} ({archive})" for archive, size in contract.archives.items())
        yield Finding(file=name, message=f"{size:,} bytes, expected {known}", observed=size, expected=known)


@check("file-ending", Severity.ERROR)
def file_ending(case: Case) -> Iterator[Finding]:
    """A file's name ends otherwise than `dataset.json` promises.

    Why it matters: nnU-Net looks for files of that ending alone; it leaves the case out, or stops at a missing image.
    What to do: store the file again in the promised form; where all files are alike, correct `file_ending`.
    Seen in: nothing public.
    Blind spots: a file whose content is of another form than its name says, which is `file-not-nifti`.
    """
    if not case.ending:
        raise NotApplicable("no ending is promised")
    for file in case.files:
        if not file.path.endswith(case.ending):
            yield Finding.about(file, f"its name does not end in {case.ending}: store it again in that form")


@check("channel-missing", Severity.ERROR)
def channel_missing(case: Case) -> Iterator[Finding]:
    """A case lacks the image of a channel that `dataset.json` names.

    Why it matters: cases with different channels cannot be in one batch; nnU-Net stops at the first of them.
    What to do: fetch the image again, leave the case out, or take the channel out of `channel_names`.
    Seen in: nothing public.
    Blind spots: channels that are exchanged; those beyond the CT are verified, but not compared with it.
    """
    if not case.ending:
        raise NotApplicable("no channels are promised")
    for channel in case.channels_missing:
        yield Finding(case=case.case, message=f"no image of channel {channel!r}")


@check("training-count", Severity.ERROR)
def training_count(dataset: Dataset) -> Iterator[Finding]:
    """There are more or fewer training cases than `dataset.json` says.

    Why it matters: cases were lost on the way, or the description is that of another version; nnU-Net refuses the
        dataset.
    What to do: fetch what is missing; else correct `numTraining`.
    Threshold: a case counts that has an image or a label map in the folders for training.
    Seen in: nothing public.
    Blind spots: one case lost and another one too many; the lists of files inside `dataset.json`.
    """
    training = dataset.training
    if training is None:
        raise NotApplicable("no number is promised")
    if training.found != training.promised:
        message = f"{training.found} training cases, numTraining says {training.promised}"
        yield Finding(file=training.file, message=message, observed=training.found, expected=training.promised)


def _each_or_all(cases: frozenset[str], of: int, message: str, summary: str) -> Iterator[Finding]:
    """Yield a finding for each case, or where they are more than half of ``of``, one for all."""
    if 2 * len(cases) <= of:
        yield from (Finding(case=case, message=message) for case in sorted(cases))
    else:
        named = ", ".join(sorted(cases)[:NAMED]) + (", ..." if len(cases) > NAMED else "")
        yield Finding(message=f"{len(cases)} of {of} {summary}: {named}", observed=of - len(cases), expected=of)


def _listed(dataset: Dataset) -> frozenset[str]:
    """Return the cases that the metadata lists; without metadata, or without ids in them, nobody can tell."""
    if dataset.metadata is None or "image_id" not in dataset.metadata.columns:
        raise NotApplicable("no list of cases")
    return frozenset(dataset.listed)


def _counts(dataset: Dataset) -> tuple[int, ...]:
    """Count the cases by their folders and, where the metadata lists any, by their rows; excluded ones count."""
    listed = len(frozenset(dataset.listed))
    return tuple(n + len(dataset.excluded) for n in (len(dataset.folders), *((listed,) if listed else ())))


def _names(case: Case) -> frozenset[str]:
    """Return the structures that a case has mask files of, damaged ones included."""
    return frozenset(mask.structure for mask in case.masks)


def _own(case: Case, contract: Contract) -> frozenset[str]:
    """Return the structures to hold against the class list; those of another release are left to `release-mixed`."""
    if contract.sibling_of(names := _names(case)):
        raise NotApplicable("masks of another release")
    return names


def _misspelt(names: frozenset[str], contract: Contract) -> dict[str, str]:
    """Return, for each unknown name that is nearly that of a structure without a mask, that structure."""
    missing = sorted(contract.by_name.keys() - names)
    near = {name: difflib.get_close_matches(name, missing, 1, NEARLY_ALIKE) for name in names - contract.by_name.keys()}
    return {name: found[0] for name, found in near.items() if found}


def _place(stranger: Stranger) -> str:
    """Say what a stranger is and what to do with it."""
    return leftover(_name(stranger.path)) or "has no place in the layout: move it out of the dataset"


def _name(path: str) -> str:
    """Return the last part of a path."""
    return path.rpartition("/")[2]
