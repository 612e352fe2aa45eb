"""Rows of what is stored of agents beside their placements. Plain SQL.

Each fact is one index step, so that the cost does not grow with the history.
"""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.usage.sample import Tokens
from cafleet_core.views import MemberFacts

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_LONGEST = 200
"""Characters of a text: more than a column ever shows."""

_FACTS = f"""
    SELECT a.agent_id, u.model, u.input_tokens, u.output_tokens, u.cached_tokens,
      u.context_used, u.context_size, u.cost,
      w.branch, COALESCE(s.cwd, w.path), h.name, substr(t.text, 1, {_LONGEST}), substr(o.text, 1, {_LONGEST})
    FROM agents a
    LEFT JOIN agent_placements p ON p.agent_id = a.agent_id
    LEFT JOIN hosts h ON h.host_id = p.host
    LEFT JOIN starts s ON s.agent_id = a.agent_id
    LEFT JOIN worktrees w ON w.agent_id = a.agent_id AND w.ended_at IS NULL
    LEFT JOIN usage_samples u ON u.seq =
      (SELECT seq FROM usage_samples WHERE agent_id = a.agent_id
       ORDER BY at DESC, seq DESC LIMIT 1)
    LEFT JOIN tasks t ON t.seq =
      (SELECT seq FROM tasks WHERE from_agent_id = a.agent_id ORDER BY seq DESC LIMIT 1)
    LEFT JOIN tasks o ON o.seq =
      (SELECT seq FROM tasks WHERE context_id = a.agent_id
       AND status_state = 'input_required' ORDER BY seq LIMIT 1)
    WHERE a.session_id = ? AND a.status = 'active'
"""


class Known(NamedTuple):
    """The facts of an agent, with what its cost can be estimated from."""

    facts: MemberFacts
    model: str
    tokens: Tokens


def of_session(registry: Registry, session_id: str) -> dict[str, Known]:
    """What is stored of each active agent of a session, by agent id."""
    known = {}
    for agent_id, model, *numbers in registry.rows(_FACTS, (session_id,)):
        tokens, (used, size, cost), words = numbers[:3], numbers[3:6], numbers[6:]
        branch, folder, host, last, task = (
            "" if each is None else each for each in words
        )
        facts = MemberFacts(used, size, cost, False, branch, folder, host, last, task)
        spent = Tokens(*(count or 0 for count in tokens))
        known[agent_id] = Known(facts, model or "", spent)
    return known
