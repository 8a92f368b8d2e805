"""Which statistic a printed column is: how near numbers are, and how many of them."""

from __future__ import annotations

from math import nan

import pandas as pd
import pytest

from segaudit.model.published_columns import equals, reading

NAMES = ("liver", "spleen", "stomach", "heart")


@pytest.mark.parametrize(
    ("number", "equal"), [(1.25, True), (1.35, True), (1.3, True), (1.2499, False), (1.3501, False), (nan, False)]
)
def test_equals(number: float, *, equal: bool) -> None:
    """A number rounds to the printed one up to half a unit away, which is included."""
    assert equals(1.3, number, 0.05) is equal


def read(means: tuple[float, ...], medians: tuple[float, ...], *expected: str) -> str:
    """Return what is recognised in four printed numbers, 100.0 to 400.0."""
    printed = [(name, 100.0 * at) for at, name in enumerate(NAMES, 1)]
    readings = {"mean": pd.Series(means, NAMES), "median": pd.Series(medians, NAMES)}
    return reading(printed, readings, expected or ("mean",))


FAR, NEAR, EQUAL = (1.0, 1.0, 1.0, 1.0), (100.9, 201.9, 302.9, 403.9), (100.0, 200.0, 300.0, 400.0)


@pytest.mark.parametrize(
    ("means", "medians", "found"),
    [
        (FAR, FAR, "mean"),
        (FAR, NEAR, "median"),
        (NEAR, EQUAL, "mean"),
        ((*NEAR[:2], *FAR[2:]), NEAR, "median"),  # half of them
        ((*NEAR[:3], *FAR[3:]), NEAR, "mean"),
        (FAR, (*NEAR[:2], *FAR[2:]), "mean"),
        (FAR, (*NEAR[:3], *FAR[3:]), "median"),
        (FAR, (101.1, 202.1, 303.1, 404.1), "mean"),  # more than 1 per cent away
    ],
)
def test_another_statistic(means: tuple[float, ...], medians: tuple[float, ...], found: str) -> None:
    """The expected one, unless it is near to at most half of the numbers, and another one to more."""
    assert read(means, medians) == found


def test_one_of_several_that_are_expected() -> None:
    """That which is near to most numbers, and of two that are, the one that is equal to most."""
    assert read(FAR, NEAR, "mean", "median") == "median"
    assert read(NEAR, EQUAL, "mean", "median") == "median"
    assert read(EQUAL, NEAR, "mean", "median") == "mean"
    assert read(EQUAL, EQUAL, "median", "mean") == "median"
    assert read((*EQUAL[:3], *FAR[3:]), NEAR, "mean", "median") == "median"


def test_numbers_that_are_near_nothing() -> None:
    """Small whole numbers are near within half a unit; nothing is near a statistic that is unknown."""
    printed, known = [("liver", 1.0)], {"mean": pd.Series([nan], ["liver"]), "median": pd.Series([1.5], ["liver"])}
    assert reading(printed, known, ("mean",)) == "median"
    assert reading(printed, {**known, "median": pd.Series([1.6], ["liver"])}, ("mean",)) == "mean"
