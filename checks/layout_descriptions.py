"""The files that describe a dataset agree with it, and their program accepts them."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import Case, Contract, Dataset, Finding, NotApplicable, Severity, check

RELATIVE, ABSOLUTE_MM = 1e-5, 1e-8
"""How far nnU-Net lets the spacing of a label map be from that of its image: ``numpy.allclose``."""


@check("channel-unnumbered", Severity.ERROR)
def channel_unnumbered(case: Case) -> Iterator[Finding]:
    """The name of an image lacks the number of its channel.

    Why it matters: nnU-Net looks for `CASE_0000` and finds no image of this case.
    What to do: rename the image: `_0000` before its ending for the first channel.
    Threshold: none; judged where `dataset.json` names channels by `channel_names`, as version 2 of nnU-Net does. In the
        Decathlon, which has `modality`, images have the names of their label maps.
    Seen in: nnU-Net (https://github.com/MIC-DKFZ/nnUNet/issues/1644, https://github.com/MIC-DKFZ/nnUNet/issues/448).
    Blind spots: an image whose name ends in four digits for another reason counts as numbered.
    """
    if not case.ending:
        raise NotApplicable("no channels are promised")
    if case.unnumbered and case.ct:
        name = case.ct.file.path.rpartition("/")[2].removesuffix(case.ending)
        message = f"named {name!a}, expected {f'{name}_0000'!a}: nnU-Net finds no image of this case"
        yield Finding.about(case.ct.file, message, name, f"{name}_0000")


@check("spacing-refused", Severity.ERROR)
def spacing_refused(case: Case, contract: Contract) -> Iterator[Finding]:
    """The spacing of a label map differs from that of its image by little, but by more than nnU-Net accepts.

    Why it matters: with `--verify_dataset_integrity` nnU-Net stops before it plans or trains.
    What to do: copy the image's header to the label map.
    Threshold: nnU-Net's, 1e-5 of the image's spacing along each axis, as the headers state it (`pixdim`). Judged where
        `dataset.json` names channels by `channel_names`; where a corner of the grid is further off than the contract
        allows, it is `mask-off-grid`, and in another order of axes `mask-reoriented`.
    Seen in: nnU-Net (https://github.com/MIC-DKFZ/nnUNet/issues/1913); MM-WHS 2017
        (https://github.com/MIC-DKFZ/nnUNet/issues/2333).
    Blind spots: the spacings of channels among each other.
    """
    image = case.ct.file.header if case.ct else None
    label_map = case.label_map.file if case.label_map else None
    if not case.ending or image is None or label_map is None or label_map.header is None:
        raise NotApplicable("no spacing is to agree for nnU-Net")
    tolerance, masks = contract.alignment.tolerance_mm, case.whole_masks.values()
    near = all(mask.corner_displacement_mm <= tolerance and not mask.axis_order for mask in masks)
    pairs = list(zip(label_map.header.zooms, image.zooms, strict=False))
    if near and any(abs(own - promised) > ABSOLUTE_MM + RELATIVE * promised for own, promised in pairs):
        own, promised = (" x ".join(f"{mm:.7g}" for mm in sides) for sides in zip(*pairs, strict=True))
        message = (
            f"spaced {own} mm, the image {promised} mm: nnU-Net refuses what differs by more than {RELATIVE:g} of it"
        )
        yield Finding.about(label_map, message, own, promised)


@check("description-refused", Severity.ERROR)
def description_refused(dataset: Dataset) -> Iterator[Finding]:
    """The file `dataset.json` says what nnU-Net refuses.

    Why it matters: it stops before it plans or trains.
    What to do: correct the file; where labels have gaps, number them anew in the label maps, too.
    Threshold: what version 2 of nnU-Net asks for: the keys `labels`, `channel_names`, `numTraining` and `file_ending`,
        labels that count up one by one from a `background` of 0, `ignore` as the last of them, `regions_class_order`
        with regions, and in `dataset` an image for each channel and the label map of each case. Judged where there
        is a key `channel_names`; UTF-8 without a byte order mark is asked for in any version.
    Seen in: nnU-Net (https://github.com/MIC-DKFZ/nnUNet/issues/982, https://github.com/MIC-DKFZ/nnUNet/issues/1757).
    Blind spots: keys that name plugins, such as `overwrite_image_reader_writer`.
    """
    yield from _flaws(dataset, "description")


@check("list-contradicted", Severity.ERROR)
def list_contradicted(dataset: Dataset) -> Iterator[Finding]:
    """A list of files or of folds contradicts what is there, or itself.

    Why it matters: a program that follows it stops at a file that is not there, or is tested on what it was trained on.
    What to do: correct the list.
    Threshold: files in `training`, `validation`, `test` and `dataset` of `dataset.json`, and cases in
        `splits_final.json`, that are not there, are listed twice, or are trained on and held out, too; an image with
        the label map of another case, if by their names both have another counterpart, or with its own exchanged,
        by their folders; folds that are not UTF-8 without a byte order mark. A file that a case lacks is
        `ct-missing`, `mask-missing` or `channel-missing` alone.
    Seen in: MONAI (https://github.com/Project-MONAI/MONAI/issues/3212,
        https://github.com/Project-MONAI/MONAI/issues/3247).
    Blind spots: files outside of the dataset, or below a variable such as `$nnUNet_raw` that does not lead into it, are
        not looked for; cases that no list names pass.
    """
    yield from _flaws(dataset, "list")


def _flaws(dataset: Dataset, kind: str) -> Iterator[Finding]:
    """Yield a finding for each flaw of a kind in the files that describe a dataset."""
    if dataset.flaws is None:
        raise NotApplicable("no file describes the dataset")
    for flaw in dataset.flaws:
        if flaw.kind == kind:
            yield Finding(file=flaw.file, message=flaw.text)
