"""The phantom's anatomy as data: the 104 structures of TotalSegmentator v1 as simple solids.

Millimetres in RAS+ (x grows to the patient's right, y to the front, z to the head); the origin lies in the midline
below vertebra L5. Sizes follow published organ volumes, and intensities published HU ranges of an unenhanced CT; the
shapes are as simple as an audit of sides, order, size, contact and intensity allows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segaudit.demo.solids import Box, Drum, Ellipsoid, Plane, Point, Solid, Tube


@dataclass(frozen=True)
class Part:
    """A structure, or tissue without a name: its mean intensity in HU and its solids."""

    name: str
    hu: float
    solids: tuple[Solid, ...]


BODY: tuple[Solid, ...] = (
    Drum((0, -18, 190), (158, 112, 240)),
    Ellipsoid((0, -20, -100), (172, 115, 190)),
    Ellipsoid((0, -25, 425), (190, 85, 50)),
    Drum((0, -10, 500), (60, 62, 80)),
    Ellipsoid((0, 5, 655), (82, 108, 90)),
    Ellipsoid((0, 45, 600), (62, 62, 65)),
    *(Tube(80, ((side * 95, -10, -150), (side * 95, -5, -480))) for side in (-1, 1)),
    *(Tube(42, ((side * 165, -15, 430), (side * 185, -15, 190))) for side in (-1, 1)),
)
"""The body inside the skin."""

TISSUE = (
    Part("abdominal fat", -95, (Ellipsoid((0, 0, 100), (125, 78, 180)),)),
    Part("mediastinal fat", -90, (Ellipsoid((0, 10, 350), (60, 60, 110)),)),
    Part("skull", 650, (Ellipsoid((0, -5, 665), (76, 92, 70)),)),
)
"""Tissue without a mask, painted over the muscle of the body and under the structures."""

_SPINE_Z = (0, 180, 350, 460, 540, 600)
_SPINE_Y = (-45, -50, -68, -52, -30, -18)
_LEVELS = (
    # level, height, half width and half depth of the body
    ("L5", 36, 25, 18), ("L4", 36, 25, 18), ("L3", 36, 24, 18), ("L2", 35, 24, 17), ("L1", 34, 23, 17),
    ("T12", 31, 22, 17), ("T11", 29, 21, 17), ("T10", 28, 20, 16), ("T9", 27, 19, 16), ("T8", 26, 18, 16),
    ("T7", 25, 18, 16), ("T6", 24, 17, 15), ("T5", 23, 17, 15), ("T4", 22, 16, 14), ("T3", 21, 16, 14),
    ("T2", 20, 16, 13), ("T1", 20, 16, 13), ("C7", 18, 15, 12), ("C6", 17, 14, 11), ("C5", 17, 14, 11),
    ("C4", 17, 14, 11), ("C3", 17, 14, 11), ("C2", 19, 15, 11), ("C1", 17, 17, 11),
)  # fmt: skip
_DISC_MM = 6
"""Gap between two vertebral bodies; slices of 5 mm show it."""
_RIBS = (
    # half width and half depth of the cage, angle where the rib ends in front (degrees), how far it descends
    (62, 45, 70, 20), (84, 58, 70, 35), (100, 66, 70, 48), (111, 71, 70, 58), (119, 75, 70, 66), (125, 78, 68, 73),
    (130, 80, 65, 79), (133, 80, 48, 80), (135, 79, 30, 76), (135, 77, 10, 66), (132, 75, -20, 45), (128, 72, -45, 20),
)  # fmt: skip
_FISSURE = Plane((0, 1.25, 1), 325)
"""The boundary between the upper and the lower lobes."""
_RIGHT_FISSURE = Plane((0, 0, 1), 335)
"""The boundary between the right upper and middle lobes."""
_MEDIASTINUM = Plane((1, 0, 0), 27)
"""The boundary between the mediastinum and the right lung."""
_LUNG = (Ellipsoid((66, -6, 325), (52, 61, 100)), Ellipsoid((46, -14, 400), (32, 42, 60)))


def _spine_y(z: float) -> float:
    """Return y of the vertebral bodies' centres at a height, mm."""
    return float(np.interp(z, _SPINE_Z, _SPINE_Y))


def _spine() -> dict[str, Point]:
    """Return the centre of each vertebral body."""
    tops = np.cumsum([height for _, height, _, _ in _LEVELS])
    heights = {level: float(top - height / 2) for (level, height, _, _), top in zip(_LEVELS, tops, strict=True)}
    return {level: (0.0, _spine_y(z), z) for level, z in heights.items()}


def _vertebra(level: str, height: float, width: float, depth: float) -> Part:
    """Return a vertebra: its body, arch and spinous process."""
    x, y, z = _spine()[level]
    body = Drum((x, y, z), (width, depth, (height - _DISC_MM) / 2))
    arch = Box((x, y - depth, z), (width + 4, 5, height / 4))
    process = Box((x, y - depth - 12, z - height / 8), (4, 10, height / 4))
    return Part(f"vertebrae_{level}", 190, (body, arch, process))


def _rib(number: int, width: float, depth: float, end: float, descent: float) -> Tube:
    """Return a right rib, which descends from the side of its vertebra around the cage to the front."""
    _, y, z = _spine()[f"T{number}"]
    angles = np.radians(np.linspace(-62, end, 12))
    fall = np.linspace(0.1, 1, 12) * descent
    curve = zip(width * np.cos(angles), depth * np.sin(angles) - 5, z - fall, strict=True)
    return Tube(5.5, ((28.0, y - 8, z), *((float(a), float(b), float(c)) for a, b, c in curve)))


def _pair(name: str, hu: float, *right: Solid) -> tuple[Part, Part]:
    """Return a structure of the right side and its mirror image; ``{}`` in the name is replaced by the side."""
    left = tuple(solid.mirrored() for solid in right)
    return Part(name.format("right"), hu, right), Part(name.format("left"), hu, left)


def _along_spine(x: float, back: float, *heights: float) -> tuple[Point, ...]:
    """Return points at some heights, at a distance to the right of the spine's centre line and behind it, mm."""
    return tuple((x, _spine_y(z) - back, z) for z in heights)


_BONES = (
    *(_vertebra(*level) for level in _LEVELS),
    *(part for i, rib in enumerate(_RIBS, 1) for part in _pair(f"rib_{{}}_{i}", 330, _rib(i, *rib))),
    Part("sacrum", 170, (Ellipsoid((0, -60, -46), (48, 24, 46)),)),
    *_pair("femur_{}", 300, Ellipsoid((94, 0, -118), (23, 23, 23)),
           Tube(15, ((94, 0, -118), (125, -10, -150), (110, 0, -360)))),
    *_pair("hip_{}", 220, Ellipsoid((86, -22, -42), (16, 52, 55)), Ellipsoid((84, -2, -116), (30, 36, 40)),
           Tube(10, ((70, 15, -115), (10, 50, -138)))),
    *_pair("scapula_{}", 260, Ellipsoid((108, -98, 385), (40, 10, 62)), Tube(9, ((115, -95, 425), (150, -40, 440)))),
    *_pair("clavicula_{}", 320, Tube(8, ((22, 38, 440), (70, 25, 452), (140, -12, 462)))),
    *_pair("humerus_{}", 300, Ellipsoid((172, -20, 432), (23, 23, 23)), Tube(13, ((172, -20, 432), (185, -15, 240)))),
)  # fmt: skip

_VESSELS = (
    Part("aorta", 42, (Tube(12.5, ((-8, 12, 350), (12, 22, 390), (0, 12, 430), (-28, -18, 418),
                                   *_along_spine(-16, -33, 385, 340, 290, 250, 200, 150, 100, 62))),)),
    Part("inferior_vena_cava", 40, (Tube(11, (*_along_spine(18, -33, 52, 100, 150, 200, 240), (28, 5, 300))),)),
    *_pair("iliac_artery_{}", 42, Tube(6.5, ((8, -12, 42), (45, -5, -25), (62, 30, -85), (72, 52, -135)))),
    *_pair("iliac_vena_{}", 40, Tube(7, ((12, -18, 25), (42, -20, -30), (54, 12, -85), (55, 44, -140)))),
    Part("portal_vein_and_splenic_vein", 40, (Tube(6.5, ((45, 22, 200), (5, 12, 182), (-85, -32, 205))),)),
)  # fmt: skip

_HEART = (
    Part("heart_ventricle_left", 42, (Ellipsoid((-38, 28, 312), (24, 24, 33)),)),
    Part("pulmonary_artery", 42, (Tube(12, ((5, 45, 345), (-12, 30, 378), (-42, 0, 382))),)),
    Part("heart_ventricle_right", 42, (Ellipsoid((8, 46, 312), (30, 24, 36)),)),
    Part("heart_atrium_right", 42, (Ellipsoid((38, 16, 322), (24, 24, 34)),)),
    Part("heart_atrium_left", 42, (Ellipsoid((-4, -8, 338), (32, 19, 25)),)),
    Part("heart_myocardium", 48, (Ellipsoid((-38, 28, 312), (35, 35, 45)),)),
)

_ORGANS = (
    Part("trachea", -960, (Tube(9.5, ((0, 14, 545), (0, -8, 460), (2, -20, 395))),)),
    Part("esophagus", 35, (Tube(7.5, ((0, -14, 530), (4, -27, 460), (8, -40, 400), (6, -30, 330), (-8, -20, 260),
                                      (-36, 12, 238))),)),
    *_pair("adrenal_gland_{}", 22, Ellipsoid((42, -38, 204), (9.5, 9.5, 13))),
    Part("gallbladder", 12, (Ellipsoid((52, 58, 165), (15, 15, 25)),)),
    *_pair("kidney_{}", 32, Ellipsoid((72, -48, 145), (27, 27, 50))),
    Part("pancreas", 38, (Tube(11.5, ((35, 26, 152), (0, 26, 163), (-35, 4, 172), (-78, -22, 178))),)),
    Part("duodenum", 35, (Tube(11.5, ((35, 52, 178), (62, 24, 165), (62, 12, 115), (30, 12, 98), (-22, 16, 105))),)),
    Part("spleen", 46, (Ellipsoid((-104, -34, 215), (24, 38, 48)),)),
    Part("stomach", 30, (Ellipsoid((-58, 32, 205), (40, 34, 48)), Tube(14, ((-40, 48, 175), (10, 60, 172))))),
    Part("urinary_bladder", 8, (Ellipsoid((0, 28, -118), (36, 32, 32)),)),
    Part("liver", 52, (Ellipsoid((66, 10, 208), (72, 74, 62)), Ellipsoid((0, 40, 220), (45, 34, 36)))),
    Part("colon", -20, (Tube(19, ((78, 30, -5), (102, 12, 60), (98, 25, 112), (0, 72, 108), (-92, 25, 145),
                                  (-104, 5, 110), (-98, 10, 20), (-72, 28, -25), (-22, 0, -45), (0, -22, -75),
                                  (0, -32, -135))),)),
    Part("small_bowel", 25, (Ellipsoid((0, 42, 36), (66, 40, 62)),)),
    Part("brain", 33, (Ellipsoid((0, -5, 665), (67, 83, 61)),)),
    Part("face", 10, (Ellipsoid((0, 66, 605), (56, 40, 55)),)),
    Part("lung_upper_lobe_right", -850, tuple(s.cut(_MEDIASTINUM, _FISSURE, _RIGHT_FISSURE) for s in _LUNG)),
    Part("lung_middle_lobe_right", -850, (_LUNG[0].cut(_MEDIASTINUM, _FISSURE, _RIGHT_FISSURE.opposite()),)),
    Part("lung_lower_lobe_right", -840, (_LUNG[0].cut(_MEDIASTINUM, _FISSURE.opposite()),)),
    Part("lung_upper_lobe_left", -850, tuple(s.cut(_MEDIASTINUM, _FISSURE).mirrored() for s in _LUNG)),
    Part("lung_lower_lobe_left", -840, (_LUNG[0].cut(_MEDIASTINUM, _FISSURE.opposite()).mirrored(),)),
)  # fmt: skip

_MUSCLES = (
    *_pair("iliopsoas_{}", 52, Tube(19, ((40, -40, 128), (50, -30, 20), (62, -5, -60), (84, 45, -110),
                                         (105, 25, -165)))),
    *_pair("autochthon_{}", 48, Tube(18, _along_spine(31, 38, -20, 100, 180, 270, 350, 420, 470))),
    *_pair("gluteus_minimus_{}", 50, Ellipsoid((112, 2, -70), (16, 34, 42))),
    *_pair("gluteus_medius_{}", 50, Ellipsoid((122, -18, -52), (24, 50, 58))),
    *_pair("gluteus_maximus_{}", 46, Ellipsoid((80, -86, -100), (58, 36, 78))),
)  # fmt: skip

STRUCTURES: tuple[Part, ...] = (*_BONES, *_VESSELS, *_HEART, *_ORGANS, *_MUSCLES)
"""The structures in the order in which they are painted: a later one takes only voxels that are still free."""
