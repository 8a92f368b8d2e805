"""What the checks say of themselves: ids, severities and explanations, without importing one where that can be avoided.

The built-in checks are read from their sources, because importing them takes five times as long. Those of other
packages and of the user's files have to be imported: only then is it known which of them can be used.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from segaudit import checks, entry_points
from segaudit.model.families import family_of, ordered
from segaudit.model.severity import Severity

OURS = "segaudit"
"""The source of the built-in checks."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a check says of itself; the fields are those of ``segaudit.Check``."""

    id: str
    family: str
    severity: str
    explanation: str
    needs: str
    source: str
    """``segaudit``, name and version of another distribution, or the path of a user's file."""

    @property
    def summary(self) -> str:
        """The first line of the explanation."""
        return self.explanation.partition("\n")[0]


def families(files: tuple[Path, ...] = ()) -> dict[str, tuple[Stated, ...]]:
    """Return the checks by family, causes before consequences, with those of other packages and of the user's files.

    Raises:
        ChecksError: a file of the user cannot be used.
        InputError: a distribution is damaged, so that its entry points are unknown.
    """
    known = tuple(_imported(files) if files or entry_points.installed("segaudit.checks") else read())
    return {name: tuple(one for one in known if one.family == name) for name in ordered(one.family for one in known)}


def read() -> Iterator[Stated]:
    """Yield what the built-in checks say of themselves, by module and in the order of their definition."""
    for path in sorted(Path(checks.__path__[0]).glob("*.py"), key=lambda path: path.stem):
        for node in ast.parse(path.read_bytes()).body:
            if isinstance(node, ast.FunctionDef):
                yield from _declared(node, family_of(path.stem))


def _declared(function: ast.FunctionDef, family: str) -> Iterator[Stated]:
    """Yield the check that a function is, if it is one: ``@check("mask-off-grid", Severity.ERROR, needs=...)``."""
    for call in function.decorator_list:
        match call:
            case ast.Call(
                func=ast.Name("check"),
                args=[ast.Constant(str(check_id)), ast.Attribute(attr=severity)],
                keywords=keywords,
            ):
                needs = next((ast.literal_eval(each.value) for each in keywords if each.arg == "needs"), "")
                text = ast.get_docstring(function) or ""
                yield Stated(check_id, family, Severity[severity].value, text, needs, OURS)


def _imported(files: tuple[Path, ...]) -> Iterable[Stated]:
    """Yield what all checks say of themselves, imported."""
    from segaudit import catalogue

    for module in catalogue.modules(files):
        for one in module.checks:
            yield Stated(one.id, one.family, one.severity.value, one.explanation, one.needs, module.source)
