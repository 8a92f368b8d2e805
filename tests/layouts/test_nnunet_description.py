"""What ``dataset.json`` says about the labels, and messages about a wrong one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from segaudit.contracts.sources import MAX_BYTES
from segaudit.layouts import discover
from segaudit.layouts.description import read_description, spelled
from segaudit.model.errors import DatasetError
from tests.support.folders import make
from tests.support.nnunet import VERSION_1, VERSION_2, described
from tests.support.systems import linux


def test_named_as_the_class_list_has_it(tmp_path: Path) -> None:
    """Structures take the class list's letter case together with their labels."""
    description = VERSION_2 | {"labels": {"background": 0, "Liver": 1, "Kidney Left": 2, "both": [1, 2]}}
    described(tmp_path, description, "labelsTr/a.nii.gz")
    (case,) = discover(tmp_path).named({"liver": "liver", "kidney_left": "kidney_left"}).cases
    assert case.labels == {"both": (1, 2), "kidney_left": (2,), "liver": (1,)}
    assert case.masks == dict.fromkeys(case.labels, "labelsTr/a.nii.gz")


@pytest.mark.parametrize(
    ("labels", "structures", "ignored"),
    [
        ({"background": 0, "liver": 1, "ignore": 2}, {"liver": (1,)}, (2,)),
        ({"liver": 3}, {"liver": (3,)}, ()),
        ({"Background": 0, "whole": [1, 2, 2], "core": [2]}, {"whole": (1, 2), "core": (2,)}, ()),
        ({"0": "air", "255": "Left  lung, upper", "1": "ignore"}, {"Left_lung_upper": (255,)}, (1,)),
        ({"background": "0", "liver": "1", "both": ["1", 2.0]}, {"liver": (1,), "both": (1, 2)}, ()),
        ({"background": 0, "\ud800": 1}, {"\\ud800": (1,)}, ()),
    ],
)
def test_labels(tmp_path: Path, labels: object, structures: object, ignored: object) -> None:
    """0 is no structure under any name, nor is an ignored label; regions have several values."""
    described(tmp_path, {"channel_names": {"0": "ct"}, "labels": labels})
    found = read_description(tmp_path, "dataset.json")
    assert (found.channels, found.ct, found.labels, found.ignored) == ({0: "ct"}, 0, structures, ignored)
    assert (found.ending, found.training, found.numbered) == (".nii.gz", None, True)


WRONG = [
    ({"labels": VERSION_2["labels"]}, 'channel_names: missing, expected the channels such as {"0": "CT"}'),
    ({"channel_names": {"0": "CT"}}, "labels: missing, and it has no default"),
    (VERSION_2 | {"channel_names": {}}, 'channel_names: missing, expected the channels such as {"0": "CT"}'),
    (VERSION_2 | {"channel_names": "CT"}, 'channel_names: found "CT", expected a table'),
    (VERSION_2 | {"channel_names": {"a": "CT"}}, 'channel_names: found "a", expected the number of a channel'),
    (VERSION_1 | {"modality": {"0": 5}}, "modality.0: found 5, expected text"),
    (
        VERSION_2 | {"channel_names": {"0": "T1", "1": "FLAIR"}},
        'channel_names: found "T1", "FLAIR", expected one called CT: segaudit judges Hounsfield units',
    ),
    (VERSION_2 | {"labels": []}, "labels: found [], expected a table"),
    (VERSION_2 | {"labels": {}}, "labels: found no structure, expected one beside the background"),
    (VERSION_2 | {"labels": {"background": 0}}, "labels: found no structure, expected one beside the background"),
    (VERSION_2 | {"labels": {"liver": "1.0"}}, 'labels.liver: found "1.0", expected a whole number or a list of whole'),
    (VERSION_2 | {"labels": {"ignore": "1"}}, 'labels.ignore: found "1", expected a whole number or a list of whole'),
    (VERSION_2 | {"labels": {"liver": 1.5}}, "labels.liver: found 1.5, expected a whole number or a list of whole"),
    (VERSION_2 | {"labels": {"liver": -1}}, "labels.liver: found -1, expected 0 to 2147483647"),
    (VERSION_2 | {"labels": {"liver": [1, 2**31]}}, "labels.liver: found 1, 2147483648, expected 0 to 2147483647"),
    (VERSION_2 | {"labels": {"background": 1, "a": 2}}, "labels.background: found 1, expected 0"),
    (VERSION_2 | {"labels": {"a b": 1, "a_b": 2}}, 'labels: found "a_b" a second time, expected each structure once'),
    (VERSION_2 | {"labels": {"a": 1, "b": [1]}}, "labels.b: found the values of another structure, expected others"),
    (VERSION_1 | {"labels": {"1": 5}}, "labels.1: found 5, expected text"),
    (VERSION_1 | {"labels": {"9" * 10: "a"}}, "labels.a: found 9999999999, expected 0 to 2147483647"),
    (VERSION_1 | {"labels": {"9" * 5000: "a"}}, f'labels.{"9" * 5000}: found "a", expected a whole number or a list'),
    (VERSION_1 | {"modality": {"9" * 5000: "CT"}}, f'modality: found "{"9" * 56}..., expected the number of a channel'),
    (
        VERSION_2 | {"file_ending": ".nrrd"},
        'file_ending: found ".nrrd", expected .nii.gz or .nii: segaudit reads NIfTI',
    ),
    (VERSION_2 | {"numTraining": "3"}, 'numTraining: found "3", expected a whole number'),
    ([], "found [], expected a table"),
]


@pytest.mark.parametrize(("description", "message"), WRONG)
def test_wrong_descriptions(tmp_path: Path, description: object, message: str) -> None:
    """A description that cannot be used is refused with the key, what was found and what was expected."""
    described(tmp_path, description, "imagesTr/a_0000.nii.gz")
    with pytest.raises(DatasetError) as caught:
        discover(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'dataset.json'}: {message}")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not JSON: Expecting value"),
        (b'{"labels": {', "is not JSON: Expecting property name"),
        (b"\x89PNG", "is not JSON: "),
        (b"9" * 5000, "is not JSON: Exceeds the limit"),
        (b"[" * 100_000, "cannot be used, because it nests too deeply"),
    ],
)
def test_no_json(tmp_path: Path, content: bytes, message: str) -> None:
    """Other files with this name are refused, never with a traceback."""
    make(tmp_path, "imagesTr/a_0000.nii.gz")
    (tmp_path / "dataset.json").write_bytes(content)
    with pytest.raises(DatasetError) as caught:
        discover(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'dataset.json'}: {message}")


def test_a_large_description(tmp_path: Path) -> None:
    """One that is larger than any list of cases, such as a sparse file, is refused unread."""
    described(tmp_path, VERSION_2, "imagesTr/a_0000.nii.gz")
    os.truncate(tmp_path / "dataset.json", MAX_BYTES + 1)
    with pytest.raises(DatasetError, match="has 67,108,865 bytes, expected 67,108,864 at most"):
        discover(tmp_path)


@linux
def test_a_description_that_is_a_link_to_the_system(tmp_path: Path) -> None:
    """It is refused unread: a read of some files there never ends."""
    make(tmp_path, "imagesTr/a_0000.nii.gz")
    (tmp_path / "dataset.json").symlink_to("/proc/self/status")
    with pytest.raises(DatasetError, match="cannot be read: not a regular file"):
        discover(tmp_path)


def test_no_description(tmp_path: Path) -> None:
    """Without a description the meaning of the labels is unknown."""
    make(tmp_path, "imagesTr/a_0000.nii.gz", "labelsTr/a.nii.gz")
    with pytest.raises(DatasetError) as caught:
        discover(tmp_path)
    found, expected = "the folder holds imagesTr/, labelsTr/", "or dataset.json with imagesTr/ and labelsTr/"
    assert found in str(caught.value)
    assert str(caught.value).endswith(expected)


def test_description_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A description that cannot be read is reported with the reason."""
    described(tmp_path, VERSION_2, "imagesTr/a_0000.nii.gz")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DatasetError, match=r"dataset.json: cannot be read: Permission denied"):
        discover(tmp_path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3) | st.just("0"), inner, max_size=3),
    max_leaves=6,
)


@example({"channel_names": {"\n": None}})
@given(st.dictionaries(st.sampled_from([*VERSION_2, *VERSION_1, "file_ending"]), json_values))
def test_any_description(tmp_path_factory: pytest.TempPathFactory, changes: dict[str, object]) -> None:
    """Any JSON is either accepted, or refused with messages of one line each."""
    root = described(tmp_path_factory.mktemp("any"), VERSION_2 | changes)
    try:
        description = read_description(root, "dataset.json")
    except DatasetError as error:
        assert [message for message in error.args if "\n" in message] == []  # noqa: PT017 (other descriptions are understood)
    else:
        assert description.labels
        assert description.ct in description.channels


@given(st.text())
def test_names_of_structures(label: str) -> None:
    """No name is empty, or contains separators of names in reports and tables."""
    name = spelled(label)
    assert name
    assert not any(character.isspace() or character in ",;" for character in name)
