"""A message in full: its body, every stamp, and each delivery."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.style import Style

from cafleet_core import clock
from cafleet_core.states import SenderProof, Transport
from cafleet_core.views import Delivery, Entry
from cafleet_tui.render import delivery as states
from cafleet_tui.render import markdown
from cafleet_tui.render.recipient_chips import MAX_DETAIL_ROWS
from cafleet_tui.render.safe_text import label
from cafleet_tui.render.wrap import shorten

_LONGEST_NAME = 40

_PROOFS = {
    SenderProof.PANE: "proven by its pane",
    SenderProof.KEY: "proven by its key",
    SenderProof.CLAIMED: "claimed, not proven",
}

_WAYS: dict[Transport | None, str] = {
    Transport.INBOX: " by its own inbox",
    Transport.KEYS_INSTEAD: " by keys, not by its inbox",
}

_STAMPS = (
    ("created", "created_at"),
    ("on screen", "notified_at"),
    ("submitted", "submitted_at"),
    ("read", "read_at"),
    ("acked", "acked_at"),
)


def heading(entry: Entry) -> Content:
    """The sender and the recipients."""
    names = ", ".join(label(delivery.recipient_name) for delivery in entry.deliveries)
    return Content.assemble(
        (label(entry.sender_name), "bold $primary"),
        (" → ", "$text-muted"),
        ("everyone" if entry.broadcast else names, "bold"),
    )


def facts(entry: Entry) -> Content:
    """The time of sending, the ids of the message and of what it answers, how its sender is known."""
    lines = [fact("sent", moment(entry.created_at)), fact("id", entry.task_id)]
    if entry.reply_to_task_id:
        lines.append(fact("reply to", entry.reply_to_task_id))
    if entry.sender_proof is not None:
        lines.append(fact("sender", _PROOFS[entry.sender_proof]))
    return Content("\n").join(lines)


def body(entry: Entry, width: int) -> list[Content]:
    """The whole body as rows of at most `width` cells."""
    return [_row(parts) for parts in markdown.rows(entry.text, width)]


def _row(parts: Sequence[tuple[str, str]]) -> Content:
    drawn = Content()
    for text, style in parts:
        name, _, address = style.partition(" ")
        part = Content.styled(text, _LOOKS.get(name, ""))
        drawn += part.stylize(Style(link=address)) if address else part
    return drawn


_LOOKS = {
    "title": "bold $primary",
    "strong": "bold",
    "emphasis": "italic",
    "code": "$secondary",
    "rule": "$text-muted",
    "link": "underline $primary",
    "added": "$success",
    "removed": "$error",
    "hunk": "$accent",
    "struck": "strike",
    "keyword": "$primary",
    "string": "$success",
    "comment": "italic $text-muted",
    "defined": "bold $secondary",
}
"""The look of each style of `markdown`."""


def deliveries(entry: Entry) -> Content:
    """The state, the push and every stamp of each delivery."""
    return Content("\n\n").join(_delivery(delivery) for delivery in entry.deliveries)


def recipients(entry: Entry) -> Content:
    """A line for each of the first recipients: name, state and time."""
    shown = entry.deliveries[:MAX_DETAIL_ROWS]
    lines = [_recipient(delivery) for delivery in shown]
    if left := len(entry.deliveries) - len(shown):
        lines.append(Content.styled(f"… {left:,} more", "$text-muted"))
    return Content("\n").join(lines)


def moment(stamp: str) -> str:
    """Local date and time of `stamp` to the second."""
    return clock.parse(stamp).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def fact(word: str, value: str) -> Content:
    """A line of a table: a word and its value."""
    return Content.assemble((word.ljust(13), "$text-muted"), value)


def _recipient(delivery: Delivery) -> Content:
    state = states.state_of(delivery)
    style = states.COLOURS.get(state, "$text-muted")
    return Content.assemble(
        (f"{state.glyph} ", style),
        (shorten(label(delivery.recipient_name), _LONGEST_NAME), "bold"),
        ("  " + states.status(delivery), style),
    )


def _delivery(delivery: Delivery) -> Content:
    lines = [
        _recipient(delivery),
        fact("  id", delivery.task_id),
        fact("  state", delivery.state.replace("_", " ")),
    ]
    lines += [
        fact("  " + word, moment(stamp))
        for word, field in _STAMPS
        if (stamp := getattr(delivery, field))
    ]
    if delivery.status_timestamp != delivery.created_at:
        lines.append(fact("  settled", moment(delivery.status_timestamp)))
    if delivery.push_outcome:
        lines.append(fact("  push", _push(delivery)))
    return Content("\n").join(lines)


def _push(delivery: Delivery) -> str:
    why = states.reason(delivery.push_reason)
    way = _WAYS.get(delivery.push_transport, "")
    return label(delivery.push_outcome or "") + way + (f": {why}" if why else "")
