"""The JSON schema of each request's response when it succeeds."""

from __future__ import annotations

from cafleet_core.states import AgentKind, PaneState
from cafleet_core.views import Delivery
from cafleet_tui.server.api.json_schema import (
    FLAG,
    MAYBE,
    NUMBER,
    TEXT,
    Schema,
    json_object,
    many,
    one_of,
    or_null,
    reference,
    row,
)
from cafleet_tui.server.api.schemas import PLACEMENT, WORKTREE

_WHO = json_object(session_id=TEXT, agent_id=TEXT, name=TEXT, state=MAYBE, since=MAYBE)
_UNABLE = json_object(
    session_id=TEXT, agent_id=TEXT, name=TEXT, state=MAYBE, since=MAYBE, until=MAYBE
)
_STATUS = row(
    tuple(field for field in Delivery._fields if field != "recipient_kind"),
    task_id=TEXT,
    urgent=NUMBER,
)

RESPONSES: dict[str, Schema] = {
    "listSessions": many(reference("SessionSummary")),
    "showSession": reference("Session"),
    "deleteSession": json_object(
        session_id=TEXT, deregistered=NUMBER, panes=many(TEXT), closed=many(TEXT)
    ),
    "showStatus": json_object(
        waiting=many(_WHO),
        unable=many(_UNABLE),
        unacked=NUMBER,
        quiet=many(_WHO),
        delivery=many({"type": "object"}),
    ),
    "listAgents": many(reference("Agent")),
    "registerAgent": json_object(agent_id=TEXT, name=TEXT, registered_at=TEXT),
    "showAgent": json_object(
        agent_id=TEXT,
        session_id=TEXT,
        name=TEXT,
        kind=one_of(AgentKind),
        placement=or_null(PLACEMENT),
    ),
    "listMembers": many(reference("Member")),
    "createMember": json_object(
        agent_id=TEXT,
        name=TEXT,
        registered_at=TEXT,
        ready=FLAG,
        state=TEXT,
        placement=or_null(PLACEMENT),
        worktree=or_null(WORKTREE),
    ),
    "deleteMember": json_object(agent_id=TEXT, pane_status=TEXT),
    "captureMember": reference("Capture"),
    "captureMembers": many(reference("Capture")),
    "explainMember": json_object(
        member_agent_id=TEXT,
        state=one_of(PaneState),
        source=TEXT,
        evidence=TEXT,
        lines=many(TEXT),
        tried=many({"type": "object"}),
    ),
    "pingMember": json_object(member_agent_id=TEXT, pane_id=TEXT),
    "promptMember": reference("Typed"),
    "execOnMember": reference("Typed"),
    "listQuestions": many(reference("Question")),
    "answerQuestion": reference("Typed"),
    "listMessages": many(reference("Entry")),
    "sendMessage": {"anyOf": [reference("Sent"), many(reference("Sent"))]},
    "broadcastMessage": json_object(
        task=reference("Message"), recipients=NUMBER, notifications_sent_count=NUMBER
    ),
    "showMessage": reference("Settled"),
    "showMessageStatus": json_object(
        id=TEXT, acked=NUMBER, recipients=NUMBER, deliveries=many(_STATUS)
    ),
    "cancelMessage": {"anyOf": [reference("Settled"), many(reference("Message"))]},
    "pollInbox": many(reference("Message")),
    "ackInbox": {
        "anyOf": [
            reference("Settled"),
            many(reference("Message")),
            json_object(acked=many(TEXT)),
        ]
    },
    "listEvents": many(reference("Event")),
}
"""The document of each request that succeeds, by the name of its route."""
