"""Starting a session for the human: what is wished, where it begins, and the command that would."""

from __future__ import annotations

import os
import shlex

from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import prompts, up
from cafleet_core.requests import UpRequest, UpResult
from cafleet_tui.operations import create_member


def found(registry: Registry, team: UpRequest) -> UpResult:
    """Raise the team in a window beside this pane; outside tmux in a tmux session of its own.

    Its Director is told how to direct where no prompt says otherwise. Raises CafleetError
    with the reason where that cannot be done; nothing is left then.
    """
    start = team.director
    words = start.prompt or prompts.FOR_DIRECTORS
    complete = start._replace(cwd=create_member.folder(start.cwd), prompt=words)
    team = team._replace(director=complete)
    socket = os.environ.get("TMUX", "").split(",")[0]
    pane_id = os.environ.get("TMUX_PANE")
    if socket and pane_id:
        return up.beside(registry, team, pane_id, socket)
    return up.apart(registry, team, up.DETACHED)


def twin(team: UpRequest) -> str:
    """The command line that does the same."""
    label, start = team
    words = ["cafleet", "up", *(["--label", label] if label else [])]
    words += ["--coding-agent", start.coding_agent]
    if start.model:
        words += ["--model", start.model]
    if start.cwd != ".":
        words += ["--cwd", start.cwd]
    return shlex.join([*words, *(["--", start.prompt] if start.prompt else [])])
