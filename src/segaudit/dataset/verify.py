"""Compare the files of a dataset with the digests of an earlier measurement."""

from __future__ import annotations

from collections.abc import Iterable

from segaudit.dataset.store import Store, opened
from segaudit.model import Case, Verified

Digests = dict[str, str]
"""A digest of the bytes of each file, by path."""


class Verification:
    """The files of each case when it was last measured, and how they differ now."""

    def __init__(self, store: Store, cases: Iterable[str]) -> None:
        """Load the stored cases, before they are measured again; cases without a record are not compared."""
        records = ((case, opened(store.read_record(case))) for case in cases)
        self._before = {case: _digests(record) for case, record in records if record}
        self._files = 0
        self._changed: list[str] = []
        self._added: list[str] = []
        self._gone: list[str] = []

    def compare(self, case: Case) -> None:
        """Compare a case as it is now."""
        before, now = self._before.get(case.case), _digests(case)
        if before is not None:
            self._files += len(before)
            self._changed += [path for path in before if path in now and now[path] != before[path]]
            self._added += [path for path in now if path not in before]
            self._gone += [path for path in before if path not in now]

    def outcome(self) -> Verified:
        """Return what changed."""
        return Verified(
            files=self._files, changed=tuple(self._changed), added=tuple(self._added), gone=tuple(self._gone)
        )


def _digests(case: Case) -> Digests:
    return {file.path: file.digest for file in case.files}
