"""The titles on the control room's frames, and the outcome line's texts."""

from __future__ import annotations

from textual.content import Content

from cafleet_core.records import Sent, Session
from cafleet_core.states import UNSETTLED
from cafleet_core.text import cut
from cafleet_core.views import Entry
from cafleet_tui.operations.mail import OutgoingMessage
from cafleet_tui.operations.mail_commands import (
    ack_command,
    cancel_command,
    send_command,
)
from cafleet_tui.render import status_line
from cafleet_tui.render.safe_text import label
from cafleet_tui.render.wrap import shorten

_NAMES_SHOWN = 5


def timeline_title(party: str | None, words: str | None) -> Content:
    """The timeline's title: the filter's agent and words; None stands for no filter."""
    parts: list[Content | tuple[str, str]] = [Content("Timeline")]
    if party is not None:
        parts += [Content(" of "), (cut(label(party), 32), "bold $primary")]
    if words is not None:
        parts += [Content(" with "), (cut(label(words), 32), "bold $primary")]
    if len(parts) > 1:
        parts.append(("  Esc shows all", "$text-muted"))
    return Content.assemble(*parts)


def follow_state(following: bool, unseen: int) -> Content | None:
    """The number of unseen entries, or how to follow; None while following."""
    if following:
        return None
    if unseen:
        return Content.styled(f"▼ {unseen} new", "bold $primary")
    return Content.styled("▼ End follows", "$text-muted")


def nothing_unacked() -> Content:
    """The notice that no further message has an open delivery."""
    return Content.styled(
        "No other message waits for an ack in that direction.", "$text-muted"
    )


def hint(alone: bool) -> Content:
    """The outcome line before the first outcome; `alone` if there is nobody to write to."""
    if alone:
        return Content.assemble(
            ("No members yet: F2 n starts one · ", "$text-muted"),
            ("cafleet member create", "$primary"),
        )
    text = "Begin with @name or @all · F1 shows every key"
    return Content.styled(text, "$text-muted")


def outcome(outgoing: OutgoingMessage, sent: Sent) -> Content:
    """The recipients of a message, the outcome for each, and the CLI equivalent."""
    if outgoing.everyone:
        names = ["everyone"]
    else:
        names = [agent.name for agent in outgoing.recipients]
    return status_line.notice("sent to", names, sent, send_command(outgoing))


def canceling(entry: Entry) -> Content:
    """The text of the confirmation to cancel a message: its open recipients."""
    names = [
        label(delivery.recipient_name)
        for delivery in entry.deliveries
        if delivery.state in UNSETTLED
    ]
    shown = [shorten(name, 20) for name in names[:_NAMES_SHOWN]]
    if left := len(names) - len(shown):
        shown.append(f"{left:,} more")
    return Content(
        f"It is taken back from {', '.join(shown)}. Whoever has read it already may"
        " have begun; what was acked stays."
    )


def canceled(session: Session, entry: Entry) -> Content:
    """The outcome of cancelling a message, and its CLI equivalent."""
    return _done("canceled where nobody had acked it", cancel_command(session, entry))


def acked(session: Session, entry: Entry) -> Content:
    """The outcome of an ack by the human, and its CLI equivalent."""
    sender = shorten(label(entry.sender_name), 20)
    return _done(f"acked to {sender}", ack_command(session, entry))


def _done(what: str, command: str) -> Content:
    return Content.assemble(
        ("✓ ", "$success"),
        what,
        status_line.cli_equivalent(command),
    )
