"""What the checks say of themselves: ids, severities and explanations, without importing one where that can be avoided.

The built-in checks are read from their sources, because importing them takes five times as long. Those of other
packages and of the user's files have to be imported: only then is it known which of them can be used.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from segaudit import checks, entry_points, model
from segaudit.model.families import family_of, ordered
from segaudit.model.limits import Limit
from segaudit.model.severity import Severity

OURS = "segaudit"
"""The source of the built-in checks."""


COMMON = Path(model.__path__[0]) / "common_limits.py"
"""Limits that several modules of checks look at."""


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
    limits: tuple[Limit, ...]

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
    common = _limits(ast.parse(COMMON.read_bytes()))
    for path in sorted(Path(checks.__path__[0]).glob("*.py"), key=lambda path: path.stem):
        module = ast.parse(path.read_bytes())
        limits = common | _limits(module)
        for node in module.body:
            if isinstance(node, ast.FunctionDef):
                yield from _declared(node, family_of(path.stem), limits)


def _limits(module: ast.Module) -> dict[str, Limit]:
    """Return the limits that a module declares with plain values: ``SHARE = Limit("masks-overlap.share", ...)``."""
    found = {}
    for node in module.body:
        match node:
            case ast.Assign(targets=[ast.Name(name)], value=ast.Call(func=ast.Name("Limit"), args=args, keywords=more)):
                named = {str(each.arg): ast.literal_eval(each.value) for each in more}
                found[name] = Limit(*map(ast.literal_eval, args), **named)
    return found


def _declared(function: ast.FunctionDef, family: str, limits: dict[str, Limit]) -> Iterator[Stated]:
    """Yield the check that a function is, if it is one: ``@check("mask-off-grid", Severity.ERROR, needs=...)``."""
    for call in function.decorator_list:
        match call:
            case ast.Call(
                func=ast.Name("check"),
                args=[ast.Constant(str(check_id)), ast.Attribute(attr=severity)],
                keywords=keywords,
            ):
                given = {each.arg: each.value for each in keywords}
                needs = ast.literal_eval(given["needs"]) if "needs" in given else ""
                named = getattr(given.get("limits"), "elts", [])
                own = tuple(limits[name.id] for name in named)
                text = ast.get_docstring(function) or ""
                yield Stated(check_id, family, Severity[severity].value, text, needs, OURS, own)


def _imported(files: tuple[Path, ...]) -> Iterable[Stated]:
    """Yield what all checks say of themselves, imported."""
    from segaudit import catalogue

    for module in catalogue.modules(files):
        for one in module.checks:
            yield Stated(one.id, one.family, one.severity.value, one.explanation, one.needs, module.source, one.limits)
