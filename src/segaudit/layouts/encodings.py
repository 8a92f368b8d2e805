"""The encoding of JSON files, which the programs that follow them read as text in UTF-8.

nnU-Net and MONAI hand ``json.load`` a text file: it refuses a byte order mark, and the file any other encoding.
"""

from __future__ import annotations

import json

WRITTEN = {"utf-8-sig": "begins with a byte order mark"}
"""What is wrong with a file by the name of its encoding, where that does not say it."""


def misencoded(data: bytes) -> str:
    """Return what is wrong with the encoding of a JSON file, and what to do; empty if nothing is."""
    encoding = json.detect_encoding(data)
    if encoding == "utf-8":
        return ""
    found = WRITTEN.get(encoding, f"is written in {encoding.upper()}")
    return f"{found}, expected UTF-8 without a byte order mark, which nnU-Net and MONAI read: save it in that form"
