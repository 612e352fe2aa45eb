"""A timeline in which every state of a delivery is to be seen."""

from __future__ import annotations

from cafleet_core.states import PushOutcome, PushReason, TaskState
from cafleet_core.views import Delivery
from screenshots import team
from screenshots.letters import delivery, entry
from screenshots.names import ago
from screenshots.still import StillSource


def _waiting(seq: int, name: str, sent: float, **why: str | None) -> Delivery:
    return delivery(seq, name, sent, notified_at=None, **why)


def _read(seq: int, name: str, sent: float) -> Delivery:
    return delivery(seq, name, sent, read_at=ago(sent - 40))


def _acked(seq: int, name: str, sent: float) -> Delivery:
    return delivery(seq, name, sent, acked_at=ago(sent - 60))


def _ended(seq: int, name: str, sent: float, state: str) -> Delivery:
    return delivery(seq, name, sent, state=state, status_timestamp=ago(sent - 90))


_YESTERDAY = 86_400

ENTRIES = (
    entry(
        1,
        "Director",
        _YESTERDAY,
        "That is all for today.",
        [_acked(1, "drafter", _YESTERDAY), _acked(1, "reviewer", _YESTERDAY)],
        broadcast=True,
    ),
    entry(
        2,
        "Director",
        2400,
        "Phase two: everybody rebases on main and runs the whole suite once.\n"
        "Say so here when it is green.",
        [
            _acked(2, "tester", 2400),
            _read(2, "reviewer", 2400),
            delivery(2, "drafter", 2400),
            _waiting(
                2,
                "scout",
                2400,
                push_outcome=PushOutcome.HELD,
                push_reason=PushReason.QUESTION,
            ),
            _ended(2, "linter", 2400, TaskState.FAILED),
        ],
        broadcast=True,
    ),
    entry(
        3,
        "scout",
        2100,
        "May I delete tools/import.py?",
        [_ended(3, "Director", 2100, TaskState.CANCELED)],
    ),
    entry(
        4,
        "Administrator",
        1500,
        "Yes, proceed",
        [delivery(4, "reviewer", 1500, push_reason=PushReason.ANSWER)],
    ),
    entry(
        5,
        "drafter",
        1400,
        "A question for you: shall the notes list internal changes too?",
        [_waiting(5, "Administrator", 1400, push_reason=PushReason.NO_PLACEMENT)],
    ),
    entry(
        6,
        "tester",
        1200,
        "Green: 412 passed in 31 s.",
        [_acked(6, "Director", 1200)],
        reply_to=2,
    ),
    entry(
        7,
        "Director",
        900,
        "Please look at section 4 once more, all of you who wrote in it.",
        [
            _acked(7, "drafter", 900),
            _read(7, "reviewer", 900),
            _ended(7, "linter", 900, TaskState.FAILED),
        ],
    ),
    entry(
        8,
        "Administrator",
        120,
        "Where are you?",
        [
            _waiting(
                8,
                "linter",
                120,
                push_outcome=PushOutcome.NONE,
                push_reason=PushReason.NOT_THE_AGENT,
            )
        ],
    ),
    entry(
        9,
        "Director",
        60,
        "Hold the release until the plan is signed off.",
        [
            _waiting(
                9,
                "drafter",
                60,
                push_outcome=PushOutcome.HELD,
                push_reason=PushReason.DRAFT,
            ),
            _waiting(9, "tester", 60, push_outcome=None),
        ],
    ),
)


def source() -> StillSource:
    """The team, whose messages are in every state that there is."""
    return team.source()._replace(entries=ENTRIES)
