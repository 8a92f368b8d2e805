"""The quick look at headers that checks of geometry have."""

from __future__ import annotations

from msgspec.structs import replace

from segaudit.model import Header
from segaudit.model.quick_look import by_header
from segaudit.testing.records import healthy_ct, small_contract


def test_by_header() -> None:
    """Each header is looked at once; its files are returned in their order, and one without a header never is."""
    file = healthy_ct().file
    header, looked = file.header, list[Header]()
    assert header is not None
    tilted = replace(header, shape=(1, 2, 3))
    files = [replace(file, path=f"{at}", header=each) for at, each in enumerate((tilted, header, None, tilted, header))]

    def suspect(each: Header) -> bool:
        looked.append(each)
        return each is tilted

    assert by_header(suspect).among(files, small_contract()) == [files[0], files[3]]
    assert looked == [tilted, header]
    assert by_header(lambda _: False).among(files, small_contract()) == []
    assert by_header(lambda _: True).among([], small_contract()) == []
