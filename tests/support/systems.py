"""What a system cannot do: marks that skip a test there, with the reason."""

from __future__ import annotations

import os
import shutil
import sys

import pytest

WINDOWS = sys.platform == "win32"

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has /proc, where even root makes no folder")
signals = pytest.mark.skipif(WINDOWS, reason="Windows sends no signal to a process and those that it started")
pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipe that is a file in a folder")
bash = pytest.mark.skipif(
    WINDOWS or shutil.which("bash") is None,
    reason="the action's steps are scripts of bash, which on Windows may be another system's",
)
