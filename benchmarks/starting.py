"""How long a command takes that needs no dataset, against Python's own start-up.

Each command is started in turn with ``python -c pass``, so that whatever else the machine does meets all of them; the
figures are medians of user, system and wall time.

    python benchmarks/starting.py [TIMES]
"""

from __future__ import annotations

import sys
from statistics import median

from bench.costs import Cost, of_command

BARE = (sys.executable, "-c", "pass")
SEGAUDIT = (sys.executable, "-m", "segaudit")
COMPLETING = {"_SEGAUDIT_COMPLETE": "bash_complete", "COMP_CWORD": "2"}
COMMANDS: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "python -c pass": (BARE, {}),
    "--version": ((*SEGAUDIT, "--version"), {}),
    "--help": ((*SEGAUDIT, "--help"), {}),
    "audit --help": ((*SEGAUDIT, "audit", "--help"), {}),
    "completion of an option": (SEGAUDIT, COMPLETING | {"COMP_WORDS": "segaudit audit --sel"}),
    "completion of a contract": (
        SEGAUDIT,
        COMPLETING | {"COMP_WORDS": "segaudit contract show tot", "COMP_CWORD": "3"},
    ),
    "completion of a check": (SEGAUDIT, COMPLETING | {"COMP_WORDS": "segaudit explain mask-"}),
    "list": ((*SEGAUDIT, "list"), {}),
    "explain mask-off-grid": ((*SEGAUDIT, "explain", "mask-off-grid"), {}),
}


def main(times: int = 15) -> None:
    """Print median seconds of each command, and how many times Python's own start-up they are."""
    took: dict[str, list[Cost]] = {name: [] for name in COMMANDS}
    for _ in range(times):
        for name, (command, environment) in COMMANDS.items():
            took[name].append(of_command(command, environment=environment))
    bare = median(cost.wall_s for cost in took["python -c pass"])
    print(f"{'command':26} {'CPU s':>7} {'wall s':>7} {'times':>6}")
    for name, runs in took.items():
        wall, cpu, _ = (median(column) for column in zip(*runs, strict=True))
        print(f"{name:26} {cpu:7.3f} {wall:7.3f} {wall / bare:6.1f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
