"""A bucket whose parts can be lost, cut or late."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from segaudit.model import Report


@dataclass(frozen=True)
class Bucket:
    """A dataset in an object store, and the environment for accessing it."""

    url: str
    files: Any
    environment: dict[str, str]
    server: Any

    def report(self, folder: Path) -> Report:
        """Return the report that an audit left."""
        return msgspec.json.decode((folder / "report.json").read_bytes(), type=Report)

    def pass_parts(self, key: str, *actions: Callable[[bytes], bytes | None]) -> list[Any]:
        """Apply one action each to the next parts of objects whose key has this ending; None gives 503.

        Returns:
            The actions that are left.
        """
        answer, left = self.server.app, list(actions)

        def acting(environ: dict[str, Any], start: Callable[..., Any]) -> Any:  # noqa: ANN401 (as WSGI has it)
            if not (left and "HTTP_RANGE" in environ and environ["PATH_INFO"].endswith(key)):
                return answer(environ, start)
            head: list[Any] = []
            body = left.pop(0)(b"".join(answer(environ, lambda *given: head.extend(given))))
            start(*(("503 Slow Down", []) if body is None else head))
            return [body or b""]

        self.server.app = acting
        return left

    def audit(self, contract: Path, output: Path, url: str = "") -> subprocess.CompletedProcess[str]:
        """Audit from a shell, because workers inherit the environment from when the first of them started.

        One worker is enough: each imports for a second what speaks to buckets.
        """
        options = ["--contract", str(contract), "--output", str(output), "--workers", "1"]
        command = [sys.executable, "-m", "segaudit", "audit", url or self.url, *options]
        return subprocess.run(
            command, env={**os.environ, **self.environment}, capture_output=True, text=True, check=False
        )
