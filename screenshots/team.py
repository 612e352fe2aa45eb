"""The team that the scenes show: a Director, five members and the human."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from cafleet_core import clock, records
from cafleet_core.panes import questions
from cafleet_core.records import (
    Activity,
    Agent,
    Delivery,
    Entry,
    Member,
    PaneView,
    Placement,
    Session,
    SessionSummary,
)
from screenshots.panes import CHOICE, QUESTION, TRUST, WORKING
from screenshots.pulses import PULSES
from screenshots.still import NOW, StillSource

REGISTRY = "/home/you/.local/share/cafleet/registry.db"


def ago(seconds: float) -> str:
    """The stamp of a moment before the scenes' own."""
    return clock.stamp(NOW - timedelta(seconds=seconds))


def an_id(number: int) -> str:
    """A readable id."""
    return f"{number * 0x1234567 % 0xFFFFFFFF:08x}-0000-4000-8000-{number:012d}"


SESSION = Session(an_id(1), "my-project", ago(9000), None, an_id(2), an_id(3))

_NUMBERS = {
    "Director": 2,
    "Administrator": 3,
    "reviewer": 4,
    "drafter": 5,
    "tester": 6,
    "scout": 7,
    "linter": 8,
}


_WAITING_SINCE = {"reviewer": 41, "drafter": 380, "scout": 130}
"""For how many seconds they have waited, in the scenes in which they do."""


def _placement(name: str, coding_agent: str) -> Placement:
    waited = _WAITING_SINCE.get(name)
    return Placement(
        director_agent_id=an_id(2),
        host="here",
        tmux_socket="/tmp/tmux-1000/default",  # noqa: S108 - only shown
        tmux_server_pid=100,
        tmux_server_started=0,
        tmux_session="work",
        tmux_window_id="@1",
        tmux_pane_id=f"%{_NUMBERS[name]}",
        coding_agent=coding_agent,
        process_names=coding_agent,
        pane_state="waiting" if waited else None,
        pane_state_since=ago(waited) if waited else None,
        created_at=ago(9000),
    )


def _member(
    name: str,
    coding_agent: str | None,
    silent: float,
    unacked: int = 0,
    kind: str = records.MEMBER,
) -> Member:
    agent = Agent(
        agent_id=an_id(_NUMBERS[name]),
        session_id=SESSION.session_id,
        name=name,
        description=f"{name} of my-project",
        status=records.ACTIVE,
        kind=kind,
        skills=None,
        registered_at=ago(9000),
        deregistered_at=None,
        last_active_at=ago(silent),
        placement=_placement(name, coding_agent) if coding_agent else None,
    )
    last = ago(silent)
    return Member(agent, Activity(last, last, last, last, unacked, 0, None))


def _gone(number: int, name: str) -> Member:
    member = _member("linter", None, 4000)
    agent = member.agent._replace(
        agent_id=an_id(number),
        name=name,
        status=records.DEREGISTERED,
        deregistered_at=ago(3000),
    )
    return member._replace(agent=agent)


_HEADS = (
    _member("Director", "claude", 1, kind=records.DIRECTOR),
    _member("Administrator", None, 70, kind=records.ADMINISTRATOR),
)

MEMBERS = (
    *_HEADS,
    _member("reviewer", "codex", 41, unacked=2),
    _member("drafter", "claude", 380, unacked=1),
    _member("tester", "claude", 3),
    _member("scout", "opencode", 130),
    _member("linter", "claude", 560, unacked=3),
    _gone(20, "planner"),
    _gone(21, "translator"),
)


def _view(state: str, screen: str | None = None) -> PaneView:
    asked = questions.read(screen) if screen and state == "waiting" else None
    return PaneView(state, "screen", state, screen, question=asked)


VIEWS = {
    an_id(_NUMBERS["Director"]): _view("busy", WORKING),
    an_id(_NUMBERS["reviewer"]): _view("waiting", QUESTION),
    an_id(_NUMBERS["drafter"]): _view("idle", WORKING),
    an_id(_NUMBERS["tester"]): _view("busy", WORKING),
    an_id(_NUMBERS["scout"]): _view("idle", WORKING),
    an_id(_NUMBERS["linter"]): _view("dead"),
}


def _delivery(seq: int, name: str, sent: float, **changes: Any) -> Delivery:
    state = records.COMPLETED if changes.get("acked_at") else records.INPUT_REQUIRED
    delivery = Delivery(
        task_id=an_id(100 * seq + _NUMBERS[name]),
        recipient_id=an_id(_NUMBERS[name]),
        recipient_name=name,
        state=state,
        created_at=ago(sent),
        status_timestamp=changes.get("acked_at") or ago(sent),
        notified_at=ago(sent),
        read_at=changes.get("acked_at"),
        acked_at=None,
        push_outcome="delivered",
        push_reason=None,
    )
    return delivery._replace(**changes)


def _entry(
    seq: int,
    sender: str,
    sent: float,
    text: str,
    deliveries: Sequence[Delivery],
    broadcast: bool = False,
) -> Entry:
    return Entry(
        seq=seq,
        version=seq,
        task_id=an_id(1000 + seq),
        broadcast=broadcast,
        sender_id=an_id(_NUMBERS[sender]),
        sender_name=sender,
        text=text,
        created_at=ago(sent),
        reply_to_task_id=None,
        deliveries=tuple(deliveries),
    )


ENTRIES = (
    _entry(
        1,
        "Director",
        1860,
        "Phase one starts now: drafter writes the plan, reviewer reads it, tester\n"
        "prepares the fixtures. Report here when your part is done.",
        [
            _delivery(1, "drafter", 1860, acked_at=ago(1840)),
            _delivery(1, "reviewer", 1860, acked_at=ago(1833)),
            _delivery(1, "tester", 1860, acked_at=ago(190)),
            _delivery(1, "scout", 1860, acked_at=ago(1801)),
            _delivery(1, "linter", 1860, notified_at=None, push_outcome="failed"),
        ],
        broadcast=True,
    ),
    _entry(
        2,
        "scout",
        1490,
        "The old importer lives in tools/import.py; nothing else calls it.",
        [_delivery(2, "Director", 1490, acked_at=ago(1470))],
    ),
    _entry(
        3,
        "drafter",
        1210,
        "Draft is at docs/plan.md; two questions:\n1. which database?\n2. who reviews?",
        [_delivery(3, "Director", 1210, acked_at=ago(1190))],
    ),
    _entry(
        4,
        "Director",
        1100,
        "Start with the importer.",
        [_delivery(4, "scout", 1100, state=records.CANCELED)],
    ),
    _entry(
        5,
        "Administrator",
        900,
        "SQLite. The reviewer reviews.",
        [_delivery(5, "drafter", 900, acked_at=ago(640))],
    ),
    _entry(
        6,
        "drafter",
        380,
        "The plan is final. 設計 is in section 2, the migration in section 4.",
        [
            _delivery(6, "Director", 380, acked_at=ago(350)),
            _delivery(6, "reviewer", 380, read_at=ago(300)),
        ],
    ),
    _entry(
        7,
        "tester",
        180,
        "Fixtures are in tests/data; 41 of them, all green.",
        [_delivery(7, "Director", 180, acked_at=ago(160))],
    ),
    _entry(
        8,
        "Administrator",
        70,
        "Please answer the question on your screen, then go on with section 4.",
        [
            _delivery(
                8,
                "reviewer",
                70,
                notified_at=None,
                push_outcome="held",
                push_reason="question on screen",
            )
        ],
    ),
)

SUMMARIES = (
    SessionSummary(SESSION, 6, 6, ago(3)),
    SessionSummary(
        Session(an_id(31), "website", ago(90_000), None, an_id(32), an_id(33)),
        3,
        0,
        ago(4_000),
    ),
    SessionSummary(
        Session(an_id(41), None, ago(400_000), None, an_id(42), an_id(43)),
        1,
        0,
        None,
    ),
)


BEATS = {an_id(_NUMBERS[name]): pulse for name, pulse in PULSES.items()}


def source() -> StillSource:
    """The team at work, one of them waiting for an answer."""
    return StillSource(SUMMARIES, ENTRIES, MEMBERS, VIEWS, BEATS)


def waiting() -> StillSource:
    """The team when three of them wait for an answer, one to a prompt without numbers."""
    views = {
        an_id(_NUMBERS["drafter"]): _view("waiting", CHOICE),
        an_id(_NUMBERS["scout"]): _view("waiting", TRUST)._replace(
            reason="Do you trust the files in this folder?"
        ),
    }
    return StillSource(SUMMARIES, ENTRIES, MEMBERS, VIEWS | views, BEATS)


def empty() -> StillSource:
    """A session that has its Director and the human, and nothing said yet."""
    director = an_id(_NUMBERS["Director"])
    return StillSource(SUMMARIES, (), _HEADS, {director: VIEWS[director]})
