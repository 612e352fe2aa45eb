"""The state of a delivery as a glyph with a word; colour is never the only sign."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from cafleet_core import clock
from cafleet_core.states import AgentKind, PushOutcome, PushReason, TaskState
from cafleet_core.views import Delivery
from cafleet_tui.render.age import clock_time
from cafleet_tui.render.safe_text import label


class State(NamedTuple):
    """A state's glyph and word; the word also names its style."""

    glyph: str
    word: str


SCHEDULED = State("◷", "scheduled")
QUEUED = State("◌", "queued")
PUSHED = State("•", "pushed")
SHOWN = State("•", "shown")
HELD = State("◔", "held")
READ = State("○", "read")
ACKED = State("✓", "acked")
ANSWERED = State("↵", "answered")
FAILED = State("✗", "failed")
CANCELED = State("–", "canceled")

STATES = (
    SCHEDULED,
    QUEUED,
    PUSHED,
    SHOWN,
    HELD,
    READ,
    ACKED,
    ANSWERED,
    FAILED,
    CANCELED,
)
"""Every state in the order of a message's life; the legend lists them."""

SETTLED = (ACKED, ANSWERED)
"""Final states without a problem."""

TROUBLED = (HELD, FAILED)
"""States that may need somebody's attention."""

COLOURS = {
    HELD: "$warning",
    FAILED: "bold $error",
    ACKED: "$success",
    ANSWERED: "$success",
}
"""Styles of states outside the timeline; a state not listed is muted."""

_REASONS = {
    "question": "question on screen",
    "draft": "a draft in its input",
    "covered": "something in front of its input",
    "suspended": "its program is stopped",
    "unknown": "not seen at rest",
    "limit": "at its usage limit",
    "failed": "refused by its service",
    "host_away": "its host is away",
    "synchronized": "its keys go to other panes too",
    "input_off": "its pane takes no keys",
    "self": "to itself",
    "no_placement": "no pane",
    "pending_placement": "pane not ready",
    "not_the_agent": "another program in its pane",
    "another_agent": "restarted: run cafleet agent adopt there",
    "other_host": "on another host",
    "no_answer": "tmux does not answer",
    "tmux_missing": "no tmux here",
    "no_access": "tmux out of reach",
    "inbox_held": "asks its human about it",
    "inbox_silent": "not taken by its inbox",
}


def state_of(delivery: Delivery) -> State:
    """The most relevant state of `delivery`."""
    if delivery.state == TaskState.SCHEDULED:
        return SCHEDULED
    if delivery.state == TaskState.CANCELED:
        return CANCELED
    if delivery.state == TaskState.FAILED:
        return FAILED
    if delivery.push_reason == PushReason.ANSWER:
        return ANSWERED
    if delivery.acked_at or delivery.state == TaskState.COMPLETED:
        return ACKED
    if delivery.read_at:
        return READ
    if delivery.push_outcome == PushOutcome.HELD:
        return HELD
    if delivery.push_outcome == PushOutcome.SHOWN:
        return SHOWN
    return PUSHED if delivery.notified_at else QUEUED


def is_for_human(delivery: Delivery) -> bool:
    """Whether it waits for the human, who has no pane and reads it here."""
    human = delivery.recipient_kind is AgentKind.ADMINISTRATOR
    return human and state_of(delivery) is QUEUED


def status(delivery: Delivery) -> str:
    """The state in words, with its time, or the reason why it waits."""
    state = state_of(delivery)
    if is_for_human(delivery):
        return "for you"
    if state is SCHEDULED:
        return f"{state.word} {_when(delivery)}"
    if state in (HELD, QUEUED):
        why = reason(delivery.push_reason)
        return f"{state.word}: {why}" if why else state.word
    since = {
        PUSHED: delivery.notified_at,
        SHOWN: delivery.notified_at,
        READ: delivery.read_at,
        ACKED: delivery.acked_at or delivery.status_timestamp,
    }.get(state, delivery.status_timestamp)
    return f"{state.word} {clock_time(since)}" if since else state.word


def _when(delivery: Delivery) -> str:
    """What a scheduled delivery waits for."""
    if delivery.not_before:
        return clock.local_end(delivery.not_before, clock.now())
    _, _, awaited = (delivery.awaits or "").partition(" ")
    return f"until {awaited}"


def reason(code: str | None) -> str:
    """A push's reason in words; empty for none."""
    return _REASONS.get(code or "") or label(code or "").replace("_", " ")


def tally(deliveries: Sequence[Delivery]) -> list[tuple[State, int]]:
    """The number of recipients in each state, the latest states first."""
    counts = Counter(state_of(delivery) for delivery in deliveries)
    return [(state, counts[state]) for state in reversed(STATES) if counts[state]]
