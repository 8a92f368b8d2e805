"""The groups of commands: what they raise becomes a message and an exit code."""

from __future__ import annotations

import errno
from typing import Any

import click

from segaudit.cli.helping import no_command
from segaudit.model.errors import InputError, told

NOT_RUN = 3

INTERRUPTED = 130
"""What shells expect of a program that Ctrl-C ended: 128 + SIGINT."""


class UsageError(click.ClickException):
    """The user can put it right, and the message says how."""

    exit_code = 2


class Interrupted(click.ClickException):
    """Ctrl-C; the message says how to go on."""

    exit_code = INTERRUPTED

    def show(self, file: Any = None) -> None:
        """Print the message: nothing is wrong, so it is no error."""
        click.echo(f"\nInterrupted. {self.message}".rstrip(), err=True, file=file)


class Segaudit(click.Group):
    """The commands. What is wrong with the input ends in a message, never in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; turn what it raises into a message and an exit code."""
        try:
            return super().invoke(ctx)
        except InputError as error:
            raise UsageError(str(error)) from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader of a pipe has seen enough: click leaves quietly
                raise
            raise UsageError(told(error)) from error
        except KeyboardInterrupt as error:
            raise Interrupted(self._how_to_go_on(ctx)) from error

    def _how_to_go_on(self, ctx: click.Context) -> str:
        """Return what became of the work of the command that was interrupted; empty if there is nothing to say."""
        command = self.commands[ctx.invoked_subcommand or ""]
        keeps = any(parameter.name == "output" for parameter in command.params)
        return "What was measured is kept: run it again without --no-cache, and it goes on from there." if keeps else ""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; of a name that is none, say which is near."""
        if not ctx.resilient_parsing and not args[0].startswith("-") and args[0] not in self.commands:
            raise UsageError(no_command(args[0], self.commands))
        return super().resolve_command(ctx, args)
