"""Time processes in alternation, so that the machine's drift cancels out in the ratio."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

BARE = [sys.executable, "-c", "pass"]
"""Python's own start: what every command is measured against."""

CAFLEET = str(Path(sys.executable).with_name("cafleet"))


class Figure(NamedTuple):
    """A measured value in its unit (`x` is a ratio) against its aim; `beside` says what it is of.

    The aim is the most that it may be, or with `at_least` the least.
    """

    name: str
    value: float
    unit: str
    aim: float
    beside: str = ""
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether the aim is met."""
        return self.value >= self.aim if self.at_least else self.value <= self.aim

    def line(self) -> str:
        """The figure as printed."""
        word = "least" if self.at_least else "most"
        value = f"{self.value:.2f}".rstrip("0").rstrip(".")
        shown = (
            f"{'✓' if self.holds else '✗'} {self.name:<52} {value:>8} {self.unit:<10}"
        )
        return f"{shown} (at {word} {self.aim:g})  {self.beside}".rstrip()


def wall(argv: Sequence[str], env: Mapping[str, str]) -> float:
    """Seconds from a process's start to its end; it must exit with 0."""
    started = time.perf_counter()
    nowhere = subprocess.DEVNULL
    subprocess.run(argv, env=env, stdout=nowhere, stderr=nowhere, check=True)
    return time.perf_counter() - started


def against(
    name: str,
    argv: Sequence[str],
    reference: Sequence[str],
    env: Mapping[str, str],
    *,
    aim: float,
    rounds: int = 25,
    before: Callable[[], object] = lambda: None,
) -> Figure:
    """Run both alternately: the median of the ratios of pairs; `before` prepares each run."""
    before()
    wall(argv, env)
    wall(reference, env)
    pairs = []
    for _ in range(rounds):
        before()
        pairs.append((wall(argv, env), wall(reference, env)))
    return ratio(name, pairs, aim)


def ratio(name: str, pairs: Sequence[tuple[float, float]], aim: float) -> Figure:
    """The median of the ratios of pairs of seconds, with the medians of both beside it."""
    value = median(measured / reference for measured, reference in pairs)
    measured, reference = (median(side) for side in zip(*pairs, strict=True))
    beside = f"{milliseconds(measured)} : {milliseconds(reference)}"
    return Figure(name, value, "x", aim, beside)


def milliseconds(seconds: float) -> str:
    """Seconds formatted as milliseconds."""
    return f"{seconds * 1000:.1f} ms"


def cpu_seconds(pid: int) -> float:
    """A process's CPU seconds so far, from `/proc/<pid>/stat` (Linux)."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def precise_cpu_seconds(pid: int) -> float:
    """A process's CPU seconds so far in all its threads, to the nanosecond (Linux)."""
    tasks = f"/proc/{pid}/task"
    spent = 0
    for thread in os.listdir(tasks):
        with open(f"{tasks}/{thread}/schedstat", encoding="ascii") as schedstat:
            spent += int(schedstat.read().split()[0])
    return spent / 1e9


def wakeups(pid: int) -> int:
    """How often a process's threads have been woken from a wait so far (Linux)."""
    tasks = f"/proc/{pid}/task"
    woken = 0
    for thread in os.listdir(tasks):
        with open(f"{tasks}/{thread}/status", encoding="ascii") as status:
            fields = dict(line.split(":", 1) for line in status)
        woken += int(fields["voluntary_ctxt_switches"])
    return woken


def memory(pid: int) -> float:
    """A process's own memory in megabytes, from `/proc/<pid>/status` (Linux)."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        sizes = dict(line.split(":", 1) for line in status)
    return int(sizes["RssAnon"].split()[0]) / 1024
