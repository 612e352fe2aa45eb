"""Twelve sessions, as the picker lists them: some wait, one of them unwatched, one far away."""

from __future__ import annotations

from cafleet_core.records import Session
from cafleet_core.states import PaneState
from cafleet_core.views import Asking, SessionSummary
from screenshots import team
from screenshots.names import ago, an_id, id_of
from screenshots.panes import CHOICE, QUESTION
from screenshots.still import StillSource

_QUIET = (
    ("website", 900),
    ("import-2026-11", 4_000),
    ("a-very-long-name-of-a-session-for-the-quarterly-report", 8_000),
    ("mobile", 20_000),
    ("billing", 40_000),
    ("search", 60_000),
    ("archive", 90_000),
    (None, 400_000),
)


def _session(number: int, label: str | None) -> Session:
    base = 100 + 10 * number
    return Session(
        *(an_id(base), label, ago(100_000 + number), None),
        *(an_id(base + 1), an_id(base + 2)),
    )


def asking(
    session: Session, *names: str, since: float, watched: bool = True
) -> tuple[Asking, ...]:
    """Members of a session, named like those of the team, that wait for answers."""
    members = {member.agent.name: member.agent for member in team.MEMBERS}
    waiting = []
    for name in names:
        agent = members[name]
        placement = agent.placement
        waiting.append(
            Asking(
                session,
                agent._replace(
                    agent_id=an_id(900 + int(id_of(name)[-4:])),
                    session_id=session.session_id,
                    placement=placement
                    and placement._replace(
                        pane_state=PaneState.WAITING, pane_state_since=ago(since)
                    ),
                ),
                watched,
            )
        )
    return tuple(waiting)


_DOCS, _PAYMENTS, _OPS = (
    _session(number, label) for number, label in enumerate(("docs", "payments", "ops"))
)

SUMMARIES = (
    SessionSummary(
        *(_DOCS, 7, 5, ago(12), 1),
        asking(_DOCS, "Director", "tester", "drafter", since=95),
        "docs",
    ),
    team.SUMMARIES[0]._replace(
        mail=2,
        waiting=asking(team.SESSION, "reviewer", since=41),
        tmux_session="work",
    ),
    SessionSummary(
        *(_PAYMENTS, 4, 0, ago(7_300), 0),
        asking(_PAYMENTS, "Director", since=7_200, watched=False),
        "payments",
    ),
    SessionSummary(_OPS, 3, 2, ago(300), 2, (), "ops", "build-server"),
    *(
        SessionSummary(
            *(_session(number, label), 3, number % 3, ago(silent)),
            tmux_session="main",
        )
        for number, (label, silent) in enumerate(_QUIET, 3)
    ),
)

PLACES = {
    summary.session.session_id: f"/srv/projects/{summary.session.label or 'scratch'}"
    for summary in SUMMARIES
    if not summary.host
}


def source() -> StillSource:
    """The team, among twelve sessions."""
    asked = {
        "Director": team.view(PaneState.WAITING, CHOICE),
        "tester": team.view(PaneState.WAITING, QUESTION),
    }
    return team.source()._replace(summaries=SUMMARIES, places=PLACES, asked=asked)
