"""A kit for testing checks: healthy records, the phantom, defects to plant in it, and assertions about a check.

Further modules, imported by their names: ``bodies`` (every structure of a release in its position), ``spines``,
``tables`` (a dataset's tables, row by row), ``volumes`` (files, byte by byte), ``tissues`` (a CT in Hounsfield units),
``small`` (a dataset that is audited in a second), and ``strategies``, which needs Hypothesis.
"""

from segaudit.demo.phantom import (
    ABDOMEN_PELVIS,
    THORAX,
    THORAX_ABDOMEN,
    TRUNK,
    WHOLE_BODY,
    Field,
    PhantomCase,
    make_case,
    write_case,
)
from segaudit.demo.plant import DEFECTS, plant
from segaudit.demo.target import Damage, Planted, Target, UnplantableError
from segaudit.testing.assertions import assert_finds, assert_not_applicable, assert_silent
from segaudit.testing.phantom import phantom_contract
from segaudit.testing.records import (
    STRUCTURES,
    dataset,
    empty_mask,
    healthy_case,
    healthy_ct,
    healthy_file,
    healthy_header,
    healthy_mask,
    merged_case,
    metadata,
    renamed,
    small_contract,
)

__all__ = [
    "ABDOMEN_PELVIS",
    "DEFECTS",
    "STRUCTURES",
    "THORAX",
    "THORAX_ABDOMEN",
    "TRUNK",
    "WHOLE_BODY",
    "Damage",
    "Field",
    "PhantomCase",
    "Planted",
    "Target",
    "UnplantableError",
    "assert_finds",
    "assert_not_applicable",
    "assert_silent",
    "dataset",
    "empty_mask",
    "healthy_case",
    "healthy_ct",
    "healthy_file",
    "healthy_header",
    "healthy_mask",
    "make_case",
    "merged_case",
    "metadata",
    "phantom_contract",
    "plant",
    "renamed",
    "small_contract",
    "write_case",
]
