"""Commands that place an agent in the caller's pane, killed at any step: `doctor` marks what came to be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cafleet_core.broker.directory import agents, sessions
from cafleet_core.broker.registry.open import Registry
from cafleet_core.diagnosis import repair
from cafleet_core.panes.tmux import facts
from tests.core.interrupting import killed_at_each_step
from tests.core.test_interrupted import problems
from tests.terminal import Terminal


def placed(registry: Registry) -> set[str]:
    """The active agents that live in a pane, by id."""
    return {
        agent.agent_id
        for summary in sessions.summaries(registry)
        for agent in agents.listed(registry, summary.session)
        if agent.placement is not None
    }


def marked(terminal: Terminal) -> set[str]:
    return set(facts.panes(terminal.socket)[terminal.first].agent_ids)


def killed(
    registry: Registry, path: Path, terminal: Terminal, *command: str
) -> Iterator[str]:
    """Kill a command in the first pane at each step; what `doctor` left amiss is a failure."""
    for step in killed_at_each_step(path, *command, inside=(terminal, terminal.first)):
        unmarked = placed(registry) - marked(terminal)
        assert bool(problems(registry)) == bool(unmarked), step
        repair.repair(registry.where)
        assert problems(registry) == [], step
        assert marked(terminal) == placed(registry), step
        yield f"{step}: {len(unmarked)} not marked"


def test_a_session_is_whole_or_not_there_and_its_director_is_marked_by_doctor(
    registry: Registry, registry_path: Path, terminal: Terminal
) -> None:
    steps = list(killed(registry, registry_path, terminal, "session", "create"))
    assert any("1 not marked" in step for step in steps), steps
    for summary in sessions.summaries(registry):
        kinds = [agent.kind for agent in agents.listed(registry, summary.session)]
        assert sorted(kinds) == ["administrator", "director"]


def test_one_that_registers_in_its_pane_is_marked_by_doctor(
    registry: Registry, registry_path: Path, terminal: Terminal
) -> None:
    here = terminal.here(terminal.first)
    session_id = sessions.create(registry, here, None, "unknown").session.session_id
    register = ("agent", "register", "--name", "guest", "--here")
    more = ("--description", "g", "--session-id", session_id)
    steps = []
    for step in killed(registry, registry_path, terminal, *register, *more):
        steps.append(step)
        for guest in agents.listed(registry, sessions.find(registry, session_id)):
            if guest.name == "guest":
                agents.deregister(registry, guest)
    assert any("1 not marked" in step for step in steps), steps
