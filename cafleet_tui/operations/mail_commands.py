"""The CLI equivalents of sending, canceling and acking."""

from __future__ import annotations

import shlex

from cafleet_core.records import Session
from cafleet_core.views import Entry
from cafleet_tui.operations.mail import OutgoingMessage


def send_command(outgoing: OutgoingMessage) -> str:
    """The `cafleet message` command that sends the same message, its ids cut to prefixes."""
    sender = outgoing.sender
    words = ["cafleet", "--session-id", sender.session_id[:8], "message"]
    words += ["broadcast" if outgoing.everyone else "send"]
    words += ["--agent-id", sender.agent_id[:8]]
    if not outgoing.everyone:
        for agent in outgoing.recipients:
            words += ["--to", agent.agent_id[:8]]
        if outgoing.reply_to:
            words += ["--reply-to", outgoing.reply_to[:8]]
    return f"{shlex.join(words)} --text {_quoted(outgoing.body)}"


def cancel_command(session: Session, entry: Entry) -> str:
    """The `cafleet message` command that cancels the same message."""
    words = ["cafleet", "--session-id", session.session_id[:8], "message", "cancel"]
    words += ["--agent-id", session.administrator_agent_id[:8]]
    return shlex.join([*words, "--task-id", entry.task_id[:8]])


def ack_command(session: Session, entry: Entry) -> str:
    """The `cafleet message` command that acks the same message."""
    human = session.administrator_agent_id
    own = [each.task_id for each in entry.deliveries if each.recipient_id == human]
    words = ["cafleet", "--session-id", session.session_id[:8], "message", "ack"]
    words += ["--agent-id", human[:8], "--task-id", (own or [entry.task_id])[0][:8]]
    return shlex.join(words)


def _quoted(text: str) -> str:
    """A text quoted for the shell, on one line."""
    if "\n" not in text:
        return shlex.quote(text)
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"$'{escaped}'"
