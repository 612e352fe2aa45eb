"""Refusals of references that match nothing or too much, with what may have been meant."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.broker.directory.agents import EVERYONE
from cafleet_core.errors import Ambiguous, CafleetError, CallerUnknown, NotFound
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import lookup
from cafleet_core.suggestion import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.records import Agent, Session, Task
    from cafleet_core.storage.registry import Registry

SESSION_REQUIRED = (
    "--session-id <id> is required for this subcommand."
    " Create a session with 'cafleet session create' and pass its id."
)
NO_AGENT = (
    "--agent-id <id> is required for this subcommand."
    " Register with 'cafleet agent register' and pass its id."
)

_LONGEST_SHOWN = 80
_MOST_LISTED = 20


def session(
    registry: Registry, reference: str, candidates: Sequence[Session]
) -> CafleetError:
    """The error for a prefix of several sessions, or an id of none; names one whose label it is."""
    if candidates:
        return _ambiguous(
            "session", reference, [each.session_id for each in candidates]
        )
    labels = {text.label(label): where for label, where in lookup.labels(registry)}
    meant = nearest(reference, labels)
    hint = f" Did you mean {labels[meant]} '{meant}'?" if meant else ""
    return NotFound(f"session '{_shown(reference)}' not found.{hint}")


def agent(
    registry: Registry,
    session_id: str | None,
    reference: str,
    candidates: Sequence[Agent],
) -> CafleetError:
    """The error for a prefix of several agents, or an id or name of none.

    Only the session's own agents are named.
    """
    if candidates:
        named = [f"{each.agent_id} {each.name}" for each in candidates]
        return _ambiguous("agent", reference, named)
    hint = "" if session_id is None else _meant(registry, session_id, reference)
    return NotFound(f"Agent {_shown(reference)} not found{hint}")


def task(reference: str, candidates: Sequence[Task] = ()) -> CafleetError:
    """The error for a prefix of several tasks, or an id of none that the caller may see."""
    if candidates:
        return _ambiguous("task", reference, [each.task_id for each in candidates])
    return NotFound(f"Task {_shown(reference)} not found")


def session_needed(registry: Registry) -> CallerUnknown:
    """The error for a command without a session; lists the live ones."""
    live = [_described(session) for session in lookup.live_sessions(registry)]
    return CallerUnknown(SESSION_REQUIRED, _listed("Live sessions", live))


def agent_needed(registry: Registry, session_id: str) -> CallerUnknown:
    """The error for a command without an agent; lists the session's agents."""
    return CallerUnknown(NO_AGENT, _listed("Agents here", _names(registry, session_id)))


def _meant(registry: Registry, session_id: str, reference: str) -> str:
    if text.comparable(reference).removeprefix("@") in EVERYONE:
        return "; a message to everyone is 'cafleet message broadcast'."
    names = _names(registry, session_id)
    meant = nearest(reference, names)
    return f". Did you mean {meant}?" if meant else f". {_listed('Agents here', names)}"


def _names(registry: Registry, session_id: str) -> list[str]:
    agents = lookup.active_agents(registry, session_id)
    return [text.label(agent.name) for agent in agents]


def _ambiguous(noun: str, reference: str, candidates: Sequence[str]) -> Ambiguous:
    listed = "\n".join(f"  {candidate}" for candidate in candidates)
    return Ambiguous(f"'{_shown(reference)}' may mean any of these {noun}s:\n{listed}")


def _listed(what: str, words: Sequence[str]) -> str:
    more = len(words) - _MOST_LISTED
    rest = f" and {more} more" if more > 0 else ""
    return f"{what}: {', '.join(words[:_MOST_LISTED])}{rest}." if words else ""


def _described(session: Session) -> str:
    label = text.cut(text.label(session.label or ""), _LONGEST_SHOWN)
    return f"{session.session_id} '{label}'" if label else session.session_id


def _shown(reference: str) -> str:
    """A caller's reference, fit for one line of a refusal."""
    return text.cut(text.one_line(reference), _LONGEST_SHOWN)
