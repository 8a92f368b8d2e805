"""The server of the page, on this machine alone, until Ctrl-C."""

from __future__ import annotations

import errno
import html
import os
import secrets
import tempfile
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import ThreadingHTTPServer
from pathlib import Path

from segaudit.model.errors import InputError
from segaudit.review.guard import ADDRESS, Guard
from segaudit.review.handler import Handler
from segaudit.review.review import Review


class Server(ThreadingHTTPServer):
    """Serves one review to one browser."""

    daemon_threads = True
    allow_reuse_address = os.name == "posix"
    """On Windows, this would let another program take the port of a running one."""

    def __init__(self, review: Review, port: int = 0) -> None:
        """Listen on a port; 0 for any that is free.

        Raises:
            InputError: the port is in use, or reserved.
        """
        try:
            super().__init__((ADDRESS, port), Handler)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            why = "is in use" if error.errno == errno.EADDRINUSE else "is reserved"
            raise InputError(
                f"port {port} {why} on this machine: name another one with --port, or leave it out for a free one"
            ) from error
        self.review = review
        self.guard = Guard(self.server_port)
        self.run = secrets.token_hex(4)
        """A name of this run, in the addresses of slices: a browser keeps none of another run."""

    @property
    def address(self) -> str:
        """The address that lets a browser in, once."""
        return self.guard.address + self.guard.token

    def handle_error(self, *_: object) -> None:
        """Keep quiet about browsers that close a connection early."""


@contextmanager
def in_browser(address: str) -> Iterator[None]:
    """Open an address in the browser, by a file that only this account can read.

    On a command line, other accounts of the machine could read it in the list of processes.
    """
    number, name = tempfile.mkstemp(prefix="segaudit-review-", suffix=".html")
    try:
        with os.fdopen(number, "w", encoding="utf-8") as stream:
            target = html.escape(address)
            stream.write(
                f'<!doctype html><meta http-equiv="refresh" content="0; url={target}"><a href="{target}">Review</a>'
            )
        with suppress(webbrowser.Error):
            webbrowser.open(Path(name).as_uri())
        yield
    finally:
        with suppress(OSError):
            Path(name).unlink()
