"""What stands between a NIfTI header and its voxels."""

from __future__ import annotations

import re
from typing import Literal

from segaudit.model import Extension

_EXCERPT = 60


def read_extensions(area: bytes, byte_order: Literal["little", "big"]) -> tuple[tuple[Extension, ...], tuple[str, ...]]:
    """List the header extensions, and say where one does not fit between header and voxels."""
    found: list[Extension] = []
    at = 4 if area[:1].strip(b"\0") else len(area)
    while at + 8 <= len(area):
        size, code = (int.from_bytes(area[i : i + 4], byte_order, signed=True) for i in (at, at + 4))
        if not 8 <= size <= len(area) - at:  # noqa: PLR2004 - the bytes of size and code themselves
            return tuple(found), (f"header extension {len(found) + 1} claims {size} bytes, {len(area) - at} are there",)
        found.append(Extension(code, size, _excerpt(area[at + 8 : at + size])))
        at += size
    return tuple(found), ()


def _excerpt(data: bytes) -> str:
    readable = re.search(rb"[\x20-\x7e]{4,}", data)
    return readable[0][:_EXCERPT].decode("ascii").strip() if readable else ""
