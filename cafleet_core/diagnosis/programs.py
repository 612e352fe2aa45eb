"""Check the programs on this host: tmux, cafleet's own command, the coding agents."""

from __future__ import annotations

import os

from cafleet_core.agents import catalog, programs
from cafleet_core.diagnosis.check import Check
from cafleet_core.errors import CafleetError, TmuxError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import client

if TYPE_CHECKING:
    from collections.abc import Iterator

_OLDEST_TMUX = (3, 2)


def tmux() -> Check:
    """Whether tmux is there, and new enough."""
    try:
        said = client.call(["-V"]).out.strip()
    except TmuxError as error:
        return Check("tmux", False, error.message)
    digits = "".join(c if c.isdigit() else " " for c in said).split()
    version = tuple(int(part) for part in digits[:2])
    wanted = ".".join(map(str, _OLDEST_TMUX))
    return Check("tmux", version >= _OLDEST_TMUX, f"{said} (needs {wanted} or newer)")


def command() -> Check:
    """Whether agents find the program that their prompts and skills name."""
    path = programs.which("cafleet")
    unfound = "not on PATH, where agents look for it: docs/install.md"
    return Check("cafleet", bool(path) or None, path or unfound)


def coding_agents(registry_path: str) -> Iterator[Check]:
    """Where each known coding agent is, and how it is set up."""
    try:
        known = catalog.load()
    except CafleetError as error:
        yield Check("coding agents", False, error.message)
        return
    absent = []
    for agent in known.values():
        path = programs.which(agent.argv[0]) if agent.process_names else None
        if path:
            yield Check(agent.name, None, path)
        elif agent.process_names:
            absent.append(agent.name)
    if absent:
        yield Check("other agents", None, f"not on PATH: {', '.join(absent)}")
    yield from _of_installed(registry_path)


def _of_installed(registry_path: str) -> Iterator[Check]:
    from cafleet_core.setup import agent_folders

    installed = agent_folders.installed(os.environ)
    if not installed:
        return
    from cafleet_core.diagnosis import agent_rules, versions

    yield from versions.checks(os.environ)
    yield from agent_rules.rules(installed, os.environ, _folder())
    yield from _set_up(registry_path)


def _folder() -> str:
    """The folder that this process works in; its user's home if that is gone."""
    try:
        return os.getcwd()
    except OSError:
        return os.path.expanduser("~")


def _set_up(registry_path: str) -> Iterator[Check]:
    from cafleet_core.setup import inventory, piece, plan

    said = {
        piece.PRESENT: "ok",
        piece.ABSENT: "missing; `cafleet setup {} --apply` puts it in",
        piece.STALE: "stale; `cafleet setup {} --apply` renews it",
        piece.FOREIGN: "changed by hand; `cafleet setup {}` shows it",
    }
    for chosen in inventory.chosen((), os.environ, registry_path):
        now = plan.status(chosen)
        detail = now.problem or said[now.state].format(chosen.name)
        yield Check(chosen.name, True if now.state == piece.PRESENT else None, detail)
