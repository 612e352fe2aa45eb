"""Time processes in alternation, so that the machine's drift cancels out in the ratio."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple


class Figure(NamedTuple):
    """One line of the report: a measured value against its reference, and the aim."""

    name: str
    value: str
    ratio: float | None
    aim: float | None

    def line(self) -> str:
        """The figure as printed."""
        ratio = "" if self.ratio is None else f"{self.ratio:6.2f} x"
        aim = "" if self.aim is None else f"(aim: {self.aim:g} or less)"
        return f"{self.name:<44} {self.value:>12}  {ratio:>9}  {aim}".rstrip()


def wall(argv: Sequence[str], env: Mapping[str, str]) -> float:
    """Seconds from a process's start to its end; it must exit with 0."""
    started = time.perf_counter()
    subprocess.run(argv, env=env, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def against(
    name: str,
    argv: Sequence[str],
    reference: Sequence[str],
    env: Mapping[str, str],
    *,
    aim: float,
    rounds: int = 25,
) -> Figure:
    """Run both alternately; the median time, and the median of the ratios of pairs."""
    wall(argv, env)
    wall(reference, env)
    pairs = [(wall(argv, env), wall(reference, env)) for _ in range(rounds)]
    ratio = median(measured / reference_time for measured, reference_time in pairs)
    return Figure(
        name, milliseconds(median(measured for measured, _ in pairs)), ratio, aim
    )


def milliseconds(seconds: float) -> str:
    """Seconds formatted as milliseconds."""
    return f"{seconds * 1000:.1f} ms"


def cpu_seconds(pid: int) -> float:
    """A process's CPU seconds so far, from `/proc/<pid>/stat` (Linux)."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> float:
    """A process's own memory in megabytes, from `/proc/<pid>/status` (Linux)."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        sizes = dict(line.split(":", 1) for line in status)
    return int(sizes["RssAnon"].split()[0]) / 1024
