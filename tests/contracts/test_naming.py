"""Which known anatomy a name stands for."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit.contracts import naming
from segaudit.contracts.known import names_of_releases
from segaudit.contracts.naming import anatomy, plain, recognised, sides
from tests.support.contracts import V1, V2, V3, classes

ROWS = naming._rows("names.csv")  # noqa: SLF001
WORDS = naming._rows("words.csv")  # noqa: SLF001


@pytest.mark.parametrize("name", sorted(classes(V1) | classes(V2) | classes(V3)))
def test_names_of_the_releases_stand_for_themselves(name: str) -> None:
    """So they do in capitals, with blanks or hyphens."""
    spellings = (name, name.upper(), name.replace("_", " "), name.replace("_", "-").title())
    assert {anatomy(spelling) for spelling in spellings} == {name}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Leber", "liver"),
        ("Niere_L", "kidney_left"),
        ("Niere.R", "kidney_right"),
        ("niere-li", "kidney_left"),
        ("linke Niere", "kidney_left"),
        ("NiereRechts", "kidney_right"),
        ("Bauchspeicheldruese", "pancreas"),
        ("BAUCHSPEICHELDRÜSE", "pancreas"),
        ("untere Hohlvene", "inferior_vena_cava"),
        ("rein_g", "kidney_left"),
        ("Rein droit", "kidney_right"),
        ("riñón izquierdo", "kidney_left"),
        ("ren sinister", "kidney_left"),
        ("rene_sx", "kidney_left"),
        ("左肾", "kidney_left"),
        ("肝脏", "liver"),
        ("печень", "liver"),
        ("œsophage", "esophagus"),
        ("Speiseroehre", "esophagus"),
        ("oesophagus", "esophagus"),
        ("10200004", "liver"),
        ("SCT_64033007_7771000", "kidney_left"),
        ("Small intestine", "small_bowel"),
        ("postcava", "inferior_vena_cava"),
        ("arota", "aorta"),
        ("gall bladder", "gallbladder"),
        ("lkidney", "kidney_left"),
        ("RK", "kidney_right"),
        ("LAG", "adrenal_gland_left"),
        ("veins", "portal_vein_and_splenic_vein"),
        ("01_liver", "liver"),
        ("L1", "vertebrae_L1"),
        ("Th12", "vertebrae_T12"),
        ("Wirbel_L3", "vertebrae_L3"),
        ("vertebra_t_4", "vertebrae_T4"),
        ("BWK 03", "vertebrae_T3"),
        ("vértebra lumbar 2", "vertebrae_L2"),
        ("L2 vertebra", "vertebrae_L2"),
        ("Rippe_3_links", "rib_left_3"),
        ("rib3L", "rib_left_3"),
        ("right third rib", "rib_right_3"),
        ("3rd rib left", "rib_left_3"),
        ("left atrium", "heart_atrium_left"),
        ("Mittellappen", "lung_middle_lobe_right"),
    ],
)
def test_names_in_other_words(name: str, meant: str) -> None:
    """Languages, codes, conventions of other datasets, and ways to write a side or a number; in both Unicode forms."""
    assert anatomy(name) == meant
    assert anatomy(unicodedata.normalize("NFD", name)) == meant


@pytest.mark.parametrize(
    "name",
    [
        "", "kidney", "tumor", "liver_tumor", "liver_left", "kidney_left_right", "prostate/uterus", "lung_left",
        "structure 7", "label_3", "L", "1", "T13", "vertebrae", "vertebra_3", "rib_left", "rib_left_13", "liver_2",
        "kidney_2_left", "middle lobe left", "Lebervene", "lad", "rib_3", "L1_2", "vertebrae_L", "costal", "left",
    ],
)  # fmt: skip
def test_names_that_stand_for_nothing_known(name: str) -> None:
    """Parts, lesions, sides that are missing or too many, numbers without a meaning."""
    assert anatomy(name) == ""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_each_row_of_the_table(row: dict[str, str]) -> None:
    """Each name means its anatomy, and no other, with any side and number; its source is named."""
    assert row["source"]
    assert row["language"]
    found = 0
    for side in ("left", "right") if "*" in row["anatomy"] else ("",):
        for number in ("1", "2", "12", "L5") if "#" in row["anatomy"] else ("",):
            meant = row["anatomy"].replace("*", side).replace("#", number)
            if meant in names_of_releases():
                assert anatomy(f"{row['name']} {side} {number}") == meant
                found += 1
    assert found


def test_no_name_means_two() -> None:
    """The table has no name for two structures."""
    meanings = [{meant.replace("*", "right") for meant in several} for several in naming._table().values()]  # noqa: SLF001
    assert {len(meant) for meant in meanings} == {1}


def test_each_word_of_the_table() -> None:
    """Each word says a side or nothing, once."""
    assert {row["means"] for row in WORDS} == {"left", "right", "nothing"}
    assert len({plain(row["word"]) for row in WORDS}) == len(WORDS)


@given(st.text(max_size=20))
def test_any_name_stands_for_known_anatomy_or_none(name: str) -> None:
    """No name breaks it."""
    assert anatomy(name) in {"", *names_of_releases()}


def test_one_name_for_each_anatomy() -> None:
    """Of two names for the same one, that of the releases counts, or else the first."""
    assert recognised(["Leber", "liver", "Milz", "milza", "x"]) == {"liver": "liver", "Milz": "spleen"}


def test_sides_of_unknown_names() -> None:
    """Both sides make partners; a short word is a side only with both; whole words always are."""
    assert sides(["Lunge_li", "Lunge_re", "foot_left", "x_l", "y", "x_1"]) == {
        "Lunge_li": ("left", "Lunge_re"),
        "Lunge_re": ("right", "Lunge_li"),
        "foot_left": ("left", ""),
        "x_l": ("", ""),
        "y": ("", ""),
        "x_1": ("", ""),
    }
    assert set(sides(["a_left", "left_a", "a_right"]).values()) == {("left", ""), ("right", "")}
    assert sides(["left", "right"]) == {"left": ("left", ""), "right": ("right", "")}
