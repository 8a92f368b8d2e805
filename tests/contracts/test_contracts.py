"""Contracts: the shipped data, files that extend them, messages about wrong ones, a first one for a dataset."""

from __future__ import annotations

import csv
import errno
import math
import os
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from segaudit import contracts
from segaudit.contracts import ContractError, DatasetFacts
from segaudit.contracts.infer import common_pattern, draft
from segaudit.contracts.rules import problems
from segaudit.contracts.sources import TOO_MUCH
from segaudit.contracts.value_rules import ORIENTATIONS
from segaudit.contracts.writing import dump, write
from segaudit.model import (
    Alignment,
    Cases,
    Contract,
    Exclude,
    Geometry,
    Intensity,
    Labels,
    PublishedGrid,
    PublishedStructure,
    Regrade,
    Severity,
    Structure,
)
from tests.support.systems import pipes

V1, V2, V3 = SHIPPED = ("totalsegmentator-v1", "totalsegmentator-v2", "totalsegmentator-v3")
ALLOWED = ("extends", *(key for key in Contract.__struct_fields__ if key != "siblings"))
HEADER = "label,name,group,side,partner,above,below,expected_with,removable,airy,max_pieces,piece_ml"


def classes(release: str) -> frozenset[str]:
    """Return the class names of a shipped release."""
    return frozenset(contracts.load(release).by_name)


def wrong(path: Path) -> str:
    """Return the message about a contract, without the folder."""
    with pytest.raises(ContractError) as caught:
        contracts.load(path)
    return str(caught.value).replace(f"{path.parent}/", "")


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Return the path of a user's contract, with a table of structures beside it."""
    rows = (HEADER, "1,liver,organ,,,,,,,,1,1", "2,kidney_left,organ,left,,,,,true,,,")
    (tmp_path / "structures.csv").write_text("\n".join(rows), encoding="utf-8")
    return tmp_path / "mine.toml"


def test_names() -> None:
    """Three releases ship, oldest first."""
    assert contracts.names() == SHIPPED


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        (V1, (1204, {"train": 1082, "val": 57, "test": 65}, "totalsegmentator-v1", 104, 35)),
        (V2, (1228, {"train": 1082, "val": 57, "test": 89}, "totalsegmentator-v2", 117, 206)),
        (V3, (1939, {"train": 1830, "test": 109}, "totalsegmentator-v2", 117, 10)),
    ],
)
def test_promises(release: str, expected: tuple[object, ...]) -> None:
    """Counts, splits, metadata, structures and known issues are those of the release."""
    contract = contracts.load(release)
    promised = (
        contract.cases.count,
        contract.splits,
        contract.metadata,
        len(contract.structures),
        len(contract.known_issues),
    )
    assert promised == expected


@pytest.mark.parametrize("release", SHIPPED)
def test_grid_and_values(release: str) -> None:
    """All releases are 1.5 mm, RAS, int16 and uint8, within the same intensities."""
    contract = contracts.load(release)
    least, most = ((47, 48, 29), (499, 430, 851)) if release == V1 else (None, None)
    assert contract.geometry == Geometry(spacing_mm=1.5, orientation="RAS", shape_min=least, shape_max=most)
    assert contract.alignment == Alignment(tolerance_mm=0.1)
    assert contract.intensity == Intensity(
        dtypes=("int16", "int32", "float32", "float64"), minimum_hu=-3100, maximum_hu=20000
    )
    assert contract.labels.dtypes == ("uint8",)


@pytest.mark.parametrize("release", SHIPPED)
def test_class_list_is_the_published_one(release: str, real_data: Path) -> None:
    """Labels and names are those of TotalSegmentator's own list."""
    with (real_data / f"classes-{release[-2:]}.csv").open(encoding="utf-8-sig", newline="") as file:
        published = [(int(row["label"]), row["name"]) for row in csv.DictReader(file)]
    assert [(s.label, s.name) for s in contracts.load(release).structures] == published


@pytest.mark.parametrize(
    ("release", "groups"),
    [
        (V1, {"organ": 27, "bone": 59, "muscle": 10, "vessel": 8}),
        (V2, {"organ": 28, "bone": 63, "muscle": 10, "vessel": 16}),
        (V3, {"organ": 28, "bone": 63, "muscle": 10, "vessel": 16}),
    ],
)
def test_groups_count_as_published(release: str, groups: dict[str, int]) -> None:
    """Version 1 counts as published: 27 organs, 59 bones, 10 muscles, 8 vessels."""
    assert Counter(structure.group for structure in contracts.load(release).structures) == groups


@pytest.mark.parametrize("release", SHIPPED)
def test_sides(release: str) -> None:
    """Every structure with a side has its partner on the other side, except for three without one."""
    known = contracts.load(release).by_name
    partners = {s.name: known[s.partner].side for s in known.values() if s.partner}
    assert partners == {name: {"left": "right", "right": "left"}[known[name].side] for name in partners}
    alone = {s.name for s in known.values() if s.side and not s.partner}
    assert alone == {"lung_middle_lobe_right"} | ({"atrial_appendage_left"} if release != V1 else set())


@pytest.mark.parametrize(("release", "last"), [(V1, "L5"), (V2, "S1"), (V3, "L6")])
def test_spine_is_one_row(release: str, last: str) -> None:
    """From C1 down, each vertebra names the next, to the last of the release."""
    loaded = contracts.load(release)
    row = [vertebra.name for vertebra in loaded.spine]
    assert set(row) == {name for name in loaded.by_name if name.startswith("vertebrae_")}
    assert (row[6:8], row[-1]) == (["vertebrae_C7", "vertebrae_T1"], f"vertebrae_{last}")


@pytest.mark.parametrize("release", SHIPPED)
@pytest.mark.parametrize("side", ["left", "right"])
def test_ribs_are_rows(release: str, side: str) -> None:
    """From the first rib down, each rib names the next one of its side."""
    rows = [[rib.name for rib in row] for row in contracts.load(release).rows]
    assert [f"rib_{side}_{number}" for number in range(1, 13)] in rows


PLACE = ("down_low", "down_high", "right_low", "right_high", "front_low", "front_high", "stray_mm", "spine_mm")
VOLUME = ("volume_low_ml", "volume_high_ml", "sides_ratio")
REFERENCE = (*PLACE, "place_source", "place_cases", *VOLUME, "volume_source", "volume_cases")


def test_reference_values_are_those_of_people() -> None:
    """The same structure has the same positions, volumes and sources in all releases."""
    known: dict[str, set[tuple[object, ...]]] = {}
    for release in SHIPPED:
        for structure in contracts.load(release).structures:
            values = tuple(getattr(structure, column) for column in REFERENCE)
            known.setdefault(structure.name, set()).add(values)
    assert {name for name, values in known.items() if len(values) > 1} == set()


@pytest.mark.parametrize("release", SHIPPED)
def test_every_structure_has_limits(release: str) -> None:
    """Vertebrae have a position along the spine, all others but ribs limits; all but cysts and the face a volume."""
    contract = contracts.load(release)
    rows = {structure.name for row in contract.rows for structure in row}
    vertebrae = {vertebra.name for vertebra in contract.spine}
    assert {s.name for s in contract.structures if s.spine_mm is not None} == vertebrae
    assert {s.name for s in contract.structures if s.down_low is None} == rows
    assert {s.name for s in contract.structures if s.volume_low_ml is None} <= {
        "kidney_cyst_left",
        "kidney_cyst_right",
        "face",
    }


@pytest.mark.parametrize("release", SHIPPED)
def test_limits_of_pairs_mirror_each_other(release: str) -> None:
    """Left and right have the same limits, except for the heart's chambers and the veins above them."""
    contract = contracts.load(release)
    askew = {
        s.name
        for s in contract.structures
        if s.partner and contract.limits[s.name][1] != tuple(-end for end in contract.limits[s.partner][1][::-1])
    }
    assert askew == {
        s.name for s in contract.structures if s.partner and re.match("heart_|brachiocephalic_vein", s.name)
    }


@pytest.mark.parametrize("release", SHIPPED)
def test_every_source_is_reported(release: str) -> None:
    """The documentation says what each source is."""
    text = (Path(__file__).parents[2] / "docs" / "contracts.md").read_text("utf-8")
    sources = {s.place_source for s in contracts.load(release).structures}
    sources |= {s.volume_source for s in contracts.load(release).structures}
    assert {source for source in sources if source not in text} == set()


@pytest.mark.parametrize("release", SHIPPED)
def test_nothing_removable_is_expected(release: str) -> None:
    """Structures that a person can lack are never expected."""
    both = {s.name for s in contracts.load(release).structures if s.removable and s.expected_with}
    assert both == set()


@pytest.mark.parametrize(
    ("release", "name", "evidence"),
    [
        (V1, "liver", ("vertebrae_T12", "kidney_left", "kidney_right")),
        (V1, "vertebrae_T8", ("vertebrae_T7", "vertebrae_T9")),
        (V1, "rib_left_5", ("rib_left_4", "rib_left_6")),
        (V1, "vertebrae_T12", ()),
        (V2, "rib_right_11", ()),
        (V2, "vertebrae_L5", ()),
        (V2, "heart", ("atrial_appendage_left",)),
        (V3, "vertebrae_L5", ("vertebrae_L4", "vertebrae_L6")),
    ],
)
def test_expected_with(release: str, name: str, evidence: tuple[str, ...]) -> None:
    """A structure between two of a row is expected; one that varies between persons is not."""
    assert contracts.load(release).by_name[name].expected_with == evidence


@pytest.mark.parametrize("release", SHIPPED)
def test_known_issues_are_public(release: str) -> None:
    """Each issue names a case id or all cases, has a source, and concerns this release."""
    issues = contracts.load(release).known_issues
    assert {bool(i.source and i.description and i.defect.isupper()) for i in issues} == {True}
    assert {i.release for i in issues} <= {
        V1: {"v1.0"},
        V2: {"v2.0.0", "v2.0.1", "v2.0.0/v2.0.1"},
        V3: {"v3.0.0"},
    }[release]
    assert {i.case[0] + str(len(i.case)) for i in issues} <= {"s5", "*1"}


def test_damaged_case_is_known() -> None:
    """The damaged CT of version 1 is on the list, with its file."""
    issues = contracts.load(V1).known_issues
    assert {(i.case, i.file) for i in issues if i.defect == "FILE_CORRUPT"} == {("s0864", "ct.nii.gz")}


def test_siblings() -> None:
    """Every contract knows the class lists of all releases."""
    assert contracts.load(V2).siblings == {release: classes(release) for release in SHIPPED}


def test_published_facts() -> None:
    """The counts in the text are included, also the slices and the measured images."""
    published = contracts.load(V1).published
    assert published is not None
    assert published.facts == {
        "images": 1204, "train": 1082, "val": 57, "test": 65, "structures": 104, "organs": 27, "bones": 59,
        "muscles": 10, "vessels": 8, "slices": 312400, "images_measured": 1203,
    }  # fmt: skip
    assert "openmedlab" in published.source


def test_published_resolution() -> None:
    """Three rows of spacing and size."""
    published = contracts.load(V1).published
    assert published is not None
    assert published.resolution == (
        PublishedGrid(statistic="min", spacing_mm=(1.5, 1.5, 1.5), size=(47, 48, 29)),
        PublishedGrid(statistic="median", spacing_mm=(1.5, 1.5, 1.5), size=(241, 231, 231)),
        PublishedGrid(statistic="max", spacing_mm=(1.5, 1.5, 1.5), size=(499, 430, 851)),
    )


def test_published_structures_keep_their_mistakes() -> None:
    """The rows are as printed: rib 11 twice, and the rate of the esophagus beside the count of another."""
    published = contracts.load(V1).published
    assert published is not None
    rows = {row.label: row for row in published.structures}
    assert sorted(rows) == list(range(1, 105))
    assert (rows[67].structure, rows[68].structure) == ("Rib, Left 11th", "Rib, Left 11")
    assert rows[41] == PublishedStructure(
        label=41,
        structure="Esophagus",
        occurrence=240,
        presence_rate=84.37,
        mean_volume_ml=17.67,
        volume_variability_ml=27.35,
    )


def test_published_as_in_the_description(real_data: Path) -> None:
    """Every number is that of the description."""
    text = (real_data / "published" / "TotalSegmentator.md").read_text("utf-8")
    cells = [[cell.strip() for cell in line.strip(" |\n").split("|")] for line in text.splitlines() if line[:1] == "|"]
    printed = [
        (int(label), name, int(occurrence), float(rate.rstrip("%")), float(mean), float(variability))
        for label, name, occurrence, rate, mean, variability in (row for row in cells if len(row) == 6)
        if label.isdigit()
    ]
    published = contracts.load(V1).published
    assert published is not None
    shipped = [
        (r.label, r.structure, r.occurrence, r.presence_rate, r.mean_volume_ml, r.volume_variability_ml)
        for r in published.structures
    ]
    assert shipped == printed


def test_tables_are_merged_key_by_key(mine: Path) -> None:
    """Stated keys change, all others are inherited."""
    mine.write_text(
        f'extends = "{V2}"\n[cases]\ncount = 3\n[splits]\ntrain = 3\n[geometry]\norientation = "LPS"\n'
        '[labels]\ndtypes = ["uint8", "int16"]\n[regrade]\nmask-tiny = {severity = "info", reason = "small"}\n'
        '[exclude]\ncases = ["s0864"]\n',
        encoding="utf-8",
    )
    contract, base = contracts.load(mine), contracts.load(V2)
    assert contract.name == "mine"
    assert contract.cases == Cases(count=3)
    assert contract.splits == {"train": 3}
    assert contract.geometry == Geometry(spacing_mm=1.5, orientation="LPS")
    assert contract.labels == Labels(dtypes=("uint8", "int16"), allowed_overlaps=base.labels.allowed_overlaps)
    assert contract.regrade == {"mask-tiny": Regrade(Severity.INFO, "small")}
    assert contract.exclude == Exclude(cases=("s0864",))
    assert (contract.structures, contract.known_issues) == (base.structures, base.known_issues)


def test_extends_a_chain(tmp_path: Path) -> None:
    """A contract can extend a file that extends a release; a folder means its contract.toml."""
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "contract.toml").write_text(f'extends = "{V1}"\n[alignment]\ntolerance_mm = 0.2\n')
    (tmp_path / "second.toml").write_text('extends = "first"\n[geometry]\nspacing_mm = [3, 3, 5]\n')
    assert contracts.load(tmp_path / "first").name == "first"
    contract = contracts.load(tmp_path / "second.toml")
    assert (contract.alignment.tolerance_mm, contract.geometry.spacing_mm) == (0.2, (3, 3, 5))
    assert contract.published == contracts.load(V1).published


def test_empty_paths_take_tables_away(mine: Path) -> None:
    """An empty path means no rows."""
    mine.write_text(f'extends = "{V1}"\nstructures = ""\nknown_issues = ""\npublished = ""\n', encoding="utf-8")
    contract = contracts.load(mine)
    assert (contract.structures, contract.known_issues, contract.published) == ((), (), None)


def test_own_structures(mine: Path) -> None:
    """A table of structures replaces the inherited one; an empty cell is the default."""
    mine.write_text('name = "two"\nstructures = "structures.csv"\n', encoding="utf-8")
    assert contracts.load(mine).structures == (
        Structure(name="liver", label=1, group="organ", max_pieces=1),
        Structure(name="kidney_left", label=2, group="organ", side="left", removable=True),
    )


def test_byte_order_marks_do_no_harm(mine: Path) -> None:
    """Byte order marks, which spreadsheets and Windows editors write, are ignored."""
    table = mine.with_name("structures.csv")
    table.write_text(table.read_text("utf-8"), encoding="utf-8-sig")
    mine.write_text('structures = "structures.csv"\n', encoding="utf-8-sig")
    assert list(contracts.load(str(mine)).by_name) == ["liver", "kidney_left"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[cases\n", "is not TOML: Expected ']' at the end of a table declaration (at line 1, column 7)"),
        ('titel = "x"', "titel: unknown key; did you mean 'title'?"),
        ("[geometry]\nspacng_mm = 1.5", "geometry.spacng_mm: unknown key; did you mean 'spacing_mm'?"),
        (f'extend = "{V2}"', "extend: unknown key; did you mean 'extends'?"),
        ("[cases]\nxyz = 1", "cases.xyz: unknown key, allowed are count, pattern"),
        ("[regrade.mask-tiny]\nseverity = 'info'", "regrade.mask-tiny.reason: missing, and it has no default"),
        (
            "[regrade.mask-tiny]\nseverity = 'warn'\nreason = 'x'",
            "regrade.mask-tiny.severity: found \"warn\", expected one of error, warning, info; did you mean 'warning'?",
        ),
        (
            "[regrade.mask-tiny]\nseverity = 'info'\nreason = ' '",
            'regrade.mask-tiny.reason: found " ", expected the reason in words',
        ),
        (
            "metadata = 'totalsegmentator-v4'",
            (
                'metadata: found "totalsegmentator-v4", expected one of "", totalsegmentator-v1, totalsegmentator-v2'
                "; did you mean 'totalsegmentator-v2'?"
            ),
        ),
        (
            '[geometry]\nspacing_mm = "1.5"',
            'geometry.spacing_mm: found "1.5", expected a number or three numbers',
        ),
        (
            "[geometry]\nspacing_mm = [1.5, 1.5]",
            "geometry.spacing_mm: found [1.5, 1.5], expected a number or three numbers",
        ),
        ("[geometry]\nspacing_mm = [1, 1, 'x']", 'geometry.spacing_mm[2]: found "x", expected a number'),
        ("[geometry]\nspacing_mm = 0", "geometry.spacing_mm: found 0.0, expected more than 0"),
        ("[geometry]\nspacing_mm = nan", "geometry.spacing_mm: found nan, expected more than 0"),
        ("[geometry]\nspacing_tolerance_mm = -1", "geometry.spacing_tolerance_mm: found -1.0, expected 0 or more"),
        ("[geometry]\nshape_min = [1, -1, 1]", "geometry.shape_min: found [1, -1, 1], expected 0 or more"),
        (
            "[geometry]\nshape_min = [9, 9, 30]\nshape_max = [10, 10, 20]",
            "geometry.shape_min: found [9, 9, 30], expected no axis above shape_max = [10, 10, 20]",
        ),
        (
            '[geometry]\norientation = "RAZ"',
            'geometry.orientation: found "RAZ", expected axis codes such as RAS or LPS',
        ),
        ("siblings = 1", f"siblings: unknown key, allowed are {', '.join(ALLOWED)}"),
        ("[alignment]\ntolerance_mm = 1e400", "alignment.tolerance_mm: found inf, expected a finite number"),
        (
            "[geometry]\nspacing_mm = [1, 1, inf]",
            "geometry.spacing_mm: found [1.0, 1.0, inf], expected a finite number",
        ),
        ("[intensity]\nmaximum_hu = inf", "intensity.maximum_hu: found inf, expected a finite number"),
        ("a=" + "[" * 20_000, TOO_MUCH),
        ("a=" + "{a=" * 3_000, TOO_MUCH),
        ("x=" + "1" * 5_000, TOO_MUCH),
        ("cases.count=0x" + "f" * 5_000, "cases.count: found a value too large to show, expected a finite number"),
        (
            '[cases]\npattern = "a{99999999999}"',
            (
                'cases.pattern: found "a{99999999999}", which is no regular expression'
                ": the repetition number is too large"
            ),
        ),
        (
            '[cases]\npattern = "' + "(" * 5_000 + '"',
            'cases.pattern: found "' + "(" * 56 + "..., which is no regular expression: it nests too deeply",
        ),
        (
            '[exclude]\ncases = ["s0001", "s0001"]',
            'exclude.cases[1]: found "s0001" a second time, expected each case once',
        ),
        (
            '[exclude]\ncases = ["s0001", "s1"]',
            'exclude.cases[1]: found "s1", which does not match cases.pattern = "s\\\\d{4}"',
        ),
        ("[alignment]\ntolerance_mm = -0.1", "alignment.tolerance_mm: found -0.1, expected 0 or more"),
        ("[cases]\ncount = -5", "cases.count: found -5, expected 0 or more"),
        ("[cases]\ncount = 1.5", "cases.count: found 1.5, expected a whole number"),
        ("[cases]\ncount = true", "cases.count: found true, expected a whole number"),
        ("cases = 5", "cases: found 5, expected a table"),
        (
            '[cases]\npattern = "s["',
            'cases.pattern: found "s[", which is no regular expression: unterminated character set at position 1',
        ),
        ('[splits]\ntrain = 3\nval = "x"', 'splits.val: found "x", expected a whole number'),
        ("[splits]\ntrain = -3", "splits.train: found -3, expected 0 or more"),
        (
            "[cases]\ncount = 9\n[splits]\ntrain = 5\ntest = 3",
            (
                "splits: found train 5, test 3, which add up to 8, expected cases.count = 9"
                "; an empty [splits] promises none"
            ),
        ),
        (
            "[intensity]\nminimum_hu = 20000",
            "intensity.minimum_hu: found 20000.0, expected less than maximum_hu = 20000.0",
        ),
        (
            '[intensity]\ndtypes = ["in16"]',
            "intensity.dtypes: found \"in16\", which is no type of a NIfTI file; did you mean 'int16'?",
        ),
        ("[labels]\ndtypes = 'uint8'", 'labels.dtypes: found "uint8", expected a list of texts'),
        (
            "structures = 'structures.csv'\n[labels]\nallowed_overlaps = [['liver', 'kidny_left']]",
            "labels.allowed_overlaps: found \"kidny_left\", which matches no structure; did you mean 'kidney_left'?",
        ),
        ("[labels]\nallowed_overlaps = [['a']]", 'labels.allowed_overlaps[0]: found ["a"], expected two texts'),
        ("structures = ['liver']", 'structures[0]: found "liver", expected a table'),
        ("structures = 'x.csv'", "x.csv: cannot be read: No such file or directory"),
        ("extends = 5", "extends: found 5, expected text"),
        ("extends = 'mine.toml'", 'extends: found "mine.toml", which extends this contract in turn'),
        (
            "extends = 'totalsegmentator-v4'",
            (
                "extends: totalsegmentator-v4: no such contract, expected a shipped one (totalsegmentator-v1, "
                "totalsegmentator-v2, totalsegmentator-v3), a TOML file, or a folder with contract.toml"
                "; did you mean 'totalsegmentator-v3'?"
            ),
        ),
        (
            "extends = 'totalsegmentator-v2'\n[cases]\ncount = 10",
            (
                "splits: found train 1082, val 57, test 89, which add up to 1228, expected cases.count = 10"
                "; an empty [splits] promises none"
            ),
        ),
    ],
)
def test_wrong_toml(mine: Path, text: str, message: str) -> None:
    """One message, without a traceback of the parser, that tells where and what."""
    mine.write_text(text, encoding="utf-8")
    said = wrong(mine)
    assert said == (message if message.startswith("x.csv") else f"mine.toml: {message}")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            ["1,liver,organs"],
            "line 2, group: found \"organs\", expected one of bone, muscle, organ, vessel; did you mean 'organ'?",
        ),
        (["1,liver,"], "line 2, group: missing, and it has no default"),
        (["one,liver,organ"], 'line 2, label: found "one", expected a whole number'),
        (["0,liver,organ"], "line 2, label: found 0, expected 1 or more"),
        (["1,liver,organ", "2,liver,organ"], 'line 3, name: found "liver" a second time, expected each name once'),
        (["1,liver,organ", "", "1,spleen,organ"], "line 4, label: found 1 a second time, expected each label once"),
        (["1,hip_left,bone,links"], 'line 2, side: found "links", expected one of "", left, right'),
        (["1,liver,organ,,,,,,maybe"], 'line 2, removable: found "maybe", expected true or false'),
        (["1,liver,organ,,,,,,,,0"], "line 2, max_pieces: found 0, expected 1 or more"),
        (["1,liver,organ,,,,,,,,,-1"], "line 2, piece_ml: found -1.0, expected 0 or more"),
        (
            ["1,hip_left,bone,left,hip_rigth", "2,hip_right,bone,right,hip_left"],
            "line 2, partner: found \"hip_rigth\", which is no other structure of the list; did you mean 'hip_right'?",
        ),
        (
            ["1,hip_left,bone,left,hip_left"],
            'line 2, partner: found "hip_left", which is no other structure of the list',
        ),
        (
            ["1,hip_left,bone,left,hip_right", "2,hip_right,bone,right,"],
            'line 2, partner: found "hip_right", whose partner is "", expected "hip_left"',
        ),
        (
            ["1,rib_1,bone,,,,rib_2", "2,rib_2,bone,,,rib_3", "3,rib_3,bone,,,,rib_2"],
            'line 2, below: found "rib_2", whose above is "rib_3", expected "rib_1"',
        ),
        (
            ["1,rib_1,bone,,,rib_0"],
            'line 2, above: found "rib_0", which is no other structure of the list',
        ),
        (
            ["1,liver,organ,,,,,spleen aorta", "2,spleen,organ"],
            'line 2, expected_with: found "aorta", which is no other structure of the list',
        ),
        (["1,liver,organ,,,,,,,,,,,"], "line 2: expected as many cells as the header has columns"),
    ],
)
def test_wrong_structures(mine: Path, rows: list[str], message: str) -> None:
    """The message names the line and the column of the table."""
    padded = [row + "," * max(0, HEADER.count(",") - row.count(",")) if row else row for row in rows]
    mine.with_name("structures.csv").write_text("\n".join([HEADER, *padded]), encoding="utf-8")
    mine.write_text('structures = "structures.csv"', encoding="utf-8")
    assert wrong(mine) == f"structures.csv: {message}"


COLUMNS = (
    "label,name,group,above,below,spine_mm,down_low,down_high,right_low,right_high,volume_low_ml,volume_high_ml,stray_mm,"
    "sides_ratio"
)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["1,liver,organ,,,,9,8"], "line 2, down_low: found 9.0, expected a finite number, down_high = 8.0 at most"),
        (["1,liver,organ,,,,,8"], "line 2, down_low: found none, expected one where down_high is given"),
        (["1,liver,organ,,,,,,-9"], "line 2, right_high: found none, expected one where right_low is given"),
        (
            ["1,liver,organ,,,,,,,,inf,inf"],
            "line 2, volume_low_ml: found inf, expected a finite number",
        ),
        (["1,liver,organ,,,,,,,,-1,2"], "line 2, volume_low_ml: found -1.0, expected 0 or more"),
        (["1,liver,organ,,,,,,,,,,-1"], "line 2, stray_mm: found -1.0, expected 0 or more"),
        (["1,liver,organ,,,,,,,,,,,0.5"], "line 2, sides_ratio: found 0.5, expected 1 or more"),
        (
            ["1,L1,bone,,L2,10", "2,L2,bone,L1"],
            "line 3, spine_mm: found none, expected one, because other vertebrae have it",
        ),
        (
            ["1,L1,bone,,L2,10", "2,L2,bone,L1,,9"],
            "line 3, spine_mm: found 9.0, expected more than 10.0, that of L1",
        ),
    ],
)
def test_wrong_reference_values(mine: Path, rows: list[str], message: str) -> None:
    """Ranges have two ends in order, and the vertebrae follow each other."""
    padded = [row + "," * (COLUMNS.count(",") - row.count(",")) for row in rows]
    mine.with_name("structures.csv").write_text("\n".join([COLUMNS, *padded]), encoding="utf-8")
    mine.write_text('structures = "structures.csv"', encoding="utf-8")
    assert wrong(mine) == f"structures.csv: {message}"


def test_limits() -> None:
    """Limits that are not given are infinite, and a vertebra's range is its position."""
    anywhere = (-math.inf, math.inf)
    vertebra = Structure(name="L1", label=1, group="bone", below="L2", spine_mm=5.0)
    liver = Structure(name="liver", label=2, group="organ", right_low=1.0, right_high=2.0)
    contract = Contract(name="x", structures=(vertebra, liver))
    assert contract.limits == {
        "L1": ((5.0, 5.0), anywhere, (0.0, 0.0)),
        "liver": (anywhere, (1.0, 2.0), anywhere),
    }


def test_short_row(mine: Path) -> None:
    """A row with too few cells is not guessed at."""
    mine.with_name("structures.csv").write_text("label,name,group\n1,liver\n", encoding="utf-8")
    mine.write_text('structures = "structures.csv"', encoding="utf-8")
    assert wrong(mine) == "structures.csv: line 2: expected as many cells as the header has columns"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("label;name;group\n1;liver;organ\n", "line 1: the cells are separated by ';', expected ','"),
        ("label\tname\n1\tliver\n", "line 1: the cells are separated by '\\t', expected ','"),
        ("label,name\n1,liver\n", "line 1, group: missing, and it has no default"),
        ("label,name,group,name\n1,liver,organ,x\n", "line 1, name: found a second time, expected each column once"),
        ("label,group", "line 1, name: missing, and it has no default"),
        (
            "label,name\n1," + "x" * 2**17 + "y",
            "line 2: is not CSV: field larger than field limit (131072)",
        ),
    ],
)
def test_wrong_table(mine: Path, table: str, message: str) -> None:
    """Errors of the header are reported for line 1."""
    mine.with_name("structures.csv").write_text(table, encoding="utf-8")
    mine.write_text('structures = "structures.csv"', encoding="utf-8")
    assert wrong(mine) == f"structures.csv: {message}"


@pipes
@pytest.mark.parametrize("key", ["structures", "known_issues"])
def test_pipe(mine: Path, key: str) -> None:
    """A pipe, which may never end, is refused unread."""
    os.mkfifo(mine.with_name("fifo"))
    mine.write_text(f'{key} = "fifo"', encoding="utf-8")
    assert wrong(mine) == "fifo: is no regular file, expected a file of text"


def test_deep_value(mine: Path) -> None:
    """A deeply nested value is shown in part or, depending on Python's version, not at all."""
    mine.write_text("cases.count" + ".a" * 5_000 + "=1", encoding="utf-8")
    begun = ('{"a": ' * 20)[:57] + "..."
    assert wrong(mine) in [
        f"mine.toml: cases.count: found {value}, expected a whole number"
        for value in (begun, "a value too large to show")
    ]


def test_null_byte_in_a_path(mine: Path) -> None:
    """A path that cannot exist is named."""
    mine.write_text('structures = "x\\u0000"', encoding="utf-8")
    assert wrong(mine) == "x\0: cannot be read: no path can hold a null byte"


def test_unknown_column(mine: Path) -> None:
    """An unknown column is named."""
    mine.with_name("structures.csv").write_text("label,name,group,partnr\n1,liver,organ,x\n", encoding="utf-8")
    mine.write_text('structures = "structures.csv"', encoding="utf-8")
    assert wrong(mine) == "structures.csv: line 1, partnr: unknown key; did you mean 'partner'?"


GRIDS = "statistic,spacing_mm,size\n"
PUBLISHED = "label,structure,occurrence,presence_rate,mean_volume_ml,volume_variability_ml\n"
"""Published tables without rows."""


def test_wrong_published_fact(mine: Path) -> None:
    """A fact that is not a number is named."""
    folder = mine.parent / "tables"
    folder.mkdir()
    tables = {"facts": "key,value\nsource,a text\nimages,many\n", "resolution": GRIDS, "structures": PUBLISHED}
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    mine.write_text('published = "tables"', encoding="utf-8")
    assert wrong(mine) == 'tables/facts.csv: images: found "many", expected a whole number'


def test_wrong_encoding(mine: Path) -> None:
    """A file that is not UTF-8 is named."""
    mine.write_bytes(b'title = "Sch\xe4del"')
    assert wrong(mine) == "mine.toml: is not UTF-8 text (byte 12)"


def test_error_in_the_base_names_the_base(mine: Path) -> None:
    """An error in the extended contract names that contract."""
    mine.write_text("[cases]\ncount = -1", encoding="utf-8")
    other = mine.with_name("other.toml")
    other.write_text('extends = "mine.toml"\n[cases]\ncount = 1', encoding="utf-8")
    assert wrong(other) == "mine.toml: cases.count: found -1, expected 0 or more"


def test_circle(mine: Path) -> None:
    """Two contracts that extend each other are refused."""
    mine.write_text('extends = "other.toml"', encoding="utf-8")
    mine.with_name("other.toml").write_text('extends = "mine.toml"', encoding="utf-8")
    assert wrong(mine) == 'other.toml: extends: found "mine.toml", which extends this contract in turn'


KEYS = st.sampled_from([
    *Contract.__struct_fields__, *Cases.__struct_fields__, *Geometry.__struct_fields__, *Regrade.__struct_fields__,
    *Structure.__struct_fields__, "extends", "train", "facts", "x",
])  # fmt: skip
LEAVES = st.one_of(
    st.booleans(), st.integers(-2, 3), st.floats(), st.dates(), st.sampled_from([V1, "", "RAS", "info", "organ", "x\0"])
)
VALUES = st.recursive(LEAVES, lambda v: st.lists(v, max_size=3) | st.dictionaries(KEYS, v, max_size=4), max_leaves=8)


@given(stated=st.dictionaries(KEYS, VALUES, max_size=4))
def test_nothing_but_contract_errors(stated: dict[str, object], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Any TOML file is a contract, or there is one message that begins with the file."""
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_text(tomli_w.dumps(stated), encoding="utf-8")
    try:
        assert list(problems(contracts.load(file))) == []
    except ContractError as error:
        assert str(error).startswith(str(file.parent))  # noqa: PT017 (either outcome is right)


def test_no_such_contract() -> None:
    """The message about an unknown name lists the shipped contracts."""
    with pytest.raises(ContractError) as caught:
        contracts.load("totalsegmentator_v2")
    assert str(caught.value) == (
        "totalsegmentator_v2: no such contract, expected a shipped one (totalsegmentator-v1, totalsegmentator-v2, "
        "totalsegmentator-v3), a TOML file, or a folder with contract.toml; did you mean 'totalsegmentator-v2'?"
    )


def test_48_orientations() -> None:
    """Three axes, each along one of the body's three axes and in one of two directions."""
    assert len(ORIENTATIONS) == 48


@pytest.mark.parametrize("release", SHIPPED)
def test_recognise_a_whole_release(release: str) -> None:
    """The class list of a release is that release."""
    assert contracts.recognise(classes(release)) == release


@pytest.mark.parametrize(
    ("names", "release"),
    [
        (set(), None),
        ({"liver", "spleen"}, None),
        ({"cat", "dog"}, None),
        ({"liver", "face"}, V1),
        ({"liver", "vertebrae_S1"}, V2),
        ({"liver", "vertebrae_L6"}, V3),
        ({"liver", "sternum"}, None),
        ({"liver", "face", "cat"}, None),
        ({"vertebrae_S1", "vertebrae_L6"}, None),
    ],
)
def test_recognise_a_few_names(names: set[str], release: str | None) -> None:
    """A few names are recognised if exactly one release has them all."""
    assert contracts.recognise(frozenset(names)) == release


def test_recognise_the_newest_of_equals() -> None:
    """With both or neither of the structures that distinguish v2 and v3, the newer one is taken."""
    assert contracts.recognise(classes(V2) & classes(V3)) == V3
    assert contracts.recognise(classes(V2) | classes(V3)) == V3


@given(release=st.sampled_from(SHIPPED), data=st.data())
def test_recognise_most_of_a_release(release: str, data: st.DataObject) -> None:
    """A release with missing structures is recognised, as long as those that distinguish it are present."""
    marks = {V1: {"face"}, V2: {"vertebrae_S1"}, V3: {"vertebrae_L6"}}[release]
    lost = data.draw(st.sets(st.sampled_from(sorted(classes(release) - marks)), max_size=9))
    assert contracts.recognise(classes(release) - lost) == release


@pytest.mark.parametrize("release", SHIPPED)
def test_dump_gives_the_same_contract(release: str, tmp_path: Path) -> None:
    """The printed contract can be read again, without separate tables."""
    file = tmp_path / "printed.toml"
    file.write_text(dump(contracts.load(release)), encoding="utf-8")
    assert contracts.load(file) == contracts.load(release)


def test_dump_spells_out_defaults() -> None:
    """Every limit is visible, whether it was stated or not."""
    assert dump(Contract(name="a", regrade={"x-y": Regrade(Severity.INFO, 'so "it" is')})) == (
        'name = "a"\ntitle = ""\nsource = ""\nmetadata = ""\nstructures = []\nknown_issues = []\n'
        '\n[cases]\npattern = "s\\\\d{4}"\n'
        "\n[splits]\n"
        "\n[archives]\n"
        '\n[geometry]\nspacing_tolerance_mm = 0.001\norientation = ""\n'
        "\n[alignment]\ntolerance_mm = 0.1\n"
        "\n[intensity]\ndtypes = []\nminimum_hu = -3100.0\nmaximum_hu = 20000.0\n"
        "\n[labels]\ndtypes = []\nallowed_overlaps = []\n"
        '\n[regrade]\nx-y = { severity = "info", reason = "so \\"it\\" is" }\n'
        "\n[exclude]\ncases = []\n"
    )


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(
    title=TEXT,
    splits=st.dictionaries(TEXT, st.integers(0, 10**9), max_size=3),
    tolerance=st.floats(0, allow_nan=False),
    cases=st.lists(TEXT, max_size=3),
    reasons=st.dictionaries(TEXT, TEXT, max_size=2),
)
def test_dump_is_toml(
    title: str, splits: dict[str, int], tolerance: float, cases: list[str], reasons: dict[str, str]
) -> None:
    """The text of any contract is TOML with the same values."""
    contract = Contract(
        name="a",
        title=title,
        splits=splits,
        alignment=Alignment(tolerance_mm=tolerance),
        exclude=Exclude(cases=tuple(cases)),
        regrade={check: Regrade(Severity.ERROR, reason) for check, reason in reasons.items()},
    )
    read = tomllib.loads(dump(contract))
    assert (read["title"], read["splits"], read["alignment"]) == (title, splits, {"tolerance_mm": tolerance})
    assert read["exclude"] == {"cases": cases}
    assert read["regrade"] == {check: {"severity": "error", "reason": reason} for check, reason in reasons.items()}


def test_initial_of_a_release(tmp_path: Path) -> None:
    """A part of a release keeps its labels, groups and neighbours, and refers to no missing structure."""
    names = classes(V1) - {"kidney_left", "vertebrae_T8"} | {"tumour"}
    observed = DatasetFacts(
        name="mine",
        cases={"s0001": names, "s0002": names - {"face"}},
        metadata="totalsegmentator-v1",
        splits={"train": 1, "test": 1},
        spacing_mm=(1.4999999, 1.5, 1.5),
        orientation="RAS",
        shape_min=(10, 11, 12),
        shape_max=(20, 21, 22),
        ct_dtypes=frozenset({"int16"}),
        mask_dtypes=frozenset({"uint8", "float64"}),
    )
    contract = contracts.load(contracts.initial(observed, tmp_path / "new"))
    assert (contract.name, contract.metadata, contract.splits) == (
        "mine",
        "totalsegmentator-v1",
        {"train": 1, "test": 1},
    )
    assert contract.cases == Cases(count=2)
    assert contract.geometry == Geometry(
        spacing_mm=1.5, orientation="RAS", shape_min=(10, 11, 12), shape_max=(20, 21, 22)
    )
    assert contract.intensity.dtypes == ("int16",)
    base = contracts.load(V1)
    assert contract.labels == Labels(dtypes=("float64", "uint8"), allowed_overlaps=base.labels.allowed_overlaps)
    known = contract.by_name
    assert frozenset(known) == names
    assert {s.name: s.label for s in base.structures if s.name in known} | {"tumour": 105} == {
        s.name: s.label for s in contract.structures
    }
    assert known["tumour"] == Structure(name="tumour", label=105, group="organ")
    assert (known["kidney_right"].partner, known["liver"].expected_with) == ("", ())
    assert (known["vertebrae_T7"].below, known["vertebrae_T9"].above) == ("", "")
    assert known["aorta"].group == "vessel"


def test_initial_of_something_else(tmp_path: Path) -> None:
    """Other names are numbered in alphabetical order; groups come from the release that knows a name."""
    observed = DatasetFacts(
        name="legs",
        cases={"P-01": frozenset({"tibia_left", "tibia_right"}), "P-02": frozenset({"aorta", "left_foot"})},
        splits={"train": 7},
        spacing_mm=(0.7, 0.7, 5),
    )
    contract = contracts.load(contracts.initial(observed, tmp_path))
    aorta = replace(contracts.load(V1).by_name["aorta"], label=1, expected_with=())
    assert contract.structures == (
        aorta,
        Structure(name="left_foot", label=2, group="organ", side="left"),
        Structure(name="tibia_left", label=3, group="organ", side="left", partner="tibia_right"),
        Structure(name="tibia_right", label=4, group="organ", side="right", partner="tibia_left"),
    )
    assert (contract.cases, contract.splits) == (Cases(count=2, pattern=r"P\-\d{2}"), {})
    assert contract.geometry == Geometry(spacing_mm=(0.7, 0.7, 5))
    assert contract.labels.allowed_overlaps == ()


def test_initial_of_label_maps(tmp_path: Path) -> None:
    """Labels come from the maps; properties from the shipped spelling of a name, under the dataset's own spelling."""
    names = ("Kidney_Left", "kidney-right", "Liver", "Vertebrae_T12", "vertebrae_L1", "whole", "liver_tumour")
    observed = DatasetFacts(
        name="mine",
        cases={"a": frozenset(names)},
        labels={
            "Liver": 1,
            "liver_tumour": 2,
            "Kidney_Left": 3,
            "kidney-right": 4,
            "Vertebrae_T12": 7,
            "vertebrae_L1": 6,
        },
    )
    contract = contracts.load(contracts.initial(observed, tmp_path))
    known = contract.by_name
    assert [(structure.label, structure.name) for structure in contract.structures] == [
        (1, "Liver"),
        (2, "liver_tumour"),
        (3, "Kidney_Left"),
        (4, "kidney-right"),
        (6, "vertebrae_L1"),
        (7, "Vertebrae_T12"),
        (8, "whole"),
    ]
    kidneys = [known[name] for name in ("Kidney_Left", "kidney-right")]
    assert [(kidney.side, kidney.partner) for kidney in kidneys] == [("left", "kidney-right"), ("right", "Kidney_Left")]
    assert (known["vertebrae_L1"].above, known["Vertebrae_T12"].below) == ("Vertebrae_T12", "vertebrae_L1")
    assert known["Liver"].expected_with == ("Vertebrae_T12", "Kidney_Left", "kidney-right")
    assert known["liver_tumour"] == Structure(name="liver_tumour", label=2, group="organ")


@pytest.mark.parametrize("spellings", [("Liver", "liver"), ("LIVER", "Liver")])
def test_initial_of_two_spellings(tmp_path: Path, spellings: tuple[str, str]) -> None:
    """Two spellings of one name are two structures; only one of them gets the shipped properties."""
    contract = contracts.load(contracts.initial(DatasetFacts(name="a", cases={"a": frozenset(spellings)}), tmp_path))
    assert [structure.name for structure in contract.structures] == sorted(spellings)
    assert sorted(structure.max_pieces or 0 for structure in contract.structures) == [0, 1]


def test_initial_is_commented(tmp_path: Path) -> None:
    """Each key and table has a comment above it."""
    path = contracts.initial(DatasetFacts(name="a", cases={"s0001": frozenset({"liver"})}), tmp_path)
    blocks = path.read_text("utf-8").strip().split("\n\n")
    assert {block[:2] for block in blocks} == {"# "}
    assert [block.splitlines()[1] for block in blocks] == [
        'name = "a"', 'metadata = ""', 'structures = "structures.csv"', "[cases]", "[splits]", "[geometry]",
        "[alignment]", "[intensity]", "[labels]", "[regrade]", "[exclude]",
    ]  # fmt: skip


def test_initial_overwrites_nothing(tmp_path: Path) -> None:
    """An existing contract is kept."""
    observed = DatasetFacts(name="a", cases={})
    contracts.initial(observed, tmp_path)
    with pytest.raises(FileExistsError):
        contracts.initial(observed, tmp_path)


def test_initial_of_names_that_are_not_utf8(tmp_path: Path) -> None:
    """Bytes that are not text are escaped, and only the two files are written."""
    odd = b"sch\xe4del".decode(errors="surrogateescape")
    contract = contracts.load(contracts.initial(DatasetFacts(name=odd, cases={odd: frozenset({odd})}), tmp_path))
    assert (contract.name, list(contract.by_name)) == (r"sch\udce4del", [r"sch\udce4del"])
    assert re.fullmatch(contract.cases.pattern, odd)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["contract.toml", "structures.csv"]


def test_cut_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No incomplete file ever has the name of a contract."""

    def full(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:9])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        contracts.initial(DatasetFacts(name="a", cases={}), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("release", SHIPPED)
def test_write_loses_nothing(release: str, tmp_path: Path) -> None:
    """The written rows are the shipped ones."""
    contract = contracts.load(release)
    written = contracts.load(write(contract, tmp_path))
    assert (written.structures, written.geometry, written.labels) == (
        contract.structures,
        contract.geometry,
        contract.labels,
    )


WORDS = st.sampled_from(["left", "right", "liver", "rib", "x"])
NAMES = st.one_of(
    st.sampled_from(sorted(classes(V1) | classes(V2) | classes(V3))),
    st.lists(WORDS, min_size=1, max_size=4).map("_".join),
)


IDS = st.from_regex(r"[A-Za-z0-9_.+-]{1,6}", fullmatch=True)


@given(
    cases=st.dictionaries(IDS, st.frozensets(NAMES, max_size=30), max_size=3),
    spacing=st.tuples(st.floats(), st.floats(), st.floats()),
    dtypes=st.frozensets(st.sampled_from(["", "uint8", "int16"])),
)
def test_initial_always_holds(
    cases: dict[str, frozenset[str]], spacing: tuple[float, float, float], dtypes: frozenset[str]
) -> None:
    """For any facts, the contract is valid, lists all structures, and its pattern matches every id."""
    contract = draft(DatasetFacts(name="a", cases=cases, spacing_mm=spacing, ct_dtypes=dtypes, mask_dtypes=dtypes))
    assert list(problems(contract)) == []
    assert frozenset(contract.by_name) == frozenset().union(*cases.values())
    assert all(re.fullmatch(contract.cases.pattern, case) for case in cases)


@pytest.mark.parametrize(
    ("ids", "pattern"),
    [
        ([], r"s\d{4}"),
        (["s0001", "s9999"], r"s\d{4}"),
        (["case_1_a", "case_2_a"], r"case_\d{1}_a"),
        (["case1", "case10"], r"case\d+"),
        (["anna", "bob"], ".+"),
    ],
)
def test_common_pattern(ids: list[str], pattern: str) -> None:
    """The first pattern that matches all ids: a fixed number of digits, any digits, anything."""
    assert common_pattern(ids) == pattern
