"""Change one operator or number of the code at a time, and run the tests: a change that no test notices survives.

    tox run -e mutants -- checks --sample 50 --seed 1

Cosmic Ray finds and makes the changes, in a copy of the project. A change is killed if the tests of its module fail
(those whose file is named after it), or else those of its folder and of ``checks``, which judges what the others
measure and derive. Prints each survivor, and a line for each folder; with ``--own-tests`` only the tests of the module
are run, which is quicker and counts more as survivors.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

ROOT = Path(__file__).parent.parent
FOLDERS = ("checks", "model", "measure", "judging")
COPIED = ("src", "checks", "schemas", "reports", "tests", "benchmarks", "examples", "docs", "pyproject.toml")
LEAVE = shutil.ignore_patterns("*.egg-info", "__pycache__")
MAX_SECONDS = 900
"""A change after which the tests run for longer is killed: it made a loop endless."""

TIMES = count(1)
"""Times of change for modules that are written, in seconds since 1970."""

COMPARISONS = ("Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Lt_Gt", "Gt_Lt", "LtE_GtE", "GtE_LtE", "Eq_NotEq", "NotEq_Eq")
ARITHMETIC = ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "Mod_Mul", "FloorDiv_Mul", "Pow_Mul", "BitAnd_BitOr")
OPERATORS = (
    *(f"core/ReplaceComparisonOperator_{pair}" for pair in COMPARISONS),
    *(f"core/ReplaceBinaryOperator_{pair}" for pair in ARITHMETIC),
    *("core/ReplaceUnaryOperator_Delete_USub", "core/ReplaceUnaryOperator_Delete_Not", "core/AddNot"),
    *("core/ReplaceAndWithOr", "core/ReplaceOrWithAnd", "core/ReplaceTrueWithFalse", "core/ReplaceFalseWithTrue"),
    *("core/ReplaceBreakWithContinue", "core/ReplaceContinueWithBreak", "core/ZeroIterationForLoop"),
    "core/NumberReplacer",
)
"""Those of Cosmic Ray that change what is computed; ``|`` stays, because most are in annotations, which never run."""


@dataclass(frozen=True)
class Mutant:
    """A change of the code."""

    module: Path
    """Relative to the project."""
    operator: str
    occurrence: int
    line: int

    def code(self, source: str) -> str:
        """Return the changed code."""
        changed: str = mutate_code(source, get_operator(self.operator)(), self.occurrence)
        return changed

    def shown(self) -> str:
        """Return the place of the change, and its line before and after."""
        source = (ROOT / self.module).read_text(encoding="utf-8")
        pairs = zip(source.splitlines(), self.code(source).splitlines(), strict=False)
        old, new = next(pair for pair in pairs if pair[0] != pair[1])
        return f"{self.module.as_posix()}:{self.line}: `{old.strip()}` became `{new.strip()}`"


def mutants(module: Path) -> Iterator[Mutant]:
    """Yield all changes of a module."""
    tree = get_ast((ROOT / module).read_text(encoding="utf-8"))
    for name in OPERATORS:
        positions = (place for node in ast_nodes(tree) for place in get_operator(name)().mutation_positions(node))
        for occurrence, ((line, _), _end) in enumerate(positions):
            yield Mutant(module, name, occurrence, line)


def modules(folder: str) -> list[Path]:
    """Return the modules of a folder, relative to the project; ``checks`` is a link in ``src/segaudit``."""
    inside = ROOT / "src/segaudit" / folder
    return sorted(path.resolve().relative_to(ROOT.resolve()) for path in inside.resolve().rglob("*.py"))


def own_tests(module: Path, folder: str) -> list[str]:
    """Return the test modules of a folder and of ``checks`` that are named after a module; the folder, without any."""
    found = {path for name in (folder, "checks") for path in (ROOT / "tests" / name).rglob(f"test_{module.stem}*.py")}
    return sorted(str(path.relative_to(ROOT)) for path in found) or [f"tests/{folder}"]


def passes(project: Path, tests: Sequence[str]) -> bool:
    """Whether tests pass in a copy of the project."""
    added = {"PYTHONPATH": project / "src", "CI": 1, "PYTHONPYCACHEPREFIX": project / "bytecode"}
    environment = os.environ | {name: str(value) for name, value in added.items()}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(  # noqa: S603 (pytest)
            command, cwd=project, env=environment, capture_output=True, check=False, timeout=MAX_SECONDS
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def write(file: Path, code: str) -> None:
    """Write a module with a time of its own: bytecode counts as that of a module of the same second and size."""
    file.write_text(code, encoding="utf-8")
    seconds = next(TIMES)
    os.utime(file, (seconds, seconds))


def survives(mutant: Mutant, project: Path, folder: str, *, own: bool) -> bool:
    """Whether no test notices a change."""
    file = project / mutant.module
    source = file.read_text(encoding="utf-8")
    write(file, mutant.code(source))
    try:
        noticed = not passes(project, own_tests(mutant.module, folder))
        return not noticed and (own or passes(project, sorted({f"tests/{folder}", "tests/checks"})))
    finally:
        write(file, source)


def copied(target: Path) -> Path:
    """Copy the project, with its links."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, symlinks=True, ignore=LEAVE)
        else:
            shutil.copyfile(source, target / name)
    return target


def main() -> int:
    """Try a sample of each folder; exit with 1 if fewer than nine in ten are killed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", help=f"of {', '.join(FOLDERS)}; all of them if none is named")
    parser.add_argument("--sample", type=int, default=50, help="changes of each folder (default: 50)")
    parser.add_argument("--seed", type=int, default=0, help="of the sample (default: 0)")
    parser.add_argument("--own-tests", action="store_true", help="run the tests of the module alone")
    given = parser.parse_args()
    if unknown := set(given.folders) - {*FOLDERS}:
        parser.error(f"no folder {', '.join(sorted(unknown))}; expected one of {', '.join(FOLDERS)}")
    with tempfile.TemporaryDirectory() as folder:
        project = copied(Path(folder))
        whole = [tried(name, given, project) for name in given.folders or FOLDERS]
    return 0 if all(whole) else 1


def tried(folder: str, given: argparse.Namespace, project: Path) -> bool:
    """Try a sample of a folder, and return whether enough are killed."""
    every = [mutant for module in modules(folder) for mutant in mutants(module)]
    sample = random.Random(given.seed).sample(every, min(given.sample, len(every)))  # noqa: S311 (no secret)
    tests = sorted({test for mutant in sample for test in own_tests(mutant.module, folder)})
    if not passes(project, tests):
        raise SystemExit(f"{folder}: its tests fail before anything is changed")
    survivors = 0
    for mutant in sample:
        if survives(mutant, project, folder, own=given.own_tests):
            survivors += 1
            print(f"- {mutant.shown()}", flush=True)
    killed = len(sample) - survivors
    print(f"{folder}: {killed} of {len(sample)} killed, of {len(every):,} in all, seed {given.seed}", flush=True)
    return killed >= 0.9 * len(sample)


if __name__ == "__main__":
    sys.exit(main())
