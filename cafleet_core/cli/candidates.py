"""Candidates for ids and names in a shell's completion."""

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
    """Existing ids and names of this kind (`agent`, `session`, `rule`) with this beginning.

    Empty if there is no registry to ask. Never creates one and never fails: somebody only
    pressed Tab.
    """
    candidates = {"agent": _agents, "session": _sessions, "rule": _rules}[kind]
    try:
        if kind != "rule" and not os.path.exists(run.settings.registry):
            return []
        return [
            CompletionItem(word, help=text.label(meaning) or None)
            for word, meaning in candidates(run, incomplete)
            if word.startswith(incomplete)
        ]
    except CafleetError:
        return []


def _agents(run: Invocation, incomplete: str) -> Iterator[tuple[str, str]]:
    """Agents by name; by id if the name needs quoting in a shell, or an id is begun."""
    for agent in agents.listed(run.registry, run.session()):
        plain = shlex.quote(agent.name) == agent.name
        if plain:
            yield agent.name, agent.description
        if incomplete or not plain:
            yield agent.agent_id, agent.name


def _sessions(run: Invocation, _incomplete: str) -> Iterator[tuple[str, str]]:
    for summary in sessions.summaries(run.registry):
        yield summary.session.session_id, summary.session.label or ""


def _rules(run: Invocation, _incomplete: str) -> Iterator[tuple[str, str]]:
    from cafleet_core.event_rules import tables

    for rule in tables.load(run.settings.rules_file):
        if shlex.quote(rule.name) == rule.name:
            yield rule.name, ", ".join(sorted(rule.kinds))
