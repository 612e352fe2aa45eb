"""What each request answers with, as JSON schemas: the documents that the commands print."""

from __future__ import annotations

from typing import Any

from cafleet_core.records import Event, Session, Task
from cafleet_core.states import (
    AgentKind,
    AgentStatus,
    EventKind,
    PaneState,
    PushOutcome,
    SenderProof,
    TaskState,
)
from cafleet_core.views import Delivery

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
MAYBE: Schema = {"type": ["string", "null"]}
_ANY_TEXTS: Schema = {"type": "object", "additionalProperties": TEXT}


def reference(name: str) -> Schema:
    """The schema that has this name in `COMPONENTS`."""
    return {"$ref": f"#/components/schemas/{name}"}


def many(items: Schema) -> Schema:
    """A list of such documents."""
    return {"type": "array", "items": items}


def _object(_optional: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    required = [name for name in properties if name not in _optional]
    return {"type": "object", "properties": properties, "required": required}


def _row(fields: tuple[str, ...], **known: Schema) -> Schema:
    """A record as it stands in the registry: mostly texts, which may be missing."""
    return _object(**{name: known.get(name, MAYBE) for name in fields})


def _words(states: type[Any]) -> Schema:
    return {"type": "string", "enum": sorted(str(state) for state in states)}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


_SESSION = _row(
    Session._fields,
    session_id=TEXT,
    created_at=TEXT,
    director_agent_id=TEXT,
    administrator_agent_id=TEXT,
)
_PUSH = _object(("reason",), outcome=_words(PushOutcome), reason=TEXT)
_PLACEMENT = _object(
    director_agent_id=MAYBE,
    tmux_session=TEXT,
    tmux_window_id=TEXT,
    tmux_pane_id=MAYBE,
    coding_agent=TEXT,
    created_at=TEXT,
)
_TIMING: dict[str, Schema] = {
    "not_before": TEXT,
    "every": TEXT,
    "expires_at": TEXT,
    "urgent": NUMBER,
    "awaits": TEXT,
}
"""What a message waits for; left out where that is not the case."""

_ENVELOPE_EXTRAS = (
    *("text_length", "kind", "origin", "reply_to", "sender_proof"),
    *_TIMING,
)
_TASK = _row(
    Task._fields,
    task_id=TEXT,
    text=TEXT,
    **dict.fromkeys(("seq", "push_attempts", "version", "broadcast", "urgent"), NUMBER),
)
_ENVELOPE = _object(
    _ENVELOPE_EXTRAS,
    id=TEXT,
    **{"from": TEXT},
    from_name=TEXT,
    to=MAYBE,
    ts=TEXT,
    state=_words(TaskState),
    text=TEXT,
    text_length=NUMBER,
    kind=TEXT,
    origin=TEXT,
    reply_to=TEXT,
    sender_proof=_words(SenderProof),
    **_TIMING,
)
_DELIVERED = _object(
    tuple(_TIMING),
    id=TEXT,
    to=TEXT,
    to_name=TEXT,
    state=TEXT,
    acked_at=MAYBE,
    **_TIMING,
)
_OPTION = _object(digit=NUMBER, label=TEXT, free_text=FLAG)
_CAPTURE = _object(
    ("name", "lines", "content", "captured_at", "content_sha256", "error"),
    member_agent_id=TEXT,
    pane_id=MAYBE,
    name=TEXT,
    lines=NUMBER,
    content=TEXT,
    captured_at=TEXT,
    content_sha256=TEXT,
    error=MAYBE,
)
_MEMBER = _object(
    agent_id=TEXT,
    name=TEXT,
    description=TEXT,
    status=_words(AgentStatus),
    registered_at=TEXT,
    placement=_or_null(_PLACEMENT),
    host=MAYBE,
    state=_words(PaneState),
    state_source=TEXT,
    state_age={"type": ["number", "null"]},
    state_reason=TEXT,
    until=MAYBE,
    last_sent=MAYBE,
    last_recv=MAYBE,
    last_ack=MAYBE,
    idle=NUMBER,
    quiet=FLAG,
    unacked=NUMBER,
    oldest_unacked=MAYBE,
    overdue=FLAG,
)
_ERROR = _object(error=_object(code=TEXT, exit_code=NUMBER, message=TEXT, way_out=TEXT))

COMPONENTS: dict[str, Schema] = {
    "Error": _ERROR,
    "Session": _SESSION,
    "SessionSummary": _object(
        **_SESSION["properties"],
        agent_count=NUMBER,
        unacked=NUMBER,
        last_activity=MAYBE,
    ),
    "Agent": _object(
        agent_id=TEXT,
        name=TEXT,
        kind=_words(AgentKind),
        description=TEXT,
        status=_words(AgentStatus),
    ),
    "Member": _MEMBER,
    "Message": {"anyOf": [_ENVELOPE, _TASK]},
    "Entry": _object(
        ("text_length", "kind", "reply_to", "sender_proof"),
        id=TEXT,
        **{"from": TEXT},
        from_name=TEXT,
        ts=TEXT,
        text=TEXT,
        text_length=NUMBER,
        deliveries=many(_DELIVERED),
        kind=TEXT,
        reply_to=TEXT,
        sender_proof=_words(SenderProof),
    ),
    "Sent": _object(task=reference("Message"), notification_sent=FLAG, push=_PUSH),
    "Settled": _object(task=reference("Message")),
    "Question": _object(
        agent_id=TEXT,
        name=TEXT,
        since=MAYBE,
        question=MAYBE,
        asked=TEXT,
        context=many(TEXT),
        options=many(_OPTION),
    ),
    "Typed": _object(
        ("question", "options"),
        member_agent_id=TEXT,
        pane_id=TEXT,
        action=TEXT,
        value=TEXT,
        question=TEXT,
        options=_ANY_TEXTS,
    ),
    "Capture": _CAPTURE,
    "Event": _object(
        **{
            **_row(Event._fields, seq=NUMBER, at=TEXT, session_id=TEXT)["properties"],
            "kind": _words(EventKind),
            "detail": {"type": "object"},
        }
    ),
}
"""The documents that several requests answer with, by name."""

_WHO = _object(session_id=TEXT, agent_id=TEXT, name=TEXT, state=MAYBE, since=MAYBE)
_UNABLE = _object(
    session_id=TEXT, agent_id=TEXT, name=TEXT, state=MAYBE, since=MAYBE, until=MAYBE
)
_STATUS = _row(
    tuple(field for field in Delivery._fields if field != "recipient_kind"),
    task_id=TEXT,
    urgent=NUMBER,
)

ANSWERS: dict[str, Schema] = {
    "listSessions": many(reference("SessionSummary")),
    "showSession": reference("Session"),
    "deleteSession": _object(
        session_id=TEXT, deregistered=NUMBER, panes=many(TEXT), closed=many(TEXT)
    ),
    "showStatus": _object(
        waiting=many(_WHO),
        unable=many(_UNABLE),
        unacked=NUMBER,
        quiet=many(_WHO),
        delivery=many({"type": "object"}),
    ),
    "listAgents": many(reference("Agent")),
    "registerAgent": _object(agent_id=TEXT, name=TEXT, registered_at=TEXT),
    "showAgent": _object(
        agent_id=TEXT,
        session_id=TEXT,
        name=TEXT,
        kind=_words(AgentKind),
        placement=_or_null(_PLACEMENT),
    ),
    "listMembers": many(reference("Member")),
    "createMember": _object(
        agent_id=TEXT,
        name=TEXT,
        registered_at=TEXT,
        ready=FLAG,
        state=TEXT,
        placement=_or_null(_PLACEMENT),
    ),
    "deleteMember": _object(agent_id=TEXT, pane_status=TEXT),
    "captureMember": reference("Capture"),
    "captureMembers": many(reference("Capture")),
    "explainMember": _object(
        member_agent_id=TEXT,
        state=_words(PaneState),
        source=TEXT,
        evidence=TEXT,
        lines=many(TEXT),
        tried=many({"type": "object"}),
    ),
    "pingMember": _object(member_agent_id=TEXT, pane_id=TEXT),
    "promptMember": reference("Typed"),
    "execOnMember": reference("Typed"),
    "listQuestions": many(reference("Question")),
    "answerQuestion": reference("Typed"),
    "listMessages": many(reference("Entry")),
    "sendMessage": {"anyOf": [reference("Sent"), many(reference("Sent"))]},
    "broadcastMessage": _object(
        task=reference("Message"), recipients=NUMBER, notifications_sent_count=NUMBER
    ),
    "showMessage": reference("Settled"),
    "showMessageStatus": _object(
        id=TEXT, acked=NUMBER, recipients=NUMBER, deliveries=many(_STATUS)
    ),
    "cancelMessage": {"anyOf": [reference("Settled"), many(reference("Message"))]},
    "pollInbox": many(reference("Message")),
    "ackInbox": {
        "anyOf": [
            reference("Settled"),
            many(reference("Message")),
            _object(acked=many(TEXT)),
        ]
    },
    "listEvents": many(reference("Event")),
}
"""The document of each request that succeeds, by the name of its route."""
