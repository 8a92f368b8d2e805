"""The entry point of ``segaudit`` and ``python -m segaudit``."""

from __future__ import annotations

import gc
import signal
import sys
from types import FrameType

from segaudit.model.errors import Terminated, os_error_text


def main() -> None:
    """Run the command line; no signal and no closed stream changes its exit code or prints a traceback."""
    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _stop)
    try:
        from segaudit import cli  # noqa: PLC0415 (it takes a moment, during which Ctrl-C may be pressed)
        from segaudit.cli.streams import keep_streams_open  # noqa: PLC0415 (as above)

        keep_streams_open()
        cli.main(prog_name="segaudit")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    except Terminated as ended:
        sys.exit(ended.exit_code)
    except OSError as error:  # outside of the commands: help, versions and completion cannot be written
        from segaudit.cli.group import UnableError  # noqa: PLC0415 (as above)

        unable = UnableError(os_error_text(error))
        unable.show()
        sys.exit(unable.exit_code)
    finally:
        gc.freeze()  # else all that was imported is looked through for garbage, several times, before the process ends


def _stop(number: int, _frame: FrameType | None) -> None:
    raise Terminated(number)


if __name__ == "__main__":
    main()
