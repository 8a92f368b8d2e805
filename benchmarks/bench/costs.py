"""Measure the cost of work in separate processes, side by side with other work. Only Linux counts all processes."""

from __future__ import annotations

import ctypes
import os
import subprocess
import time
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median
from typing import NamedTuple, ParamSpec, TypeVar

Given = ParamSpec("Given")
T = TypeVar("T")

_PR_SET_CHILD_SUBREAPER = 36
"""An option of Linux's prctl: orphaned processes become children of this one."""


class Cost(NamedTuple):
    """The cost of a piece of work."""

    wall_s: float
    cpu_s: float
    """Total of all its processes."""
    memory_mib: float
    """The largest peak of any of its processes."""


def apart(action: Callable[Given, T], *arguments: Given.args, **options: Given.kwargs) -> T:
    """Call a function in a new process, and return its result."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(action, *arguments, **options).result()


def of_call(action: Callable[Given, object], *arguments: Given.args, **options: Given.kwargs) -> Cost:
    """Call a function in this process, and return the cost; the memory is the peak of the whole process."""
    wall, cpu = time.perf_counter(), time.process_time()
    action(*arguments, **options)
    return Cost(time.perf_counter() - wall, time.process_time() - cpu, getrusage(RUSAGE_SELF).ru_maxrss / 1024)


def of_command(
    command: Sequence[str], ends: Container[int] = (0,), environment: Mapping[str, str] | None = None
) -> Cost:
    """Run a command and return its cost, including all processes that it started.

    They keep compiled bytecode, as programs do that pip installed, whatever the environment of this process says.

    Args:
        command: its words.
        ends: exit codes that are expected.
        environment: variables that it has besides those of this process.

    Raises:
        ValueError: its exit code is none of those in ``ends``.
    """
    return apart(_adopting, command, ends, environment or {})


def _adopting(command: Sequence[str], ends: Container[int], environment: Mapping[str, str]) -> Cost:
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    variables |= environment
    start = time.perf_counter()
    ended = subprocess.run(  # noqa: S603 (the benchmark's own)
        command, env=variables, capture_output=True, text=True, check=False
    )
    wall = time.perf_counter() - start
    if ended.returncode not in ends:
        raise ValueError(f"{' '.join(command)}: exit code {ended.returncode}\n{ended.stdout}{ended.stderr}")
    with suppress(ChildProcessError):
        while True:
            os.wait()
    usage = getrusage(RUSAGE_CHILDREN)
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def side_by_side(ways: Mapping[str, Callable[[], Cost]], rounds: int) -> Iterator[str]:
    """Run all ways in turn, so that other load on the machine affects all equally, and yield the lines of a table.

    Each number is the median over the rounds; the first way is the baseline of the others.
    """
    costs = [[work() for work in ways.values()] for _ in range(rounds)]
    yield "| | s | CPU s | times the first | peak memory, MiB |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for name, own in zip(ways, zip(*costs, strict=True), strict=True):
        wall, cpu, memory = (median(column) for column in zip(*own, strict=True))
        times = median(cost.cpu_s / first.cpu_s for cost, (first, *_) in zip(own, costs, strict=True))
        yield f"| {name} | {wall:.2f} | {cpu:.2f} | {times:.1f} | {memory:.0f} |"
