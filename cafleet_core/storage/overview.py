"""Rows of lists: sessions with their counts, agents with their activity. Plain SQL.

Every column is one index step, so that the cost of a list does not grow with the history.
"""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import Session
from cafleet_core.storage import lookup
from cafleet_core.views import Activity, Member, SessionSummary

if TYPE_CHECKING:
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
       ORDER BY seq DESC LIMIT 1)
    FROM sessions s
"""

_SESSION_WIDTH = 6

_ACTIVITY = """
    SELECT a.agent_id,
      (SELECT created_at FROM tasks WHERE from_agent_id = a.agent_id
       ORDER BY seq DESC LIMIT 1),
      (SELECT created_at FROM tasks
       WHERE context_id = a.agent_id AND to_agent_id IS NOT NULL
       ORDER BY seq DESC LIMIT 1),
      (SELECT MAX(acked_at) FROM tasks
       WHERE context_id = a.agent_id AND acked_at IS NOT NULL),
      a.last_active_at,
      (SELECT COUNT(*) FROM tasks
       WHERE context_id = a.agent_id AND status_state = 'input_required'),
      (SELECT COUNT(*) FROM tasks
       WHERE context_id = a.agent_id AND status_state = 'input_required'
         AND read_at IS NULL),
      (SELECT created_at FROM tasks
       WHERE context_id = a.agent_id AND status_state = 'input_required'
       ORDER BY seq LIMIT 1)
    FROM agents a WHERE a.session_id = ?
"""


def sessions(registry: Registry, include_deleted: bool) -> list[SessionSummary]:
    """Sessions, newest first, with their counts."""
    wanted = "" if include_deleted else "WHERE s.deleted_at IS NULL"
    return [
        SessionSummary(Session(*row[:_SESSION_WIDTH]), *row[_SESSION_WIDTH:])
        for row in registry.rows(f"{_SUMMARY} {wanted} ORDER BY s.created_at DESC")
    ]


def roster(registry: Registry, session_id: str) -> list[Member]:
    """Every agent of a session, in the order of registration, with its activity."""
    activities = {
        agent_id: Activity(*columns)
        for agent_id, *columns in registry.rows(_ACTIVITY, (session_id,))
    }
    return [
        Member(agent, activities[agent.agent_id])
        for agent in lookup.all_agents(registry, session_id)
    ]
