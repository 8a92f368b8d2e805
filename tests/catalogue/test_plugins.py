"""Checks of other packages: what is found, and that one that cannot be used stops nothing and fails the gate."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from segaudit import catalogue
from segaudit.auditing.session import audit
from segaudit.catalogue.modules import shipped
from segaudit.model import Outcome
from segaudit.model.errors import ChecksError, InputError
from segaudit.testing.small import write_small
from tests.support.sites import install

NUMBERS = itertools.count()
CHECK = """
from segaudit import Case, Finding, Severity, check
@check("{id}", Severity.WARNING)
def rule(case: Case):
    '''A rule of acme.'''
    yield Finding(case=case.case, message="here")
"""

Install = Callable[..., str]


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return what installs a distribution with a module of checks, and returns its name, which is new each time."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(site)

    def added(text: str, value: str = "{}", name: str = "") -> str:
        name = name or f"acme{next(NUMBERS)}"
        install(site, name, {"segaudit.checks": {"rules": value.format(name)}}, {name: text})
        monkeypatch.syspath_prepend(site / name)  # the path is another one, so that it is looked through anew
        return name

    return added


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a clean dataset, and its contract."""
    return write_small(tmp_path_factory.mktemp("small"))


def test_its_checks_are_in_the_catalogue(acme: Install) -> None:
    """After ours, in a family of their own, with the distribution that they come from."""
    name = acme(CHECK.format(id="acme-rule"))
    module = catalogue.modules()[-1]
    assert (module.name, module.source, module.file and module.file.stem) == (name, f"{name} 1.0", name)
    assert catalogue.families()[name] == module.checks
    assert catalogue.find("acme-rule") in module.checks
    assert (catalogue.source("acme-rule"), catalogue.source("mask-off-grid")) == (f"{name} 1.0", "segaudit")
    assert catalogue.modules()[: len(shipped())] == shipped()


@pytest.mark.parametrize(
    ("text", "value", "why"),
    [
        ("raise ValueError('two\\nlines')", "{}", "cannot be imported: ValueError: two lines"),
        ("raise SystemExit(3)", "{}", "cannot be imported: SystemExit: 3"),
        ("import pytest\npytest.importorskip('nowhere')", "{}", "cannot be imported: Skipped: could not import "),
        ("def", "{}", "cannot be imported: SyntaxError: "),
        ("", "{}_missing", "cannot be imported: ModuleNotFoundError: No module named "),
        ("", "{}:missing", "cannot be imported: AttributeError: "),
        ("", "not a name!", "cannot be imported: "),
        ("RULES = ()", "{}:RULES", "is of type tuple, expected a module of checks"),
        (
            "from segaudit.checks.alignment import mask_off_grid",
            "{}",
            "defines no check, expected functions under @check",
        ),
        (CHECK.format(id="mask-off-grid"), "{}", "has mask-off-grid, an id that segaudit has"),
    ],
)
def test_what_cannot_be_used_stops_nothing(
    acme: Install, small: tuple[Path, Path], text: str, value: str, why: str
) -> None:
    """The rest is audited; the gate fails with a sentence that says whose it is, why and what to do."""
    name = acme(text, value)
    stand_in = f"plugin-{name}-rules"
    root, contract = small
    report = audit(root, contract, select=["alignment", "plugins"], workers=1)
    (result,) = (check for check in report.checks if check.family == "plugins")
    assert (result.id, result.outcome, report.exit_code) == (stand_in, Outcome.COULD_NOT_RUN, 3)
    assert result.error.startswith(f"{name} 1.0 cannot be used: its entry point rules of segaudit.checks, ")
    assert why in result.error
    assert result.error.endswith(f"; update {name}, or uninstall it, or leave it out: --ignore {stand_in}")
    assert [c.outcome for c in report.checks if c.id == "mask-off-grid"] == [Outcome.CLEAN]
    assert catalogue.find(stand_in).summary.startswith(f"{name} 1.0 cannot be used")
    assert catalogue.source("mask-off-grid") == "segaudit"


def test_it_can_be_left_out(acme: Install, small: tuple[Path, Path]) -> None:
    """By its id, or by the family; then the gate holds."""
    stand_in = f"plugin-{acme('raise ValueError')}-rules"
    for ignore in (stand_in, "plugins"):
        assert audit(*small, select=["alignment", "plugins"], ignore=[ignore], workers=1).exit_code == 0


def test_of_two_packages_the_first_has_the_id(acme: Install) -> None:
    """By name; the other one cannot be used, with all of its checks."""
    first = acme(CHECK.format(id="shared-rule"), name="acmeafirst")
    other = CHECK.format(id="other-rule").replace("rule(", "other(")
    acme(CHECK.format(id="shared-rule") + other, name="acmesecond")
    assert catalogue.source("shared-rule") == f"{first} 1.0"
    assert "other-rule" not in catalogue.by_id()
    assert f"has shared-rule, an id that {first} 1.0 has" in catalogue.find("plugin-acmesecond-rules").error


def test_a_file_of_the_users_yields_to_a_package(acme: Install, tmp_path: Path) -> None:
    """An id that a package has is refused, as one of ours is."""
    name = acme(CHECK.format(id="taken-rule"))
    file = tmp_path / "mine.py"
    file.write_text(CHECK.format(id="taken-rule"))
    with pytest.raises(ChecksError, match=f"taken-rule: {name} 1.0 has a check of this id; choose another"):
        catalogue.by_id((file,))


def test_a_damaged_distribution_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can say what it has: it is wrong input, not a traceback."""
    install(tmp_path, "acme-damaged", {"segaudit.checks": {"x": "y"}}, {})
    (tmp_path / "acme_damaged-1.0.dist-info/entry_points.txt").write_text("[segaudit.checks]\nx\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(InputError, match=r"^acme-damaged: its entry_points.txt cannot be read: .*; install it anew$"):
        catalogue.by_id()
