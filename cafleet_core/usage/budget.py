"""What an agent, or all in a session, may cost until somebody is told."""

from __future__ import annotations

from cafleet_core.fast_types import NamedTuple, StrEnum


class BudgetScope(StrEnum):
    """Whose costs count against a budget: an agent's alone, or all in its session."""

    AGENT = "agent"
    SESSION = "session"


class Budget(NamedTuple):
    """What an agent may cost until somebody is told, or all in the session of a Director.

    `amount` is in millionths of a US dollar; `told_percent` is that at which somebody was
    told last, 0 before that, and `spent` what was spent by then, in words.
    """

    agent_id: str
    scope: BudgetScope
    amount: int
    told_percent: int = 0
    spent: str = ""
