"""Measure commands: against Python's own start, and one send against many."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from cafleet_core.broker.directory import agents
from cafleet_core.broker.registry.open import Registry
from tests.bench.timing import Figure, against
from tests.team import Team, a_team
from tests.terminal import Terminal, environment

_BARE = [sys.executable, "-c", "pass"]
_CAFLEET = str(Path(sys.executable).with_name("cafleet"))
_CROWD = 20
_OTHERS = (
    ("message", "ack", "--all"),
    ("message", "list"),
    ("member", "list", "--activity"),
    ("agent", "list"),
    ("session", "list"),
    ("status",),
    ("doctor",),
    ("session", "create"),
)


def figures(registry: Registry, terminal: Terminal) -> Iterator[Figure]:
    """Figures for poll, send and broadcast, each as a process of its own."""
    env = environment(terminal.registry, HOME=str(terminal.registry.parent))
    desk = terminal.pane(["cat"])
    team = a_team(registry, "reader", here=terminal.here(desk))
    place(registry, terminal, team, "receiver")
    flags = ("--session-id", team.session.session_id, "--agent-id", "Director")
    send = [_CAFLEET, *flags, "message", "send", "--to", "receiver", "--text", "hello"]
    poll = [_CAFLEET, *flags, "message", "poll"]
    yield against("message poll : python -c pass", poll, _BARE, env, aim=5)
    yield against(
        "message send to a live pane : python -c pass", send, _BARE, env, aim=6
    )
    inside = {**env, **terminal.inside(desk)}
    for words in _OTHERS:
        argv = [_CAFLEET, *flags, *words]
        name = f"{' '.join(words)} : python -c pass"
        yield against(name, argv, _BARE, inside, aim=6, rounds=11)
    crowd = a_team(registry, here=terminal.here(desk))
    for number in range(_CROWD):
        place(registry, terminal, crowd, f"crowd-{number}")
    flags = ("--session-id", crowd.session.session_id, "--agent-id", "Director")
    broadcast = [_CAFLEET, *flags, "message", "broadcast", "--text", "hello"]
    yield against(
        f"broadcast to {_CROWD} panes : one send", broadcast, send, env, aim=2
    )


def place(registry: Registry, terminal: Terminal, team: Team, name: str) -> None:
    """Place an agent in a pane that discards its input, and is classified like a real one's."""
    home = terminal.here(terminal.pane(["cat"]))
    team.others[name] = agents.register(
        registry, team.session, name, "", here=home, coding_agent="claude"
    )
