"""Create a session with its Director for the human; and the CLI equivalent."""

from __future__ import annotations

import os
import shlex

from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import prompts, up
from cafleet_core.requests import UpRequest, UpResult
from cafleet_tui.operations import create_member


def create(registry: Registry, request: UpRequest) -> UpResult:
    """Create the session in a window beside this pane; outside tmux in a tmux session of its own.

    Without a prompt its Director gets the usual one. Raises CafleetError if that is not
    possible; nothing is left then.
    """
    start = request.director
    words = start.prompt or prompts.FOR_DIRECTORS
    complete = start._replace(cwd=create_member.folder(start.cwd), prompt=words)
    request = request._replace(director=complete)
    socket = os.environ.get("TMUX", "").split(",")[0]
    pane_id = os.environ.get("TMUX_PANE")
    if socket and pane_id:
        return up.beside(registry, request, pane_id, socket)
    return up.apart(registry, request, up.DETACHED)


def cli_equivalent(request: UpRequest) -> str:
    """The command that does the same."""
    label, start = request
    words = ["cafleet", "up", *(["--label", label] if label else [])]
    words += ["--coding-agent", start.coding_agent]
    if start.model:
        words += ["--model", start.model]
    if start.cwd != ".":
        words += ["--cwd", start.cwd]
    return shlex.join([*words, *(["--", start.prompt] if start.prompt else [])])
