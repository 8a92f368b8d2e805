"""Damage the bytes of a whole file: a strategy of Hypothesis, so that what crashes is made as small as possible."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from hypothesis import strategies as st

TOKEN = re.compile(rb"[\w.+-]+")
"""Words and numbers of a text."""

MAX_DAMAGES = 4
MAX_DROPPED_BYTES = 64

TEXT_WORDS = (
    *(b"", b"0", b"-1", b"0.5", b"1e999", b"-1e999", b"NaN", b"inf", b"9223372036854775808", b"9" * 5000),
    *(b"null", b"true", b'""', b"[]", b"{}", b"[[]]", b'{"": 0}', b"[" * 100_000, b'"', b"'", b"\n", b"\r", b";", b","),
    *(b"\x00", b"\x1b[31m", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\xbd", b"\\ud83d", b"\\u001b"),
    *("\u202e".encode(), "\u0663".encode()),
    *(b"../../x", b"/", b"*", b"s0000", b"liver", b"=cmd", b"2999-01-01", b"1,5"),
)
"""What replaces words of a text: extreme numbers, other types, depth, control characters, signs of other alphabets."""

BINARY_WORDS = (
    *(number.to_bytes(size, "little", signed=True) for number in (0, 1, -1) for size in (1, 2, 4, 8)),
    *(limit.to_bytes(4, "little") for limit in (0x7FFF, 0x8000, 0x7FFFFFFF, 0x80000000)),
    *(
        bytes.fromhex(bits) for bits in ("0000807f", "000080ff", "0000c07f", "ffff7f7f", "01000000")
    ),  # inf, NaN, extremes
    b"\x1f\x8b\x08",
    bytes(100),
)
"""What replaces fields of a binary file, as little-endian integers and IEEE 754 numbers."""

Damage = Callable[[st.DrawFn, bytes, Sequence[bytes]], bytes]


def _exchange(draw: st.DrawFn, data: bytes, words: Sequence[bytes]) -> bytes:
    """Replace a word of a text."""
    tokens = [match.span() for match in TOKEN.finditer(data)] or [(0, len(data))]
    start, end = draw(st.sampled_from(tokens))
    return data[:start] + draw(st.sampled_from(words)) + data[end:]


def _overwrite(draw: st.DrawFn, data: bytes, words: Sequence[bytes]) -> bytes:
    """Replace bytes by as many others."""
    piece = draw(st.one_of(st.sampled_from(words), st.binary(min_size=1, max_size=4)))
    at = draw(st.integers(0, max(0, len(data) - len(piece))))
    return data[:at] + piece + data[at + len(piece) :]


def _insert(draw: st.DrawFn, data: bytes, words: Sequence[bytes]) -> bytes:
    """Insert bytes."""
    at = draw(st.integers(0, len(data)))
    return data[:at] + draw(st.one_of(st.sampled_from(words), st.binary(min_size=1, max_size=8))) + data[at:]


def _drop(draw: st.DrawFn, data: bytes, _words: Sequence[bytes]) -> bytes:
    """Remove bytes."""
    at = draw(st.integers(0, len(data)))
    return data[:at] + data[at + draw(st.integers(1, MAX_DROPPED_BYTES)) :]


def _cut(draw: st.DrawFn, data: bytes, _words: Sequence[bytes]) -> bytes:
    """Remove the end."""
    return data[: draw(st.integers(0, len(data)))]


def _repeat(draw: st.DrawFn, data: bytes, _words: Sequence[bytes]) -> bytes:
    """Copy a part to somewhere else."""
    start, at = draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))
    return data[:at] + data[start : start + draw(st.integers(1, MAX_DROPPED_BYTES))] + data[at:]


DAMAGES: tuple[Damage, ...] = (_exchange, _overwrite, _insert, _drop, _cut, _repeat)


@st.composite
def damaged(draw: st.DrawFn, whole: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """Draw the bytes of one of some files, with a few damages."""
    data = draw(st.sampled_from(whole))
    for _ in range(draw(st.integers(1, MAX_DAMAGES))):
        data = draw(st.sampled_from(DAMAGES))(draw, data, words)
    return data
