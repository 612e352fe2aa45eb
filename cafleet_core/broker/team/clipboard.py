"""Copy a text to tmux's buffer, and through tmux to the terminal's clipboard."""

from __future__ import annotations

from cafleet_core.errors import TmuxError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import client
from cafleet_core.views import CopyResult

if TYPE_CHECKING:
    from collections.abc import Mapping


_FEATURES = "#{client_termfeatures},"


def copy(words: str, environ: Mapping[str, str]) -> CopyResult | None:
    """Copy to the tmux that this process runs in; None outside tmux.

    `passed_on` says whether tmux passes clipboards on to the attached terminal. The
    terminal itself confirms nothing.
    """
    socket = environ.get("TMUX", "").split(",")[0]
    if not socket:
        return None
    asked = ("load-buffer", "-w", "-", ";", "display-message", "-p", _FEATURES)
    try:
        reply = client.call(asked, socket=socket, stdin=words.encode())
    except TmuxError as error:
        return CopyResult(in_buffer=False, refusal=error.message.rstrip("."))
    if reply.code != 0:
        return CopyResult(in_buffer=False, refusal=reply.err.strip())
    return CopyResult(in_buffer=True, passed_on="clipboard" in reply.out.split(","))
