"""Texts of the command line's help: examples, versions, the most similar command."""

from __future__ import annotations

from collections.abc import Mapping

import click

from segaudit.model.errors import did_you_mean

SHOWN = ("numpy", "nibabel", "isal", "zlib-ng", "connected-components-3d", "pandera")
"""Libraries that can change measurements or findings."""

COMPLETION = """\b
Completion of commands, options, contracts and checks, for the shell's start-up file:
  eval "$(_SEGAUDIT_COMPLETE=bash_source segaudit)"     # ~/.bashrc
  eval "$(_SEGAUDIT_COMPLETE=zsh_source segaudit)"      # ~/.zshrc
  _SEGAUDIT_COMPLETE=fish_source segaudit | source      # ~/.config/fish/config.fish"""


def examples(*lines: str) -> str:
    """Return the text below the options of a command; each line is prefixed with the program's name."""
    return "\n".join(["\b", "Examples:", *(f"  segaudit {line}" for line in lines)])


def versions() -> str:
    """Return the versions of segaudit, of Python, and of the libraries that can change a result, one per line."""
    import platform
    from importlib.metadata import version

    rows = {
        "segaudit": version("segaudit"),
        "Python": f"{platform.python_version()} ({platform.system()} {platform.release()}, {platform.machine()})",
    }
    rows |= {name: version(name) for name in SHOWN}
    return "\n".join(f"{name} {number}" for name, number in rows.items())


def no_command(name: str, known: Mapping[str, click.Command]) -> str:
    """Return the message for a command that does not exist."""
    advice = did_you_mean(name, known) or f"; there are {', '.join(sorted(known))}"
    return f"there is no command {name!r}{advice}"
