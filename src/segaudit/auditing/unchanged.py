"""Recognise an audit of which nothing has changed: its reports stand, and nothing is judged or written.

What an audit begins with is compared with what the last one began with, and the output folder with what it left there,
as the measurements are: by sizes and times, without reading. What cannot be known in this way is judged anew.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import msgspec
import xxhash
from msgspec import structs

import segaudit
from segaudit.compare import loading
from segaudit.dataset.store import VERSION, fingerprint, stamp
from segaudit.dataset.target import Target
from segaudit.entry_points import installed
from segaudit.judging.waivers import today
from segaudit.measure.stated_card import read_card
from segaudit.model import Report
from segaudit.review import journal
from segaudit.settings import Settings

NAME = "last-audit.json"
"""The file beside the measurements that describes the audit that wrote the reports."""

EXTENSIONS = ("segaudit.checks", "segaudit.layouts")
"""Entry points of other packages, whose code may change without a trace here."""

INSTALLED = frozenset({"site-packages", "dist-packages"})
"""Folders of packages, whose times change with each installation."""


class _LastAudit(msgspec.Struct, frozen=True):
    """Digests of what an audit began with, and of all that it left in the output folder."""

    inputs: str
    outputs: str


def inputs(target: Target, settings: Settings) -> str:
    """Return a digest of all that the reports of an audit depend on, before anything is measured.

    It is empty where they depend on more than is compared: with checks or layouts of others, where files are to be
    read in any case, and in archives and at URLs.

    Raises:
        DatasetError: no case matches the glob of the settings.
        InputError: a distribution is damaged, so that its entry points are unknown.
    """
    root, part = target.listing.root, target.only(settings.cases)
    if not isinstance(root, Path):
        return ""
    if settings.checks or settings.verify or not settings.cache or any(map(installed, EXTENSIONS)):
        return ""
    digest = xxhash.xxh3_128(_given(target, part, settings) + _stamps_below(Path(segaudit.__file__).parent))
    for path in (root, root / part.listing.metadata, *_files(target, settings)):
        digest.update(stamp(path.parent, path.name))
    for files in part.listing.cases:
        digest.update(fingerprint(root, files).encode())
    return digest.hexdigest()


def _given(target: Target, part: Target, settings: Settings) -> bytes:
    """Return what an audit is given by its options, the contract, the layout, and a card and the files that this names.

    The order of promises counts: messages have it. Names may hold what is not UTF-8, and numbers may be of any size.
    """
    described, chosen = structs.replace(target.listing, cases=()), replace(settings, workers=None, scheduler=None)
    promised = structs.replace(target.contract, siblings={})  # they come with the code, and in no order
    card = read_card(part.listing)
    given = (VERSION, sys.version, today(), chosen, promised, described, target.cases, card)
    return repr(given).encode(errors="surrogatepass")


def _files(target: Target, settings: Settings) -> Iterator[Path]:
    """Yield the files that an audit reads beside the dataset and its contract, and the folders of packages.

    Decisions are among what it leaves in the output folder, too; but some may be added after it has read them.
    """
    yield from [settings.waivers] if settings.waivers else map(Path, target.contract.waivers)
    yield from (path for path in map(Path, sys.path) if path.name in INSTALLED)
    yield (settings.output or Path()) / journal.NAME


def standing(output: Path, begun: str) -> Report | None:
    """Return the report in an output folder if an audit would write the same again.

    Args:
        output: the folder.
        begun: what ``inputs`` returned.

    Raises:
        ReportError: the report cannot be read.
    """
    try:
        last = msgspec.json.decode(_path(output).read_bytes(), type=_LastAudit)
        same = begun and last == _LastAudit(begun, _outputs(output))
    except (OSError, msgspec.DecodeError):
        return None
    return loading.load(output / loading.NAME) if same else None


def keep(output: Path, begun: str) -> None:
    """Note what the audit that wrote the reports in a folder began with, so that they can stand.

    Where it cannot be written, nothing is lost: the next audit judges all again.
    """
    if not begun:
        return
    with suppress(OSError):
        _path(output).write_bytes(msgspec.json.encode(_LastAudit(begun, _outputs(output))))


def _path(output: Path) -> Path:
    return output / "measurements" / NAME


def _outputs(output: Path) -> str:
    """Return a digest of what an audit writes into an output folder, which may hold anything else, even the dataset."""
    reports = [path.name for path in output.iterdir() if path.is_file()]
    folders = (output / "markups", output / "measurements")
    return xxhash.xxh3_128_hexdigest(b"".join([_stamps(output, reports), *map(_stamps_below, folders)]))


def _stamps_below(folder: Path) -> bytes:
    """Return names, sizes and times of the files in a folder and below it, also behind links, without bytecode."""
    found = sorted(os.walk(folder, followlinks=True))
    return b"".join(_stamps(Path(parent), names) for parent, _, names in found if not parent.endswith("__pycache__"))


def _stamps(folder: Path, names: Iterable[str]) -> bytes:
    """Return names, sizes and times of files, without the note of the last audit."""
    stamps = (os.fsencode(name) + stamp(folder, name) for name in sorted(names) if name != NAME)
    return b"\0".join([os.fsencode(folder), *stamps])
