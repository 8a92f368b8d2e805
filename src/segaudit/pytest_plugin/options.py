"""What the options of pytest say about an audit, and where its measurements are kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

import platformdirs
import pytest

from segaudit.model.errors import InputError
from segaudit.settings import Settings


@dataclass(frozen=True)
class Options:
    """The options that begin with ``segaudit``: from the command line, or else from the configuration file."""

    config: pytest.Config

    def text(self, name: str) -> str:
        """Return what an option says; empty where it is not given."""
        return str(self.config.getoption(f"segaudit_{name}") or self.config.getini(f"segaudit_{name}") or "")

    def path(self, name: str) -> Path | None:
        """Return an option as a path: from where pytest was called, or from the configuration file that gives it."""
        text = self.text(name)
        return self._folder(name) / text if text else None

    @cached_property
    def dataset(self) -> str:
        """The folder, archive or URL to audit."""
        text = self.text("dataset")
        return text if "://" in text else str(self._folder("dataset") / text)

    @property
    def contract(self) -> str | Path | None:
        """The contract: a file if there is such a file, else a name; None if it is to be recognised."""
        path = self.path("contract")
        return path if path and path.exists() else self.text("contract") or None

    def settings(self, checks: tuple[Path, ...]) -> Settings:
        """Return how to audit.

        Raises:
            InputError: an option has a value that it cannot have.
        """
        return Settings(
            contract=self.contract,
            output=self.path("measurements") or self._cache(),
            waivers=self.path("waivers"),
            gate=self.text("gate") or "error",
            cases=self.text("cases") or "*",
            workers=_number(self.text("workers")),
            checks=checks,
        )

    def keep_out_of_dataset(self) -> None:
        """Have pytest keep its cache elsewhere where it would lie in the dataset, which is never written to.

        pytest chooses its root folder before it knows our options: it takes the path of a dataset for that of tests.
        Where no configuration file says otherwise, the root is where pytest was called.
        """
        config = self.config
        if config.inipath is None and config.getoption("--rootdir") is None:
            config._rootpath = config.invocation_params.dir  # noqa: SLF001 (there is no public way)
        if not config.pluginmanager.hasplugin("cacheprovider"):
            return
        dataset, cache = Path(self.dataset).resolve(), config.rootpath / config.getini("cache_dir")
        if dataset.is_dir() and cache.resolve().is_relative_to(dataset):
            digest = blake2b(str(dataset).encode(errors="surrogateescape"), digest_size=8).hexdigest()
            elsewhere = platformdirs.user_cache_path("segaudit") / f"pytest-{digest}"
            config._inicache["cache_dir"] = str(elsewhere)  # noqa: SLF001 (as above)

    def _folder(self, name: str) -> Path:
        """Return the folder that a relative path of an option starts from."""
        config = self.config
        given_here = config.getoption(f"segaudit_{name}") or config.inipath is None
        return config.invocation_params.dir if given_here or not config.inipath else config.inipath.parent

    def _cache(self) -> Path | None:
        """Return a folder in pytest's cache; None where there is no cache."""
        cache: pytest.Cache | None = getattr(self.config, "cache", None)
        return cache.mkdir("segaudit") if cache else None


def _number(text: str) -> int | None:
    """Return a number of processes; None for none given."""
    if text and not text.isdecimal():
        raise InputError(f"segaudit workers {text!r}: expected a number of processes, such as 2")
    return int(text) if text else None
