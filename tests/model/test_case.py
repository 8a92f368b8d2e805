"""What is derived from the record of a case: its files, what masks mean, and which of them are whole."""

from __future__ import annotations

from msgspec.structs import replace

from segaudit.model.records import Fault
from segaudit.testing.records import healthy_case, healthy_ct, healthy_file, healthy_mask


def test_files() -> None:
    """The CT's, further ones, and those of masks; a label map is one file."""
    further = healthy_file("", path="s0001/pet.nii.gz")
    both = healthy_file("", path="s0001/labels.nii.gz")
    masks = (healthy_mask("liver", file=both), healthy_mask("spleen", file=both), healthy_mask("heart"))
    case = healthy_case(masks=masks, further=(further,))
    assert case.files == (healthy_ct().file, further, both, masks[2].file)
    assert replace(case, ct=None).files == case.files[1:]


def test_the_file_of_the_reference_grid() -> None:
    """That with its path, if there is one."""
    case = healthy_case(masks=(healthy_mask("liver"), healthy_mask("spleen")))
    for file in case.files:
        assert replace(case, reference=file.path).reference_file == file
    assert replace(case, reference="").reference_file is None


def test_whole_masks_and_what_they_mean() -> None:
    """Those that could be read to the end; what is unknown means itself."""
    damaged, longer = (healthy_file(faults=(Fault(kind, "as found"),)) for kind in ("corrupt", "trailing"))
    masks = (
        healthy_mask("foie", anatomy="liver"),
        healthy_mask("spleen", file=longer),
        healthy_mask("heart", anatomy="colon", file=damaged),
        healthy_mask("aorta", file=replace(damaged, header=None, faults=())),
    )
    case = healthy_case(masks=masks)
    assert case.structures == {"foie", "spleen", "heart", "aorta"}
    assert case.whole_masks == {"foie": masks[0], "spleen": masks[1]}
    assert case.anatomies == {"foie": "liver"}
    assert [case.meant(name) for name in ("foie", "spleen", "heart", "lung")] == ["liver", "spleen", "heart", "lung"]
