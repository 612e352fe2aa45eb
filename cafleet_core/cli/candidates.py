"""What a shell may offer in the place of an id or a name."""

from __future__ import annotations

import os.path
import shlex

from click.shell_completion import CompletionItem

from cafleet_core import text
from cafleet_core.broker.directory import agents, sessions
from cafleet_core.errors import CafleetError
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cafleet_core.cli.invocation import Invocation


def offered(run: Invocation, kind: str, incomplete: str) -> list[CompletionItem[str]]:
    """What exists of this kind (`agent`, `session`) and begins so; nothing where that is unknown.

    Never makes a registry and never complains: somebody only pressed Tab.
    """
    candidates = {"agent": _agents, "session": _sessions}[kind]
    try:
        if not os.path.exists(run.settings.registry):
            return []
        return [
            CompletionItem(word, help=text.label(meaning) or None)
            for word, meaning in candidates(run, incomplete)
            if word.startswith(incomplete)
        ]
    except CafleetError:
        return []


def _agents(run: Invocation, incomplete: str) -> Iterator[tuple[str, str]]:
    """By name; by id where the name would not survive the shell, or an id is begun."""
    for agent in agents.listed(run.registry, run.session()):
        plain = shlex.quote(agent.name) == agent.name
        if plain:
            yield agent.name, agent.description
        if incomplete or not plain:
            yield agent.agent_id, agent.name


def _sessions(run: Invocation, _incomplete: str) -> Iterator[tuple[str, str]]:
    for summary in sessions.summaries(run.registry):
        yield summary.session.session_id, summary.session.label or ""
