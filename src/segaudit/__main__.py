"""The entry point of ``segaudit`` and ``python -m segaudit``."""

from __future__ import annotations

import signal
import sys
from io import TextIOWrapper
from types import FrameType


def main() -> None:
    """Run the command line; interrupting it never prints a traceback."""
    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _stop)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # escape characters that the terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    try:
        from segaudit import cli  # noqa: PLC0415 (it takes a second, during which Ctrl-C may be pressed)

        cli.main(prog_name="segaudit")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def _stop(number: int, _frame: FrameType | None) -> None:
    """Exit cleanly, with the exit code that shells expect from a program that a signal ended."""
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
