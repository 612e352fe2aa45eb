"""The pieces of `cafleet setup` in the real programs: hooks, rules and skills work."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cafleet_core import assets
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.panes.tmux import facts
from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome, PushReason
from cafleet_core.usage.reader import UsageReader
from cafleet_core.usage.sample import UsageSample
from tests.agents.models import ModelApi
from tests.agents.office import Office
from tests.agents.programs import AT_REST, FOLDER, PATIENCE, USERS_CODEX, Programs
from tests.agents.replies import CALL, PERMIT, PONDER
from tests.team import a_team
from tests.terminal import Ran, Terminal, cafleet, eventually

AGENTS = ("claude", "codex")
EACH = pytest.mark.parametrize("agent", AGENTS)
TRUST_ALL = "Trust all and continue"
STATUS_LINE = """sed -n 's/.*"model":{"id":"\\([^"]*\\)".*/the line of \\1/p'"""
"""The user's own status line, which reads its input."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A Claude Code and a Codex at rest, started after everything was set up."""
    root = tmp_path_factory.mktemp("office")
    path = root / "registry.db"
    registry, terminal = open_registry(path), Terminal(root / "tmux.sock", path)
    try:
        with ModelApi() as api:
            programs = Programs(root, terminal, api)
            a_cafleet_that_tells_panes(programs)
            settings = programs.home / ".claude" / "settings.json"
            settings.parent.mkdir(exist_ok=True)
            line = {"type": "command", "command": STATUS_LINE}
            settings.write_text(json.dumps({"statusLine": line}))
            assert set_up(programs, "--apply").code == 0
            office = Office(registry, programs, a_team(registry))
            office.hires("claude", "claude", programs.start("claude"))
            office.hires("codex", "codex", programs.start(USERS_CODEX))
            trusted(office)
            programs.awaits(office.pane("claude"), AT_REST["claude"])
            yield office
    finally:
        terminal.close()
        registry.close()


def set_up(programs: Programs, *arguments: str) -> Ran:
    """Run `cafleet setup` in the programs' home."""
    of_user = {name: programs.environment()[name] for name in ("HOME", "PATH")}
    return cafleet(programs.terminal.registry, "setup", *arguments, **of_user)


def a_cafleet_that_tells_panes(programs: Programs) -> None:
    """Install a `cafleet` that calls tmux, on the path of login shells too."""
    folder = programs.home / "bin"
    folder.mkdir()
    command = folder / "cafleet"
    socket = programs.terminal.socket
    command.write_text(f"#!/bin/sh\ntmux -S {socket} list-panes -F reached-tmux\n")
    command.chmod(0o755)
    profile = programs.home / ".bash_profile"
    profile.write_text(f'PATH="{folder}:$PATH"\n')


def trusted(office: Office) -> None:
    """Answer Codex's question whether the hooks may run, which must read as a question."""
    pane = office.pane("codex")
    office.programs.awaits(pane, TRUST_ALL)
    assert office.view("codex").state == "waiting"
    assert office.sends("codex", "Behind it.")[1] == PushResult(
        PushOutcome.HELD, PushReason.QUESTION
    )
    office.programs.terminal.keys(pane, "Down")
    office.programs.awaits(pane, f"› 2. {TRUST_ALL}")
    office.programs.terminal.keys(pane, "Enter")
    office.programs.awaits(pane, AT_REST["codex"])
    office.settles()
    stamps(office, "codex", "idle")


def stamped(office: Office, agent: str) -> str:
    """The state that a hook stamped on an agent's pane."""
    panes = facts.panes(office.programs.terminal.socket)
    return panes[office.pane(agent)].stamped.partition(" ")[0]


def stamps(office: Office, agent: str, state: str) -> None:
    """Wait until the hooks have stamped this state."""
    eventually(lambda: stamped(office, agent) == state, PATIENCE)


@EACH
def test_hooks_tell_of_work_and_rest(office: Office, agent: str) -> None:
    office.programs.says(office.pane(agent), f"{PONDER} on this")
    stamps(office, agent, "busy")
    stamps(office, agent, "idle")


TOUCH = {
    "claude": ("Bash", {"command": "touch x.txt", "description": "Touch"}),
    "codex": (
        "exec_command",
        {
            "cmd": "touch x.txt",
            "sandbox_permissions": "require_escalated",
            "justification": "The file is needed.",
        },
    ),
}
"""Tool calls that need permission, by agent."""


@EACH
def test_hooks_tell_of_a_question_and_of_its_answer(office: Office, agent: str) -> None:
    pane = office.pane(agent)
    office.programs.says(pane, CALL + json.dumps(TOUCH[agent]))
    stamps(office, agent, "waiting")
    assert office.view(agent).state == "waiting"
    office.programs.awaits(pane, "1. Yes")  # the hook stamps before the screen is drawn

    def answered() -> bool:
        """Answer until the dialog closes: at first it takes no keys."""
        office.programs.terminal.keys(pane, "Enter")
        return stamped(office, agent) != "waiting"

    eventually(answered, PATIENCE)
    stamps(office, agent, "idle")
    office.becomes(agent, "idle")


@EACH
def test_a_question_that_is_declined_is_over(office: Office, agent: str) -> None:
    pane = office.pane(agent)
    office.programs.says(pane, f"{PERMIT} it")
    office.becomes(agent, "waiting")
    office.programs.terminal.keys(pane, "Escape")
    assert office.becomes(agent, "idle").question is None


@EACH
def test_the_hook_is_what_the_state_is_read_from(office: Office, agent: str) -> None:
    office.programs.says(office.pane(agent), f"{PONDER} it")
    office.becomes(agent, "busy")
    office.becomes(agent, "idle")
    records = (office.programs.home / ".claude" / "sessions").glob("*.json")
    kept = {record: record.read_bytes() for record in records}
    for record in kept:
        record.unlink()
    view = office.view(agent)
    for record, content in kept.items():  # it does not write an idle one anew
        record.write_bytes(content)
    assert (view.source, view.state, view.rule) == ("hook", "idle", "told by its hook")


@EACH
def test_cafleet_runs_unasked_and_reaches_tmux(office: Office, agent: str) -> None:
    tool, argument = {
        "claude": ("Bash", {"command": "cafleet status", "description": "Look"}),
        "codex": ("exec_command", {"cmd": "cafleet status"}),
    }[agent]
    office.programs.says(office.pane(agent), f"{CALL}{json.dumps([tool, argument])}")
    eventually(lambda: reached(office, agent), PATIENCE)


def reached(office: Office, agent: str) -> bool:
    """Whether a tool's answer shows that tmux was reached."""
    kind = {"claude": "tool_result", "codex": "function_call_output"}[agent]
    requests = [json.dumps(request) for request in list(office.programs.api.requests)]
    return any(kind in request and "reached-tmux" in request for request in requests)


@EACH
def test_the_skills_are_offered(office: Office, agent: str) -> None:
    office.programs.says(office.pane(agent), "what can you do?")
    offered = [f"- {name}: " for name in assets.skills()]
    words = "messages" if agent == "claude" else "input"

    def seen() -> bool:
        requests = [
            json.dumps(request)
            for request in office.programs.api.requests
            if words in request
        ]
        return any(all(name in request for name in offered) for request in requests)

    eventually(seen, PATIENCE)


def test_a_director_reads_its_role_unasked(office: Office) -> None:
    role = office.programs.home / ".claude/skills/cafleet/roles/director.md"
    call = ["Read", {"file_path": str(role)}]
    office.programs.says(office.pane("claude"), CALL + json.dumps(call))

    def read() -> bool:
        requests = [
            json.dumps(request) for request in list(office.programs.api.requests)
        ]
        return any(
            "tool_result" in request and "You split the work" in request
            for request in requests
        )

    eventually(read, PATIENCE)


def test_what_each_has_used_is_told_and_the_users_status_line_stays(
    office: Office,
) -> None:
    def used(agent: str) -> UsageSample | None:
        placement = office.team.others[agent].placement
        assert placement is not None
        return UsageReader().read(placement)

    def by_its_status_line() -> UsageSample | None:
        sample = used("claude")
        return sample if sample and sample.context_size else None

    for agent in AGENTS:
        office.programs.says(office.pane(agent), "hello")
    office.programs.awaits(office.pane("claude"), "the line of ")
    claude = eventually(by_its_status_line, PATIENCE)
    assert claude is not None
    assert claude.cost is not None
    eventually(lambda: min((used("claude") or claude).tokens[:2]) > 0, PATIENCE)
    codex = eventually(lambda: used("codex"), PATIENCE)
    assert codex is not None
    assert min(codex.tokens[:2]) > 0
    assert (codex.cost, bool(codex.context_size)) == (None, True)


def test_two_codexes_run_their_commands_each_in_its_own_pane(office: Office) -> None:
    look = ["exec_command", {"cmd": "printenv TMUX_PANE"}]
    for pane in (office.pane("codex"), office.programs.started(USERS_CODEX)):
        office.programs.says(pane, CALL + json.dumps(look))
        office.programs.awaits(pane, f"└ {pane}")


def test_opencode_finds_the_skills_and_the_rule(office: Office) -> None:
    skills = json.loads(opencode(office, "debug", "skill"))
    home = office.programs.home / ".config" / "opencode" / "skills"
    names = {
        skill["name"] for skill in skills if skill["location"].startswith(str(home))
    }
    assert names == set(assets.skills())
    settings = json.loads(opencode(office, "debug", "config"))
    assert settings["permission"]["bash"] == {"*": "ask", "cafleet *": "allow"}


def opencode(office: Office, *arguments: str) -> str:
    """The output of an OpenCode command in this home, without network."""
    program = Path(os.environ[FOLDER]) / "node_modules" / ".bin" / "opencode"
    return subprocess.run(
        [program, *arguments],
        env={
            "HOME": str(office.programs.home),
            "PATH": os.environ["PATH"],
            "OPENCODE_DISABLE_EXTERNAL_SKILLS": "1",
        },
        cwd=office.programs.trusted,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
