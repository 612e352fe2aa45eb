"""Real Claude Code and Codex call the tools of `cafleet mcp`, each known by its pane."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator

import pytest

from cafleet_core.broker.messages import inbox
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.config import folders
from cafleet_core.states import SenderProof
from tests.agents.models import ModelApi
from tests.agents.office import Office
from tests.agents.programs import AT_REST, PATIENCE, STARTING, Programs
from tests.agents.replies import CALL
from tests.team import a_team
from tests.terminal import Terminal, eventually

AGENTS = ("claude", "codex")

pytestmark = pytest.mark.timeout(600)  # a busy machine takes minutes to start them


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A Claude Code and a Codex at rest that may call cafleet's tools unasked."""
    root = tmp_path_factory.mktemp("office")
    path = root / "registry.db"
    registry, terminal = open_registry(path), Terminal(root / "tmux.sock", path)
    try:
        with ModelApi() as api:
            programs = Programs(root, terminal, api)
            serve_both(programs)
            office = Office(registry, programs, a_team(registry))
            for agent in AGENTS:
                office.hires(agent, agent, programs.start(agent))
            for agent in AGENTS:
                programs.awaits(office.pane(agent), AT_REST[agent], timeout=STARTING)
                office.becomes(agent, "idle")
            yield office
    finally:
        terminal.close()
        registry.close()


def serve_both(programs: Programs) -> None:
    """Write the server into both programs' settings, as docs/mcp.md says."""
    variables = {
        "CAFLEET_DATABASE_URL": f"sqlite:///{programs.terminal.registry}",
        # this machine's id, as the test's own process knows it
        "XDG_STATE_HOME": os.path.dirname(folders.state_folder(os.environ)),
    }
    words = ["-P", "-m", "cafleet_core", "mcp"]
    server = {"command": sys.executable, "args": words, "env": variables}
    claude = programs.home / ".claude.json"
    settings = json.loads(claude.read_text())
    claude.write_text(json.dumps({**settings, "mcpServers": {"cafleet": server}}))
    (programs.home / ".claude").mkdir(exist_ok=True)
    allowed = {
        "permissions": {"allow": ["mcp__cafleet"]},
        "env": {"MCP_TIMEOUT": "240000"},  # in ms: a busy machine takes its time
    }
    (programs.home / ".claude" / "settings.json").write_text(json.dumps(allowed))
    with (programs.home / ".codex" / "config.toml").open("a") as config:
        pairs = ", ".join(
            f"{name} = {json.dumps(variables[name])}" for name in variables
        )
        config.write(
            f"[mcp_servers.cafleet]\ncommand = {json.dumps(sys.executable)}\n"
            f"args = {json.dumps(words)}\nenv = {{ {pairs} }}\n"
            'default_tools_approval_mode = "approve"\nstartup_timeout_sec = 240\n'
        )


def is_offered_the_tools(office: Office) -> bool:
    """Whether Codex's model has cafleet's tools by now: it is at rest before its servers are."""
    office.programs.says(office.pane("codex"), "hello")
    time.sleep(1)  # a short turn may be over before it is seen
    office.becomes("codex", "idle")
    asked = [each for each in office.programs.api.requests if "input" in each]
    return any("mcp__cafleet" in json.dumps(each.get("tools")) for each in asked)


@pytest.mark.parametrize("agent", AGENTS)
def test_an_agent_sends_by_a_tool_and_is_proven_by_its_pane(
    office: Office, agent: str
) -> None:
    if agent == "codex":
        eventually(lambda: is_offered_the_tools(office), PATIENCE)
    arguments = {"to": ["Director"], "text": f"{agent} has no shell"}
    call = ["mcp__cafleet__send", arguments]
    office.programs.says(office.pane(agent), CALL + json.dumps(call))

    def sent() -> bool:
        mail = inbox.poll(office.registry, office.team.director)
        return any(task.text == arguments["text"] for task in mail)

    eventually(sent, 2 * PATIENCE)
    (task,) = (
        task
        for task in inbox.poll(office.registry, office.team.director)
        if task.text == arguments["text"]
    )
    assert task.from_agent_id == office.team.others[agent].agent_id
    assert task.sender_proof == SenderProof.PANE
