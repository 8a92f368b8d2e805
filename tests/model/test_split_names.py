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
    assert misspelt(["tset", "test"]) == {}
    assert misspelt(["tset", "tset", "Test", "test", "test"]) == {"Test": "test", "tset": "test"}
    assert misspelt(["fold1", "fold2", "fold2", "train", "train1", "train2"]) == {}
    assert misspelt(["train1", "train", "train"]) == {}
    assert misspelt(["siteA", "siteB", "siteB"]) == {}


@pytest.mark.parametrize(
    ("names", "meant"),
    [
        (["Test", "test"], {"Test": "test"}),
        (["TEST", "Test"], {"Test": "TEST"}),
        (["Test", "Test", "test"], {"test": "Test"}),
        (["Test", "Test", "tset"], {"tset": "Test"}),
        (["Fold1", "fold1", "fold1", "fold2"], {"Fold1": "fold1"}),
    ],
)
def test_letter_case(names: list[str], meant: dict[str, str]) -> None:
    """Names that differ in letter case alone are one split: the commoner one, or else the one in lower case."""
    assert misspelt(names) == meant
