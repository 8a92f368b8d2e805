"""The extensions between a NIfTI header and its voxels."""

from __future__ import annotations

import re
from typing import Literal

from segaudit.model import Extension

_EXCERPT_CHARACTERS = 60

_MAX_EXTENSIONS = 16
"""The most extensions that are kept: converters write one or two, but a megabyte has room for 131,072 empty ones."""


def read_extensions(area: bytes, byte_order: Literal["little", "big"]) -> tuple[tuple[Extension, ...], tuple[str, ...]]:
    """Return the first header extensions, and problems: too many extensions, or one that does not fit."""
    found: list[Extension] = []
    problems: list[str] = []
    count = 0
    at = 4 if area[:1].strip(b"\0") else len(area)
    while at + 8 <= len(area):
        size, code = (int.from_bytes(area[i : i + 4], byte_order, signed=True) for i in (at, at + 4))
        if not 8 <= size <= len(area) - at:  # noqa: PLR2004 - the bytes of size and code themselves
            problems.append(f"header extension {count + 1} claims {size} bytes, {len(area) - at} are there")
            break
        if count < _MAX_EXTENSIONS:
            found.append(Extension(code, size, _excerpt(area[at + 8 : at + size])))
        count += 1
        at += size
    if count > _MAX_EXTENSIONS:
        problems.append(f"{count} header extensions, of which the first {_MAX_EXTENSIONS} are listed")
    return tuple(found), tuple(problems)


def _excerpt(data: bytes) -> str:
    readable = re.search(rb"[\x20-\x7e]{4,}", data)
    return readable[0][:_EXCERPT_CHARACTERS].decode("ascii").strip() if readable else ""
