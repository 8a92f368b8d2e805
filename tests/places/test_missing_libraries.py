"""The message if an optional library is missing names the extra that has it, or the library itself."""

from __future__ import annotations

import subprocess
import sys

import pytest

EXTRA = "pip install 'segaudit[remote]'"
SCRIPT = """
import sys
sys.modules[sys.argv[2]] = None
from segaudit.places import located
try:
    located(sys.argv[1])
except ValueError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("url", "library", "advice"),
    [
        ("s3://bucket/data", "fsspec", EXTRA),
        ("gs://bucket/data", "fsspec", EXTRA),
        ("s3://bucket/data", "s3fs", EXTRA),
        ("https://example.org/data", "aiohttp", EXTRA),
        ("gs://bucket/data", "gcsfs", "gcsfs"),
        ("sftp://host/data", "paramiko", "paramiko"),
    ],
)
def test_a_missing_library_is_named(url: str, library: str, advice: str) -> None:
    """The extra is named for what it holds; what it does not hold is named as fsspec does."""
    if library != "fsspec":
        pytest.importorskip("fsspec", reason="needs segaudit[remote]")
    command = [sys.executable, "-c", SCRIPT, url, library]
    message = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert message.startswith(f"{url}: reading it needs another library: ")
    assert advice in message
    assert (EXTRA in message) is (advice == EXTRA)
