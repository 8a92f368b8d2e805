"""The mutation tool: it changes what it says, runs the right tests, and leaves the project as it was."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

pytest.importorskip("cosmic_ray", reason="no Cosmic Ray here: pip install --group mutants")

from benchmarks import mutants

CODE = '''
LIMIT = 3


def over(value: int | None) -> bool:
    """Whether a value is over 3."""
    return value is not None and value > LIMIT
'''


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project of one module, whose test knows one value far above the limit, and one below."""
    for name, text in (
        ("src/segaudit/model/limits.py", CODE),
        ("tests/model/test_limits.py", "from limits import over\n\ndef test():\n    assert over(9) and not over(1)\n"),
        ("tests/checks/test_none.py", "def test():\n    pass\n"),
        ("pyproject.toml", "[tool.pytest.ini_options]\npythonpath = ['src/segaudit/model']\n"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(mutants, "ROOT", tmp_path)
    return tmp_path


def test_changes(project: Path) -> None:
    """Each is another program that can be parsed; annotations stay, and the line is shown before and after."""
    (module,) = mutants.modules("model")
    found = list(mutants.mutants(module))
    changed = {mutant.code(CODE) for mutant in found}
    assert len(changed) == len(found)
    assert all(ast.parse(code) and "int | None" in code for code in changed)
    assert "src/segaudit/model/limits.py:2: `LIMIT = 3` became `LIMIT = 4`" in {mutant.shown() for mutant in found}
    assert (project / module).read_text() == CODE


def test_survivors(project: Path) -> None:
    """The test misses the limit itself; the module is as it was afterwards."""
    (module,) = mutants.modules("model")
    assert mutants.own_tests(module, "model") == ["tests/model/test_limits.py"]
    ends = {
        text: mutants.survives(mutant, project, "model", own=False)
        for mutant in mutants.mutants(module)
        for text in [mutant.shown().rpartition(" became ")[2]]
        if "LIMIT = 4" in text or "value >= LIMIT" in text or "value < LIMIT" in text
    }
    assert ends == {
        "`LIMIT = 4`": True,
        "`return value is not None and value >= LIMIT`": True,
        "`return value is not None and value < LIMIT`": False,
    }
    assert (project / module).read_text() == CODE


def test_a_module_without_tests_of_its_own(project: Path) -> None:
    """It has those of its folder."""
    assert project
    assert mutants.own_tests(Path("src/segaudit/model/other.py"), "model") == ["tests/model"]
