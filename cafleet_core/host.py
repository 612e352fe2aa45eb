"""Where this process runs: the host, and the tmux server around it."""

from __future__ import annotations

import os

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def host() -> str:
    """The name of this host, as placements store it; it may change at any time."""
    return os.uname().nodename


def tmux_server(environ: Mapping[str, str]) -> tuple[str, int] | None:
    """Socket and pid of the tmux server that `environ` is of; None outside tmux."""
    socket, *rest = environ.get("TMUX", "").split(",")
    if not socket or not rest or not rest[0].isdigit():
        return None
    return socket, int(rest[0])
