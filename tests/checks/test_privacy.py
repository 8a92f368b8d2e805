"""Checks of privacy: text that travels with the voxels."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from msgspec.structs import replace

from segaudit.checks.privacy import header_text
from segaudit.model import Contract, Extension, Finding, Structure
from segaudit.testing.records import healthy_file, healthy_header, small_contract

CT = "s0001/ct.nii.gz"


def messages(**changes: object) -> list[str]:
    """Return what the check says of a CT's file with changes."""
    return [finding.message for finding in header_text(healthy_file("", **changes), small_contract())]


def test_patient_name() -> None:
    """A name in a text field is a finding."""
    file = healthy_file("", header=healthy_header(text={"descrip": "DOE^JANE 19700101"}))
    assert list(header_text(file, small_contract())) == [
        Finding(case="s0001", file=CT, message="text in descrip: 'DOE^JANE 19700101'")
    ]


def test_every_place_is_a_finding() -> None:
    """Fields, comment, extension and name are each reported."""
    header = healthy_header(
        text={"aux_file": "a.mat", "db_name": "PACS"},
        extensions=(Extension(code=2, size=128, excerpt="JANE"), Extension(code=44, size=16)),
    )
    assert messages(header=header, gzip_comment="by Jane", gzip_name="Doe_Jane.nii") == [
        "text in aux_file: 'a.mat'",
        "text in db_name: 'PACS'",
        "gzip comment: 'by Jane'",
        "header extension 2 (DICOM), 128 bytes: 'JANE'",
        "header extension 44 (unknown), 16 bytes",
        "gzip name with other words than the layout's: 'doe jane'",
    ]


def test_long_and_wild_texts() -> None:
    """Forty characters are shown, and none that a terminal would obey."""
    assert messages(gzip_comment="\x1b[2J" + "x" * 60) == [f"gzip comment: '\\x1b[2J{'x' * 36}...'"]
    assert messages(gzip_comment="x" * 40) == [f"gzip comment: '{'x' * 40}'"]
    assert messages(gzip_comment="x" * 41) == [f"gzip comment: '{'x' * 40}...'"]


@pytest.mark.parametrize("text", ["FSL5.0", "6.0.5:9e026117", "5.0.10", "SPM12", "dcm2niix v1.0.20230411", "ITK"])
def test_programs_may_sign(text: str) -> None:
    """The name and version of a known program is no finding."""
    assert messages(header=healthy_header(text={"descrip": text})) == []


@pytest.mark.parametrize("text", ["19700101", "01.02.1970", "4711", "SPM 19700101", "FSL Jane", "TE=2;Time=093000.000"])
def test_what_is_no_signature(text: str) -> None:
    """Dates, numbers and names beside a program's are findings."""
    assert messages(header=healthy_header(text={"descrip": text})) == [f"text in descrip: {text!r}"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "ct.nii",
        "ct_3mm.nii",
        "s0001.nii",
        "s0001_ct.nii",
        "organ_left_kidney.nii",
        "Liver_mask.nii.gz",
        "label_12.nii",
        "label_104.nii",
    ],
)
def test_ordinary_names(name: str) -> None:
    """Names of words that the layout, the class list and the case id have are no findings."""
    assert messages(gzip_name=name) == []


def test_the_quick_look_at_names() -> None:
    """It passes over files whose names inside gzip show nothing, which are nearly all."""
    ordinary, telling = (replace(healthy_file(), gzip_name=name) for name in ("liver.nii", "doe.nii"))
    assert header_text.suspects([ordinary, telling], small_contract()) == [telling]


def test_files_that_were_renamed() -> None:
    """The name inside gzip may be that of the anatomy that a structure is."""
    milz = Structure(name="Milz", label=1, group="organ", anatomy="pancreas")
    file = replace(healthy_file("Milz"), gzip_name="organ_pancreas.nii")
    contracts = [Contract(name="own", structures=(one,)) for one in (milz, replace(milz, anatomy=""))]
    found = [list(header_text(file, contract)) for contract in contracts]
    assert [bool(findings) for findings in found] == [False, True]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("label_1045.nii", "1045"),
        ("1234567.nii", "1234567"),
        ("ct_19700101.nii", "19700101"),
        ("Müller_ct.nii", "müller"),
        ("s0002.nii", "0002"),
    ],
)
def test_telling_names(name: str, words: str) -> None:
    """Numbers of patients, dates, names and ids of other cases are findings."""
    assert messages(gzip_name=name) == [f"gzip name with other words than the layout's: {words!r}"]


@pytest.mark.parametrize(("folder", "classes"), [("v1-example", "classes-v1.csv"), ("v2-masks", "classes-v2.csv")])
def test_real_names_are_ordinary(real_data: Path, folder: str, classes: str) -> None:
    """The gzip names of two real cases are no findings."""
    with (real_data / classes).open(newline="") as table:
        names = [row["name"] for row in csv.DictReader(table)]
    structures = tuple(Structure(name=name, label=i, group="organ") for i, name in enumerate(names, 1))
    contract = small_contract(structures=structures)
    stored = {path: _gzip_name(path) for path in (real_data / folder).rglob("*.nii.gz")}
    assert len(stored) >= len(names)
    files = [
        replace(healthy_file("" if path.name == "ct.nii.gz" else path.name.partition(".")[0]), gzip_name=name)
        for path, name in stored.items()
    ]
    assert [finding for file in files for finding in header_text(file, contract)] == []


def _gzip_name(path: Path) -> str:
    """Return the FNAME field of a gzip file that has no other optional field."""
    with path.open("rb") as file:
        head = file.read(300)
    assert head[3] in (0, 8)
    return head[10 : head.index(b"\0", 10)].decode("latin-1") if head[3] == 8 else ""


@pytest.mark.parametrize(
    ("code", "name"),
    [(0, "unknown"), (2, "DICOM"), (3, "unknown"), (4, "AFNI"), (5, "unknown"), (6, "comment"), (7, "unknown")],
)
def test_names_of_extensions(code: int, name: str) -> None:
    """The codes that are registered and common."""
    header = healthy_header(extensions=(Extension(code=code, size=16),))
    assert messages(header=header) == [f"header extension {code} ({name}), 16 bytes"]
