"""One agent's limit is its account's: who is left alone, until when, and who begins first."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest

from cafleet_core import clock
from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.supervision import account_limits
from cafleet_core.broker.supervision.monitor import Monitor
from cafleet_core.broker.team import accounts
from cafleet_core.config.rules import PushRules, Thresholds
from cafleet_core.panes.reading.look import FROM_ACCOUNT, look
from cafleet_core.readings import PaneReading
from cafleet_core.records import Agent
from cafleet_core.states import PaneState, PushOutcome, PushReason
from cafleet_core.storage import lookup
from tests.team import NOWHERE, Team, a_team, a_team_in_panes, log_of
from tests.terminal import Terminal, eventually, turns

MINE, OTHER = "/home/me/.claude", "/home/me/work"
IDLE = PaneReading(PaneState.IDLE, "screen", "❯")


@pytest.fixture
def running() -> Iterator[ExitStack]:
    """Programs that run until the test ends."""
    with ExitStack() as stack:
        yield stack


def signed_in(
    registry: Registry, team: Team, running: ExitStack, account: str, *names: str
) -> None:
    """Have each of these agents be a Claude Code whose process has this account's folder."""
    for name in names:
        program = subprocess.Popen(
            ["sleep", "infinity"],
            env={"HOME": "/home/me", "CLAUDE_CONFIG_DIR": account},
        )
        running.callback(program.wait)
        running.callback(program.kill)
        with registry.write():
            registry.execute(
                "UPDATE agent_placements SET coding_agent = 'claude', pane_pid = ?"
                " WHERE agent_id = ?",
                (program.pid, team.caller(name).agent.agent_id),
            )


def crew(registry: Registry, running: ExitStack) -> Team:
    """Three of one account, and one of another."""
    team = a_team(registry)
    for name in ("drafter", "reviewer", "tester", "guest"):
        team.others[name] = agents.register(
            registry, team.session, name, "d", here=NOWHERE, coding_agent="claude"
        )
    signed_in(registry, team, running, MINE, "drafter", "reviewer", "tester")
    signed_in(registry, team, running, OTHER, "guest")
    return team


def looked(registry: Registry, team: Team, **states: PaneReading) -> None:
    """Have a monitor see these states, and everybody else at rest."""
    members = present(registry, team)
    account_limits.keep(
        registry,
        members,
        {each.agent_id: states.get(each.name, IDLE) for each in members},
    )


def present(registry: Registry, team: Team) -> Sequence[Agent]:
    return lookup.active_agents(registry, team.session.session_id)


def parked(registry: Registry, team: Team) -> dict[str, str]:
    """Until when each is left alone, by name, those who begin first at the head."""
    slots = {
        each.name: each.placement.parked_until
        for each in present(registry, team)
        if each.placement and each.placement.parked_until
    }
    return dict(sorted(slots.items(), key=lambda item: item[1]))


def limit(until: str | None) -> PaneReading:
    return PaneReading(PaneState.LIMIT, "record", "5-hour limit", until=until)


def soon(seconds: float) -> str:
    return clock.stamp_after(clock.now(), seconds)


def test_a_limit_of_one_parks_its_account_and_nobody_else(
    registry: Registry, running: ExitStack
) -> None:
    team, end = crew(registry, running), soon(3600)
    looked(registry, team, drafter=limit(end))
    slots = parked(registry, team)
    assert set(slots) == {"drafter", "reviewer", "tester"}
    times = [end, *slots.values()]
    pauses = [
        clock.age(before, clock.parse(after)) for before, after in pairwise(times)
    ]
    assert all(30 <= pause <= 180 for pause in pauses)
    looked(registry, team, drafter=limit(end))
    assert parked(registry, team) == slots


def test_whose_mail_is_oldest_begins_first(
    registry: Registry, running: ExitStack
) -> None:
    team, end = crew(registry, running), soon(3600)
    looked(registry, team, drafter=limit(end))
    slots = list(parked(registry, team).values())
    for name in ("tester", "drafter"):
        send.send(registry, team.director, [team.others[name]], "go on")
    looked(registry, team, drafter=limit(end))
    assert list(parked(registry, team)) == ["tester", "drafter", "reviewer"]
    assert list(parked(registry, team).values()) == slots


def test_a_limit_that_ends_early_ends_for_all_one_by_one(
    registry: Registry, running: ExitStack
) -> None:
    team = crew(registry, running)
    looked(registry, team, drafter=limit(soon(3600)))
    looked(registry, team)
    slots = parked(registry, team)
    assert len(slots) == 3
    assert max(slots.values()) <= soon(3 * 180)
    looked(registry, team)
    assert parked(registry, team) == slots


def test_where_nobody_knows_the_end_it_is_found_out_once(
    registry: Registry, running: ExitStack
) -> None:
    team = crew(registry, running)
    looked(registry, team, drafter=limit(None))
    slots = parked(registry, team)
    assert min(slots.values()) > soon(300)
    with registry.write():
        registry.execute("UPDATE agent_placements SET parked_until = ?", (soon(-1),))
    looked(registry, team, drafter=limit(None))
    assert max(parked(registry, team).values()) < soon(0)


def test_who_is_parked_gets_its_mail_when_that_is_over(
    registry: Registry, terminal: Terminal, tmp_path: Path
) -> None:
    """On real tmux: held with its reason, seen at its limit, and typed afterwards."""
    team = a_team_in_panes(registry, terminal, tmp_path, "drafter")
    drafter = team.others["drafter"]
    with registry.write():
        registry.execute(
            "UPDATE agent_placements SET parked_until = ? WHERE agent_id = ?",
            (soon(3600), drafter.agent_id),
        )
    drafter = lookup.by_ids(registry, [drafter.agent_id])[0]
    reading = look([drafter])[drafter.agent_id]
    assert (reading.state, reading.source) == (PaneState.LIMIT, FROM_ACCOUNT)
    [(task, held)] = send.send(registry, team.director, [drafter], "draft").deliveries
    assert (held.outcome, held.reason) == (PushOutcome.HELD, PushReason.LIMIT)
    monitor = Monitor(registry, team.session.session_id, PushRules(), Thresholds())
    tick = monitor.tick()
    assert tick.readings[drafter.agent_id].until == reading.until
    with registry.write():
        registry.execute("UPDATE agent_placements SET parked_until = ?", (soon(-1),))
    monitor.tick()
    monitor.tick()
    stored = registry.row(
        "SELECT notified_at FROM tasks WHERE task_id = ?", (task.task_id,)
    )
    assert stored is not None
    assert stored[0] is not None
    monitor.release()
    assert parked(registry, team) == {}


@pytest.mark.parametrize("wanted", [True, False])
def test_who_has_no_mail_is_told_to_go_on_if_the_user_wants_that(
    registry: Registry, terminal: Terminal, tmp_path: Path, wanted: bool
) -> None:
    team = a_team_in_panes(registry, terminal, tmp_path, "drafter")
    with registry.write():
        registry.execute(
            "UPDATE agent_placements SET parked_until = ? WHERE agent_id = ?",
            (soon(-1), team.others["drafter"].agent_id),
        )
    limits = Thresholds(resume_after_limit=wanted)
    monitor = Monitor(registry, team.session.session_id, PushRules(), limits)
    monitor.tick()
    monitor.tick()
    monitor.release()
    lines = ["[cafleet] The limit is over; go on."]
    log = log_of(tmp_path, "drafter")
    if wanted:
        eventually(lambda: turns(log))
    assert turns(log) == (lines if wanted else [])
    assert parked(registry, team) == {}


def test_who_starts_another_of_that_account_is_warned(
    registry: Registry, running: ExitStack
) -> None:
    team = crew(registry, running)
    looked(registry, team, drafter=limit(soon(3600)))
    mine = {"HOME": "/home/me", "CLAUDE_CONFIG_DIR": MINE}
    assert MINE in accounts.warning(registry, "claude", mine)
    assert accounts.warning(registry, "claude", {"HOME": "/home/me"}) != ""
    assert (
        accounts.warning(registry, "claude", {**mine, "CLAUDE_CONFIG_DIR": OTHER}) == ""
    )
    assert accounts.warning(registry, "standin", mine) == ""
