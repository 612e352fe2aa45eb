"""Adopt agents that nobody owns, in the Director's name; and the CLI equivalent."""

from __future__ import annotations

import shlex
from typing import NamedTuple

from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import adopt
from cafleet_core.records import Agent, Session
from cafleet_core.states import PaneState
from cafleet_tui.operations.member_operations import heads


class Stray(NamedTuple):
    """A pane with an agent of this kind, perhaps, that nobody owns; `among` is its tmux session."""

    pane_id: str
    among: str
    kind: str
    state: PaneState


def strays(registry: Registry, session: Session) -> list[Stray]:
    """The agents beside the Director that can be adopted, once for each kind that one may be of.

    Raises CafleetError where they cannot be asked for.
    """
    director, _ = heads(registry, session)
    return [
        Stray(each.pane.pane_id, each.pane.session, kind, each.state)
        for each in adopt.unowned(registry, director)
        for kind in each.kinds
    ]


def take(registry: Registry, session: Session, stray: Stray, name: str) -> Agent:
    """Make one a member, named after its kind without a `name`; nothing is typed."""
    director, _ = heads(registry, session)
    return adopt.adopt(registry, director, stray.pane_id, name, stray.kind)


def cli_equivalent(session: Session, stray: Stray, name: str) -> str:
    """The command that does the same, its ids cut to prefixes."""
    words = ["cafleet", "--session-id", session.session_id[:8], "member", "adopt"]
    words += ["--agent-id", session.director_agent_id[:8], "--pane", stray.pane_id]
    words += ["--coding-agent", stray.kind]
    return shlex.join([*words, *(["--name", name] if name else [])])
