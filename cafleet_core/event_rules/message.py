"""Describe an event, for a rule's command and for a notification."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.broker.events import history
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import EventKind
from cafleet_core.usage.budget import BudgetScope

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.event_rules.rule import Subject
    from cafleet_core.records import Event

_LONGEST = 600
WORDS = {
    EventKind.SCHEDULED: "has scheduled a message",
    EventKind.SENT: "has sent a message",
    EventKind.PUSHED: "has a message that is {new}",
    EventKind.SUBMITTED: "was handed a message",
    EventKind.READ: "has read a message",
    EventKind.ACKED: "has acked a message",
    EventKind.CANCELED: "has taken a message back",
    EventKind.FAILED: "will never get a message",
    EventKind.JOINED: "has joined",
    EventKind.LEFT: "has left",
    EventKind.CREATED: "was created",
    EventKind.RESTARTED: "was started anew",
    EventKind.REVIVED: "has ended, and is being started again",
    EventKind.CAPTURED: "had its screen captured",
    EventKind.STATE: "is {new}",
    EventKind.ASKED: "{asks}",
    EventKind.ANSWERED: "was answered: {answer}",
    EventKind.LIMIT_REACHED: "is at its usage limit",
    EventKind.LIMIT_OVER: "is past its usage limit",
    EventKind.CONTEXT_HIGH: "has used {new} of its context",
    EventKind.QUOTA_HIGH: "has used {new} of its account's quota",
    EventKind.BUDGET_HIGH: "{whose} spent {new}",
    EventKind.DIED: "is gone",
    EventKind.DELIVERY_STARTED: "is delivered to in the background",
    EventKind.HOST_AWAY: "cannot reach machine {new}",
    EventKind.HOST_BACK: "reaches machine {new} again",
}
"""The words for each kind of event, with the event's agent as their subject."""


class Notice(NamedTuple):
    """An event as a rule passes it on: a title and a body to read, and all of it as JSON."""

    title: str
    body: str
    document: dict[str, Any]


def of(event: Event, subject: Subject, link: str = "") -> Notice:
    """The notice of an event, with a link where there is one; all its texts are sanitised."""
    session = text.label(subject.session_label) or subject.session_id[:8]
    name = text.label(subject.agent_name) or (event.agent_id or "cafleet")[:8]
    detail = history.detail(event)
    document = {
        **event._asdict(),
        "detail": detail,
        "agent_name": name,
        "session_label": session,
        "link": link,
    }
    body = text.cut(text.sanitise(f"{name} {words(event, detail)}"), _LONGEST)
    whole = f"{body}\n{link}" if link else body
    return Notice(f"cafleet {session}", whole, document)


def variables(event: Event, notice: Notice) -> dict[str, str]:
    """The notice as environment variables, for commands that read no JSON."""
    facts = {
        "KIND": event.kind,
        "SEQ": str(event.seq),
        "AT": event.at,
        "SESSION_ID": event.session_id,
        "SESSION": str(notice.document["session_label"]),
        "AGENT_ID": event.agent_id or "",
        "AGENT": str(notice.document["agent_name"]),
        "OLD": event.old or "",
        "NEW": event.new or "",
        "REFERENCE": event.reference or "",
        "TEXT": notice.body,
        "LINK": str(notice.document["link"]),
    }
    return {f"CAFLEET_EVENT_{name}": value for name, value in facts.items()}


def words(event: Event, detail: dict[str, Any]) -> str:
    """The words for an event, with its agent as their subject."""
    asks = f"asks: {_question(detail)}" if detail else "waits for an answer"
    answer = detail.get("label", "")
    of_session = detail.get("scope") == BudgetScope.SESSION
    whose = "and its team have" if of_session else "has"
    return WORDS[event.kind].format(
        new=event.new, asks=asks, answer=answer, whose=whose
    )


def _question(detail: dict[str, Any]) -> str:
    options = detail.get("options")
    offered = [
        f"{option.get('digit')} {option.get('label')}"
        for option in (options if isinstance(options, list) else ())
        if isinstance(option, dict)
    ]
    return "\n".join((str(detail.get("asked", "")), *offered))
