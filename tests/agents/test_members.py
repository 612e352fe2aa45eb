"""Created members talk by the commands of their first prompt, and run what they are told to."""

from __future__ import annotations

import json

import pytest

from cafleet_core import ids
from cafleet_core.broker.messages import inbox
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team.prompts import FOR_MEMBERS
from cafleet_core.states import ExecutionEnd, SenderProof, TaskState
from cafleet_core.storage import tasks
from tests.agents.office import AGENTS, Office, set_up
from tests.agents.programs import PATIENCE, Programs
from tests.agents.replies import CALL
from tests.team import a_team
from tests.terminal import cafleet, eventually

pytestmark = pytest.mark.timeout(900)  # a busy machine takes minutes to start each

PIECES = ("codex-allow", "codex-registry", "opencode-allow")
"""What members need of `cafleet setup` to call cafleet; Claude Code's are started with it."""

SHELL = {
    "claude": ("Bash", {"description": "Talk"}, "command"),
    "codex": ("exec_command", {}, "cmd"),
    "opencode": ("bash", {"description": "Talk"}, "command"),
}
"""Each one's tool for a line of shell: its name, what else it takes, and where the line goes."""


@pytest.fixture(scope="module")
def office(equipped: tuple[Registry, Programs]) -> Office:
    """A session whose Director creates members on a machine that is set up."""
    registry, programs = equipped
    terminal = programs.terminal
    # members know of the registry by what they are started with, and by that alone
    terminal.tmux("set-environment", "-g", "-u", "CAFLEET_DATABASE_URL")
    set_up(programs, *PIECES)
    team = a_team(registry, here=terminal.here(terminal.first))
    return Office(registry, programs, team)


def runs(office: Office, agent: str, line: str) -> None:
    """Have an agent's model run a line of shell, as it is given it."""
    tool, more, name = SHELL[agent]
    call = json.dumps([tool, {**more, name: line}])
    office.programs.says(office.pane(agent), CALL + call)


def results(office: Office) -> str:
    """What the models were told of the commands that they ran."""
    items = (
        item
        for request in list(office.programs.api.requests)
        for item in request.get("messages") or request["input"]
    )
    return "".join(
        json.dumps(part)
        for item in items
        for part in (item, *(item.get("content") or ()))
        if isinstance(part, dict)
        and part.get("type") in ("tool_result", "function_call_output")
    )


@pytest.mark.parametrize("agent", AGENTS)
def test_a_member_talks_and_works_without_an_option(office: Office, agent: str) -> None:
    office.creates(agent, agent, FOR_MEMBERS)
    eventually(lambda: office.heard(agent, "You are " + agent), PATIENCE)
    office.becomes(agent, "idle")
    task, _ = office.sends(agent, f"Report, {agent}.")
    shown = ids.shown(task.task_id)
    office.has_heard_once(agent, task)
    office.becomes(agent, "idle")

    runs(office, agent, "cafleet message poll --full")
    eventually(lambda: f"Report, {agent}." in results(office), PATIENCE)
    office.becomes(agent, "idle")

    runs(office, agent, f"cafleet message ack {shown}")

    def acked() -> bool:
        (now,) = tasks.get(office.registry, [task.task_id])
        return now.status_state == TaskState.COMPLETED

    eventually(acked, PATIENCE)
    office.becomes(agent, "idle")

    report = f'cafleet message send Director "{agent} is here" --reply-to {shown}'
    runs(office, agent, report)

    def reported() -> bool:
        return any(
            (each.text, each.from_agent_id, each.sender_proof, each.reply_to_task_id)
            == (
                f"{agent} is here",
                office.team.others[agent].agent_id,
                SenderProof.PANE,
                task.task_id,
            )
            for each in inbox.poll(office.registry, office.team.director)
        )

    eventually(reported, PATIENCE)
    office.becomes(agent, "idle")
    expect_exit_code(office, agent)


def expect_exit_code(office: Office, agent: str) -> None:
    """A command that the member runs tells its exit code."""
    director = office.team.director
    done = cafleet(
        office.programs.terminal.registry,
        *("--json", "member", "exec", agent, "--wait", "--", "false"),
        CAFLEET_SESSION_ID=director.session_id,
        CAFLEET_AGENT_ID=director.agent_id,
    )
    assert done.code == 1, done
    ending = (done.document["ending"], done.document["exit_code"])
    assert ending == (ExecutionEnd.EXITED, 1)
