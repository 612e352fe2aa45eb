"""Rows of lists: sessions with their counts, agents with their activity. Plain SQL.

Every column is one index step, so that the cost of a list does not grow with the history.
"""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import Session
from cafleet_core.storage import lookup
from cafleet_core.views import Activity, Member, SessionSummary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry

_SUMMARY = """
    SELECT s.session_id, s.label, s.created_at, s.deleted_at, s.director_agent_id,
      (SELECT agent_id FROM agents
       WHERE session_id = s.session_id AND kind = 'administrator'),
      (SELECT COUNT(*) FROM agents
       WHERE session_id = s.session_id AND status = 'active'),
      (SELECT COUNT(*) FROM tasks
       WHERE session_id = s.session_id AND status_state = 'input_required'),
      (SELECT created_at FROM tasks
       WHERE session_id = s.session_id
         AND (origin_task_id IS NULL OR origin_task_id = task_id)
       ORDER BY seq DESC LIMIT 1),
      (SELECT COUNT(*) FROM tasks
       WHERE status_state = 'input_required' AND context_id =
         (SELECT agent_id FROM agents
          WHERE session_id = s.session_id AND kind = 'administrator'))
    FROM sessions s
"""

_SESSION_WIDTH = 6

_LAST_ACTS = """
    SELECT agent_id, last_sent_at, last_received_at, last_acked_at
    FROM agents WHERE session_id = ?
"""

# most agents have nothing open: one pass over what is costs less than a step for each agent
_OPEN = """
    SELECT context_id, COUNT(*), SUM(CASE WHEN read_at IS NULL THEN 1 ELSE 0 END), MIN(created_at)
    FROM tasks WHERE session_id = ? AND status_state = 'input_required'
    GROUP BY context_id
"""

# of an agent that was erased after the agents were read
_NO_ACTS = (None, None, None)
_NOTHING_OPEN = (0, 0, None)


def sessions(registry: Registry, include_deleted: bool) -> list[SessionSummary]:
    """Sessions, newest first, with their counts."""
    wanted = "" if include_deleted else "WHERE s.deleted_at IS NULL"
    return [
        SessionSummary(Session(*row[:_SESSION_WIDTH]), *row[_SESSION_WIDTH:])
        for row in registry.rows(f"{_SUMMARY} {wanted} ORDER BY s.created_at DESC")
    ]


def roster(registry: Registry, session_id: str) -> list[Member]:
    """Every agent of a session, in the order of registration, with its activity."""
    agents = lookup.all_agents(registry, session_id)
    acts = {row[0]: row[1:] for row in registry.rows(_LAST_ACTS, (session_id,))}
    waiting = {row[0]: row[1:] for row in registry.rows(_OPEN, (session_id,))}
    return [Member(agent, _activity(agent, acts, waiting)) for agent in agents]


def _activity(
    agent: Agent,
    acts: Mapping[str, Sequence[str | None]],
    waiting: Mapping[str, Sequence[Any]],
) -> Activity:
    """An agent's last acts and its open tasks, as one record."""
    agent_id = agent.agent_id
    return Activity._make(
        (
            *acts.get(agent_id, _NO_ACTS),
            agent.last_active_at,
            *waiting.get(agent_id, _NOTHING_OPEN),
        )
    )
