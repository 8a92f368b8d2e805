"""The metadata in ``meta.csv``: its columns, words, values and splits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from segaudit.model import Contract, Dataset, Finding, Limit, Metadata, NotApplicable, Severity, check
from segaudit.model.records import tidy
from segaudit.model.split_names import misspelt
from segaudit.model.statistics import split_sizes

if TYPE_CHECKING:
    from segaudit.schemas.metadata import Question

REQUIRED = ("image_id", "split")
"""Columns whose empty cells are errors, which meta-schema reports."""


LEAST_AGE = Limit(
    "meta-implausible.least_age",
    0,
    "years",
    "the age below which a patient is unusual",
    "None by default; 18 in a dataset of adults.",
    most=120,
)
MOST_AGE = Limit(
    "meta-implausible.most_age",
    100,
    "years",
    "the age above which a patient is unusual",
    "The oldest patient of v2.0.1 is 98.",
    most=120,
)


@check("meta-missing", Severity.ERROR, needs="metadata")
def meta_missing(dataset: Dataset) -> Iterator[Finding]:
    """There is no metadata table.

    Why it matters: only the table says which cases are for training and which for testing.
    What to do: put the release's meta.csv beside the folders of the cases.
    Seen in: copies that were downloaded or unpacked in part.
    Blind spots: a table of another release, or one without rows, passes.
    """
    if dataset.metadata is None:
        yield Finding(message="there is no meta.csv beside the cases, expected the one of the release")


@check("meta-schema", Severity.ERROR, needs="metadata")
def meta_schema(metadata: Metadata, contract: Contract) -> Iterator[Finding]:
    """The metadata table does not have the format of its release, or contains a value that cannot be true.

    Why it matters: a program reads the wrong column or stops, and statistics by age, sex or split are wrong.
    What to do: correct the named cells; save as UTF-8 with ";" between the cells.
    Threshold: ages from 0 to 120 years, tube voltages from 50 to 200 kV; ids and splits are the contract's.
    Seen in: mixing releases, as v2 has five columns more (https://github.com/wasserth/TotalSegmentator/issues/12).
    Blind spots: a wrong value that is possible passes: another age, another sex, another split. Ids are compared with
        the pattern, not with the folders (`case-missing`, `case-unlisted`).
    """
    for problem in metadata.problems:
        yield Finding(file=metadata.path, message=problem)
    if metadata.delimiter != ";":
        message = f"the cells are separated by {metadata.delimiter!r}, expected ';'"
        yield Finding(file=metadata.path, message=message, observed=metadata.delimiter, expected=";")
    if metadata.columns:
        yield from _violations(metadata, contract, "possible")


@check("meta-vocabulary", Severity.WARNING, needs="metadata")
def meta_vocabulary(metadata: Metadata, contract: Contract) -> Iterator[Finding]:
    """The metadata contains a word that no release uses.

    Why it matters: a misspelt word forms a separate group, and its cases are missing from the right one.
    What to do: correct the word; waive a new one.
    Seen in: nothing public; the words are those of v2.0.1 (https://zenodo.org/records/10047292).
    Blind spots: a known word in the wrong row passes, scanner models are free text, and v3's words have no source.
    """
    _need_rows(metadata)
    if contract.metadata == "totalsegmentator-v3":
        raise NotApplicable("no source has the words of this release")
    yield from _violations(metadata, contract, "known")


@check("meta-implausible", Severity.WARNING, needs="metadata", limits=(LEAST_AGE, MOST_AGE))
def meta_implausible(metadata: Metadata, contract: Contract) -> Iterator[Finding]:
    """A value in the metadata is possible but rare.

    Why it matters: most such values are typing errors or have a wrong unit.
    What to do: look it up in the source; waive it if it is correct.
    Threshold: ages above 100 years (the oldest patient of v2.0.1 is 98); tube voltages other than 70, 80, ... 150 kV
    (v2.0.1 has each of them).
    Seen in: nothing public.
    Blind spots: the limits are wide: an age of 12 in a dataset of adults passes, unless the contract says otherwise.
    """
    _need_rows(metadata)
    yield from _violations(metadata, contract, "likely", (LEAST_AGE.of(contract), MOST_AGE.of(contract)))


@check("meta-incomplete", Severity.INFO, needs="metadata")
def meta_incomplete(metadata: Metadata) -> Iterator[Finding]:
    """A cell of the metadata is empty.

    Why it matters: the case is missing from statistics and selections by this column.
    What to do: fill it in if the source is available.
    Seen in: v2.0.1, 25 cases, most without scanner and pathology (https://zenodo.org/records/10047292).
    Blind spots: a cell without information, such as `unknown` or a dash, counts as filled; cells of `image_id` and
        `split` are `meta-schema`.
    """
    for line, row in _lines(metadata):
        for column, cell in row.items():
            if not cell.strip() and column not in REQUIRED:
                message = f"line {line}: {column} is empty"
                yield Finding(case=_case(row), file=metadata.path, message=message, observed=cell, expected="a value")


@check("meta-whitespace", Severity.WARNING, needs="metadata")
def meta_whitespace(metadata: Metadata) -> Iterator[Finding]:
    """A cell of the metadata has blanks around it, or several in a row.

    Why it matters: "ct head " and "ct head" look the same and are two groups to a program.
    What to do: strip the cell, and keep only single blanks inside.
    Seen in: v2.0.1, 68 study types (https://zenodo.org/records/10047292).
    Blind spots: other invisible characters, such as zero-width ones, pass; blanks in the names of columns are
        `meta-schema`.
    """
    for line, row in _lines(metadata):
        for column, cell in row.items():
            if (clean := tidy(cell)) not in ("", cell):
                message = f"line {line}: {column} is {cell!r}, expected {clean!r}"
                yield Finding(case=_case(row), file=metadata.path, message=message, observed=cell, expected=clean)


@check("meta-duplicate", Severity.ERROR, needs="metadata")
def meta_duplicate(metadata: Metadata) -> Iterator[Finding]:
    """A case is listed more than once, ignoring letter case and stray blanks.

    Why it matters: it counts twice, and if the rows name two splits it is used for both training and testing.
    What to do: delete all rows but the correct one.
    Seen in: nothing public.
    Blind spots: a patient listed under two ids (see `case-duplicate`).
    """
    if "image_id" not in metadata.columns:
        raise NotApplicable("no ids")
    same = defaultdict(list)
    for line, row in _lines(metadata):
        same[_case(row).casefold()].append((line, row))
    for key, listed in same.items():
        if key and len(listed) > 1:
            lines, rows = zip(*listed, strict=True)
            message = f"listed {len(rows)} times, {_contradiction(rows)}: lines {', '.join(map(str, lines))}"
            yield Finding(case=_case(rows[0]), file=metadata.path, message=message, observed=len(rows), expected=1)


@check("split-misspelt", Severity.WARNING)
def split_misspelt(metadata: Metadata, contract: Contract) -> Iterator[Finding]:
    """The name of a split is a misspelling of another one's.

    Why it matters: its cases are in neither of the two for a program, and are trained on or tested on by nobody.
    What to do: correct the name.
    Threshold: another letter case than the commoner spelling of a name; one other letter, or two letters exchanged,
        against a usual name (train, val, test and their long forms) that more cases have. A contract with splits has
        `meta-schema` say it.
    Seen in: nothing public.
    Blind spots: names that are no usual ones, such as `fold0`, may differ by one character; long and short
        forms, such as train and training; a case in the wrong split.
    """
    if contract.splits or "split" not in metadata.columns:
        raise NotApplicable("the contract names the splits" if contract.splits else "no splits")
    meant, place = misspelt(metadata.cells("split")), metadata.columns.index("split")
    for (line, row), cells in zip(_lines(metadata), metadata.rows, strict=True):
        if expected := meant.get(found := tidy(cells[place])):
            message = f"line {line}: split is {found!r}, did you mean {expected!r}?"
            yield Finding(case=_case(row), file=metadata.path, message=message, observed=found, expected=expected)


@check("split-count", Severity.ERROR, needs="splits")
def split_count(metadata: Metadata, contract: Contract) -> Iterator[Finding]:
    """The splits do not have the sizes that the release promises.

    Why it matters: results cannot be compared with those of others; a test case may have become a training case.
    What to do: take the split column from the release.
    Threshold: none; judged if as many cases are listed as promised, each in one of the contract's splits. A repeated
        row counts once (`meta-duplicate`).
    Seen in: v2.0.1 has its splits only in meta.csv (https://github.com/wasserth/TotalSegmentator/issues/511).
    Blind spots: cases that were exchanged between splits do not change their sizes. Tables with a case too many or too
        few are not judged.
    """
    sizes = split_sizes(metadata)
    found = {split: sizes.get(split, 0) for split in contract.splits}
    if not sum(sizes.values()) == sum(found.values()) == sum(contract.splits.values()):
        raise NotApplicable("another number of cases than promised")
    if found != contract.splits:
        observed, expected = _listed(found), _listed(contract.splits)
        message = f"the splits have {observed} cases, expected {expected}"
        yield Finding(file=metadata.path, message=message, observed=observed, expected=expected)


def _violations(
    metadata: Metadata, contract: Contract, question: Question, *years: tuple[float, float]
) -> Iterator[Finding]:
    """Yield a finding for each violation of the metadata's model; ``years`` are the likely ages, where they count."""
    from segaudit.schemas.metadata import violations  # noqa: PLC0415 (importing pandera takes 0.4 s)

    for broken in violations(metadata, contract, question, *years):
        message = f"line {broken.line}: {broken.column} is {broken.value!r}, expected {broken.rule}"
        observed, expected = broken.value, broken.rule
        yield Finding(case=broken.case, file=metadata.path, message=message, observed=observed, expected=expected)


def _need_rows(metadata: Metadata) -> None:
    """Raise NotApplicable for a table without rows: there is no cell to judge."""
    if not metadata.rows:
        raise NotApplicable("no rows")


def _lines(metadata: Metadata) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line and the cells by column of each row."""
    _need_rows(metadata)
    for line, row in zip(metadata.lines, metadata.rows, strict=True):
        yield line, dict(zip(metadata.columns, row, strict=True))


def _case(row: dict[str, str]) -> str:
    """Return the case of a row."""
    return row.get("image_id", "").strip()


def _contradiction(rows: tuple[dict[str, str], ...]) -> str:
    """Describe in which columns the rows of a case differ."""
    differ = [name for name in rows[0] if name != "image_id" and len({tidy(row[name]) for row in rows}) > 1]
    return f"with different {', '.join(differ)}" if differ else "with equal rows"


def _listed(sizes: dict[str, int]) -> str:
    """Write the sizes of splits."""
    return ", ".join(f"{split} {size}" for split, size in sizes.items())
