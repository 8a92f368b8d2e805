"""Damage files of one kind at random, for some minutes, and read them: nothing may crash.

    python benchmarks/fuzz.py headers --minutes 5

The kinds are headers, gzip, contracts, waivers, reports (``report.json``), metadata (``meta.csv``), descriptions
(``dataset.json``) and archives (ZIP). A damaged file may be refused with a message, or give findings. What raises
anything else, makes a check unable to run, takes more than ten seconds of the processor, or brings a control character
into a report is a crash: Hypothesis makes it small, it is kept in a folder, and the exit code is 1. Once mended, it
moves to ``tests/benchmarks/fuzz_seeds/KIND``, where each run of the tests reads it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

sys.path.insert(0, str(Path(__file__).parent.parent))  # as a script it sees its own folder alone

from benchmarks.fuzzing.damages import damaged
from benchmarks.fuzzing.targets import TARGETS, read

MAX_SECONDS = 10.0
"""Of the processor's time, which other programs do not lengthen."""

BATCH = 500
"""Files that are drawn before Hypothesis begins anew, so that it keeps few of them in memory."""


class SlowError(Exception):
    """Reading a file took too long."""


@dataclass
class Run:
    """The files that one kind was tried with."""

    kind: str
    folder: Path
    files: int = 0
    slowest: float = 0.0
    last: bytes = b""
    ends: Counter[str] = field(default_factory=Counter)

    def read(self, data: bytes) -> None:
        """Read one file."""
        start, self.last, self.files = time.process_time(), data, self.files + 1
        self.ends[read(self.kind, self.folder, data)] += 1
        seconds = time.process_time() - start
        self.slowest = max(self.slowest, seconds)
        if seconds > MAX_SECONDS:
            raise SlowError(f"{seconds:.1f} s")


def fuzz(run: Run, seconds: float, first_seed: int) -> None:
    """Read damaged files for some time.

    Raises:
        Exception: what crashed; ``run.last`` is the smallest file that does.
    """
    target = TARGETS[run.kind]
    whole = target.whole(run.folder)
    for data in whole:  # what is imported meanwhile does not count as slow
        read(run.kind, run.folder, data)
    files, batch, end = damaged(whole, target.words), first_seed, time.monotonic() + seconds
    while time.monotonic() < end:

        @seed(batch)
        @settings(
            max_examples=BATCH,
            database=None,
            deadline=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        @given(files)
        def once(data: bytes) -> None:
            if time.monotonic() < end:
                run.read(data)

        once()
        batch += 1


def tried(kind: str, minutes: float, first_seed: int, crashes: Path) -> bool:
    """Try one kind, print what came of it, and return whether nothing crashed."""
    with tempfile.TemporaryDirectory() as folder:
        run, text = Run(kind, Path(folder)), "no crash"
        try:
            fuzz(run, 60 * minutes, first_seed)
        except Exception:  # noqa: BLE001 (whatever a reader raises is what is looked for)
            crashes.mkdir(parents=True, exist_ok=True)
            (crashes / kind).write_bytes(run.last)
            traceback.print_exc(limit=-6)
            text = f"a crash, kept in {crashes / kind}"
    print(
        f"{kind}: {run.files:,} files, {len(run.ends)} different ends, slowest {run.slowest:.2f} s, {text}", flush=True
    )
    return text == "no crash"


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the kinds one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", help=f"one of {', '.join(TARGETS)}; all of them if none is named")
    parser.add_argument("--minutes", type=float, default=1.0, help="for each kind (default: 1)")
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers (default: 0)")
    parser.add_argument("--crashes", type=Path, default=Path("fuzz-crashes"), help="folder of what crashed")
    given_ = parser.parse_args(arguments)
    if unknown := set(given_.kinds) - TARGETS.keys():
        parser.error(f"no kind {', '.join(sorted(unknown))}; expected one of {', '.join(TARGETS)}")
    whole = [tried(kind, given_.minutes, given_.seed, given_.crashes) for kind in given_.kinds or TARGETS]
    return 0 if all(whole) else 1


if __name__ == "__main__":
    sys.exit(main())
