"""Limits, severities and waivers that a contract's file states."""

from __future__ import annotations

from pathlib import Path

import pytest

from segaudit import contracts
from segaudit.contracts.writing import dump
from segaudit.model import Contract, Limit, Regrade
from tests.support.contracts import wrong

BASE = 'structures = ""\n'


def written(folder: Path, text: str, name: str = "mine.toml") -> Path:
    """Write a contract."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(BASE + text, encoding="utf-8")
    return folder / name


def test_limits_are_read(tmp_path: Path) -> None:
    """Whole numbers are numbers, too."""
    contract = contracts.load(written(tmp_path, '[limits.mask-seen]\nshare = 0.2\ncases = 3\nreason = "ours"\n'))
    assert contract.limits == {"mask-seen": {"share": 0.2, "cases": 3.0, "reason": "ours"}}
    cases, other = (Limit(f"mask-seen.{name}", 20, "cases", "how many", "A source.") for name in ("cases", "other"))
    assert (cases.of(contract), other.of(contract), cases.of(Contract(name="none"))) == (3.0, 20, 20)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[limits]\na-b = {share = 0.2}", "limits.a-b.reason: missing, expected why the limit is another one"),
        (
            "[limits]\na-b = {share = 0.2, reason = ' '}",
            'limits.a-b.reason: found " ", expected the reason in words',
        ),
        ("[limits]\na-b = {share = 0.2, reason = 5}", "limits.a-b.reason: found 5.0, expected the reason in words"),
        ("[limits]\na-b = {share = '20 %', reason = 'x'}", 'limits.a-b.share: found "20 %", expected a number'),
        ("[limits]\na-b = {share = true, reason = 'x'}", "limits.a-b.share: found true, expected a number or text"),
        (
            "[limits]\na-b = {severity = 'off', reason = 'x'}",
            "limits.a-b.severity: unknown key; severities are in [regrade.a-b]",
        ),
        ("limits = 5", "limits: found 5, expected a table"),
        ("waivers = 5", "waivers: found 5, expected a list of texts"),
        ("waivers = ['a', 5]", "waivers[1]: found 5, expected text"),
        (
            "waivers = '../../etc/passwd'",
            'waivers: found "../../etc/passwd", expected a path in the contract\'s folder',
        ),
    ],
)
def test_wrong_limits(tmp_path: Path, text: str, message: str) -> None:
    """Each message names the key, what was found and what was expected."""
    assert wrong(written(tmp_path, text)) == f"mine.toml: {message}"


def test_a_check_is_switched_off(tmp_path: Path) -> None:
    """Off is a severity, and has a reason."""
    contract = contracts.load(written(tmp_path, "regrade.mask-tiny = {severity = 'off', reason = 'specks'}"))
    assert contract.regrade == {"mask-tiny": Regrade("off", "specks")}


def test_limits_of_one_check_are_replaced_as_a_whole(tmp_path: Path) -> None:
    """The reason is that of the numbers beside it; limits of other checks are inherited."""
    written(
        tmp_path, "limits.a-b = {x = 1, y = 2, reason = 'base'}\nlimits.c-d = {z = 3, reason = 'base'}\n", "base.toml"
    )
    (tmp_path / "mine.toml").write_text("extends = 'base.toml'\nlimits.a-b = {x = 5, reason = 'mine'}\n")
    assert contracts.load(tmp_path / "mine.toml").limits == {
        "a-b": {"x": 5.0, "reason": "mine"},
        "c-d": {"z": 3.0, "reason": "base"},
    }


def test_waivers_lie_beside_the_contract(tmp_path: Path) -> None:
    """One name or several, relative to the file that states them, also if another contract extends it."""
    written(tmp_path / "base", "waivers = 'waivers.toml'", "base.toml")
    (tmp_path / "mine.toml").write_text("extends = 'base/base.toml'\n")
    assert contracts.load(tmp_path / "mine.toml").waivers == (str(tmp_path / "base" / "waivers.toml"),)
    (tmp_path / "mine.toml").write_text("extends = 'base/base.toml'\nwaivers = ['a.toml', 'b.toml']\n")
    assert contracts.load(tmp_path / "mine.toml").waivers == (str(tmp_path / "a.toml"), str(tmp_path / "b.toml"))
    (tmp_path / "mine.toml").write_text("extends = 'base/base.toml'\nwaivers = []\n")
    assert contracts.load(tmp_path / "mine.toml").waivers == ()


def test_waivers_are_no_promise(tmp_path: Path) -> None:
    """They do not change the digest, and a contract that is printed names them in a comment; limits are promises."""
    plain = contracts.load(written(tmp_path, ""))
    waiving = contracts.load(written(tmp_path, "waivers = 'waivers.toml'"))
    tuned = contracts.load(written(tmp_path, "limits.a-b = {x = 1, reason = 'r'}"))
    assert (waiving.digest == plain.digest, tuned.digest == plain.digest) == (True, False)
    assert dump(waiving) == f"# waivers: {tmp_path / 'waivers.toml'}\n{dump(plain)}"
    assert '\n[limits]\na-b = { x = 1.0, reason = "r" }\n' in dump(tuned)
