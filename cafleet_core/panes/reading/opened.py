"""The program that an agent has opened in its own terminal, which takes the keys instead of it.

tmux names the leader of the job in front, which goes on being the agent: an editor, a
pager or a remote shell that the agent has started belongs to the agent's job.
"""

from __future__ import annotations

import os

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading import process_tree
from cafleet_core.panes.reading.program import is_of
from cafleet_core.process import PROC, stat

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

_STATE, _GROUP, _TERMINAL, _STARTED = 1, 3, 5, 20
"""Fields of `stat`; see proc(5)."""

_ENDED = ("Z", "X", "x")
_LAUNCHERS = frozenset(
    ("bunx", "env", "npm", "npx", "pipx", "pnpm", "sh", "sudo", "uv", "uvx", "yarn")
)
"""Programs that do nothing but start another, after as long as a download takes."""

_WRAPPED_WITHIN = 0.5
"""Seconds after its own start in which any other wrapper starts the agent."""

_DEEPEST = 8


def program(
    front: int,
    names: Container[str],
    proc: str = PROC,
    patterns: Sequence[str] = (),
) -> str:
    """The name of the program that the leader of a job has opened; empty where there is none.

    That is one of the same job whose input is the terminal. What bears one of these
    `names`, has one of the `patterns` in its command line, or was started by a wrapper, is
    the agent itself.
    """
    parents = [front]
    for _ in range(_DEEPEST):
        parents, started = [], parents
        for parent in started:
            above = stat(parent, proc)
            for pid in process_tree.children(parent, proc):
                fields = stat(pid, proc)
                if not above or not _takes_keys(pid, fields, above, proc):
                    continue
                known = fields[0] in names or is_of(patterns, pid)
                if not known and not _wraps(above, fields):
                    return fields[0]
                parents.append(pid)
    return ""


def _wraps(above: Sequence[str], fields: Sequence[str]) -> bool:
    """Whether a parent was there for its child alone."""
    between = int(fields[_STARTED]) - int(above[_STARTED])
    within = _WRAPPED_WITHIN * os.sysconf("SC_CLK_TCK")
    return between <= within or above[0].partition(" ")[0] in _LAUNCHERS


def _takes_keys(
    pid: int, fields: Sequence[str], above: Sequence[str], proc: str
) -> bool:
    """Whether a child runs in the job of its parent, with their terminal as its input."""
    if not fields or fields[_STATE] in _ENDED or fields[_GROUP] != above[_GROUP]:
        return False
    try:
        terminal = os.stat(f"{proc}/{pid}/fd/0").st_rdev
    except OSError:
        return False
    return terminal == int(above[_TERMINAL]) != 0
