"""Only regular files are opened."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from segaudit.model.regular import must_be_regular
from tests.support.systems import linux, pipes


def test_a_regular_file_and_a_link_to_one(tmp_path: Path) -> None:
    """Both are, also without any bytes."""
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("file")
    must_be_regular(tmp_path / "file")
    must_be_regular(tmp_path / "link")


@pipes
def test_a_pipe_and_a_folder(tmp_path: Path) -> None:
    """A read of the one may wait for ever; the other has no bytes."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(OSError, match="not a regular file"):
            must_be_regular(path)


@linux
@pytest.mark.parametrize("file", ["/proc/kmsg", "/proc/self/status", "/sys/devices/system/cpu/online"])
def test_a_file_that_the_system_makes_up(tmp_path: Path, file: str) -> None:
    """It looks regular; that of the kernel's messages waits until there is one."""
    if not Path(file).exists():
        pytest.skip(f"this system has no {file}")
    (tmp_path / "link").symlink_to(file)
    with pytest.raises(OSError, match="not a regular file"):
        must_be_regular(tmp_path / "link")
