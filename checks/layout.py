"""Every case has its CT and the masks of the class list, and no others."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from segaudit.model import Case, Contract, Finding, NotApplicable, Severity, check

MIN_NAME_SIMILARITY = 0.8
"""Similarity (difflib's ratio) from which an unknown name counts as a misspelling of a structure that has no mask."""


@check("ct-missing", Severity.ERROR)
def ct_missing(case: Case) -> Iterator[Finding]:
    """A case has no CT.

    Why it matters: masks without their image cannot be trained on, and intensities under them cannot be verified.
    What to do: fetch the CT again, or withdraw the case.
    Seen in: AbdomenAtlas 1.1 Mini, segmentations without an image
        (https://github.com/MIC-DKFZ/nnUNet/blob/master/nnunetv2/dataset_conversion/Dataset023_AbdomenAtlas1_1Mini.py).
    Blind spots: a file under the CT's name counts, whatever it shows.
    """
    if case.ct is None:
        yield Finding(case=case.case, file=case.ct_missing, message="no CT file")


@check("mask-missing", Severity.ERROR, needs="structures")
def mask_missing(case: Case, contract: Contract) -> Iterator[Finding]:
    """A structure of the class list has no mask file.

    Why it matters: a missing file reads as "unknown", an empty mask as "not there"; converters that skip the file turn
        the structure into background.
    What to do: fetch the file again; where the structure is absent, ship a mask without voxels, as for other cases.
    Seen in: PanTS, one class of one case (https://github.com/MrGiovanni/PanTS/issues/4); KiTS23 after an incomplete
        clone (https://github.com/neheller/kits23/issues/5).
    Blind spots: if the names fit another release better, only that is reported (`release-mixed`). A misspelt name
        counts as the missing one.
    """
    names, promised = _own(case, contract), len(contract.structures)
    if case.unlabelled:
        raise NotApplicable("a test case without masks")
    if not names:
        message = "no label map" if case.label_map_missing else "no masks"
        yield Finding(
            case=case.case,
            file=case.label_map_missing,
            message=f"{message}: {promised} structures expected",
            observed=0,
            expected=promised,
        )
        return
    missing = contract.names - names
    for structure in sorted(missing - frozenset(_misspelt(names, contract).values()) if missing else missing):
        yield Finding(case=case.case, structures=(structure,), message="no mask file; absent structures need one too")


@check("mask-unknown", Severity.ERROR, needs="structures")
def mask_unknown(case: Case, contract: Contract) -> Iterator[Finding]:
    """A mask is of a structure that the class list does not have.

    Why it matters: loaders that use the class list never see it; loaders that use the files get one class too many.
    What to do: correct a misspelt name, add the structure to the class list, or remove the file.
    Threshold: a missing structure is suggested from 0.8 of difflib's similarity; it is then not reported as missing.
    Seen in: BraTS2020, a mask under a private name (https://github.com/iolag/UPD_study/pull/3).
    Blind spots: only names are judged: a mask with the name of another structure of the class list passes.
    """
    names = _own(case, contract)
    unknown = names - contract.names
    misspelt = _misspelt(names, contract) if unknown else {}
    for name in sorted(unknown):
        hint = f"; did you mean {misspelt[name]}, which has no mask?" if name in misspelt else ""
        yield Finding(
            case=case.case, structures=(name,), message=f"not in the class list{hint}", expected=misspelt.get(name)
        )


@check("release-mixed", Severity.ERROR, needs="structures")
def release_mixed(case: Case, contract: Contract) -> Iterator[Finding]:
    """A case's masks have the names of another release.

    Why it matters: releases draw the same structure differently and number it differently; a mixture trains on both.
    What to do: fetch the case from the intended release, or audit with the contract of the other one.
    Threshold: the Jaccard index of the names with the other release's class list is higher than with this one's.
    Seen in: TotalSegmentator v1 to v2, 7 classes removed and 20 added
        (https://github.com/wasserth/TotalSegmentator/blob/master/resources/improvements_in_v2.md); v2 to v3,
        vertebrae_S1 replaced
        (https://github.com/wasserth/TotalSegmentator/blob/master/totalsegmentator/map_to_binary.py).
    Blind spots: only the names of a case are judged. Masks of another release with names that both have pass, and so
        does a single stray one.
    """
    names = case.structures
    if release := contract.sibling_of(names):
        fitting, own = len(names & contract.siblings[release]), len(names & contract.names)
        message = f"of {len(names)} mask names {fitting} are in {release}, {own} in {contract.name}"
        yield Finding(case=case.case, message=message, observed=release, expected=contract.name)


@check("channel-missing", Severity.ERROR)
def channel_missing(case: Case) -> Iterator[Finding]:
    """A case lacks the image of a channel that `dataset.json` names.

    Why it matters: cases with different channels cannot be in one batch; nnU-Net stops at the first of them.
    What to do: fetch the image again, leave the case out, or remove the channel from `channel_names`.
    Seen in: nothing public.
    Blind spots: exchanged channels; channels other than the CT are verified, but not compared with it.
    """
    if not case.ending:
        raise NotApplicable("no channels are promised")
    for channel in case.channels_missing:
        yield Finding(case=case.case, message=f"no image of channel {channel!r}")


def _own(case: Case, contract: Contract) -> frozenset[str]:
    """Return the structures to compare with the class list; none in a case that `release-mixed` reports."""
    if contract.sibling_of(case.structures):
        raise NotApplicable("masks of another release")
    return case.structures


def _misspelt(names: frozenset[str], contract: Contract) -> dict[str, str]:
    """Return the structure without a mask for each unknown name that is similar to its name."""
    missing = sorted(contract.names - names) if names - contract.names else []
    near = {name: difflib.get_close_matches(name, missing, 1, MIN_NAME_SIMILARITY) for name in names - contract.names}
    return {name: found[0] for name, found in near.items() if found}
