"""Links out of a dataset that lists its cases for version 2 of nnU-Net."""

from __future__ import annotations

from pathlib import Path

import pytest

from segaudit.layouts import discover
from tests.layouts.test_nnunet_listed import LABEL, entry, listing_cases, roles
from tests.support.folders import make


def test_links_out_of_the_dataset(tmp_path: Path) -> None:
    """A listed file in another folder may be one, too."""
    root = listing_cases(tmp_path / "D", {"a": entry("images/a.nii.gz")}, LABEL, "images/b.nii.gz", "../a.nii.gz")
    (root / "images/a.nii.gz").symlink_to(tmp_path / "a.nii.gz")
    (case,) = discover(root).cases
    assert case.outside == ("images/a.nii.gz",)
    assert discover(root).outside == ()


def test_a_link_out_of_the_dataset_beside_its_description(tmp_path: Path) -> None:
    """It is one of its case, and not named as one beside the cases, too."""
    root = listing_cases(tmp_path / "D", {"a": entry("a.nii.gz")}, LABEL, "../a.nii.gz")
    (root / "a.nii.gz").symlink_to(tmp_path / "a.nii.gz")
    listing = discover(root)
    assert ([case.outside for case in listing.cases], listing.outside) == ([("a.nii.gz",)], ())


@pytest.mark.parametrize("folder", ["x", "x/y", "x/y/images"])
def test_folders_that_are_links_out_of_the_dataset(tmp_path: Path, folder: str) -> None:
    """Each is named once, at any depth; a link within the dataset is not."""
    images = {case: f"x/y/images/{case}.nii.gz" for case in "ab"}
    cases = {case: entry(image, f"labelsTr/{case}.nii.gz") for case, image in images.items()}
    root = listing_cases(tmp_path / "D", cases, *images.values(), LABEL, "labelsTr/b.nii.gz", "x/y/deep/1.txt")
    for store, said in ((tmp_path / "store", (folder,)), (root / ".store", ())):
        assert discover(root).outside == ()
        (root / folder).rename(store)
        (root / folder).symlink_to(store)
        assert discover(root).outside == said
        assert roles(root) == {case: (image, f"labelsTr/{case}.nii.gz") for case, image in images.items()}
        (root / folder).unlink()
        store.rename(root / folder)


def test_a_link_in_a_folder_that_is_one(tmp_path: Path) -> None:
    """What lies outside of the dataset has no names there."""
    make(tmp_path, "store/images/a.nii.gz")
    (tmp_path / "other").symlink_to(tmp_path / "store")
    (tmp_path / "store" / "deep").symlink_to(tmp_path / "store" / "images")
    root = listing_cases(tmp_path / "D", {"a": entry("x/deep/a.nii.gz")}, LABEL)
    (root / "x").symlink_to(tmp_path / "other")
    assert discover(root).outside == ("x",)
