"""A phantom dataset, and the defects that an audit has to find in it."""

from segaudit.demo.build import build_demo, write_dataset
from segaudit.demo.phantom import Field, PhantomCase, make_case, write_case
from segaudit.demo.plant import DEFECTS, Defect, Planted, UnplantableError, plant

__all__ = [
    "DEFECTS",
    "Defect",
    "Field",
    "PhantomCase",
    "Planted",
    "UnplantableError",
    "build_demo",
    "make_case",
    "plant",
    "write_case",
    "write_dataset",
]
