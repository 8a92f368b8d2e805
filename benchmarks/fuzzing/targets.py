"""What reads files of users: each target writes damaged bytes where they belong, and reads them."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.fuzzing.damages import BINARY_WORDS, TEXT_WORDS

import segaudit
from segaudit.compare import compare, loading
from segaudit.contracts import names as shipped_names
from segaudit.contracts import reading
from segaudit.judging import waivers
from segaudit.model import Report, Severity
from segaudit.model.errors import InputError
from segaudit.model.findings import Outcome
from segaudit.reports.write import FILES
from segaudit.testing.small import write_small

HEADER_BYTES = 352
CASE = "s0000"
FORBIDDEN = "\x1b\x00"
"""Characters that no report has, because a terminal takes them as commands."""

WAIVERS = """
[[waiver]]
check = "mask-missing"
case = "s0000"
structure = "liver"
reason = "known"
until = 2999-01-01
"""
NNUNET = {
    "channel_names": {"0": "CT"},
    "labels": {"background": 0, "liver": 1, "both": [1, 2], "ignore": 3},
    "regions_class_order": [1, 2],
    "numTraining": 1,
    "file_ending": ".nii.gz",
    "training": [{"image": "./imagesTr/a.nii.gz", "label": "./labelsTr/a.nii.gz"}],
    "test": ["./imagesTs/b.nii.gz"],
}


class BadReportError(Exception):
    """An audit ended, but with a check or a case that could not run, or with a text that is a command."""


@dataclass(frozen=True)
class Target:
    """What reads one kind of file."""

    whole: Callable[[Path], Sequence[bytes]]
    """Returns the undamaged files, and writes into a folder what is needed beside them."""
    read: Callable[[Path, bytes], str]
    """Writes and reads a damaged file; returns how it ended."""
    words: Sequence[bytes] = TEXT_WORDS


def _refused(action: Callable[[Path, bytes], str]) -> Callable[[Path, bytes], str]:
    """Let a target refuse a file by the error that is meant for users."""

    def read(folder: Path, data: bytes) -> str:
        try:
            return action(folder, data)
        except InputError as error:
            if any(character in str(error) for character in FORBIDDEN):
                raise BadReportError(repr(str(error))) from error
            return type(error).__name__

    return read


def _audited(root: Path, contract: Path | None) -> str:
    """Audit a dataset, and write all reports."""
    report = segaudit.audit(root, contract, workers=1)
    failed = [f"{check.id}: {check.error}" for check in report.checks if check.outcome is Outcome.COULD_NOT_RUN]
    failed += [f"{lost.case}: {lost.error}" for lost in report.unmeasured]
    texts = {name: "".join(render(report)) for name, render in FILES.items()}
    failed += [f"{name} has a control character" for name, text in texts.items() if set(text) & set(FORBIDDEN)]
    if failed:
        raise BadReportError(*failed)
    return ", ".join(sorted({finding.check for finding in report.findings})) or "clean"


def _small(folder: Path) -> Path:
    """Write the first case of the small dataset, its table and its contract once, and return the dataset."""
    root = folder / "dataset"
    if not root.exists():
        write_small(folder)
        for other in root.glob("s*"):
            if other.name != CASE:
                shutil.rmtree(other)
    return root


def _replaced(path: str, packed: bool, folder: Path, data: bytes) -> str:  # noqa: FBT001 (bound by partial)
    """Audit the small dataset with other bytes in one of its files."""
    (_small(folder) / path).write_bytes(gzip.compress(data, 1) if packed else data)
    return _audited(folder / "dataset", folder / "contract.toml")


def _file(path: str, packed: bool, folder: Path) -> list[bytes]:  # noqa: FBT001 (bound by partial)
    """Return the bytes of a file of the small dataset."""
    data = (_small(folder) / path).read_bytes()
    return [gzip.decompress(data) if packed else data]


def _headers(folder: Path) -> list[bytes]:
    """Return the headers of a CT and of a mask."""
    return [data[:HEADER_BYTES] for path in (CT, MASK) for data in _file(path, True, folder)]  # noqa: FBT003


def _headed(folder: Path, header: bytes) -> str:
    """Audit the small dataset with another header of a CT and a mask."""
    for path in (CT, MASK):
        file = _small(folder) / path
        whole = file.with_suffix(".whole")
        kept = folder / whole.name
        if not kept.exists():
            kept.write_bytes(gzip.decompress(file.read_bytes()))
        file.write_bytes(gzip.compress(header + kept.read_bytes()[HEADER_BYTES:], 1))
    return _audited(folder / "dataset", folder / "contract.toml")


def _contract(folder: Path, data: bytes) -> str:
    """Read a contract."""
    (folder / "contract.toml").write_bytes(data)
    reading.read(folder / "contract.toml")
    return "read"


def _contracts(folder: Path) -> list[bytes]:
    """Return the small contract and the shipped ones."""
    _small(folder)
    shipped = [reading.locate(name).read_bytes() for name in shipped_names()]
    return [(folder / "contract.toml").read_bytes(), *shipped]


def _waivers(folder: Path, data: bytes) -> str:
    """Read waivers, and write them."""
    (folder / "waivers.toml").write_bytes(data)
    read = waivers.load(folder / "waivers.toml")
    waivers.dump(read)
    return f"{len(read)} waivers"


def _report(folder: Path) -> list[bytes]:
    """Return a report with findings."""
    (_small(folder) / MASK).unlink(missing_ok=True)
    found = segaudit.audit(folder / "dataset", folder / "contract.toml", workers=1)
    return ["".join(FILES["report.json"](found)).encode()]


def _compared(folder: Path, data: bytes) -> str:
    """Compare a report with itself, and write its texts."""
    (folder / "report.json").write_bytes(data)
    report: Report = loading.load(folder / "report.json")
    compare(report, report, Severity.ERROR)
    for render in FILES.values():
        "".join(render(report))
    return "read"


def _descriptions(folder: Path) -> list[bytes]:
    """Write a dataset of nnU-Net, and return its description."""
    small = _small(folder)
    for source, target in ((CT, "imagesTr/a_0000.nii.gz"), (MASK, "labelsTr/a.nii.gz")):
        (folder / "nnunet" / target).parent.mkdir(parents=True, exist_ok=True)
        (folder / "nnunet" / target).write_bytes((small / source).read_bytes())
    first = NNUNET | {"labels": {"0": "background", "1": "liver"}, "modality": {"0": "CT"}}
    return [json.dumps(NNUNET).encode(), json.dumps(first).encode()]


def _described(folder: Path, data: bytes) -> str:
    """Audit the dataset of nnU-Net."""
    (folder / "nnunet/dataset.json").write_bytes(data)
    return _audited(folder / "nnunet", None)


def _archives(folder: Path) -> list[bytes]:
    """Return archives of the small dataset, stored and deflated."""
    root = _small(folder)
    made = []
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", method) as archive:
            for path in sorted(root.rglob("*.*")):
                archive.write(path, path.relative_to(root))
        made.append(file.getvalue())
    return made


def _directory(folder: Path, data: bytes) -> str:
    """Audit an archive."""
    (folder / "dataset.zip").write_bytes(data)
    return _audited(folder / "dataset.zip", folder / "contract.toml")


CT, MASK, TABLE = f"{CASE}/ct.nii.gz", f"{CASE}/segmentations/liver.nii.gz", "meta.csv"

TARGETS = {
    "headers": Target(_headers, _headed, BINARY_WORDS),
    "gzip": Target(partial(_file, MASK, False), partial(_replaced, MASK, False), BINARY_WORDS),  # noqa: FBT003
    "contracts": Target(_contracts, _contract),
    "waivers": Target(lambda _: [WAIVERS.encode()], _waivers),
    "reports": Target(_report, _compared),
    "metadata": Target(partial(_file, TABLE, False), partial(_replaced, TABLE, False)),  # noqa: FBT003
    "descriptions": Target(_descriptions, _described),
    "archives": Target(_archives, _directory, BINARY_WORDS),
}
"""By name."""


def read(name: str, folder: Path, data: bytes) -> str:
    """Let a target read bytes; return how it ended, if that is an end that is meant for users.

    Raises:
        Exception: what crashed.
    """
    return _refused(TARGETS[name].read)(folder, data)
