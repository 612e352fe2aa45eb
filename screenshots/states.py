"""A scene's source with deliveries in every state."""

from __future__ import annotations

from cafleet_core.states import PaneState, PushOutcome, PushReason, TaskState
from cafleet_core.views import Delivery
from screenshots import team
from screenshots.messages import delivery, entry
from screenshots.names import DEREGISTERED, ago, id_of
from screenshots.still import StillSource


def _waiting(
    seq: int, name: str, sent: float, outcome: PushOutcome, why: PushReason
) -> Delivery:
    return delivery(
        seq, name, sent, notified_at=None, push_outcome=outcome, push_reason=why
    )


def _scheduled(seq: int, name: str, sent: float) -> Delivery:
    state, at = TaskState.SCHEDULED, ago(-_TOMORROW)
    return delivery(seq, name, sent, state=state, notified_at=None, not_before=at)


def _read(seq: int, name: str, sent: float) -> Delivery:
    return delivery(seq, name, sent, read_at=ago(sent - 40))


def _acked(seq: int, name: str, sent: float) -> Delivery:
    return delivery(seq, name, sent, acked_at=ago(sent - 60))


def _canceled(seq: int, name: str, sent: float) -> Delivery:
    at = ago(sent - 90)
    return delivery(seq, name, sent, state=TaskState.CANCELED, status_timestamp=at)


def _failed(seq: int, name: str, sent: float) -> Delivery:
    """A delivery that was open when its recipient was deregistered."""
    at = ago(DEREGISTERED)
    return delivery(seq, name, sent, state=TaskState.FAILED, status_timestamp=at)


def _shown(seq: int, name: str, sent: float) -> Delivery:
    """A delivery that was only shown: a shell runs in the recipient's pane."""
    return delivery(seq, name, sent, push_outcome=PushOutcome.SHOWN)


def _answered(seq: int, name: str, sent: float) -> Delivery:
    """A delivery whose text was typed as the answer to a question."""
    state, why = TaskState.COMPLETED, PushReason.ANSWER
    return delivery(seq, name, sent, state=state, push_reason=why)


_YESTERDAY = 86_400
_TOMORROW = 60_000

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
            _shown(2, "scout", 2400),
            _failed(2, "planner", 2400),
        ],
        broadcast=True,
    ),
    entry(
        3,
        "scout",
        2100,
        "May I delete tools/import.py?",
        [_canceled(3, "Director", 2100)],
    ),
    entry(
        4,
        "Administrator",
        1500,
        "Yes, proceed",
        [_answered(4, "reviewer", 1500)],
    ),
    entry(
        5,
        "drafter",
        1400,
        "A question for you: shall the notes list internal changes too?",
        [_waiting(5, "Administrator", 1400, PushOutcome.NONE, PushReason.NO_PLACEMENT)],
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
            _failed(7, "planner", 900),
        ],
    ),
    entry(
        8,
        "Administrator",
        120,
        "Where are you?",
        [_waiting(8, "linter", 120, PushOutcome.NONE, PushReason.PANE_GONE)],
    ),
    entry(
        9,
        "Director",
        60,
        "Hold the release until the plan is signed off.",
        [
            _waiting(9, "reviewer", 60, PushOutcome.HELD, PushReason.QUESTION),
            _waiting(9, "drafter", 60, PushOutcome.HELD, PushReason.DRAFT),
            _waiting(9, "linter", 60, PushOutcome.NONE, PushReason.PANE_GONE),
        ],
    ),
    entry(
        10,
        "Director",
        30,
        "Run the whole suite on the release branch.",
        [_scheduled(10, "tester", 30)],
    ),
)


def source() -> StillSource:
    """The team with messages in every state; scout's pane runs a shell, drafter's has a draft."""
    panes = {
        id_of("drafter"): team.view(PaneState.DRAFT),
        id_of("scout"): team.view(PaneState.SHELL),
    }
    return team.source()._replace(entries=ENTRIES, views=team.VIEWS | panes)
