"""Standard output and standard error that outlive their readers: who stops reading changes no verdict."""

from __future__ import annotations

import os
import sys
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import Any

STDOUT, STDERR = 1, 2


def keep_streams_open() -> None:
    """Have both streams lead somewhere, whatever was closed, and escape characters that the terminal cannot show."""
    for number, name in ((STDOUT, "stdout"), (STDERR, "stderr")):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started the program, as by ``>&-``
            setattr(sys, name, _text(FileIO(os.devnull, "w")))
        elif isinstance(stream, TextIOWrapper) and stream.fileno() == number:
            stream.flush()
            setattr(sys, name, _text(_Patient(number, "w", closefd=False), stream))


def _text(raw: FileIO, like: TextIOWrapper | None = None) -> TextIOWrapper:
    """Return a stream of text, buffered like another one."""
    return TextIOWrapper(
        BufferedWriter(raw),
        encoding=like.encoding if like else "utf-8",
        errors="backslashreplace",
        line_buffering=like.line_buffering if like else False,
    )


class _Patient(FileIO):
    """A file whose reader may leave, or whose disk may be full: what is written after that goes nowhere."""

    def write(self, content: Any, /) -> int:
        """Write what a reader takes.

        Raises:
            OSError: standard output cannot be written, for another reason than that nobody reads it; the next call
                succeeds. Of standard error nobody could be informed.
        """
        try:
            return super().write(content)
        except OSError as error:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            if self.fileno() == STDOUT and not isinstance(error, BrokenPipeError):
                raise OSError(error.errno, error.strerror, "standard output") from error
            return super().write(content)
