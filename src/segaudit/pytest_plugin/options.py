"""The audit's options in pytest, and the place of its measurements."""

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
        """Return the value of an option; empty if it is not given."""
        return str(self.config.getoption(f"segaudit_{name}") or self._configured(f"segaudit_{name}") or "")

    def path(self, name: str) -> Path | None:
        """Return an option as a path, relative to where pytest was called, or to the configuration file that has it."""
        text = self.text(name)
        return self._folder(name) / text if text else None

    @cached_property
    def dataset(self) -> str:
        """The folder, archive or URL to audit."""
        text = self.text("dataset")
        return text if "://" in text else str(self._folder("dataset") / text)

    @property
    def contract(self) -> str | Path | None:
        """The contract: a file if it exists, else a name; None if the release has to be recognised."""
        path = self.path("contract")
        return path if path and path.exists() else self.text("contract") or None

    def settings(self, checks: tuple[Path, ...]) -> Settings:
        """Return the settings of the audit.

        Raises:
            InputError: an option has an invalid value.
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
        """Move pytest's cache if it would be inside the dataset, which is never written to.

        pytest chooses its root folder before it knows our options, and takes the path of a dataset for that of tests.
        Without a configuration file, the root is the folder in which pytest was called.
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

    def _configured(self, name: str) -> str:
        """Return the value in the configuration file, also of a number that ``[tool.pytest]`` has as one.

        There pytest 9 takes an option either for text or for a number, and refuses the other; other files have text.
        """
        try:
            return str(self.config.getini(name))
        except (TypeError, pytest.UsageError):
            value = self.config._inicfg[name].value  # noqa: SLF001 (there is no public way)
            if type(value) is not int:
                raise
            return str(value)

    def _folder(self, name: str) -> Path:
        """Return the folder that a path in an option is relative to."""
        config = self.config
        given_here = config.getoption(f"segaudit_{name}") or config.inipath is None
        return config.invocation_params.dir if given_here or not config.inipath else config.inipath.parent

    def _cache(self) -> Path | None:
        """Return a folder in pytest's cache; None if there is no cache."""
        cache: pytest.Cache | None = getattr(self.config, "cache", None)
        return cache.mkdir("segaudit") if cache else None


def _number(text: str) -> int | None:
    """Return a number of processes; None if it is not given."""
    if text and not text.isdecimal():
        raise InputError(f"segaudit workers {text!r}: expected a number of processes, such as 2")
    return int(text) if text else None
