"""Every sign of the control room with its word and meaning, for the help and the documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cafleet_tui.render import delivery, member


class Sign(NamedTuple):
    """A sign, its word, what it means, and the style in which the room draws it."""

    glyph: str
    word: str
    meaning: str
    style: str = ""


_STATES = {
    "waiting": "it asks something, and goes on only when that is answered",
    "dead": "its pane is gone, or the program in it has ended",
    "shell": "its agent has exited to a shell: nothing is typed there",
    "limit": "its service gives it nothing more until that time",
    "failed": "its service refused its last turn",
    "suspended": "its program is stopped",
    "quiet": "it has open work, and has done nothing for long",
    "busy": "it works",
    "idle": "it is at rest",
    "draft": "somebody's half-written line stands in its input",
    "starting": "its program has not come to rest yet",
    "you": "the human, who writes from here",
    "no pane": "it has no pane of ours: it reads when it polls",
    "gone": "it has left the session",
    "unknown": "its screen shows no state that is known",
}

_DELIVERIES = {
    delivery.SCHEDULED: "it waits for its time, or for a member",
    delivery.QUEUED: "stored, and not shown to the agent yet",
    delivery.HELD: "its pane must not be typed into now; tried again by itself",
    delivery.PUSHED: "typed into its pane, or handed to its own inbox",
    delivery.SHOWN: "displayed in its pane, where a shell would have run it",
    delivery.READ: "the agent has polled it",
    delivery.ACKED: "the agent says that it is dealt with",
    delivery.ANSWERED: "an answer to a question on its screen, typed",
    delivery.CANCELED: "the sender took it back",
    delivery.FAILED: "the recipient left before it acked",
}

_OTHERS = (
    Sign("★", "Director", "the sign of a Director who needs nobody"),
    Sign("2", "unacked", "messages that the agent has not acked; 1/2: one is unread"),
    Sign(
        "2!", "overdue", "one of them waits for its ack for too long", "bold $warning"
    ),
    Sign("▂▅█", "activity", "what an agent did in the last hour"),
    Sign("↩", "answers", "the message with this id is answered; ^ goes there"),
    Sign("▸", "folded", "more is behind this line; enter shows it"),
    Sign("~$1", "estimated", "a cost by kept prices, which the agent did not tell"),
    Sign("+3", "elsewhere", "so many wait for you in other sessions", "bold $warning"),
)


def legend() -> Iterator[tuple[str, tuple[Sign, ...]]]:
    """The signs under their headings."""
    looks = {**member.LOOKS, "unknown": member.UNKNOWN}
    members = (
        Sign(look.glyph, look.word, _STATES[state], look.style)
        for state, look in looks.items()
    )
    yield "Signs of members", tuple(members)
    messages = (
        Sign(*state, _DELIVERIES[state], delivery.COLOURS.get(state, "$text-muted"))
        for state in delivery.STATES
    )
    yield "Signs of messages", tuple(messages)
    yield "Other signs", _OTHERS
