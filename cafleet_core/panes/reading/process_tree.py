"""A process's relatives, arguments, environment and open files by `/proc`; nothing of one that has ended."""

from __future__ import annotations

import os

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.process import PROC, stat

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST = 8
"""Generations below a pane's first process in which its agent is looked for."""


def start(pid: int, proc: str = PROC) -> str:
    """A process's start in clock ticks; empty for one that has ended."""
    fields = stat(pid, proc)
    return fields[20] if fields else ""


def children(pid: int, proc: str = PROC) -> list[int]:
    """The processes that a process has started, in whichever thread, and that still run."""
    try:
        threads = os.listdir(f"{proc}/{pid}/task")
    except OSError:
        return []
    return [
        int(child)
        for thread in threads
        for child in _words(f"{proc}/{pid}/task/{thread}/children")
    ]


def _words(path: str) -> list[bytes]:
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read().split()
    except OSError:
        return []  # the thread has ended meanwhile


def family(pid: int, proc: str = PROC) -> Iterator[int]:
    """A process and its descendants, nearest generation first."""
    generation = [pid]
    for _ in range(_DEEPEST):
        yield from generation
        generation = [
            child for parent in generation for child in children(parent, proc)
        ]


def argv(pid: int, proc: str = PROC) -> list[str]:
    """The arguments that a process was started with, the program first; none if not told."""
    try:
        with open(f"{proc}/{pid}/cmdline", "rb", buffering=0) as file:
            return os.fsdecode(file.read()).split("\0")[:-1]
    except OSError:
        return []


def environ(pid: int, proc: str = PROC) -> dict[str, str]:
    """The environment a process was started with; empty for another user's."""
    try:
        with open(f"{proc}/{pid}/environ", "rb") as file:
            pairs = file.read().decode("utf-8", "replace").split("\0")
    except OSError:
        return {}
    return dict([pair.split("=", 1) for pair in pairs if "=" in pair])


def open_files(pid: int, proc: str = PROC) -> Iterator[str]:
    """Paths of the files that a process holds open; none for another user's."""
    try:
        numbers = os.listdir(f"{proc}/{pid}/fd")
    except OSError:
        return
    for number in numbers:
        try:
            yield os.readlink(f"{proc}/{pid}/fd/{number}")
        except OSError:
            continue  # closed meanwhile
