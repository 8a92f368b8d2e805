"""Misspelt names of splits."""

from __future__ import annotations

import pytest

from segaudit.model.split_names import misspelt


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("trian", "train"),
        ("tran", "train"),
        ("traain", "train"),
        ("tsain", "train"),
        ("Train", "train"),
        ("TRIAN", "train"),
        ("tset", "test"),
        ("tes", "test"),
        ("fold0", ""),
        ("train2", ""),
        ("train2x", ""),
        ("holdout", ""),
        ("tarni", ""),
        ("val", ""),
        ("", ""),
        ("é", ""),
    ],
)
def test_one_case_with_another_name(name: str, meant: str) -> None:
    """One letter, two neighbours or letter case are a misspelling; other words are not."""
    assert misspelt([name, *["train"] * 5, *["test"] * 3]) == ({name: meant} if meant else {})


def test_the_commoner_name_is_right() -> None:
    """Neither of two names is, where both are as frequent; and folds differ by intention."""
    assert misspelt(["Test", "test"]) == {}
    assert misspelt(["Test", "Test", "test"]) == {}
    assert misspelt(["fold1", "fold2", "fold2", "train", "train1", "train2"]) == {}
    assert misspelt(["train1", "train", "train"]) == {}
