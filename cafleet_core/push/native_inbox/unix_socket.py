"""Unix sockets of agents' own inboxes: this user's, and with the agent's process behind them."""

from __future__ import annotations

import _socket  # `socket` takes longer to import than a message to be handed over
import os
import stat
import sys

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

PATIENCE = 1.0
"""Seconds until a socket that takes nothing, or says nothing, counts as closed."""

_CREDENTIALS = 12
"""Bytes of `struct ucred`: pid, uid, gid."""


def is_own(path: object) -> bool:
    """Whether a path, as a record names it, is that of a socket of this user's."""
    if not isinstance(path, str):
        return False
    try:
        status = os.lstat(path)
    except (OSError, ValueError):
        return False
    return stat.S_ISSOCK(status.st_mode) and status.st_uid == os.getuid()


def connect(path: str, pid: int) -> _socket.socket | None:
    """A connection that ends at the process `pid`; None if its socket is closed."""
    link = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    link.settimeout(PATIENCE)
    try:
        link.connect(path)
        if _process_behind(link) in (0, pid):
            return link
    except OSError:
        pass
    link.close()
    return None


def line(document: Mapping[str, Any]) -> bytes:
    """A JSON object as the sockets take it, a line each."""
    import json  # the record that names the socket was read with it

    return json.dumps(document).encode() + b"\n"


def _process_behind(link: _socket.socket) -> int:
    """The process at the other end of a connection; 0 where the system does not tell."""
    option = getattr(_socket, "SO_PEERCRED", None)
    if option is None:
        return 0
    credentials = link.getsockopt(_socket.SOL_SOCKET, option, _CREDENTIALS)
    return int.from_bytes(credentials[:4], sys.byteorder)
