"""What ``meta.csv`` says about a patient can be true of what the masks show."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from segaudit.model import Contract, Dataset, Finding, Limit, NotApplicable, Severity, check
from segaudit.model.dataset import spot_of
from segaudit.model.words import some

if TYPE_CHECKING:
    import pandas as pd

PROSTATE_ML = Limit(
    "sex-contradicted.volume_ml",
    5.0,
    "ml",
    "the volume from which on a mask of the prostate is one",
    "Glands of adults have 20 to 40 ml, and a network's stray voxels make less.",
)
OTHERS = Limit(
    "study-contradicted.structures",
    3,
    "structures",
    "the structures of other regions that are in view at least",
    "A convention: fewer can be strays.",
    least=1,
)

MAX_NAMED = 4
"""Structures that a message names."""

REGIONS = (
    ("head", ("skull", "brain", "face", "vertebrae_C1", "vertebrae_C2")),
    ("neck", ("vertebrae_C*", "thyroid_gland", "common_carotid_artery_*")),
    ("thorax", (
        "lung_*", "heart*", "pulmonary_*", "atrial_*", "trachea", "sternum", "rib_*", "costal_cartilages",
        "vertebrae_T*", "superior_vena_cava", "brachiocephalic_*", "subclavian_*", "scapula_*", "clavicula_*",
    )),
    ("abdomen", (
        "liver", "spleen", "kidney_*", "gallbladder", "stomach", "pancreas", "adrenal_gland_*", "duodenum",
        "small_bowel", "portal_vein_and_splenic_vein", "inferior_vena_cava", "vertebrae_L*",
    )),
    ("pelvis", ("sacrum", "vertebrae_S1", "hip_*", "urinary_bladder", "prostate", "gluteus_*", "iliac_*", "femur_*")),
    ("leg", ("femur_*",)),
)  # fmt: skip
"""The regions from head to foot, with structures that are in that region alone."""

WORDS = {
    "head": "head", "gesichtshead": "head", "headbasis": "head", "orbita": "head", "neck": "neck",
    "thorax": "thorax", "thx": "thorax", "chest": "thorax", "heart": "thorax", "coronary": "thorax",
    "artrium": "thorax", "abdomen": "abdomen", "abd": "abdomen", "pelvis": "pelvis", "hip": "pelvis", "leg": "leg",
}  # fmt: skip
"""The words in study types that name a region, as the releases spell them."""


@check("sex-contradicted", Severity.WARNING, needs="metadata", limits=(PROSTATE_ML,))
def sex_contradicted(dataset: Dataset, contract: Contract) -> Iterator[Finding]:
    """A patient who is listed as female has a prostate.

    Why it matters: the sex, the mask or the whole row belongs to somebody else, and statistics by sex are wrong.
    What to do: look at the pelvis; correct the metadata or empty the mask.
    Threshold: 5 ml; glands of adults have 20 to 40 ml, and a network's stray voxels make less.
    Seen in: nothing public.
    Blind spots: men whose row says f and whose pelvis is not in view, and men who are listed with another's row.
    """
    masks, sexes = dataset.masks, _column(dataset, "gender")
    named = {"prostate", *(structure.name for structure in contract.structures if structure.meant == "prostate")}
    if not named & {*contract.names, *masks["structure"]}:
        raise NotApplicable("no structure is a prostate")
    prostates = masks[masks["structure"].isin(named) & masks["whole"].astype(bool)]
    rows: Iterator[Any] = prostates[prostates["volume_ml"] >= PROSTATE_ML.of(contract)].itertuples(index=False)
    for row in rows:
        if sexes.get(row.case) == "f":
            yield Finding(
                case=row.case,
                structures=(row.structure,),
                message=f"a prostate of {row.volume_ml:.0f} ml, expected none: the metadata say f",
                observed=round(row.volume_ml),
                expected=0,
                spot=spot_of(row),
            )


@check("study-contradicted", Severity.WARNING, needs="metadata", limits=(OTHERS,))
def study_contradicted(dataset: Dataset, contract: Contract) -> Iterator[Finding]:
    """A case shows nothing of the region that its study type names, but other regions.

    Why it matters: the CT or the row belongs to another study, and a selection by study type gets the wrong one.
    What to do: look at the CT, and correct what is exchanged.
    Threshold: none of the structures of the named regions nor of those next to them is in view, since a scan reaches
        over and a crop may show its end alone, but at least three others are. Specks do not count.
    Seen in: nothing public; study types are those of v2.0.1 (https://zenodo.org/records/10047292).
    Blind spots: studies that name no region (polytrauma, intervention, spine, aortic valve), an exchange between
        neighbouring regions, cases with little in view.
    """
    studies, regions, least = _column(dataset, "study_type"), _regions(contract), OTHERS.of(contract)
    if not regions:
        raise NotApplicable("no structure is known to be of one region alone")
    for case, structures in _in_view(dataset.masks, contract):
        named = {WORDS[word] for word in re.findall(r"[a-z]+", studies.get(case, "")) if word in WORDS}
        regional = [name for name in structures if name in regions]
        if named and len(regional) >= least and not any(named & regions[name] for name in regional):
            message = f"the study is {studies[case]!r}, but of all regions only {some(regional, MAX_NAMED)} are in view"
            yield Finding(case=case, message=message, observed=some(regional, MAX_NAMED), expected=studies[case])


def _column(dataset: Dataset, name: str) -> dict[str, str]:
    """Return the cells of a column of the metadata by case, in lower case."""
    if dataset.metadata is None or not (cells := dataset.metadata.cells(name)):
        raise NotApplicable(f"no {name} in the metadata")
    ids = dataset.metadata.cells("image_id")
    return {case: cell.casefold() for case, cell in zip(ids, cells, strict=False)}


def _regions(contract: Contract) -> dict[str, set[str]]:
    """Return the regions that may be named if a structure is in view: its own, and those next to it."""
    names = [name for name, _ in REGIONS]
    named = defaultdict(set)
    for place, (_, patterns) in enumerate(REGIONS):
        for structure in contract.structures:
            if any(fnmatchcase(structure.meant, pattern) for pattern in patterns):
                named[structure.name].update(names[max(place - 1, 0) : place + 2])
    return named


def _in_view(masks: pd.DataFrame, contract: Contract) -> Iterator[tuple[str, list[str]]]:
    """Yield the structures larger than a speck of each case."""
    speck = masks["structure"].map({structure.name: structure.piece_ml for structure in contract.structures})
    there = masks[masks["whole"].astype(bool) & (masks["voxels"] > 0) & (masks["volume_ml"] >= speck)]
    for case, structures in there.groupby("case")["structure"]:
        yield str(case), sorted(structures)
