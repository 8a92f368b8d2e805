"""Records on disk: one file a case, written whole or not at all, believed only while the case's files are the same."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import xxhash

from segaudit.measure import RECORD_VERSION
from segaudit.model import Case, CaseFiles


class Store:
    """The measurements of a dataset, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        """Keep records in ``folder``, which is made when it is not there."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def save(self, case: Case, fingerprint: str) -> None:
        """Keep what was measured in a case, with the fingerprint of the files that were read."""
        path = self._path(case.case)
        unfinished = path.with_suffix(f".{os.getpid()}.tmp")
        unfinished.write_bytes(msgspec.msgpack.encode((RECORD_VERSION, fingerprint, case)))
        unfinished.replace(path)

    def load(self, case: str, fingerprint: str) -> Case | None:
        """Return what was measured in a case, or None if that was never, otherwise, or of other files."""
        try:
            record = self._path(case).read_bytes()
            version, kept, payload = msgspec.msgpack.decode(record, type=tuple[int, str, msgspec.Raw])
            if (version, kept) != (RECORD_VERSION, fingerprint):
                return None
            return msgspec.msgpack.decode(payload, type=Case)
        except (OSError, msgspec.DecodeError):
            return None

    def _path(self, case: str) -> Path:
        return self.folder / f"{case}.msgpack"


def fingerprint(root: Path, files: CaseFiles) -> str:
    """Return a digest of a case's listing: names, paths, sizes and modification times."""
    digest = xxhash.xxh3_128(msgspec.msgpack.encode((files, RECORD_VERSION)))
    for path in (files.ct, *files.masks.values()):
        digest.update(_stamp(root / path) if path else b"-")
    return digest.hexdigest()


def _stamp(path: Path) -> bytes:
    """Return what tells one version of a file from another without reading it."""
    try:
        status = path.stat()
    except OSError as error:
        return repr(error.errno).encode()
    return b"%d %d %d" % (status.st_size, status.st_mtime_ns, status.st_ino)
