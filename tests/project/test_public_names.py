"""The public names: all of them are there, at home in ``segaudit``, cheap to import, and travel between processes."""

from __future__ import annotations

import pickle
import subprocess
import sys
import traceback
from types import ModuleType

import pytest
from msgspec import Struct

import segaudit
from segaudit import Dataset
from segaudit.model import errors
from segaudit.testing.records import healthy_case, metadata, small_contract

HEAVY = ("click", "jinja2", "nibabel", "numpy", "pandas", "pandera", "pytest", "scipy", "importlib.metadata")
ERRORS = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Exception)]
RECORDS = (healthy_case(), small_contract(), metadata(("s0001", "train")))


def test_all_is_what_is_there() -> None:
    """``__all__`` is sorted, and names whatever is neither private nor a module; so does ``dir``."""
    assert all(getattr(segaudit, name) for name in segaudit.__all__)
    there = {name for name, each in vars(segaudit).items() if not isinstance(each, ModuleType)}
    assert {name for name in there if not name.startswith("_")} == set(segaudit.__all__)
    assert dir(segaudit) == sorted(segaudit.__all__)


def test_there_is_nothing_else() -> None:
    """A name that is none is an ``AttributeError``, as of any module."""
    with pytest.raises(AttributeError, match="module 'segaudit' has no attribute 'adit'"):
        segaudit.adit  # noqa: B018


def test_names_are_at_home() -> None:
    """Whatever is public names ``segaudit`` as its module; records keep theirs, where their annotations are read."""
    named = {name: getattr(segaudit, name) for name in segaudit.__all__}
    records = {name for name, each in named.items() if isinstance(each, type) and issubclass(each, Struct | Dataset)}
    assert {name for name, each in named.items() if each.__module__ != "segaudit"} == records


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_is_public(error: type[Exception]) -> None:
    """An error that people can catch is a public name, and a traceback calls it by that name."""
    assert getattr(segaudit, error.__name__) is error
    assert traceback.format_exception_only(error("odd")) == [f"segaudit.{error.__name__}: odd\n"]


@pytest.mark.parametrize("error", [*ERRORS, segaudit.NotApplicable])
def test_errors_travel(error: type[Exception]) -> None:
    """An error is the same after its way from another process."""
    back = pickle.loads(pickle.dumps(error("odd")))  # noqa: S301
    assert (type(back), back.args) == (error, ("odd",))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_records_travel(record: object) -> None:
    """A record is the same after its way from another process."""
    assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301


def test_an_error_arrives_where_nothing_is_imported() -> None:
    """A process that has imported nothing of segaudit reads an error, a severity and the name of ``audit``."""
    sent = pickle.dumps((segaudit.ContractError("odd"), segaudit.Severity.ERROR, segaudit.audit))
    script = f"import pickle; error, severity, audit = pickle.loads({sent!r}); print(repr(error), severity, audit)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("ContractError('odd') error <function audit at")


def test_importing_is_cheap() -> None:
    """Writing a check imports no table, no reader and no template, and looks for no other package."""
    script = f"import sys, segaudit; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
