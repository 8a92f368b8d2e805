"""Phantoms: clean, to damage, and where the system makes no links."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from segaudit.demo.build import write_dataset
from segaudit.demo.phantom import THORAX, TRUNK
from tests.support.phantoms import Bench


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a dataset of two clean cases."""
    root = tmp_path_factory.mktemp("clean") / "phantom"
    write_dataset(root, {"s0001": TRUNK, "s0007": THORAX})
    return root


@pytest.fixture(scope="module")
def bench(clean: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Return a bench of phantom cases."""
    return Bench(clean, tmp_path_factory.mktemp("bench") / "dataset")


@pytest.fixture
def dataset(bench: Bench) -> Iterator[Path]:
    """Return a phantom dataset to damage."""
    yield bench.root
    bench.repair()


@pytest.fixture
def no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to make links, as Windows does."""

    def refuse(link: Path, target: Path) -> None:
        raise OSError(f"a required privilege is not held by the client: {link} -> {target}")

    monkeypatch.setattr(Path, "symlink_to", refuse)
