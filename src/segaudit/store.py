"""Records on disk: one file a case, written whole or not at all, believed only while the case's files are the same."""

from __future__ import annotations

import os
import re
from pathlib import Path
from tempfile import TemporaryFile

import msgspec
import xxhash

from segaudit.measure import RECORD_VERSION
from segaudit.model import Case, CaseFiles

VERSION = f"{RECORD_VERSION}-{xxhash.xxh3_64_hexdigest(msgspec.json.encode(msgspec.json.schema(Case)))}"
"""Version of the records: of what is measured and how, and of the fields it is kept in. Others are measured again."""


PLAIN = re.compile(r"[a-z0-9_-]{1,64}")
"""Ids that name their own record; upper case would make one file of two cases on some systems."""


class _Envelope(msgspec.Struct, frozen=True):
    """A record with what tells whether to believe it."""

    version: str
    fingerprint: str
    checksum: int
    """xxh3-64 of the record."""
    record: bytes


class Store:
    """The measurements of a dataset, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        """Keep records in ``folder``, which is made when it is not there.

        Raises:
            OSError: nothing can be written there.
        """
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=folder).close()

    def save(self, case: Case, fingerprint: str) -> None:
        """Keep what was measured in a case, with the fingerprint of the files that were read."""
        path = self._path(case.case)
        unfinished = path.with_suffix(f".{os.getpid()}.tmp")
        record = msgspec.msgpack.encode(case)
        envelope = _Envelope(VERSION, fingerprint, xxhash.xxh3_64_intdigest(record), record)
        unfinished.write_bytes(msgspec.msgpack.encode(envelope))
        unfinished.replace(path)

    def load(self, case: str, fingerprint: str) -> Case | None:
        """Return what was measured in a case, or None if that was never, otherwise, or of other files."""
        record = self._record(case, fingerprint)
        return msgspec.msgpack.decode(record, type=Case) if record else None

    def holds(self, case: str, fingerprint: str) -> bool:
        """Whether there is a record of a case, of this version and of these files."""
        return self._record(case, fingerprint) is not None

    def _record(self, case: str, fingerprint: str) -> bytes | None:
        """Return the bytes of a record that is whole, of this version and of these files."""
        try:
            envelope = msgspec.msgpack.decode(self._path(case).read_bytes(), type=_Envelope)
        except (OSError, msgspec.DecodeError):
            return None
        expected = (VERSION, fingerprint, xxhash.xxh3_64_intdigest(envelope.record))
        return envelope.record if (envelope.version, envelope.fingerprint, envelope.checksum) == expected else None

    def _path(self, case: str) -> Path:
        """Return where a case's record is: under its id where that can be a file's name on every system."""
        name = case if PLAIN.fullmatch(case) else xxhash.xxh3_128_hexdigest(case.encode())
        return self.folder / f"{name}.msgpack"


def fingerprint(root: Path, files: CaseFiles) -> str:
    """Return a digest of a case's listing: names, paths, sizes, times of change of content and of permissions."""
    digest = xxhash.xxh3_128(msgspec.msgpack.encode(files))
    for path in (files.ct, *files.masks.values()):
        digest.update(_stamp(root / path) if path else b"-")
    return digest.hexdigest()


def _stamp(path: Path) -> bytes:
    """Return what tells one version of a file from another without reading it."""
    try:
        status = path.stat()
    except OSError as error:
        return repr(error.errno).encode()
    return b"%d %d %d %d" % (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
