"""What waits in all sessions at once, and where each of them works."""

from __future__ import annotations

from pathlib import Path

from cafleet_core import clock
from cafleet_core.broker.delivery import holder
from cafleet_core.broker.directory import sessions
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import all_sessions
from cafleet_core.records import Agent
from cafleet_core.states import PaneState, Watcher
from cafleet_core.storage import hosts, monitors
from cafleet_core.storage.hosts import Host
from cafleet_core.views import SessionSummary
from tests.builders import at
from tests.team import Team, a_team
from tests.terminal import Terminal


def waits(registry: Registry, agent: Agent, since: str | None = None) -> None:
    """Keep that an agent was seen waiting."""
    stamp = since or clock.stamp()
    monitors.keep_state(registry, agent.agent_id, PaneState.WAITING, stamp)


def watch(registry: Registry, team: Team, watcher: Watcher = Watcher.MONITOR) -> None:
    """Claim a session for this process, as what looks at its panes does."""
    who = holder.this_process(watcher).text()
    monitors.hold(registry, team.session.session_id, "here", who, clock.stamp())


def summary_of(registry: Registry, team: Team) -> SessionSummary:
    return next(
        summary
        for summary in all_sessions.summaries(registry)
        if summary.session == team.session
    )


def test_the_session_in_which_somebody_waits_comes_first_and_says_who(
    registry: Registry,
) -> None:
    asking, quiet = a_team(registry, label="docs"), a_team(registry, label="web")
    assert [each.session for each in all_sessions.summaries(registry)] == [
        quiet.session,
        asking.session,
    ]
    waits(registry, asking.director)
    watch(registry, asking)
    first, second = all_sessions.summaries(registry)
    assert first.session == asking.session
    assert [each.agent.name for each in first.waiting] == ["Director"]
    assert first.waiting[0].watched
    assert second.waiting == ()


def test_a_state_that_nobody_keeps_up_to_date_is_told_as_an_old_one(
    registry: Registry,
) -> None:
    team, watched = a_team(registry, label="docs"), a_team(registry, label="web")
    waits(registry, team.director, at())
    waits(registry, watched.director)
    watch(registry, watched)
    # the loop that delivers held messages does not look at those who have none
    watch(registry, team, Watcher.LOOP)
    assert not summary_of(registry, team).waiting[0].watched
    assert all_sessions.summaries(registry)[0].session == watched.session
    watch(registry, team)
    assert summary_of(registry, team).waiting[0].watched


def test_nobody_waits_in_a_session_that_is_deleted(registry: Registry) -> None:
    team = a_team(registry)
    waits(registry, team.director)
    sessions.delete(registry, team.session.session_id)
    (listed,) = all_sessions.summaries(registry, include_deleted=True)
    assert (listed.waiting, listed.team, listed.tmux_session) == ((), 0, "")
    assert all_sessions.waiting_in_all(registry) == []


def test_what_is_for_the_human_is_counted_apart(registry: Registry) -> None:
    team = a_team(registry, "drafter")
    send.send(registry, team.others["drafter"], [team.administrator], "ready")
    send.send(registry, team.director, [team.others["drafter"]], "go on")
    listed = summary_of(registry, team)
    assert (listed.mail, listed.team_unacked, listed.unacked) == (1, 1, 2)
    assert (listed.team, listed.active_agents) == (2, 3)


def test_a_director_on_another_machine_is_told_with_its_name(
    registry: Registry,
) -> None:
    team = a_team(registry)
    assert (
        summary_of(registry, team).host,
        summary_of(registry, team).tmux_session,
    ) == (
        "",
        "main",
    )
    hosts.introduce(registry, Host("h" * 36, "build-server"))
    registry.execute("UPDATE agent_placements SET host = ?", ("h" * 36,))
    assert summary_of(registry, team).host == "build-server"
    assert all_sessions.folders(registry) == {}


def test_each_server_is_asked_for_the_folders_of_its_directors(
    registry: Registry, terminal: Terminal, tmp_path: Path
) -> None:
    pane = terminal.pane(["sh", "-c", f"cd {tmp_path} && exec sleep 60"])
    living = a_team(registry, here=terminal.here(pane), label="docs")
    a_team(registry, label="gone")  # in a pane of a server that does not exist
    assert all_sessions.folders(registry) == {living.session.session_id: str(tmp_path)}
