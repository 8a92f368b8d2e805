"""Provenance of a report: the command, how long it took, and the versions it ran with."""

from __future__ import annotations

import re
import shlex
import sys
import time
from collections.abc import Iterable

from segaudit.cli.group import STARTED
from segaudit.cli.helping import versions

SECRET = re.compile(r"(?<=://)[^/\s]*@|\?.*")
"""Credentials in a URL: a name and a password before the host, a signature after the path."""

MINUTE_S = 60


def provenance() -> dict[str, str]:
    """Return the provenance of the report that this command writes, by name."""
    return {
        "Command": command(sys.argv[1:]),
        "Took": took(time.monotonic() - STARTED),
        "Versions": versions().replace("\n", ", "),
    }


def command(words: Iterable[str]) -> str:
    """Return a command that can be run again, without the credentials in its URLs."""
    return shlex.join(["segaudit", *(SECRET.sub("", word) if "://" in word else word for word in words)])


def took(seconds: float) -> str:
    """Return a duration: ``8 s``, ``2 min 5 s``."""
    minutes, rest = divmod(round(seconds), MINUTE_S)
    return f"{minutes:,} min {rest} s" if minutes else f"{rest} s"
