"""What version 2 of nnU-Net refuses in ``dataset.json``: its ``verify_dataset_integrity`` and ``LabelManager``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from segaudit.contracts.wording import shown
from segaudit.model.words import first

REQUIRED = ("labels", "channel_names", "numTraining", "file_ending")
BACKGROUND, IGNORE = "background", "ignore"
NAMED = 3


def refused(data: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong in a description that names its channels; others are not version 2, and not judged.

    Args:
        data: the contents of the file, whose labels map a name to a value or to several.
    """
    if "channel_names" not in data:
        return
    if missing := [key for key in REQUIRED if key not in data]:
        yield f"lacks {', '.join(missing)}"
    cases, channels = data.get("dataset", {}), len(data["channel_names"] or ())
    if not names_files(cases):
        yield 'has a dataset of another form, expected {"CASE": {"images": ["FILE"], "label": "FILE"}}'
    elif odd := [shown(case) for case, entry in cases.items() if channels not in (0, len(entry["images"]))]:
        which = f"{len(odd)} of {len(cases)} cases ({first(odd, NAMED)})"
        yield f"has a dataset with another number of images for {which}, expected {channels} as in channel_names"
    labels: dict[str, Any] = data["labels"]
    if any(isinstance(value, str) for value in labels.values()):
        yield "has labels from value to name, as version 1, expected from name to value"
        return
    yield from _numbers(labels)
    yield from _regions(labels, data.get("regions_class_order"))


def names_files(cases: object) -> bool:
    """Whether a list of cases names the images and the label map of each."""
    return isinstance(cases, dict) and all(
        isinstance(entry, dict)
        and isinstance(entry.get("images"), list)
        and all(isinstance(file, str) for file in (*entry["images"], entry.get("label")))
        for entry in cases.values()
    )


def _numbers(labels: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the values of labels: they count up from 0, and ``ignore`` has the last one."""
    named = ((name, value if isinstance(value, list) else [value]) for name, value in labels.items())
    values = sorted({value for name, several in named if name != IGNORE for value in several})
    if labels.get(BACKGROUND) != 0:
        yield f"has no label {BACKGROUND} of value 0"
    if gaps := [after for before, after in pairwise(values) if after != before + 1]:
        yield f"has labels that do not count up one by one: {_listed(gaps)} follow after a gap"
    ignored = labels.get(IGNORE)
    if isinstance(ignored, list):
        yield f"has several values for {IGNORE}, expected one"
    elif ignored is not None and values and ignored != values[-1] + 1:
        yield f"has {ignored} for {IGNORE}, expected {values[-1] + 1}, the one after the last label"


def _regions(labels: dict[str, Any], order: object) -> Iterator[str]:
    """Yield what is wrong with regions, which are labels of several values: the order in which they are written."""
    several = {name: value for name, value in labels.items() if isinstance(value, list) and len(value) > 1}
    regions = [name for name in several if name != IGNORE]
    classes = [name for name, value in labels.items() if name != IGNORE and value not in (0, [0])]
    if regions and order is None:
        yield f"has regions ({', '.join(map(shown, regions[:3]))}) and no regions_class_order"
    elif regions and (not isinstance(order, list) or len(order) != len(classes)):
        yield f"has a regions_class_order that does not name a value for each of {len(classes)} labels"


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:5])) + (", ..." if len(numbers) > 5 else "")  # noqa: PLR2004 (as many as are read)
