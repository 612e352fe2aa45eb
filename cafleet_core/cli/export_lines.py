"""One event of a report as a line of plain text, the same in every format."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cafleet_core.records import Agent, Session


class Line(NamedTuple):
    """When, who, what, and below it a text and a screen; sanitised, and nothing is escaped."""

    at: str
    who: str
    what: str
    body: str = ""
    screen: str = ""


def title(session: Session) -> str:
    """The title of a session's report."""
    return f"cafleet session {text.label(session.label or session.session_id[:8])}"


def agent_row(agent: Agent) -> tuple[str, str, str]:
    """An agent as a row: name, kind, description."""
    return text.label(agent.name), agent.kind, text.label(agent.description)


TIMES = "Times are those of the machine that wrote this report."
