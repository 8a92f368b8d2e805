"""The command line, as a user types it."""

from __future__ import annotations

from click.testing import CliRunner, Result

from segaudit.cli import main


def run(*arguments: str) -> Result:
    """Run segaudit; whatever is wrong, no exception may reach the user."""
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def run_audit(*arguments: str) -> Result:
    """Audit the small dataset."""
    return run("audit", "dataset", "--contract", "contract.toml", *arguments)
