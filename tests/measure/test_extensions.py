"""Extensions of a header, byte by byte: which fit, how many are kept, and what of them can be read."""

from __future__ import annotations

from typing import Literal

import pytest

from segaudit.measure.extensions import read_extensions
from segaudit.model import Extension

FLAG = b"\1\0\0\0"
ORDERS: tuple[Literal["little", "big"], ...] = ("little", "big")


def extension(size: int, code: int = 6, data: bytes = b"", order: Literal["little", "big"] = "little") -> bytes:
    """Return an extension that claims a size."""
    return size.to_bytes(4, order, signed=True) + code.to_bytes(4, order, signed=True) + data


@pytest.mark.parametrize("order", ORDERS)
def test_two_in_a_row(order: Literal["little", "big"]) -> None:
    """Each with its code, its size, and the first four printable characters or more."""
    area = FLAG + extension(16, 4, b"\0\0name\0\0", order) + extension(8, -1, b"", order)
    assert read_extensions(area, order) == ((Extension(4, 16, "name"), Extension(-1, 8, "")), ())


@pytest.mark.parametrize(
    "area",
    [b"", b"\0\0\0\0", b"\0\0\0\0" + extension(8), b"\0\1\1\1" + extension(8), FLAG, FLAG + extension(8)[:7]],
)
def test_none(area: bytes) -> None:
    """Nothing is there, the flag is not set, or what follows is too short for one."""
    assert read_extensions(area, "little") == ((), ())


@pytest.mark.parametrize(
    ("size", "fits"), [(16, True), (17, False), (7, False), (0, False), (-1, False), (2**31 - 1, False)]
)
def test_sizes(size: int, *, fits: bool) -> None:
    """From the eight bytes of size and code themselves to all that is there; the first that does not fit ends them."""
    area = FLAG + extension(8) + extension(size, 6, b"\0" * 8)
    found, problems = read_extensions(area, "little")
    assert len(found) == 1 + fits
    assert problems == (() if fits else (f"header extension 2 claims {size} bytes, 16 are there",))


@pytest.mark.parametrize(("count", "problems"), [(16, 0), (17, 1), (40, 1)])
def test_many(count: int, problems: int) -> None:
    """Sixteen are kept, and the others counted."""
    found, reported = read_extensions(FLAG + extension(8) * count, "little")
    assert len(found) == 16
    assert reported == (f"{count} header extensions, of which the first 16 are listed",) * problems


def test_excerpts_end_with_their_extension() -> None:
    """Neither the code before what is stored, nor the next one's size, is part of it."""
    area = FLAG + extension(11, ord("z") << 24, b"abc") + extension(ord("d"), 6, bytes(92))
    assert read_extensions(area, "little") == ((Extension(ord("z") << 24, 11, ""), Extension(6, 100, "")), ())


@pytest.mark.parametrize(
    ("data", "excerpt"),
    [
        (b"abc\0\0\0\0\0", ""),
        (b"abc\0defg", "defg"),
        (b"a" * 60, "a" * 60),
        (b"a" * 61, "a" * 60),
        (b"  ab  \x1f\x7f", "ab"),
        (b" ~!\x80 ~! ", "~!"),
    ],
)
def test_excerpts(data: bytes, excerpt: str) -> None:
    """Up to sixty characters in a row, without blanks at the ends."""
    ((found,), _) = read_extensions(FLAG + extension(8 + len(data), 6, data), "little")
    assert found.excerpt == excerpt
