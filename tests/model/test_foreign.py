"""Code of others changes neither what we print nor where we write."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from segaudit.model.foreign import contained


def test_what_it_prints(capsys: pytest.CaptureFixture[str]) -> None:
    """It goes to standard error, also after it closed a stream; afterwards both streams are as before."""
    before = sys.stdout, sys.stderr
    with contained():
        sys.stdout.write("to the one\n")
        sys.stdout.close()
        sys.stderr.write("to the other\n")
        assert sys.stdout.writable()
    assert (sys.stdout, sys.stderr) == before
    sys.stdout.write("mine\n")
    assert tuple(capsys.readouterr()) == ("mine\n", "to the one\nto the other\n")


def _leave(error: type[BaseException]) -> None:
    os.chdir("elsewhere")
    raise error


@pytest.mark.parametrize("error", [ValueError, SystemExit])
def test_where_it_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]) -> None:
    """The current folder is the one of before, whatever was raised; one that is gone is none."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    with pytest.raises(error), contained():
        _leave(error)
    assert Path.cwd() == tmp_path
    monkeypatch.chdir(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").rmdir()
    with contained():
        os.chdir(tmp_path)
    assert Path.cwd() == tmp_path


def test_no_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a standard error, as in a program with windows, there is no standard output either."""
    monkeypatch.setattr(sys, "stderr", None)
    with contained():
        assert sys.stdout is None
