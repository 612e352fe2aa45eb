"""Candidates for ids and names in a shell's completion."""

from __future__ import annotations

import os.path
import shlex
import threading

from click.shell_completion import CompletionItem

from cafleet_core import text
from cafleet_core.broker.directory import agents, sessions
from cafleet_core.broker.registry.open import is_file
from cafleet_core.errors import CafleetError
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cafleet_core.cli.invocation import Invocation


_PATIENCE_SECONDS = 1.0
"""How long somebody who has pressed Tab waits for a server."""


def offered(run: Invocation, kind: str, incomplete: str) -> list[CompletionItem[str]]:
    """Existing ids and names of this kind (`agent`, `session`, `rule`) with this beginning.

    Empty if there is no registry to ask, or its server does not answer within a second. Never
    creates a file, delivers nothing and never fails: somebody only pressed Tab.
    """
    run.read_only = True
    try:
        if kind == "rule":
            return _known(run, kind, incomplete)
        if not is_file(run.settings.registry):
            return _known_in_time(run, kind, incomplete)
        if not os.path.exists(run.settings.registry):
            return []
        return _known(run, kind, incomplete)
    except CafleetError:
        return []


def _known(run: Invocation, kind: str, incomplete: str) -> list[CompletionItem[str]]:
    candidates = {"agent": _agents, "session": _sessions, "rule": _rules}[kind]
    return [
        CompletionItem(word, help=text.label(meaning) or None)
        for word, meaning in candidates(run, incomplete)
        if word.startswith(incomplete)
    ]


def _known_in_time(
    run: Invocation, kind: str, incomplete: str
) -> list[CompletionItem[str]]:
    """What a server tells in time: a look-up of its name may hang as well as the server itself."""
    items: list[CompletionItem[str]] = []

    def ask() -> None:
        try:
            items.extend(_known(run, kind, incomplete))
        except Exception:  # noqa: BLE001, S110  # nobody may wait for it any more
            pass

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_PATIENCE_SECONDS)
    return list(items)


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
