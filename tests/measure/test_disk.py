"""The bytes of a file, each read once, against the bytes themselves."""

from __future__ import annotations

import io

import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from segaudit.measure import disk
from segaudit.measure.disk import Disk

STEPS = st.lists(st.tuples(st.sampled_from(("read", "peek", "unread")), st.integers(0, 9)), max_size=20)


@given(st.binary(max_size=60), STEPS)
def test_any_steps(data: bytes, steps: list[tuple[str, int]]) -> None:
    """What is read, looked at and put back is what lies at the position; the digest is that of all, each once."""
    found, at, last = Disk(io.BytesIO(data)), 0, b""
    for step, size in steps:
        if step == "peek":
            assert found.peek(size) == data[at : at + size]
        elif step == "unread":
            back = last[len(last) - min(size, len(last)) :]
            found.unread(back)
            at, last = at - len(back), b""
        else:
            last = found.read(size)
            assert last == data[at : at + size]
            at += len(last)
        assert found.position == at
    assert found.digest() == (xxhash.xxh3_128_hexdigest(data), len(data))


@given(st.binary(max_size=60), st.integers(0, 20), st.integers(0, 70), st.integers(1, 20))
def test_digest_to_a_byte(data: bytes, before: int, end: int, piece: int) -> None:
    """It covers what was read before, and goes on to a byte and no further, whatever is taken at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disk, "PIECE_BYTES", piece)
        found = Disk(io.BytesIO(data))
        found.read(before)
        taken = min(max(before, end), len(data))
        assert found.digest(end) == (xxhash.xxh3_128_hexdigest(data[:taken]), taken)
