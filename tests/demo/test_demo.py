"""The phantom is a plausible body, and each planted defect damages exactly what it names."""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import numpy.typing as npt
import pytest
from scipy import ndimage

from segaudit import contracts
from segaudit.demo import build
from segaudit.demo.build import MISPLACED, PLAN, build_demo, write_dataset
from segaudit.demo.known_issues import REPORTS
from segaudit.demo.phantom import (
    ABDOMEN_PELVIS,
    LABELS,
    SPACING_MM,
    THORAX,
    TRUNK,
    WHOLE_BODY,
    PhantomCase,
    make_case,
    write_case,
)
from segaudit.demo.plant import DEFECTS, plant
from segaudit.demo.plants_names import V1_ONLY, V2_ONLY
from segaudit.demo.plants_tables import read_rows
from segaudit.demo.published import write_contract
from segaudit.demo.solids import Box, Drum, Ellipsoid, Plane, Solid, Tube
from segaudit.demo.target import Defect, Planted, UnplantableError
from segaudit.demo.volume import Volume, compress, inflate

STRUCTURES = contracts.load("totalsegmentator-v1").structures
VOXEL_ML = SPACING_MM**3 / 1000

VOLUMES_ML = {
    "liver": (500, 4500), "spleen": (25, 2500), "adrenal_gland_left": (1, 20), "adrenal_gland_right": (1, 20),
    "kidney_left": (30, 700), "pancreas": (12, 300), "gallbladder": (1, 300), "stomach": (20, 3000),
    "duodenum": (8, 250), "small_bowel": (100, 3500), "colon": (100, 5000), "urinary_bladder": (3, 2000),
    "lung_upper_lobe_left": (30, 3000), "lung_middle_lobe_right": (30, 3000), "aorta": (40, 900),
    "inferior_vena_cava": (15, 300), "portal_vein_and_splenic_vein": (4, 150), "esophagus": (5, 120),
    "trachea": (10, 120), "brain": (700, 2000), "vertebrae_T1": (8, 90), "vertebrae_T12": (8, 90),
    "vertebrae_L1": (25, 150), "vertebrae_L5": (25, 150), "sacrum": (70, 400), "hip_left": (150, 700),
    "rib_left_1": (0.5, 60), "rib_left_12": (0.5, 60), "scapula_left": (30, 250), "clavicula_left": (6, 90),
    "autochthon_left": (80, 1200), "iliopsoas_left": (50, 900), "gluteus_maximus_left": (80, 1800),
    "gluteus_medius_left": (50, 900), "gluteus_minimus_left": (10, 250),
}  # fmt: skip
"""Smallest and largest plausible volume in adults, by measured healthy cases and published reference values."""

MEDIANS_HU = {
    "trachea": (-1100, -850), "lung_lower_lobe_left": (-950, -400), "autochthon_left": (-30, 110),
    "gluteus_maximus_left": (-30, 110), "liver": (-20, 180), "spleen": (0, 250), "kidney_left": (0, 300),
    "pancreas": (-40, 180), "adrenal_gland_left": (-30, 180), "aorta": (15, 700), "gallbladder": (-20, 60),
    "urinary_bladder": (-20, 60), "vertebrae_L3": (60, 700), "hip_left": (60, 700), "femur_left": (60, 700),
    "rib_left_7": (60, 700), "sacrum": (60, 700),
}  # fmt: skip
"""Medians that are plausible in health, with and without contrast medium."""

ELSEWHERE = {"meta_wrong_sex", "meta_wrong_study"}
"""Defects that cannot be planted in a phantom of the trunk: it has no prostate, and shows the neck."""

CASE_DEFECTS = [defect for defect in DEFECTS if defect.scope == "case" and defect.name not in ELSEWHERE]
EVERY_VOLUME = frozenset(
    {"wrong_spacing_case", "case_stored_lps", "case_flat", "sform_not_orthonormal", "sform_skewed", "slices_lost"}
)
EVERY_SHOWN = frozenset({"case_upside_down", "case_back_to_front"})
CT_ALONE = frozenset({"mask_in_void", "tissue_too_dense", "mask_leaks", "organ_denser"})
SPINES = frozenset({"vertebrae_exchanged", "vertebrae_emptied", "vertebrae_mixed", "vertebrae_joined", "ribs_mixed"})
MOVED = frozenset({"organ_misplaced", "organ_displaced", "organ_shifted"})


@pytest.fixture(scope="module", params=(0, 864))
def body(request: pytest.FixtureRequest) -> PhantomCase:
    """Return a whole body."""
    return make_case(request.param, WHOLE_BODY)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a dataset of two clean cases."""
    root = tmp_path_factory.mktemp("clean") / "phantom"
    write_dataset(root, {"s0001": TRUNK, "s0007": THORAX})
    return root


class Bench:
    """A dataset to damage, and the clean original."""

    def __init__(self, source: Path, root: Path) -> None:
        """Copy the clean dataset."""
        self.source, self.root = source, root
        self.files = digests(source)
        shutil.copytree(source, root)

    def changes(self) -> set[str]:
        """Return the files that were changed, added or removed."""
        return {path for path, _ in self.files.items() ^ digests(self.root).items()}

    def repair(self) -> None:
        """Undo all changes."""
        for path in self.changes():
            (self.root / path).unlink(missing_ok=True)
            if path in self.files:
                shutil.copyfile(self.source / path, self.root / path)


@pytest.fixture(scope="module")
def bench(clean: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Return a bench of phantom cases."""
    return Bench(clean, tmp_path_factory.mktemp("bench") / "dataset")


@pytest.fixture
def dataset(bench: Bench) -> Iterator[Path]:
    """Return a phantom dataset to damage."""
    yield bench.root
    bench.repair()


def digests(root: Path) -> dict[str, str]:
    """Return the digest of each file, and the target of each link."""
    return {
        path.relative_to(root).as_posix(): str(path.readlink())
        if path.is_symlink()
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def expected_changes(defect: Defect, bench: Bench, planted: Planted) -> set[str]:
    """Return the files that a defect of a case may touch."""
    case, masks = planted.case, f"{planted.case}/segmentations"
    volumes = {path for path in bench.files if path.startswith(f"{case}/")}
    shown = {path for path in volumes if load(bench.source / path).any()}
    special = {
        "ct_missing": {f"{case}/ct.nii.gz"},
        "mask_missing": {f"{masks}/{planted.structure}.nii.gz"},
        "mask_misnamed": {planted.file, f"{masks}/{planted.structure}.nii.gz"},
        **{name: {f"{case}/ct.nii.gz"} for name in CT_ALONE},
        "kidneys_swapped": {f"{masks}/kidney_left.nii.gz", f"{masks}/kidney_right.nii.gz"},
        "release_mixed": {f"{masks}/{name}.nii.gz" for name in V1_ONLY + V2_ONLY},
        "all_masks_empty": {path for path in shown if path.startswith(masks)},
        **dict.fromkeys(EVERY_VOLUME, volumes),
        **dict.fromkeys(EVERY_SHOWN, shown),
        "ct_stack_break": {path for path in shown if upper_half(load(bench.source / path)).any()},
        "organs_mirrored": {path for path in shown if path in bench.changes()},  # some are symmetric
        **{name: {f"{masks}/{each}.nii.gz" for each in planted.structure.split(", ")} for name in SPINES},
        "vertebra_unnamed": {f"{masks}/vertebrae_L{level}.nii.gz" for level in range(3, 6)},
        "vertebrae_merged": {f"{masks}/vertebrae_L{level}.nii.gz" for level in range(2, 6)},
        "ribs_miscounted": {path for path in shown if "/rib_left_" in path},
    }
    if defect.name in MOVED:
        return {planted.file, f"{case}/ct.nii.gz", *gave_way(bench)}
    return special.get(defect.name, {planted.file})


def upper_half(voxels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the slices from the middle one on."""
    return voxels[:, :, voxels.shape[2] // 2 :]


def gave_way(bench: Bench) -> set[str]:
    """Return the masks that lost voxels and gained none."""
    masks = {path for path in bench.changes() if path in bench.files and "/segmentations/" in path}
    before_after = {path: (load(bench.source / path), load(bench.root / path)) for path in masks}
    return {path for path, (old, new) in before_after.items() if old.shape == new.shape and np.all(new <= old)}


def load(path: Path) -> npt.NDArray[Any]:
    """Return the voxels of a volume as nibabel scales them."""
    return np.asanyarray(nib.Nifti1Image.from_filename(path).dataobj)


def centroid(mask: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return the mean voxel index."""
    return np.asarray(np.argwhere(mask).mean(axis=0))


def pieces(mask: npt.NDArray[Any]) -> int:
    """Return the number of 26-connected pieces."""
    boxes = ndimage.find_objects(mask.astype(np.uint8))
    return int(ndimage.label(mask[boxes[0]], np.ones((3, 3, 3)))[1]) if boxes else 0


def test_structures_are_those_of_the_release() -> None:
    """The phantom has the 104 structures of v1 and no other."""
    assert sorted(LABELS) == sorted(structure.name for structure in STRUCTURES)


def test_each_structure_is_one_piece_of_some_size(body: PhantomCase) -> None:
    """No mask of a whole body is empty, tiny or in pieces."""
    found = {name: (pieces(mask), int(mask.sum(dtype=int))) for name in LABELS for mask in [body.mask(name)]}
    assert {name: n for name, (n, _) in found.items() if n != 1} == {}
    assert {name: n for name, (_, n) in found.items() if n < 20 or n * VOXEL_ML < 0.17} == {}


def test_masks_are_disjoint(body: PhantomCase) -> None:
    """No voxel has two structures."""
    assert np.sum([body.mask(name) for name in LABELS], axis=0, dtype=np.uint8).max() == 1


def test_right_is_right(body: PhantomCase) -> None:
    """Every structure of the right side lies to the right of its partner; x grows to the right."""
    x = {name: centroid(body.mask(name))[0] for name in LABELS}
    pairs = [(s.name, s.partner) for s in STRUCTURES if s.side == "right" and s.partner]
    assert len(pairs) == 30
    assert [(right, left) for right, left in pairs if x[right] <= x[left]] == []
    assert np.array_equal(np.diag(body.affine), (SPACING_MM, SPACING_MM, SPACING_MM, 1))


def test_vertebrae_and_ribs_are_in_order(body: PhantomCase) -> None:
    """From head to foot, vertebrae and ribs follow one another at a plausible distance."""
    spine = [*(f"C{i}" for i in range(1, 8)), *(f"T{i}" for i in range(1, 13)), *(f"L{i}" for i in range(1, 6))]
    heights = [centroid(body.mask(f"vertebrae_{level}"))[2] * SPACING_MM for level in spine]
    assert all(12 < upper - lower < 50 for upper, lower in pairwise(heights))
    for side in ("left", "right"):
        tops = [np.argwhere(body.mask(f"rib_{side}_{i}"))[:, 2].max() for i in range(1, 13)]
        assert tops == sorted(tops, reverse=True)


def test_volumes_are_plausible(body: PhantomCase) -> None:
    """Volumes lie within the limits for adults."""
    volumes = {name: body.mask(name).sum(dtype=int) * VOXEL_ML for name in VOLUMES_ML}
    assert {n: v for n, v in volumes.items() if not VOLUMES_ML[n][0] <= v <= VOLUMES_ML[n][1]} == {}


def test_intensities_are_plausible(body: PhantomCase) -> None:
    """Medians under the masks lie within the limits, and air is noisy."""
    medians = {name: float(np.median(body.ct[body.mask(name) > 0])) for name in MEDIANS_HU}
    assert {n: hu for n, hu in medians.items() if not MEDIANS_HU[n][0] <= hu <= MEDIANS_HU[n][1]} == {}
    corner = body.ct[:5, :5, :5]
    assert (corner.std() > 5, abs(corner.mean() + 1000) < 10) == (True, True)


def test_only_what_leaves_the_field_of_view_is_cut(body: PhantomCase) -> None:
    """In a whole body, that is the femurs."""
    rim = np.ones(body.labels.shape, np.bool_)
    rim[3:-3, 3:-3, 3:-3] = False
    assert {name for name in LABELS if (body.mask(name) & rim).any()} == {"femur_left", "femur_right"}


def test_structures_outside_the_field_of_view_have_empty_masks() -> None:
    """A scan of abdomen and pelvis shows the whole liver, but no brain."""
    case = make_case(3, ABDOMEN_PELVIS)
    shown = {name for name in LABELS if case.mask(name).any()}
    assert shown.intersection(("brain", "trachea", "liver", "urinary_bladder")) == {"liver", "urinary_bladder"}


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    """A seed gives the same files every time, without names and times in them; another seed gives others."""
    for folder, seed in (("a", 5), ("b", 5), ("c", 6)):
        write_case(tmp_path / folder, make_case(seed, THORAX))
    first, again, other = (digests(tmp_path / folder) for folder in "abc")
    assert first == again
    assert len(first) == 105
    assert first["ct.nii.gz"] != other["ct.nii.gz"]
    assert (tmp_path / "a" / "ct.nii.gz").read_bytes()[:9] == b"\x1f\x8b\x08\0\0\0\0\0\0"


def test_headers_are_as_in_the_releases(clean: Path) -> None:
    """Headers are like TotalSegmentator's: only an sform, no slope, uint8 masks of 0 and 1, int16 CT, RAS."""
    volumes = {name: Volume.read(clean / "s0001" / name) for name in ("ct.nii.gz", "segmentations/liver.nii.gz")}
    for volume, dtype in zip(volumes.values(), ("int16", "uint8"), strict=True):
        header = volume.header
        assert (int(header["sform_code"]), int(header["qform_code"]), volume.voxels.dtype.name) == (2, 0, dtype)
        assert header.get_zooms() == (SPACING_MM, SPACING_MM, SPACING_MM)
        assert np.array_equal(volume.affine[:3, :3], np.eye(3) * SPACING_MM)
        assert np.isnan(header["scl_slope"])
    assert np.unique(volumes["segmentations/liver.nii.gz"].voxels).tolist() == [0, 1]


def test_metadata_agrees_with_the_folders(clean: Path) -> None:
    """Each case has its row, in the format of the release."""
    columns, rows = read_rows(clean)
    assert columns == ["image_id", "age", "gender", "institute", "study_type", "split"]
    assert [(row["image_id"], row["study_type"]) for row in rows] == [
        ("s0001", TRUNK.study_type),
        ("s0007", THORAX.study_type),
    ]
    assert (clean / "meta.csv").read_bytes().startswith(b"\xef\xbb\xbfimage_id;")


@pytest.mark.parametrize("defect", CASE_DEFECTS, ids=lambda defect: defect.name)
def test_defect_changes_the_files_it_names(defect: Defect, dataset: Path, bench: Bench) -> None:
    """A defect changes what it names and nothing else."""
    planted = plant(defect.name, dataset, "s0001")
    assert (planted.case, planted.check, planted.note) == ("s0001", defect.check, defect.description)
    assert bench.changes() == expected_changes(defect, bench, planted)


@pytest.mark.parametrize("defect", [d for d in DEFECTS if d.scope == "dataset"], ids=lambda defect: defect.name)
def test_defect_of_the_dataset_changes_what_it_names(defect: Defect, clean: Path, tmp_path: Path) -> None:
    """A defect of the metadata changes only the table; the others change what their names say."""
    bench = Bench(clean, tmp_path / "dataset")
    planted = plant(defect.name, bench.root, "s0001")
    of_case = {path for path in bench.files if path.startswith("s0001/")}
    copy = {"meta.csv", *(path.replace("s0001", "s0002") for path in of_case)}
    special = {
        **dict.fromkeys(("duplicate_case", "near_duplicate", "near_duplicate_elsewhere"), copy),
        "meta_missing": {"meta.csv"},
        "case_dropped": {"meta.csv", *of_case},
        "structure_never_present": {path for path in bench.files if path.endswith("/gallbladder.nii.gz")},
    }
    assert bench.changes() == (special.get(defect.name) or expected_changes(defect, bench, planted))


def test_metadata_defects(clean: Path, tmp_path: Path) -> None:
    """Each defect of the metadata changes one cell or one row."""
    columns, rows = read_rows(clean)
    row, other = rows
    expected: dict[str, list[dict[str, str]]] = {
        "meta_id_without_folder": [row, {**row, "image_id": "s1999"}, other],
        "meta_row_missing": [other],
        "meta_duplicate_id": [row, row, other],
        "meta_impossible_age": [{**row, "age": "187"}, other],
        "meta_unlikely_age": [{**row, "age": "112"}, other],
        "meta_age_missing": [{**row, "age": ""}, other],
        "meta_unknown_study": [{**row, "study_type": "ct toracks"}, other],
        "meta_stray_blank": [{**row, "study_type": f"{row['study_type']} "}, other],
        "meta_wrong_split": [{**row, "split": "val" if row["split"] == "train" else "train"}, other],
    }
    for name, table in expected.items():
        (tmp_path / name).mkdir()
        shutil.copyfile(clean / "meta.csv", tmp_path / name / "meta.csv")
        plant(name, tmp_path / name, "s0001")
        assert (name, *read_rows(tmp_path / name)) == (name, columns, table)


def test_taken_structures_stay_as_they_are(dataset: Path) -> None:
    """A second defect of a case is planted in another structure."""
    first = plant("mask_float32", dataset, "s0001")
    second = plant("mask_values_0_2", dataset, "s0001", frozenset({first.structure}))
    assert (first.structure, second.structure) == ("spleen", "stomach")


def test_pieces_of_a_cut_mask(dataset: Path) -> None:
    """A mask in pieces has two of similar size, and has lost at most a slice."""
    planted = plant("mask_in_pieces", dataset, "s0001")
    mask = load(dataset / planted.file)
    sizes = np.bincount(ndimage.label(mask, np.ones((3, 3, 3)))[0].ravel())[1:]
    assert len(sizes) == 2
    assert 2 * sizes.min() > sizes.max()


@pytest.mark.parametrize(("name", "low", "high"), [("masks_overlap", 0.1, 0.2), ("masks_overlap_large", 0.5, 0.7)])
def test_share_of_overlaps(name: str, low: float, high: float, dataset: Path) -> None:
    """Two masks share as much as the defect says, and both are still in one piece."""
    names = plant(name, dataset, "s0001").structure.split(", ")
    masks = [load(dataset / "s0001" / "segmentations" / f"{structure}.nii.gz") != 0 for structure in names]
    share = (masks[0] & masks[1]).sum() / min(mask.sum() for mask in masks)
    assert low < share < high
    assert [pieces(mask) for mask in masks] == [1, 1]


def test_speck_is_small_and_whole(dataset: Path) -> None:
    """A speck is one piece below 0.17 ml."""
    mask = load(dataset / plant("mask_speck", dataset, "s0001").file)
    assert pieces(mask) == 1
    assert 0 < np.count_nonzero(mask) * VOXEL_ML < 0.17


def test_skew_moves_no_corner(dataset: Path) -> None:
    """A skew of 2e-4 is one, and moves the worst corner by less than 0.1 mm."""
    path = dataset / "s0001" / "ct.nii.gz"
    before = Volume.read(path)
    plant("sform_not_orthonormal", dataset, "s0001")
    after = Volume.read(path)
    cosines = after.affine[:3, :3] / np.linalg.norm(after.affine[:3, :3], axis=0)
    assert np.abs(cosines.T @ cosines - np.eye(3)).max() == pytest.approx(2e-4, rel=0.01)
    assert np.abs((after.affine - before.affine)[:3, :3] @ before.voxels.shape).max() < 0.1


def test_flat_case_keeps_its_place(dataset: Path) -> None:
    """The remaining slices keep their position."""
    path = dataset / "s0001" / "segmentations" / "aorta.nii.gz"
    before, _ = Volume.read(path), plant("case_flat", dataset, "s0001")
    after = Volume.read(path)
    first = int(np.rint((after.affine - before.affine)[2, 3] / SPACING_MM))
    assert after.voxels.shape[2] == 20
    assert np.array_equal(after.voxels, before.voxels[:, :, first : first + 20])


def test_turned_case_keeps_its_place(dataset: Path) -> None:
    """With other axes, world coordinates are the same: nibabel reorients the case to the original."""
    path = dataset / "s0001" / "segmentations" / "liver.nii.gz"
    before, _ = Volume.read(path), plant("case_stored_lps", dataset, "s0001")
    turned: Any = nib.Nifti1Image.from_filename(path)
    back = turned.as_reoriented(np.array([[0, -1], [1, -1], [2, 1]]))
    assert np.array_equal(np.asanyarray(back.dataobj), before.voxels)
    assert np.allclose(back.affine, before.affine)


def test_void_lies_under_half_of_one_mask(dataset: Path) -> None:
    """Padding fills the corners and half of the mask that the defect names, and no voxel of another mask."""
    planted = plant("mask_in_void", dataset, "s0001")
    void = load(dataset / "s0001" / "ct.nii.gz") == -1024
    assert [bool(void[i, j, k]) for i in (0, -1) for j in (0, -1) for k in (0, -1)] == [True] * 8
    masks = {path.name: load(path) > 0 for path in (dataset / "s0001" / "segmentations").iterdir()}
    shares = {name: void[mask].mean() for name, mask in masks.items() if mask.any()}
    assert {name: share for name, share in shares.items() if share} == {
        f"{planted.structure}.nii.gz": pytest.approx(0.5, abs=0.01)
    }


def test_leak_reaches_the_air(dataset: Path) -> None:
    """A mask that leaks has voxels in the air, shares none with another mask, and is still in one piece."""
    clean_masks = {p.name: load(p) > 0 for p in (dataset / "s0001" / "segmentations").iterdir()}
    planted = plant("mask_outside_body", dataset, "s0001")
    name = f"{planted.structure}.nii.gz"
    leaking = load(dataset / planted.file) > 0
    air = load(dataset / "s0001" / "ct.nii.gz")[leaking & ~clean_masks.pop(name)] < -900
    assert air.mean() > 0.5
    assert not any((leaking & mask).any() for mask in clean_masks.values())
    assert pieces(leaking) == 1


def test_unplantable_defects_say_why(tmp_path: Path) -> None:
    """A case without a suitable structure is not changed, and the reason is given."""
    write_dataset(tmp_path, {"s0003": ABDOMEN_PELVIS})
    plant("all_masks_empty", tmp_path, "s0003")
    for name, reason in (
        ("mask_crc_flip", "s0003: none of spleen, .* is here and complete"),
        ("mask_empty_liver", "s0003: .* are not all here and complete"),
        ("masks_overlap", "s0003: no two complete neighbours touch"),
        ("mask_outside_body", "s0003: no structure has a free way to the air"),
    ):
        with pytest.raises(UnplantableError, match=reason):
            plant(name, tmp_path, "s0003")
    (tmp_path / "s0003" / "ct.nii.gz").unlink()
    with pytest.raises(UnplantableError, match="ct_nan needs a CT"):
        plant("ct_nan", tmp_path, "s0003")
    with pytest.raises(UnplantableError, match="not listed"):
        plant("meta_row_missing", tmp_path, "s0004")


@pytest.fixture
def no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to make links, as Windows does."""

    def refuse(link: Path, target: Path) -> None:
        raise OSError(f"a required privilege is not held by the client: {link} -> {target}")

    monkeypatch.setattr(Path, "symlink_to", refuse)


@pytest.mark.usefixtures("no_links")
def test_refused_link_leaves_the_mask(dataset: Path, bench: Bench) -> None:
    """If the system refuses links, the mask is not removed."""
    with pytest.raises(UnplantableError, match="s0001: this system refuses to make a link: a required privilege"):
        plant("mask_dangling_link", dataset, "s0001")
    assert bench.changes() == set()


@pytest.mark.usefixtures("no_links")
def test_demo_goes_on_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the system refuses links, the demo has all other defects."""
    plan = {"s0055": (TRUNK, "mask_zero_byte mask_dangling_link mask_html_page"), MISPLACED: (THORAX, "")}
    monkeypatch.setattr(build, "PLAN", plan)
    in_cases = [(each.check, each.structure) for each in build_demo(tmp_path) if each.case == "s0055"]
    assert in_cases == [("file-empty", "spleen"), ("file-not-nifti", "stomach")]


def test_plan_has_every_defect_once() -> None:
    """The demo has each defect that does not hide others."""
    planned = Counter(name for _, names in PLAN.values() for name in names.split())
    assert {name for name, count in planned.items() if count > 1} == set()
    hiding = {"meta_missing", "case_dropped", "meta_wrong_split"}
    of_real_cases = {"meta_wrong_sex", "vertebrae_mixed", "vertebrae_joined"}  # no prostate, no discs
    of_many_cases = {"organ_smaller", "organ_denser", "organ_shifted"}
    second_of_a_check = {"ct_slope_half", "case_back_to_front", "vertebra_unnamed"}
    left_out = hiding | of_real_cases | of_many_cases | second_of_a_check
    assert set(planned) == {defect.name for defect in DEFECTS} - left_out
    assert MISPLACED in PLAN
    assert 32 <= len(PLAN) <= 38


def test_contract_and_published_tables(clean: Path, tmp_path: Path) -> None:
    """The contract can be read, and its tables match the phantoms, except for two misprints."""
    planted = write_contract(tmp_path, clean, {"train": 1, "val": 1, "test": 0})
    contract = contracts.load(tmp_path / "contract.toml")
    painted = [make_case(seed, field) for seed, field in ((1, TRUNK), (7, THORAX))]
    table = (tmp_path / "published" / "structures.csv").read_text("utf-8")
    rows = {row["structure"]: row for row in csv.DictReader(table.splitlines())}
    volumes = {name: [case.mask(name).sum(dtype=int) * VOXEL_ML for case in painted] for name in rows}
    present = {name: [volume for volume in both if volume] for name, both in volumes.items()}
    means = {name: f"{np.mean(both or [0]):.2f}" for name, both in present.items()}
    assert {name: row["occurrence"] for name, row in rows.items()} == {n: str(len(v)) for n, v in present.items()}
    assert {name for name, row in rows.items() if row["mean_volume_ml"] != means[name]} == {"trachea"}
    assert {name for name, row in rows.items() if int(row["label"]) != contract.by_name[name].label} == {
        "urinary_bladder"
    }
    assert [(each.check, each.structure) for each in planted] == [
        ("published-inconsistent", ""),
        ("published-differs", "trachea"),
        ("known-issue", ""),
        ("known-issue-gone", ""),
        ("known-issue-open", ""),
    ]
    assert contract.known_issues == tuple(REPORTS.values())
    assert contract.published is not None
    assert contract.published.facts["slices"] == sum(case.ct.shape[2] for case in painted)


def test_solids() -> None:
    """Solids contain the points of their definitions, and their mirror images the mirrored points."""
    x, y, z = np.meshgrid(*[np.arange(-10.0, 11)] * 3, indexing="ij")
    definitions: dict[Solid, npt.NDArray[np.bool_]] = {
        Ellipsoid((1, 2, 3), (5, 4, 3)): ((x - 1) / 5) ** 2 + ((y - 2) / 4) ** 2 + ((z - 3) / 3) ** 2 <= 1,
        Box((1, 0, 0), (2, 3, 4)): (abs(x - 1) <= 2) & (abs(y) <= 3) & (abs(z) <= 4),
        Drum((3, 0, 0), (4, 4, 2)): ((x - 3) ** 2 + y**2 <= 16) & (z >= -2) & (z < 2),
        Tube(3, ((-5, 0, 0), (5, 0, 0))): (np.maximum(abs(x) - 5, 0)) ** 2 + y**2 + z**2 <= 9,
        Box((0, 0, 0), (5, 5, 5)).cut(Plane((1, 0, 0), 2)): (x >= 2) & (x <= 5) & (abs(y) <= 5) & (abs(z) <= 5),
    }
    for solid, inside in definitions.items():
        assert np.array_equal(solid.contains((x, y, z)), inside)
        assert np.array_equal(solid.mirrored().contains((x, y, z)), inside[::-1])
        low, high = solid.bounds
        where = np.argwhere(inside) - 10
        assert np.all((where >= low) & (where <= high))


def test_gzip_members_are_verified() -> None:
    """Whole members are joined, damage is an error, and bytes after the last member are ignored."""
    assert inflate(compress(b"a") + compress(b"b") + b"tail") == b"ab"
    for damaged in (compress(b"a")[:-1], compress(b"a") + compress(b"b")[:-8] + bytes(8), b"", b"no gzip"):
        with pytest.raises(OSError, match=r".+"):
            inflate(damaged)
