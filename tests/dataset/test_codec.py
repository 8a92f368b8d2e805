"""Cases come back from their packed form as they were, with each header stored once."""

from __future__ import annotations

from pathlib import Path

import msgspec
from hypothesis import given
from msgspec.structs import replace

from segaudit.dataset.codec import Packed, pack, unpack
from segaudit.measure import measure_case
from segaudit.model import Case, File
from segaudit.testing.records import healthy_case, healthy_file, healthy_header, healthy_mask, merged_case
from segaudit.testing.strategies import cases
from segaudit.testing.volumes import listed


def same(one: Case, other: Case) -> bool:
    """Whether cases are equal, including NaN."""
    return msgspec.msgpack.encode(one) == msgspec.msgpack.encode(other)


@given(cases())
def test_what_is_packed_comes_back(case: Case) -> None:
    """Whatever was measured, damaged headers included."""
    assert same(unpack(pack(case)), case)


def test_every_file_of_a_case_has_its_own_header() -> None:
    """So have a label map, further channels and a damaged file."""
    turned = healthy_header(orientation="LPS")
    further = (healthy_file("", path="s0001/pet.nii.gz", header=turned), File(case="s0001", path="s0001/x.nii.gz"))
    case = replace(merged_case(), further=further)
    assert unpack(pack(case)) == case
    assert [file.header for file in unpack(pack(case)).further] == [turned, None]


def test_equal_headers_are_one() -> None:
    """They are stored once, and shared after reading."""
    case = healthy_case(healthy_mask("liver"), healthy_mask("spleen"))
    packed = pack(case)
    assert len(msgspec.msgpack.decode(packed, type=Packed).headers) == len({str(file.header) for file in case.files})
    masks = unpack(packed).whole_masks
    assert masks["liver"].file.header is masks["spleen"].file.header


def test_packing_is_repeatable(real_data: Path) -> None:
    """Packing a case repeatedly gives the same bytes, which spare nearly all of its 117 headers."""
    case = measure_case(real_data / "v2-masks", listed(real_data / "v2-masks", "s0327"))
    packed = pack(case)
    assert (pack(unpack(packed)), unpack(packed)) == (packed, case)
    headers = sum(len(msgspec.msgpack.encode(file.header)) for file in case.files)
    assert len(packed) < len(msgspec.msgpack.encode(case)) - 0.9 * headers
