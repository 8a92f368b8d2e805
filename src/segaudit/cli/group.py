"""The groups of commands: turn exceptions into a message and an exit code."""

from __future__ import annotations

import errno
import time
from typing import Any

import click

from segaudit.cli.helping import no_command
from segaudit.model.errors import InputError, os_error_text
from segaudit.model.words import printable

STARTED = time.monotonic()
"""Seconds of a monotonic clock when the command began: this module is imported before any work is done."""

NOT_RUN = 3

INTERRUPTED = 130
"""The exit code that shells expect from a program that Ctrl-C ended: 128 + SIGINT."""


BEYOND_THE_USER = frozenset(
    {
        *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO),
        *(errno.ENOMEM, errno.EAGAIN, errno.EMFILE, errno.ENFILE),
    }
)
"""Errors of the operating system that no other command line avoids: a full disk or quota, a limit of a file's size, a
broken disk; no memory, no further process, too many open files."""


class UsageError(click.ClickException):
    """A user's mistake; the message says how to correct it."""

    exit_code = 2


class UnableError(click.ClickException):
    """The machine cannot do what was asked; the message says what is lacking."""

    exit_code = NOT_RUN


class Interrupted(click.ClickException):
    """The user pressed Ctrl-C; the message says how to resume."""

    exit_code = INTERRUPTED

    def show(self, file: Any = None) -> None:
        """Print the message without the word error: nothing is wrong."""
        click.echo(f"\nInterrupted. {self.message}".rstrip(), err=True, file=file)


class Segaudit(click.Group):
    """The commands. Wrong input ends with a message, never with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; turn what it raises into a message and an exit code."""
        try:
            return super().invoke(ctx)
        except InputError as error:
            raise UsageError(str(error)) from error
        except OSError as error:
            failure = UnableError if error.errno in BEYOND_THE_USER else UsageError
            raise failure(os_error_text(error)) from error
        except KeyboardInterrupt as error:
            raise Interrupted(self._how_to_resume(ctx)) from error

    def _how_to_resume(self, ctx: click.Context) -> str:
        """Return how to resume the command that was interrupted; empty if it keeps nothing."""
        command = self.commands[ctx.invoked_subcommand or ""]
        keeps = any(parameter.name == "output" for parameter in command.params)
        return "Measurements are kept: run it again without --no-cache to resume." if keeps else ""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; for an unknown name, suggest a similar one."""
        if not ctx.resilient_parsing and not args[0].startswith("-") and args[0] not in self.commands:
            raise UsageError(no_command(args[0], self.commands))
        if not ctx.resilient_parsing and args[0] in self.commands:
            self._configure(ctx, args[0], args[1:])
        return super().resolve_command(ctx, args)

    def _configure(self, ctx: click.Context, name: str, arguments: list[str]) -> None:
        """Take the defaults of a command's options from the project's configuration; an audit says so."""
        from segaudit.cli.configured import options

        parameters = [str(parameter.name) for parameter in self.commands[name].params]
        if found := options(name, parameters, arguments):
            ctx.default_map = {name: dict(found.options)}
            if name == "audit" and {"-q", "--quiet"}.isdisjoint(arguments):
                keys = ", ".join("format" if key == "form" else key for key in found.options)
                click.echo(f"settings of {printable(str(found.path))}: {keys}", err=True)
