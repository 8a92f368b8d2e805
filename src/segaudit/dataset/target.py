"""The target of an audit: the files of a dataset and the contract that they are checked against."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from msgspec import structs

from segaudit import catalogue, contracts, layouts
from segaudit.catalogue.tuning import faults
from segaudit.model import Contract, Listing
from segaudit.model.errors import ContractError, DatasetError
from segaudit.model.place import Place
from segaudit.places import located

TABLES = frozenset({".csv", ".tsv"})
"""Endings of files that are tables."""


@dataclass(frozen=True, slots=True)
class Target:
    """A dataset's files and its contract."""

    listing: Listing
    contract: Contract

    @property
    def cases(self) -> tuple[str, ...]:
        """Ids of the cases."""
        return tuple(files.case for files in self.listing.cases)

    def only(self, cases: str) -> Target:
        """Return the part whose case ids match a glob.

        Raises:
            DatasetError: no case does.
        """
        part = tuple(files for files in self.listing.cases if fnmatchcase(files.case, cases))
        if not part and self.listing.cases:
            raise DatasetError(f"{self.listing.root}: no case matches {cases!r}; there {self.listing.extent}")
        return replace(self, listing=structs.replace(self.listing, cases=part))


def is_table(path: Place | str | Path) -> bool:
    """Whether a path is that of a table, and not of a dataset."""
    return isinstance(path, str | Path) and Path(path).suffix.casefold() in TABLES and Path(path).is_file()


def open_dataset(path: Path | str | Place, contract: str | Path | None = None, checks: catalogue.Files = ()) -> Target:
    """List a dataset's files, without the cases that its contract excludes.

    If no contract is given, a dataset that describes its labels is checked against that description only; for any
    other, the release is recognised by its structure names.

    Raises:
        DatasetError: the path is not a dataset, or no case of it is left.
        ContractError: the contract cannot be read, or the release cannot be recognised.
    """
    listing = layouts.discover(located(path))
    agreed = load_contract(contract, checks) if contract else _own(listing, checks)
    cases = tuple(
        structs.replace(case, reading=agreed.reading)
        for case in listing.named(agreed.meanings).cases
        if case.case not in agreed.exclude.cases
    )
    if not cases:
        found = f"{agreed.name} excludes every case" if listing.cases else "no case has a folder"
        raise DatasetError(f"{listing.root}: there is nothing to audit: {found}")
    excluded = tuple(case.case for case in listing.cases if case.case in agreed.exclude.cases)
    return Target(structs.replace(listing, cases=cases, excluded=excluded), agreed)


def load_contract(contract: str | Path, checks: catalogue.Files = ()) -> Contract:
    """Read a contract, and verify that the checks and limits it names exist, built in or in the files ``checks``.

    Raises:
        ContractError: it cannot be read, or names a check or a limit that there is not, or a value that it cannot have.
    """
    loaded = contracts.load(contract)
    if found := [f"{contract}: {fault}" for fault in faults(loaded, checks)]:
        raise ContractError(*found)
    return loaded


def _own(listing: Listing, checks: catalogue.Files) -> Contract:
    """Return the contract of a dataset for which none was given."""
    return contracts.stated(listing.labels) if listing.labels else load_contract(_recognised(listing), checks)


def _recognised(listing: Listing) -> str:
    """Return the name of the shipped contract that most cases match."""
    votes: Counter[str] = Counter()
    for names_of_case, cases in Counter(frozenset(f.masks) for f in listing.cases).items():
        if name := contracts.recognise(names_of_case):
            votes[name] += cases
    if votes:
        return votes.most_common(1)[0][0]
    if unlisted := next((files.error for files in listing.cases if files.error), ""):
        raise DatasetError(f"{listing.root}: {unlisted}")
    shipped = ", ".join(contracts.names())
    names = sorted(listing.structures)
    found = f"masks such as {', '.join(names[:3])}" if names else "no masks"
    meant = len(contracts.recognised(names))
    told = f" Of {len(names)} names, {meant} stand for known anatomy in other words." if meant else ""
    raise ContractError(
        f"{listing.root}: cannot recognise the release: it has {found}, which no shipped contract names.{told}",
        f"Name one with --contract ({shipped}), or write one with: segaudit contract init {listing.root}",
    )
