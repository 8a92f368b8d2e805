"""The card of a release agrees with the files that it describes."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from segaudit.model import Contract, Dataset, Finding, NotApplicable, Severity, check
from segaudit.model.records import StatedCard, StatedFile
from segaudit.model.statistics import facts, structure_table, volume_table
from segaudit.model.words import printable, some

NAMED = 4
"""Columns that a message names."""

RELATIVE_ERROR = 1e-6
"""By how much a mean volume may differ: the rounding of sums in another order."""


@check("card-differs", Severity.WARNING)
def card_differs(dataset: Dataset, contract: Contract) -> Iterator[Finding]:
    """The card of the release says something else than its files.

    Why it matters: catalogues and loaders take files, digests, columns and counts from the card; a download that is
        verified by a wrong digest is refused.
    What to do: write the card again (`segaudit card`) after the last change of the dataset.
    Threshold: `croissant.json` beside the cases: files that it names by a path are there, with the size in bytes and
        the SHA-256 that it states; each pattern of files matches one; the columns are those of the metadata; and the
        counts and mean volumes of its record sets `facts` and `structures`, as `segaudit card` writes them, are those
        of the data, if the dataset has all promised cases.
    Seen in: https://github.com/mlcommons/croissant/issues/862, https://github.com/mlcommons/croissant/issues/920.
    Blind spots: addresses on the web; digests of files of more than 64 MiB; texts, such as the licence; record sets
        with other names; cards in other formats.
    """
    card = dataset.card
    if card is None:
        raise NotApplicable("there is no croissant.json")
    differences = [
        *((problem, None, None) for problem in card.problems),
        *(difference for file in card.files for difference in _file(file)),
        *((f"no file matches {each.glob!r}", 0, None) for each in card.globs if not each.files),
        *_columns(card, dataset),
        *(_numbers(card, dataset, contract) if _complete(dataset, contract) else ()),
    ]
    for message, observed, expected in differences:
        yield Finding(file=card.path, message=printable(message), observed=observed, expected=expected)


Difference = tuple[str, str | int | float | None, str | int | float | None]
"""A message, what the card says, and what the files say."""


def _complete(dataset: Dataset, contract: Contract) -> bool:
    """Whether the dataset has as many cases as it promises, or promises no number of them."""
    return dataset.promised(contract) in (0, len(dataset.folders) + len(dataset.excluded))


def _file(file: StatedFile) -> Iterator[Difference]:
    """Yield how a file differs from what the card says of it."""
    if file.size is None:
        yield f"{file.path}: there is no such file", None, None
    elif file.stated_size not in (None, file.size):
        yield f"{file.path}: {file.stated_size:,} bytes are stated, {file.size:,} found", file.stated_size, file.size
    elif file.sha256 and file.sha256 != file.stated_sha256:
        stated, found = file.stated_sha256[:12], file.sha256[:12]
        yield f"{file.path}: SHA-256 {stated}... is stated, {found}... found", file.stated_sha256, file.sha256


def _columns(card: StatedCard, dataset: Dataset) -> Iterator[Difference]:
    """Yield the columns of only one of card and metadata."""
    there = dataset.metadata.columns if dataset.metadata else ()
    if card.columns:
        for missing, message in (
            ([name for name in card.columns if name not in there], "names columns that the metadata lacks"),
            ([name for name in there if name not in card.columns], "lacks columns of the metadata"),
        ):
            if missing:
                yield f"{message}: {some(missing, NAMED)}", None, None


def _numbers(card: StatedCard, dataset: Dataset, contract: Contract) -> Iterator[Difference]:
    """Yield the counts and mean volumes that differ from the data."""
    counted = facts(dataset, contract)
    for name, stated in card.facts:
        if counted.get(name, stated) != stated:
            yield f"{stated:,} {name} are stated, {counted[name]:,} counted", stated, counted[name]
    if not card.structures:
        return
    occurrences = structure_table(dataset, contract)["occurrence"].to_dict()
    means = volume_table(dataset, contract, "present")["mean"].fillna(0.0).to_dict()
    for one in card.structures:
        if one.name not in occurrences:
            yield f"{one.name}: is no structure of the contract", one.name, None
        elif one.occurrence not in (None, occurrences[one.name]):
            number = int(occurrences[one.name])
            yield f"{one.name}: {one.occurrence} masks with voxels are stated, {number} counted", one.occurrence, number
        elif one.mean_volume_ml is not None and not isclose(
            one.mean_volume_ml, mean := float(means.get(one.name, 0.0)), rel_tol=RELATIVE_ERROR
        ):
            stated_ml = one.mean_volume_ml
            yield f"{one.name}: a mean volume of {stated_ml:.6g} ml is stated, {mean:.6g} measured", stated_ml, mean
