"""Where this process runs: the host, and the tmux server around it."""

from __future__ import annotations

import os

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


_LONGEST_PID = 10
"""Digits of the largest process id that a system may have."""


def host() -> str:
    """The name of this host, as placements store it; it may change at any time."""
    return os.uname().nodename


def tmux_server(environ: Mapping[str, str]) -> tuple[str, int] | None:
    """Socket and pid of the tmux server that `environ` is of; None outside tmux."""
    socket, *rest = environ.get("TMUX", "").split(",")
    pid = rest[0] if rest else ""
    if not socket or not (pid.isascii() and pid.isdigit()) or len(pid) > _LONGEST_PID:
        return None
    return socket, int(pid)
