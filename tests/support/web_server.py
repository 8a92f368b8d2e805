"""A web server that fails on demand."""

from __future__ import annotations

import functools
import http.server
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


class Server(http.server.ThreadingHTTPServer):
    """A web server that lists folders, supports no ranges, and fails on demand."""

    daemon_threads = True
    failures = 0
    """How many of the next requests for volumes fail."""
    failure = "503"
    swapped: bytes = b""
    """The content that replaces a CT while it is sent; none if empty."""
    url = ""

    def handle_error(self, *_: Any) -> None:  # noqa: ANN401 (as the base class has it)
        """Ignore clients that close the connection early."""


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files; some requests fail."""

    server: Server

    def do_GET(self) -> None:
        """Answer, or fail: a status, a connection that is cut, a slow one, a wrong byte, or a file that is replaced."""
        if self.server.swapped and self.path.endswith("ct.nii.gz"):
            self._send(swapped(Path(self.translate_path(self.path)), self.server.swapped))
            self.server.swapped = b""
            return
        if not self.path.endswith(".nii.gz") or self.server.failures <= 0:
            super().do_GET()
            return
        self.server.failures -= 1
        if self.server.failure.isdigit():
            self.send_error(int(self.server.failure))
        elif self.server.failure == "loop":
            self.send_response(302)
            self.send_header("Location", self.path)
            self.end_headers()
        elif self.server.failure == "noise":
            noisy = bytearray(Path(self.translate_path(self.path)).read_bytes())
            noisy[len(noisy) // 2 + self.server.failures % 89] ^= 255
            self._send(bytes(noisy))
        elif self.server.failure == "slow":
            time.sleep(0.3)
            super().do_GET()
        else:
            content = Path(self.translate_path(self.path)).read_bytes()
            self._send(content[: len(content) // 2], len(content))
            self.close_connection = True

    def _send(self, content: bytes, promised: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(promised or len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:  # noqa: ANN401 (as the base class has it)
        """Keep quiet."""


def swapped(path: Path, new: bytes) -> bytes:
    """Replace a file, and return what a reader gets meanwhile: its old beginning and its new end."""
    old = path.read_bytes()
    before = path.stat().st_mtime_ns
    path.write_bytes(new)
    os.utime(path, ns=(before, before + 10**10))  # web servers give times in seconds
    return old[: len(new) // 2] + new[len(new) // 2 :]


@contextmanager
def serving(root: Path) -> Iterator[Server]:
    """Serve a folder."""
    pytest.importorskip("aiohttp", reason="needs segaudit[remote]")
    with Server(("127.0.0.1", 0), functools.partial(Handler, directory=str(root))) as started:
        started.url = f"http://127.0.0.1:{started.server_port}"
        threading.Thread(target=started.serve_forever, daemon=True).start()
        yield started
        started.shutdown()
