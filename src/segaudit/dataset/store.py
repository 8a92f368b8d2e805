"""Records on disk: one file per case, written atomically, and valid only while the case's files are unchanged."""

from __future__ import annotations

import os
import re
from pathlib import Path
from tempfile import TemporaryFile

import msgspec
import xxhash

from segaudit.dataset.codec import Packed, pack, unpack
from segaudit.measure import RECORD_VERSION
from segaudit.model import Case, CaseFiles
from segaudit.model.errors import InputError
from segaudit.model.place import Place
from segaudit.model.regular import is_made_up
from segaudit.model.whole import write_whole

VERSION = f"{RECORD_VERSION}-{xxhash.xxh3_64_hexdigest(msgspec.json.encode(msgspec.json.schema(Packed)))}"
"""Version of the records: of the measurements and of their fields. Cases with other versions are measured again."""


PLAIN = re.compile(r"[a-z0-9_-]{1,64}")
"""Ids that are used as file names; with upper case, two cases would share a file on some systems."""


class _Envelope(msgspec.Struct, frozen=True):
    """A record with the data that validate it."""

    version: str
    fingerprint: str
    checksum: int
    """xxh3-64 of the record."""
    record: bytes


class Store:
    """The measurements of a dataset, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        """Keep records in ``folder``, which is created if it does not exist.

        Raises:
            InputError: the folder cannot be created.
            OSError: nothing can be written there.
        """
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(_no_folder(folder, error)) from error
        TemporaryFile(dir=folder).close()

    def keep(self, case: str, sealed: bytes) -> None:
        """Keep the sealed record of a case.

        Raises:
            OSError: it cannot be written.
        """
        write_whole(self._path(case), sealed)

    def load(self, case: str, fingerprint: str) -> Case | None:
        """Return the record of a case, or None if there is none of this version and of these files."""
        envelope = _validated(self.read_record(case))
        if envelope is None or envelope.fingerprint != fingerprint:
            return None
        return unpack(envelope.record)

    def holds(self, case: str, fingerprint: str) -> bool:
        """Whether there is a record of a case, of this version and of these files."""
        envelope = _validated(self.read_record(case))
        return envelope is not None and envelope.fingerprint == fingerprint

    def read_record(self, case: str) -> bytes:
        """Return the sealed record of a case without validating it; empty if there is none."""
        try:
            return self._path(case).read_bytes()
        except OSError:
            return b""

    def _path(self, case: str) -> Path:
        """Return the path of a case's record: named after its id if that is a valid file name on every system."""
        name = case if PLAIN.fullmatch(case) else xxhash.xxh3_128_hexdigest(case.encode())
        return self.folder / f"{name}.msgpack"


def _no_folder(folder: Path, error: OSError) -> str:
    """Return why a folder cannot be created."""
    for path in (folder, *folder.parents):
        if path.is_file():
            return f"{path}: it is a file; expected a folder to write to"
    return f"{folder}: this folder cannot be made ({error.strerror}); name another one"


def seal(case: Case, fingerprint: str) -> bytes:
    """Return the sealed record of a case, with the fingerprint of the files that were read."""
    record = pack(case)
    return msgspec.msgpack.encode(_Envelope(VERSION, fingerprint, xxhash.xxh3_64_intdigest(record), record))


def opened(sealed: bytes) -> Case | None:
    """Return the case in a sealed record of this version, of whichever files; None if it is damaged."""
    envelope = _validated(sealed)
    return unpack(envelope.record) if envelope else None


def version_of(sealed: bytes) -> str:
    """Return the version of a sealed record."""
    return msgspec.msgpack.decode(sealed, type=_Envelope).version


def _validated(sealed: bytes) -> _Envelope | None:
    """Return the envelope of a record if it is undamaged and of this version, else None."""
    try:
        envelope = msgspec.msgpack.decode(sealed, type=_Envelope)
    except msgspec.DecodeError:
        return None
    expected = (VERSION, xxhash.xxh3_64_intdigest(envelope.record))
    return envelope if (envelope.version, envelope.checksum) == expected else None


def fingerprint(root: Place, files: CaseFiles) -> str:
    """Return a digest of a case's listing: names, paths, sizes, inodes, and times of modification and status change."""
    digest = xxhash.xxh3_128(msgspec.msgpack.encode(files))
    for path in files.paths:
        digest.update(stamp(root, path))
    return digest.hexdigest()


def stamp(root: Place, path: str) -> bytes:
    """Return what distinguishes versions of a file without reading it; a release has 140,000 of them."""
    try:
        status = os.stat(f"{root}/{path}") if isinstance(root, Path) else (root / path).stat()  # noqa: PTH116 (twice as fast)
    except OSError as error:
        return repr(error.errno).encode()
    if is_made_up(status):
        return b"made up"
    return b"%d %d %d %d" % (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
