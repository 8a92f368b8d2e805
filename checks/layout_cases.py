"""Every promised case exists, and no other."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import Contract, Dataset, Finding, NotApplicable, Severity, check
from segaudit.model.errors import did_you_mean
from segaudit.model.words import first

MAX_NAMED = 3
"""The most cases that a finding names."""


@check("case-missing", Severity.ERROR)
def case_missing(dataset: Dataset) -> Iterator[Finding]:
    """A case that the metadata lists has no folder.

    Why it matters: a program that follows the metadata or its splits trains on fewer cases than stated, or stops.
    What to do: fetch the case again, or remove its row from the metadata.
    Threshold: judged if at least half of the listed cases have a folder; fewer are a subset, such as a partial
        download with the whole table (`dataset-partial`).
    Seen in: AbdomenCT-1K, images of 2 of 50 cases (https://github.com/JunMa11/AbdomenCT-1K/issues/12); RibSeg, 180 of
        660 labels (https://github.com/HINTLab/RibSeg/issues/7).
    Blind spots: a case that is missing from both folders and metadata is only in `case-count`, and a folder without
        files counts as a case.
    """
    listed = _listed(dataset)
    missing = listed - frozenset(dataset.folders)
    if 2 * len(missing) > len(listed):
        raise NotApplicable("a subset")
    for case in sorted(missing):
        yield Finding(case=case, message="listed in the metadata, but has no folder")


@check("case-unlisted", Severity.ERROR)
def case_unlisted(dataset: Dataset) -> Iterator[Finding]:
    """A case has a folder but no row in the metadata.

    Why it matters: it belongs to no split, so it may end up in training and in testing.
    What to do: add its row to the metadata, or remove the folder from the release.
    Threshold: one finding for all if more than half of the cases are unlisted, else one for each.
    Blind spots: a case that is listed under another one's id.
    """
    unlisted = frozenset(dataset.folders) - _listed(dataset)
    there = len(dataset.folders)
    if 2 * len(unlisted) <= there:
        for case in sorted(unlisted):
            yield Finding(case=case, message="has a folder, but the metadata does not list it")
    else:
        named = first(sorted(unlisted), MAX_NAMED)
        message = f"{len(unlisted)} of {there} cases are not listed in the metadata: {named}"
        yield Finding(message=message, observed=there - len(unlisted), expected=there)


@check("case-count", Severity.ERROR, needs="cases.count")
def case_count(dataset: Dataset, contract: Contract) -> Iterator[Finding]:
    """The number of folders and the number of rows in the metadata both differ from the promised number.

    Why it matters: the number is in the paper; results on another number of cases are results on other data.
    What to do: find the cases that are missing or too many, or correct the promise.
    Threshold: judged if at least half of the promised cases exist; fewer are a subset (`dataset-partial`).
    Seen in: AbdomenCT-1K, Subtask 2, 281/9/27/44 instead of 281/40/40 after a wrong upload
        (https://github.com/JunMa11/AbdomenCT-1K/issues/7).
    Blind spots: a missing and a superfluous case cancel out.
    """
    promised, counts = contract.cases.count or 0, _counts(dataset)
    if 2 * max(counts) < promised:
        raise NotApplicable("a subset")
    if promised not in counts:
        message = f"{max(counts)} cases, {promised} promised"
        yield Finding(message=message, observed=max(counts), expected=promised)


@check("dataset-partial", Severity.WARNING)
def dataset_partial(dataset: Dataset, contract: Contract) -> Iterator[Finding]:
    """Fewer than half of the promised cases exist: this is a subset.

    Why it matters: a clean subset says nothing about the rest, and its statistics cannot match the published ones.
    What to do: nothing if a subset is intended (extend the contract with its own count); else fetch the rest.
    Threshold: half of the number of cases that the contract promises, or else of those that the metadata lists.
    Blind spots: a copy that lacks less than half of its cases is no subset: it is `case-missing` or `case-count`.
    """
    promised, there = dataset.promised(contract), len(dataset.folders) + len(dataset.excluded)
    if not promised:
        raise NotApplicable("no number of cases is promised")
    if dataset.partial(contract):
        message = f"{there} of {promised} promised cases: judged as a subset"
        yield Finding(message=message, observed=there, expected=promised)


@check("training-count", Severity.ERROR)
def training_count(dataset: Dataset) -> Iterator[Finding]:
    """The number of training cases differs from what `dataset.json` says.

    Why it matters: cases were lost on the way, or the description is that of another version; nnU-Net refuses the
        dataset.
    What to do: fetch the missing cases; else correct `numTraining`.
    Threshold: the cases of `dataset` in `dataset.json` count, as in version 2 of nnU-Net; without it, every case with
        an image or a label map in the folders for training. Where `training` names the files of all that are lacking,
        they are `list-contradicted` alone.
    Seen in: nothing public.
    Blind spots: a missing and a superfluous case cancel out.
    """
    training = dataset.training
    if training is None:
        raise NotApplicable("no number is promised")
    if training.found != training.promised:
        message = f"{training.found} training cases, numTraining says {training.promised}"
        yield Finding(file=training.file, message=message, observed=training.found, expected=training.promised)


@check("exclusion-needless", Severity.WARNING, needs="exclude.cases")
def exclusion_needless(dataset: Dataset) -> Iterator[Finding]:
    """The contract excludes a case that does not exist.

    Why it matters: a misspelt id excludes nothing, although its author thinks so.
    What to do: correct `exclude.cases`, or remove the id.
    Blind spots: an existing id is excluded, even if another one was intended.
    """
    for case in dataset.excluded_unused:
        hint = did_you_mean(case, (*dataset.folders, *dataset.listed))
        message = f"exclude.cases has {case!r}, which has neither a folder nor a row in the metadata{hint}"
        yield Finding(message=message, observed=case)


def _listed(dataset: Dataset) -> frozenset[str]:
    """Return the cases that the metadata lists; raise NotApplicable without metadata or without ids in them."""
    if dataset.metadata is None or "image_id" not in dataset.metadata.columns:
        raise NotApplicable("no list of cases")
    return frozenset(dataset.listed)


def _counts(dataset: Dataset) -> tuple[int, ...]:
    """Count the cases by folders and, if the metadata lists any, by rows, including excluded ones."""
    listed = len(frozenset(dataset.listed))
    return tuple(n + len(dataset.excluded) for n in (len(dataset.folders), *((listed,) if listed else ())))
