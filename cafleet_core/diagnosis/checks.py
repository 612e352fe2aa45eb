"""Check the registry, its tmux servers and its panes."""

from __future__ import annotations

import os
import stat

from cafleet_core import clock, text
from cafleet_core.broker.delivery import deliverer, ways
from cafleet_core.broker.directory import agents, sessions
from cafleet_core.broker.registry.open import is_file, open_registry
from cafleet_core.broker.team import operations, pane_states, unmarked
from cafleet_core.diagnosis import programs, rules, silent_servers
from cafleet_core.diagnosis.check import Check
from cafleet_core.errors import CafleetError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import PaneState
from cafleet_core.storage.registry import HEAD, Registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cafleet_core.records import Agent


_REFUSED = (
    "its own inbox has not taken {} messages in a row, so that all are typed: it holds or"
    " refuses those of other sessions (in Claude Code: crossSessionInbound)"
)

_CLOCK_SECONDS = 2.0
"""The accepted difference between this machine's clock and the server's."""


def examine(registry_path: str) -> list[Check]:
    """Every check, in the order in which a human would repair things; never raises."""
    return [
        *_registry(registry_path),
        programs.tmux(),
        programs.command(),
        *programs.coding_agents(registry_path),
    ]


def _registry(path: str) -> Iterator[Check]:
    if is_file(path) and not os.path.exists(path):
        yield Check(
            "registry", None, f"{path} does not exist yet; it is made when needed"
        )
        return
    try:
        registry = open_registry(path)
    except CafleetError as error:
        yield Check("registry", False, error.message)
        return
    try:
        yield Check("registry", True, f"{registry.where} at revision {HEAD}")
        yield _integrity(registry)
        yield _writing(registry)
        if is_file(path):
            yield _permissions(path)
        else:
            yield _clock()
        yield from _panes(registry)
        yield from rules.rules(registry)
    except CafleetError as error:
        yield Check("registry", False, error.message)
    finally:
        registry.close()


def _integrity(registry: Registry) -> Check:
    said = registry.complaints(quick=True)
    return Check("integrity", not said, said[0] if said else "ok")


def _writing(registry: Registry) -> Check:
    """Whether a commit goes through, by one that leaves the content as it is.

    A server keeps that there was one; only the owner may mark its tables.
    """
    try:
        if not registry.may_write():
            return Check("writing", None, "this role only reads")
        with registry.write():
            if is_file(registry.url):
                registry.mark(registry.revision(), registry.oldest_reader())
    except CafleetError as error:
        return Check("writing", False, error.message)
    return Check("writing", True, "a commit went through")


def _clock() -> Check:
    """Whether this machine's clock shows the time of the registry's server, more or less."""
    ahead = -clock.ahead()
    if abs(ahead) <= _CLOCK_SECONDS:
        return Check("clock", True, "shows the server's time")
    how = "ahead of" if ahead > 0 else "behind"
    return Check(
        "clock",
        False,
        f"{abs(ahead):.0f} s {how} the registry's server; cafleet goes by the server's",
    )


def _permissions(path: str) -> Check:
    mode = stat.S_IMODE(os.stat(path).st_mode)
    name = os.path.basename(path)
    return Check("permissions", mode & 0o077 == 0, f"{name} is {mode:04o}")


def _panes(registry: Registry) -> Iterator[Check]:
    live = sessions.summaries(registry)
    yield Check("sessions", None, f"{len(live)} live")
    for server, error in silent_servers.find(registry):
        yield Check("tmux server", False, silent_servers.way_out(server, error))
    teams = {
        session.session_id: agents.listed(registry, session) for session, *_ in live
    }
    views = pane_states.seen(agent for team in teams.values() for agent in team)
    for session_id, team in teams.items():
        placed = [agent for agent in team if agent.agent_id in views]
        lost = [
            text.label(agent.name)
            for agent in placed
            if views[agent.agent_id].state == PaneState.DEAD
        ]
        detail = f"{session_id}: {len(placed)} placed"
        interrupted = [
            f"{text.label(agent.name)} ({verb})"
            for agent in team
            if (verb := operations.interrupted(agent, clock.now()))
        ]
        detail += f", without a live pane: {', '.join(lost)}" if lost else ""
        if interrupted:
            detail += f", interrupted: {', '.join(interrupted)}"
        bare = [text.label(agent.name) for agent in unmarked.among(team, views)]
        detail += f", lost its mark: {', '.join(bare)}" if bare else ""
        yield Check("panes", not (lost or bare or interrupted), detail)
        yield _delivery(registry, session_id)
        yield from _inboxes(team)


def _inboxes(team: Sequence[Agent]) -> Iterator[Check]:
    """The agents whose own inboxes have not taken messages, and are used no more."""
    for agent in team:
        refusals = agent.placement.inbox_refusals if agent.placement else 0
        if refusals >= ways.MOST_REFUSALS:
            name = text.label(agent.name)
            yield Check("inbox", None, f"{name}: {_REFUSED.format(refusals)}")


def _delivery(registry: Registry, session_id: str) -> Check:
    """Who delivers a session's messages; bad only if some wait and nobody delivers them."""
    delivery = deliverer.find(registry, session_id)
    ok = False if delivery.stuck else None
    return Check("delivery", ok, f"{session_id}: {delivery.words}")
