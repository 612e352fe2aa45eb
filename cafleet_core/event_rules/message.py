"""Describe an event, for a rule's command and for a notification."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.broker.events import history
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import EventKind

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.event_rules.rule import Subject
    from cafleet_core.records import Event

_LONGEST = 600
_WORDS = {
    EventKind.SCHEDULED: "has scheduled a message",
    EventKind.SENT: "has sent a message",
    EventKind.SUBMITTED: "was handed a message",
    EventKind.READ: "has read a message",
    EventKind.ACKED: "has acked a message",
    EventKind.CANCELED: "has taken a message back",
    EventKind.FAILED: "will never get a message",
    EventKind.JOINED: "has joined",
    EventKind.LEFT: "has left",
    EventKind.CREATED: "was created",
    EventKind.CAPTURED: "had its screen captured",
    EventKind.LIMIT_REACHED: "is at its usage limit",
    EventKind.LIMIT_OVER: "is past its usage limit",
    EventKind.DIED: "is gone",
    EventKind.DELIVERY_STARTED: "is delivered to in the background",
}


class Notice(NamedTuple):
    """What is told of an event: a headline, the words, a document of all that is known."""

    title: str
    body: str
    document: dict[str, Any]


def of(event: Event, subject: Subject) -> Notice:
    """What is told of an event; every text in it is sanitised."""
    session = text.label(subject.session_label) or subject.session_id[:8]
    name = text.label(subject.agent_name) or "cafleet"
    detail = history.detail(event)
    document = {
        **event._asdict(),
        "detail": detail,
        "agent_name": name,
        "session_label": session,
    }
    body = text.cut(text.sanitise(f"{name} {words(event, detail)}"), _LONGEST)
    return Notice(f"cafleet {session}", body, document)


def variables(event: Event, notice: Notice) -> dict[str, str]:
    """The same for a command that reads no JSON."""
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
    }
    return {f"CAFLEET_EVENT_{name}": value for name, value in facts.items()}


def words(event: Event, detail: dict[str, Any]) -> str:
    """What has happened to whoever the event is about, or what that one did."""
    if event.kind == EventKind.ASKED:
        return f"asks: {_question(detail)}" if detail else "waits for an answer"
    if event.kind == EventKind.ANSWERED:
        return f"was answered: {detail.get('label', '')}"
    if event.kind == EventKind.STATE:
        return f"is {event.new}"
    if event.kind == EventKind.PUSHED:
        return f"has a message that is {event.new}"
    return _WORDS[event.kind]


def _question(detail: dict[str, Any]) -> str:
    options = detail.get("options")
    offered = [
        f"{option.get('digit')} {option.get('label')}"
        for option in (options if isinstance(options, list) else ())
        if isinstance(option, dict)
    ]
    return "\n".join((str(detail.get("asked", "")), *offered))
