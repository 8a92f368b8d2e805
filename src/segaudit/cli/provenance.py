"""How a report came about: the command, how long it took, and what it ran with."""

from __future__ import annotations

import re
import shlex
import sys
import time
from collections.abc import Iterable

from segaudit.cli.helping import versions

STARTED = time.monotonic()
"""Seconds of a clock when the command began: this module is imported before it does anything."""

SECRET = re.compile(r"(?<=://)[^/\s]*@|\?.*")
"""What of a URL lets somebody in: a name and a password before the host, a signature after the path."""

MINUTE = 60


def provenance() -> dict[str, str]:
    """Return what the report says of the command that makes it, by name."""
    return {
        "Command": command(sys.argv[1:]),
        "Took": took(time.monotonic() - STARTED),
        "Versions": versions().replace("\n", ", "),
    }


def command(words: Iterable[str]) -> str:
    """Return a command as it can be given again, but for what is secret in its URLs."""
    return shlex.join(["segaudit", *(SECRET.sub("", word) if "://" in word else word for word in words)])


def took(seconds: float) -> str:
    """Return a duration: ``8 s``, ``2 min 5 s``."""
    minutes, rest = divmod(round(seconds), MINUTE)
    return f"{minutes:,} min {rest} s" if minutes else f"{rest} s"
