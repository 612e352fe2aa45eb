"""A day on which nothing is to do costs nothing: nobody is typed to."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from cafleet_core import clock
from cafleet_core.broker.delivery import pending
from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.supervision.monitor import Monitor
from cafleet_core.config.rules import PushRules, Thresholds
from cafleet_core.states import AgentKind
from tests.team import Team, a_team_in_panes, log_of
from tests.terminal import Terminal, eventually, turns

NAMES = ("alice", "bob")
EVERY_MINUTES = 60


@pytest.fixture
def team(registry: Registry, terminal: Terminal, tmp_path: Path) -> Team:
    """A Director and two members in panes, who have done all that they were asked for."""
    team = a_team_in_panes(registry, terminal, tmp_path, *NAMES)
    with registry.write():
        registry.execute(
            "UPDATE agents SET kind = ? WHERE name IN (?, ?)",
            (AgentKind.MEMBER, *NAMES),
        )
        registry.execute(
            "UPDATE agent_placements SET director_agent_id = ? WHERE agent_id <> ?",
            (team.director.agent_id, team.director.agent_id),
        )
    for name in NAMES:
        eventually(partial(send_and_see, registry, team, tmp_path, name))
        inbox.ack_all(registry, team.caller(name))
    return team


def send_and_see(registry: Registry, team: Team, logs: Path, name: str) -> bool:
    """Whether a member has got its one message by now."""
    if not inbox.poll(registry, team.others[name]):
        send.send(registry, team.director, [team.others[name]], "to do")
    pending.settle(registry, PushRules())
    return bool(turns(log_of(logs, name)))


def typed(logs: Path) -> list[str]:
    """All that anybody was given to read, by keystrokes or otherwise."""
    return [turn for name in ("Director", *NAMES) for turn in turns(log_of(logs, name))]


def _same(moment: datetime) -> datetime:
    return moment


def test_in_24_idle_hours_nothing_is_typed(
    registry: Registry, team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, began = typed(tmp_path), clock.now()
    assert len(before) == len(NAMES)
    watching = Monitor(registry, team.session.session_id, PushRules(), Thresholds())
    wakes = []
    for tick in range(24 * 60 // EVERY_MINUTES):
        moment = began + timedelta(minutes=tick * EVERY_MINUTES)
        monkeypatch.setattr(clock, "now", partial(_same, moment))
        looked = watching.tick()
        assert looked.watching
        wakes.append(looked.wake)
    watching.release()
    assert set(wakes) == {None}
    assert typed(tmp_path) == before
