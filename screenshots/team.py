"""The team that the scenes show: a Director, five members and the human."""

from __future__ import annotations

from cafleet_core.panes.reading import question
from cafleet_core.readings import PaneReading
from cafleet_core.records import Agent, Placement, Session
from cafleet_core.states import AgentKind, AgentStatus, PaneState
from cafleet_core.views import Activity, Member, SessionSummary
from screenshots.messages import ENTRIES, TO_HUMAN
from screenshots.missed import MISSED
from screenshots.names import DEREGISTERED, NUMBERS, ago, an_id, id_of
from screenshots.panes import CHOICE, QUESTION, TRUST, WORKING
from screenshots.pulses import PULSES
from screenshots.still import StillSource
from screenshots.still_time import HOST

REGISTRY = "/home/you/.local/share/cafleet/registry.db"


SESSION = Session(an_id(1), "my-project", ago(9000), None, an_id(2), an_id(3))

_WAITING_SINCE = {"reviewer": 41, "drafter": 380, "scout": 130}
"""Seconds for which members have waited, in scenes with questions."""


def _placement(name: str, coding_agent: str) -> Placement:
    waited = _WAITING_SINCE.get(name)
    return Placement(
        director_agent_id=an_id(2),
        host=HOST,
        tmux_socket="/tmp/tmux-1000/default",  # noqa: S108  # only drawn
        tmux_server_pid=100,
        tmux_server_started=0,
        tmux_session="work",
        tmux_window_id="@1",
        tmux_pane_id=f"%{NUMBERS[name]}",
        coding_agent=coding_agent,
        process_names=coding_agent,
        pane_state=PaneState.WAITING if waited else None,
        pane_state_since=ago(waited) if waited else None,
        created_at=ago(9000),
    )


def _member(
    name: str,
    coding_agent: str | None,
    silent: float,
    unacked: int = 0,
    kind: AgentKind = AgentKind.MEMBER,
    unread: int = 0,
) -> Member:
    agent = Agent(
        agent_id=id_of(name),
        session_id=SESSION.session_id,
        name=name,
        description=f"{name} of my-project",
        status=AgentStatus.ACTIVE,
        kind=kind,
        skills=None,
        registered_at=ago(9000),
        deregistered_at=None,
        last_active_at=ago(silent),
        placement=_placement(name, coding_agent) if coding_agent else None,
    )
    last = ago(silent)
    return Member(agent, Activity(last, last, last, last, unacked, unread, None))


def _gone(name: str) -> Member:
    member = _member(name, None, 4000)
    agent = member.agent._replace(
        status=AgentStatus.DEREGISTERED, deregistered_at=ago(DEREGISTERED)
    )
    return member._replace(agent=agent)


_HEADS = (
    _member("Director", "claude", 1, kind=AgentKind.DIRECTOR),
    _member("Administrator", None, 70, kind=AgentKind.ADMINISTRATOR),
)

MEMBERS = (
    *_HEADS,
    _member("reviewer", "codex", 41, unacked=2, unread=1),
    _member("drafter", "claude", 380, unacked=1, unread=1),
    _member("tester", "claude", 3),
    _member("scout", "opencode", 130),
    _member("linter", "claude", 560, unacked=3, unread=3),
    _gone("planner"),
    _gone("translator"),
)


def view(state: PaneState, screen: str | None = None) -> PaneReading:
    """A pane's reading with this state; the question is read from `screen`."""
    asked = question.read(screen) if screen and state is PaneState.WAITING else None
    return PaneReading(state, "screen", state, screen, question=asked)


VIEWS = {
    id_of("Director"): view(PaneState.BUSY, WORKING),
    id_of("reviewer"): view(PaneState.WAITING, QUESTION),
    id_of("drafter"): view(PaneState.IDLE, WORKING),
    id_of("tester"): view(PaneState.BUSY, WORKING),
    id_of("scout"): view(PaneState.IDLE, WORKING),
    id_of("linter"): view(PaneState.DEAD),
}


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


BEATS = {id_of(name): pulse for name, pulse in PULSES.items()}


def source() -> StillSource:
    """The team at work; one member waits for an answer."""
    return StillSource(SUMMARIES, ENTRIES, MEMBERS, VIEWS, BEATS)


def waiting() -> StillSource:
    """The team with three waiting members, one of them at a prompt without numbers."""
    views = {
        id_of("drafter"): view(PaneState.WAITING, CHOICE),
        id_of("scout"): view(PaneState.WAITING, TRUST)._replace(
            evidence="Do you trust the files in this folder?"
        ),
    }
    return StillSource(SUMMARIES, ENTRIES, MEMBERS, VIEWS | views, BEATS)


def away() -> StillSource:
    """The team, after the human was away for an hour."""
    return waiting()._replace(events=MISSED)


def with_mail() -> StillSource:
    """The team with messages for the human, one of them acked."""
    human = id_of("Administrator")
    members = tuple(
        member._replace(activity=member.activity._replace(unacked=3))
        if member.agent.agent_id == human
        else member
        for member in MEMBERS
    )
    return StillSource(SUMMARIES, (*ENTRIES, *TO_HUMAN), members, VIEWS, BEATS)


def replayed() -> StillSource:
    """The team as it was, with the screens that were kept."""
    kept = {
        agent_id: view._replace(kept_at=ago(41) if view.screen else "")
        for agent_id, view in VIEWS.items()
    }
    return StillSource(SUMMARIES, ENTRIES, MEMBERS, kept, BEATS)


def without_panes() -> StillSource:
    """The team without a reachable tmux server."""
    return StillSource(SUMMARIES, ENTRIES, MEMBERS)


def empty() -> StillSource:
    """A session with only its Director and the human, without messages."""
    director = id_of("Director")
    return StillSource(SUMMARIES, (), _HEADS, {director: VIEWS[director]})
