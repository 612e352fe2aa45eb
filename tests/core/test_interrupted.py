"""Commands killed or stopped at any step: what they left is finished or undone, and blocks nobody."""

from __future__ import annotations

import signal
import time
from functools import partial
from pathlib import Path

import pytest

from cafleet_core.broker.directory import agents, sessions
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import create_member, delete_member, delete_session
from cafleet_core.diagnosis import checks, repair
from cafleet_core.errors import CafleetError
from cafleet_core.panes.tmux import facts
from cafleet_core.records import Agent
from cafleet_core.requests import MemberRequest
from tests.core.doctor import place_of
from tests.core.interrupting import at_step, killed_at_each_step
from tests.team import Team, a_team_in_panes
from tests.terminal import Terminal, eventually

CREATE = (
    *("member", "create", "--name", "worker", "--description", "works"),
    *("--coding-agent", "standin"),
)


def has_panes(terminal: Terminal, team: Team, count: int) -> bool:
    return len(member_panes(terminal, team)) == count


@pytest.fixture
def team(registry: Registry, terminal: Terminal, tmp_path: Path) -> Team:
    return a_team_in_panes(registry, terminal, tmp_path)


def pane_of(agent: Agent) -> str:
    assert agent.placement is not None
    return agent.placement.tmux_pane_id or ""


def create(registry: Registry, team: Team, name: str = "worker") -> Agent:
    request = MemberRequest(name, "works", "standin", cwd="/")
    return create_member.create(registry, team.caller(), request).agent


def members(registry: Registry, team: Team) -> list[Agent]:
    listed = agents.listed(registry, team.session)
    return [agent for agent in listed if agent.kind == "member"]


def finished(registry: Registry, team: Team) -> Agent | None:
    """The member, where nothing was being done to it."""
    for agent in members(registry, team):
        if agent.placement and agent.placement.operation is None:
            return agent
    return None


def member_panes(terminal: Terminal, team: Team) -> set[str]:
    """The panes beside the first one of the server and the Director's."""
    return set(facts.panes(terminal.socket)) - {terminal.first, pane_of(team.director)}


def files_left(registry: Registry) -> list[str]:
    folder = Path(registry.where).parent
    return [path.name for path in folder.iterdir() if path.name.startswith(".cafleet-")]


def problems(registry: Registry) -> list[str]:
    """What `doctor` says of panes that is not right."""
    return [
        check.detail
        for check in checks.examine(place_of(registry))
        if check.name == "panes" and check.ok is False
    ]


def test_a_name_is_free_again_at_whatever_step_its_creation_was_killed(
    registry: Registry, registry_path: Path, terminal: Terminal, team: Team
) -> None:
    inside = (terminal, pane_of(team.director))
    steps = []
    for step in killed_at_each_step(registry_path, *CREATE, inside=inside, every=2):
        steps.append(step)
        worker = finished(registry, team) or create(registry, team)
        assert [agent.name for agent in members(registry, team)] == ["worker"], step
        assert pane_of(worker) in member_panes(terminal, team), step
        eventually(lambda: len(member_panes(terminal, team)) == 1)
        assert (files_left(registry), problems(registry)) == ([], []), step
        delete_member.delete(registry, worker, force=True)
        eventually(lambda: not member_panes(terminal, team))
    assert len(steps) > 4


def test_doctor_mends_what_a_killed_creation_left(
    registry: Registry, registry_path: Path, terminal: Terminal, team: Team
) -> None:
    inside = (terminal, pane_of(team.director))
    killed = killed_at_each_step(
        registry_path, *CREATE, inside=inside, first=1, every=2
    )
    for step in killed:
        if members(registry, team) and not finished(registry, team):
            assert "interrupted: worker (create)" in problems(registry)[0], step
        repair.repair(place_of(registry))
        assert problems(registry) == [], step
        left = members(registry, team)
        eventually(partial(has_panes, terminal, team, len(left)))
        for worker in left:  # what it kept lives
            assert pane_of(worker) in member_panes(terminal, team), step
            delete_member.delete(registry, worker, force=True)
        assert files_left(registry) == [], step


def test_a_creation_that_is_stopped_stops_nobody(
    registry: Registry, registry_path: Path, terminal: Terminal, team: Team
) -> None:
    inside = (terminal, pane_of(team.director))
    for number in range(0, 30, 3):
        with at_step(
            number, registry_path, *CREATE, sent=signal.SIGSTOP, inside=inside
        ) as stopped:
            if not stopped.reached:
                break
            if stopped.step == "at execute":
                continue  # it holds the registry's lock: nobody can help that
            began = time.monotonic()
            another, worker = create(registry, team, "another"), create(registry, team)
            assert time.monotonic() - began < 15, stopped.step
            stopped.process.send_signal(signal.SIGCONT)
            assert stopped.process.wait(60) == 1, stopped.step
            for agent in (another, worker):
                assert pane_of(agent) in member_panes(terminal, team), stopped.step
                delete_member.delete(registry, agent, force=True)
            eventually(lambda: not member_panes(terminal, team))
            assert files_left(registry) == [], stopped.step


def test_a_member_that_has_mail_keeps_its_name_although_its_creator_was_killed(
    registry: Registry, registry_path: Path, terminal: Terminal, team: Team
) -> None:
    worker = create(registry, team)
    with registry.write():
        registry.execute(
            "UPDATE agent_placements SET operation = 'create 1 1 -' WHERE agent_id = ?",
            (worker.agent_id,),
        )
    send.send(registry, team.director, [worker], "to do")
    with pytest.raises(CafleetError, match="an active agent named 'worker' exists"):
        create(registry, team)
    assert pane_of(worker) in member_panes(terminal, team)
    assert problems(registry) == []


def test_a_name_is_free_again_at_whatever_step_its_deletion_was_killed(
    registry: Registry, registry_path: Path, terminal: Terminal, team: Team
) -> None:
    inside = (terminal, pane_of(team.director))
    delete = ("member", "delete", "--member-id", "worker", "--force")
    create(registry, team)
    for step in killed_at_each_step(registry_path, *delete, inside=inside):
        worker = finished(registry, team) or create(registry, team)
        eventually(lambda: len(member_panes(terminal, team)) == 1)
        assert member_panes(terminal, team) == {pane_of(worker)}, step
        assert (files_left(registry), problems(registry)) == ([], []), step


def test_doctor_finishes_a_deletion_or_keeps_what_lives(
    registry: Registry, registry_path: Path, terminal: Terminal, team: Team
) -> None:
    inside = (terminal, pane_of(team.director))
    delete = ("member", "delete", "--member-id", "worker", "--force")
    create(registry, team)
    for step in killed_at_each_step(registry_path, *delete, inside=inside):
        repair.repair(place_of(registry))
        assert problems(registry) == [], step
        panes = {pane_of(agent) for agent in members(registry, team)}
        assert member_panes(terminal, team) == panes, step
        if not panes:
            create(registry, team)


def test_a_session_can_be_deleted_again_at_whatever_step_that_was_killed(
    registry: Registry, registry_path: Path, terminal: Terminal
) -> None:
    steps = 0
    while True:
        made = sessions.create(registry, terminal.here(terminal.first), None, "standin")
        listed = agents.listed(registry, made.session)
        team = Team(made.session, made.director, listed[-1], {})
        create(registry, team)
        session_id = made.session.session_id
        delete = ("session", "delete", session_id, "--close-panes")
        with at_step(steps, registry_path, *delete) as killed:
            reached = killed.reached
        if sessions.find(registry, session_id).deleted_at is None:
            end = delete_session.delete(
                registry, session_id, close_panes=True, own_pane=""
            )
            delete_session.close_last(registry, end)
        repair.repair(place_of(registry))
        eventually(lambda: len(facts.panes(terminal.socket)) == 1)
        assert files_left(registry) == [], killed.step
        if not reached:
            break
        steps += 1
    assert steps > 3


def test_doctor_takes_back_a_team_whose_making_was_killed(
    registry: Registry, registry_path: Path, terminal: Terminal, team: Team
) -> None:
    inside = (terminal, terminal.first)
    up = ("up", "--label", "another", "--coding-agent", "standin")
    before = set(facts.panes(terminal.socket))
    for step in killed_at_each_step(registry_path, *up, inside=inside):
        repair.repair(place_of(registry))
        assert problems(registry) == [], step
        live = [
            summary.session
            for summary in sessions.summaries(registry)
            if summary.session.session_id != team.session.session_id
        ]
        for session in live:  # what it kept has a Director
            [director] = [
                agent
                for agent in agents.listed(registry, session)
                if agent.kind == "director"
            ]
            assert pane_of(director) in facts.panes(terminal.socket), step
            sessions.delete(registry, session.session_id)
        assert files_left(registry) == [], step
        for pane_id in set(facts.panes(terminal.socket)) - before:
            terminal.tmux("kill-pane", "-t", pane_id)
