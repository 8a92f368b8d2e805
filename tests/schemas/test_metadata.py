"""Words, ids and splits that others take for missing values."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from segaudit.model import Metadata
from segaudit.schemas.metadata import read_words, violations
from tests.support.metadata import CONTRACT, row, table

NAMES = ("NA", "nan", "null", "None", "<NA>")


def test_words_stay_words(tmp_path: Path) -> None:
    """None of a vocabulary is lost."""
    path = tmp_path / "words.csv"
    path.write_text("column,word\n" + "".join(f"a,{name}\n" for name in NAMES) + "None,1\n")
    assert read_words(path) == {"a": list(NAMES), "None": ["1"]}


@pytest.mark.parametrize("name", NAMES)
def test_ids_and_splits_stay_what_they_are(name: str) -> None:
    """A row under such a name is like any other, and an empty cell is not."""
    contract = replace(CONTRACT, cases=replace(CONTRACT.cases, pattern=r"\w+|<NA>"), splits={name: 1, "test": 1})

    def wrong(metadata: Metadata) -> list[tuple[str, str]]:
        return [(each.column, each.value) for each in violations(metadata, contract, "possible")]

    assert wrong(table(row(image_id=name, split=name))) == []
    assert wrong(table(row(image_id="", split=""))) == [("image_id", ""), ("split", "")]
