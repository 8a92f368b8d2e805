"""How structures lie to each other in a body, as data.

The margin is how far the reverse of a relation has to go before it counts: mm in an adult for directions, a ratio for
sizes, mm2 for contacts, HU for gas. Relations follow the descriptions of topographic anatomy (Gray's Anatomy, 42nd
edition); margins are at most half of what whole masks of three people show (s0010, s0327, v1 example), so that a
healthy relation is at least three margins away from a reversed one.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal[
    "right of", "in front of", "above", "higher than", "lower than", "larger than", "gassier than", "touches"
]
"""What the first structure is to the second one. ``above`` compares centres, ``higher than`` and ``lower than`` how far
each reaches; ``touches``: it touches the third one more than the second does."""

Side = Literal["left", "right"]


class Relation(NamedTuple):
    """What one structure is to another in health."""

    first: str
    kind: Kind
    second: str
    margin: float
    third: str = ""
    beside: bool = False
    """Whether it is compared at each level at which both are, and holds there."""
    decisive: bool = False
    """Whether its reverse is enough to say that the names are exchanged."""

    @property
    def words(self) -> str:
        """What is expected."""
        if self.third:
            return f"{self.first} touches {self.third} more than {self.second} does"
        verb = "reaches" if self.kind in {"higher than", "lower than"} else "is"
        return f"{self.first} {verb} {self.kind} {self.second}" + (" at each level" if self.beside else "")


_ABDOMEN = (
    Relation("liver", "right of", "spleen", 40),
    Relation("liver", "larger than", "spleen", 1.3),
    Relation("liver", "touches", "spleen", 60, third="inferior_vena_cava"),
    Relation("liver", "right of", "stomach", 20),
    Relation("liver", "touches", "stomach", 60, third="inferior_vena_cava"),
    Relation("stomach", "gassier than", "liver", 60),
    Relation("liver", "above", "kidney_right", 8),
    Relation("liver", "in front of", "kidney_right", 20),
    Relation("liver", "larger than", "kidney_right", 2),
    Relation("liver", "right of", "pancreas", 30),
    Relation("liver", "larger than", "pancreas", 3),
    Relation("liver", "larger than", "gallbladder", 3),
    Relation("liver", "above", "gallbladder", 8),
    Relation("heart", "above", "liver", 30),
    Relation("liver", "right of", "heart", 20),
    Relation("stomach", "right of", "spleen", 15),
    Relation("stomach", "in front of", "spleen", 15),
    Relation("stomach", "gassier than", "spleen", 60),
    Relation("spleen", "above", "kidney_left", 5),
    Relation("kidney_left", "right of", "spleen", 5),
    Relation("pancreas", "right of", "spleen", 20),
    Relation("pancreas", "in front of", "spleen", 10),
    Relation("pancreas", "in front of", "kidney_left", 15),
    Relation("pancreas", "right of", "kidney_left", 10),
    Relation("stomach", "in front of", "pancreas", 5),
    Relation("stomach", "above", "pancreas", 5),
    Relation("stomach", "gassier than", "pancreas", 60),
    Relation("duodenum", "right of", "pancreas", 8),
    Relation("pancreas", "above", "duodenum", 5),
    Relation("pancreas", "touches", "duodenum", 60, third="portal_vein_and_splenic_vein"),
    Relation("gallbladder", "in front of", "duodenum", 8),
    Relation("gallbladder", "right of", "duodenum", 8),
    Relation("gallbladder", "right of", "pancreas", 20),
    Relation("gallbladder", "in front of", "pancreas", 5),
    Relation("duodenum", "in front of", "kidney_right", 15),
    Relation("kidney_right", "right of", "duodenum", 10),
    Relation("inferior_vena_cava", "right of", "aorta", 8, beside=True, decisive=True),
    Relation("inferior_vena_cava", "touches", "aorta", 60, third="liver"),
    Relation("portal_vein_and_splenic_vein", "in front of", "inferior_vena_cava", 8),
    Relation("portal_vein_and_splenic_vein", "touches", "inferior_vena_cava", 60, third="pancreas"),
    Relation("colon", "higher than", "small_bowel", 15),
    Relation("colon", "lower than", "small_bowel", 15),
    Relation("colon", "gassier than", "small_bowel", 60),
    Relation("stomach", "above", "colon", 15),
    Relation("colon", "lower than", "stomach", 60),
    Relation("stomach", "above", "small_bowel", 25),
    Relation("small_bowel", "lower than", "stomach", 40),
    Relation("small_bowel", "above", "urinary_bladder", 30),
    Relation("urinary_bladder", "above", "prostate", 12, decisive=True),
)
_THORAX = (
    Relation("lung_upper_lobe_right", "above", "lung_middle_lobe_right", 10),
    Relation("lung_upper_lobe_right", "higher than", "lung_middle_lobe_right", 25),
    Relation("lung_middle_lobe_right", "in front of", "lung_lower_lobe_right", 15),
    Relation("lung_lower_lobe_right", "larger than", "lung_middle_lobe_right", 1.3),
    Relation("heart", "right of", "lung_upper_lobe_left", 20),
    Relation("heart", "right of", "lung_lower_lobe_left", 20),
    Relation("lung_lower_lobe_left", "gassier than", "heart", 200),
    Relation("lung_upper_lobe_left", "gassier than", "heart", 200),
    Relation("lung_lower_lobe_right", "right of", "heart", 20),
    Relation("lung_lower_lobe_right", "gassier than", "heart", 200),
    Relation("lung_lower_lobe_right", "gassier than", "liver", 200),
    Relation("lung_lower_lobe_right", "above", "liver", 20),
    Relation("trachea", "in front of", "esophagus", 4, beside=True),
    Relation("trachea", "above", "esophagus", 15),
    Relation("trachea", "gassier than", "esophagus", 200),
    Relation("superior_vena_cava", "above", "inferior_vena_cava", 60),
    Relation("inferior_vena_cava", "touches", "superior_vena_cava", 60, third="liver"),
    Relation("superior_vena_cava", "right of", "aorta", 8),
    Relation("superior_vena_cava", "above", "aorta", 15),
    Relation("heart", "in front of", "pulmonary_vein", 10),
    Relation("pulmonary_vein", "above", "heart", 5),
    Relation("heart", "larger than", "pulmonary_vein", 3),
    Relation("heart", "in front of", "aorta", 8),
    Relation("heart", "larger than", "aorta", 1.2),
    Relation("heart_ventricle_right", "right of", "heart_ventricle_left", 10),
    Relation("heart_ventricle_right", "in front of", "heart_ventricle_left", 5),
    Relation("heart_atrium_right", "right of", "heart_atrium_left", 8),
    Relation("heart_atrium_right", "in front of", "heart_atrium_left", 5),
    Relation("heart_atrium_left", "right of", "heart_ventricle_left", 8),
    Relation("heart_ventricle_left", "in front of", "heart_atrium_left", 8),
    Relation("heart_atrium_left", "above", "heart_ventricle_left", 5),
    Relation("heart_atrium_right", "right of", "heart_ventricle_right", 8),
    Relation("heart_ventricle_right", "in front of", "heart_atrium_right", 8),
    Relation("pulmonary_artery", "above", "heart_atrium_left", 10),
    Relation("pulmonary_artery", "in front of", "heart_atrium_left", 5),
    Relation("pulmonary_artery", "above", "heart_ventricle_right", 15),
    Relation("heart_ventricle_right", "larger than", "pulmonary_artery", 1.2),
)


def _outside(outer: str, inner: str, margin: float, side: Side) -> Relation:
    """Return that one of two structures of a side lies further from the midline."""
    first, second = (outer, inner) if side == "right" else (inner, outer)
    return Relation(f"{first}_{side}", "right of", f"{second}_{side}", margin)


def _of_side(side: Side) -> tuple[Relation, ...]:
    """Return the relations of the structures of a side."""
    rows: tuple[tuple[str, Kind, str, float], ...] = (
        ("adrenal_gland", "above", "kidney", 10),
        ("kidney", "larger than", "adrenal_gland", 2),
        ("lung_upper_lobe", "above", "lung_lower_lobe", 10),
        ("lung_upper_lobe", "in front of", "lung_lower_lobe", 10),
        ("iliac_artery", "higher than", "iliac_vena", 6),
        ("hip", "above", "femur", 20),
        ("gluteus_medius", "in front of", "gluteus_maximus", 15),
        ("gluteus_medius", "above", "gluteus_maximus", 10),
        ("gluteus_medius", "larger than", "gluteus_minimus", 1.5),
        ("gluteus_medius", "above", "gluteus_minimus", 5),
        ("gluteus_minimus", "in front of", "gluteus_medius", 5),
        ("iliopsoas", "in front of", "autochthon", 20),
        ("autochthon", "above", "iliopsoas", 30),
        ("clavicula", "in front of", "scapula", 15),
        ("clavicula", "above", "scapula", 10),
        ("scapula", "larger than", "clavicula", 1.3),
    )
    return (
        *(Relation(f"{first}_{side}", kind, f"{second}_{side}", margin) for first, kind, second, margin in rows),
        Relation(f"iliac_artery_{side}", "in front of", f"iliac_vena_{side}", 3, beside=True),
        Relation(f"iliac_artery_{side}", "touches", f"iliac_vena_{side}", 15, third="aorta"),
        Relation(f"hip_{side}", "touches", f"femur_{side}", 30, third="sacrum"),
        _outside("femur", "hip", 8, side),
        _outside("humerus", "scapula", 15, side),
        _outside("subclavian_artery", "common_carotid_artery", 5, side),
        Relation(f"common_carotid_artery_{side}", "above", f"subclavian_artery_{side}", 10),
    )


RELATIONS: tuple[Relation, ...] = (*_ABDOMEN, *_THORAX, *_of_side("left"), *_of_side("right"))
