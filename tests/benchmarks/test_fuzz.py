"""The fuzzer: what once crashed is read, so are new damages of each kind, and a crash is kept and reported."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks import fuzz
from benchmarks.fuzzing.damages import damaged
from benchmarks.fuzzing.targets import TARGETS, BadReportError, Target, read
from hypothesis import HealthCheck, given, settings

SEEDS = Path(__file__).with_name("fuzz_seeds")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, list[bytes]]]:
    """Return for each kind a folder, in which its undamaged files are written, and their bytes."""
    made = {kind: tmp_path_factory.mktemp(kind) for kind in TARGETS}
    return {kind: (folder, list(TARGETS[kind].whole(folder))) for kind, folder in made.items()}


@pytest.mark.parametrize("seed", sorted(SEEDS.glob("*/*")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_crashed_is_read(seed: Path, folders: dict[str, tuple[Path, list[bytes]]]) -> None:
    """A file that was found by the fuzzer ends in findings or in a message."""
    read(seed.parent.name, folders[seed.parent.name][0], seed.read_bytes())


@pytest.mark.parametrize("kind", TARGETS)
def test_damaged_files_are_read(kind: str, folders: dict[str, tuple[Path, list[bytes]]]) -> None:
    """A few new ones in each run."""
    folder, whole = folders[kind]

    @settings(max_examples=4, suppress_health_check=list(HealthCheck), database=None)
    @given(damaged(whole, TARGETS[kind].words))
    def once(data: bytes) -> None:
        assert read(kind, folder, data)

    once()


def test_a_crash_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The smallest file that crashes is written, the exit code is 1, and other kinds are tried all the same."""

    def crashing(_folder: Path, data: bytes) -> str:
        if b"0" in data:
            raise BadReportError(data)
        return "read"

    harmless = Target(lambda _: [b"abc"], lambda _folder, _data: "read")
    kinds = {"odd": Target(lambda _: [b"abc"], crashing), "even": harmless}
    for module in ("fuzz", "fuzzing.targets"):
        monkeypatch.setattr(f"benchmarks.{module}.TARGETS", kinds)
    assert fuzz.main(["--minutes", "0.01", "--crashes", str(tmp_path / "kept")]) == 1
    assert b"0" in (tmp_path / "kept/odd").read_bytes()
    odd, even = capsys.readouterr().out.splitlines()
    assert (odd.startswith("odd: "), odd.endswith(f"a crash, kept in {tmp_path / 'kept/odd'}")) == (True, True)
    assert even.endswith("no crash")


def test_an_unknown_kind_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The kinds are named."""
    with pytest.raises(SystemExit):
        fuzz.main(["header"])
    assert "no kind header; expected one of headers, gzip, contracts" in capsys.readouterr().err
