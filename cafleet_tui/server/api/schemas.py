"""The documents that several requests answer with, as JSON schemas by name."""

from __future__ import annotations

from cafleet_core.comments import Comment, Side
from cafleet_core.records import Attachment, Event, Session, Task
from cafleet_core.states import (
    AgentKind,
    AgentStatus,
    EventKind,
    PaneState,
    PushOutcome,
    SenderProof,
    TaskState,
    Transport,
)
from cafleet_core.views import AttachmentState
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

_ANY_TEXTS: Schema = {"type": "object", "additionalProperties": TEXT}
_SESSION = row(
    Session._fields,
    session_id=TEXT,
    created_at=TEXT,
    director_agent_id=TEXT,
    administrator_agent_id=TEXT,
)
_PUSH = json_object(
    ("reason", "transport"),
    outcome=one_of(PushOutcome),
    reason=TEXT,
    transport=one_of(Transport),
)
PLACEMENT = json_object(
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
    *("text_length", "kind", "origin", "reply_to", "sender_proof", "attachments"),
    "comments",
    *_TIMING,
)
_ATTACHMENT = row(
    (*Attachment._fields, "state"),
    **dict.fromkeys(("position", "bytes"), NUMBER),
    state=one_of(AttachmentState),
)
_COMMENT = row(
    Comment._fields, **dict.fromkeys(("number", "line"), NUMBER), side=one_of(Side)
)
_TASK = row(
    Task._fields,
    task_id=TEXT,
    text=TEXT,
    **dict.fromkeys(
        (
            "seq",
            "push_attempts",
            "version",
            "broadcast",
            "urgent",
            "attached",
            "commented",
        ),
        NUMBER,
    ),
)
_ENVELOPE = json_object(
    _ENVELOPE_EXTRAS,
    id=TEXT,
    **{"from": TEXT},
    from_name=TEXT,
    to=MAYBE,
    ts=TEXT,
    state=one_of(TaskState),
    text=TEXT,
    text_length=NUMBER,
    kind=TEXT,
    origin=TEXT,
    reply_to=TEXT,
    sender_proof=one_of(SenderProof),
    attachments=many(_ATTACHMENT),
    comments=many(_COMMENT),
    **_TIMING,
)
_DELIVERED = json_object(
    tuple(_TIMING),
    id=TEXT,
    to=TEXT,
    to_name=TEXT,
    state=TEXT,
    acked_at=MAYBE,
    **_TIMING,
)
_OPTION = json_object(digit=NUMBER, label=TEXT, free_text=FLAG)
_CAPTURE = json_object(
    (
        *("name", "lines", "content", "captured_at", "content_sha256", "error"),
        "unchanged",
    ),
    member_agent_id=TEXT,
    pane_id=MAYBE,
    name=TEXT,
    lines=NUMBER,
    content=TEXT,
    captured_at=TEXT,
    content_sha256=TEXT,
    unchanged=FLAG,
    error=MAYBE,
)
_COUNT_OR_NULL = or_null(NUMBER)
WORKTREE = json_object(
    agent_id=TEXT,
    name=TEXT,
    serves=FLAG,
    repository=TEXT,
    path=TEXT,
    branch=TEXT,
    base=TEXT,
    base_commit=TEXT,
    created_at=TEXT,
    checked_out=MAYBE,
    head=MAYBE,
    changed=_COUNT_OR_NULL,
    untracked=_COUNT_OR_NULL,
    dirty=or_null(FLAG),
    lines_added=_COUNT_OR_NULL,
    lines_removed=_COUNT_OR_NULL,
    ahead=_COUNT_OR_NULL,
    behind=_COUNT_OR_NULL,
    trouble=TEXT,
)
_MEMBER = json_object(
    agent_id=TEXT,
    name=TEXT,
    description=TEXT,
    status=one_of(AgentStatus),
    registered_at=TEXT,
    placement=or_null(PLACEMENT),
    host=MAYBE,
    worktree=or_null(WORKTREE),
    state=one_of(PaneState),
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
_ERROR = json_object(
    error=json_object(code=TEXT, exit_code=NUMBER, message=TEXT, way_out=TEXT)
)

COMPONENTS: dict[str, Schema] = {
    "Error": _ERROR,
    "Session": _SESSION,
    "SessionSummary": json_object(
        **_SESSION["properties"],
        agent_count=NUMBER,
        unacked=NUMBER,
        last_activity=MAYBE,
    ),
    "Agent": json_object(
        agent_id=TEXT,
        name=TEXT,
        kind=one_of(AgentKind),
        description=TEXT,
        status=one_of(AgentStatus),
    ),
    "Member": _MEMBER,
    "Message": {"anyOf": [_ENVELOPE, _TASK]},
    "Entry": json_object(
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
        sender_proof=one_of(SenderProof),
    ),
    "Sent": json_object(task=reference("Message"), notification_sent=FLAG, push=_PUSH),
    "Settled": json_object(task=reference("Message")),
    "Question": json_object(
        agent_id=TEXT,
        name=TEXT,
        since=MAYBE,
        question=MAYBE,
        asked=TEXT,
        context=many(TEXT),
        options=many(_OPTION),
    ),
    "Typed": json_object(
        ("question", "options", "execution_id"),
        member_agent_id=TEXT,
        pane_id=TEXT,
        action=TEXT,
        value=TEXT,
        execution_id=TEXT,
        question=TEXT,
        options=_ANY_TEXTS,
    ),
    "Capture": _CAPTURE,
    "Event": json_object(
        **{
            **row(Event._fields, seq=NUMBER, at=TEXT, session_id=TEXT)["properties"],
            "kind": one_of(EventKind),
            "detail": {"type": "object"},
        }
    ),
}
"""The documents that several requests answer with, by name."""
