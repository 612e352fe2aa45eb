"""`cafleet mcp` through the package's own client: the same verbs, the same refusals."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.cli import mcp_server, mcp_tools
from tests.team import Team, a_team
from tests.terminal import cafleet, command_line, environment

LARGEST = 4000
"""Characters of all schemas: 1,000 tokens, at four characters each."""


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "alice", "bob")


@asynccontextmanager
async def serving(registry_path: Path, team: Team, name: str) -> AsyncIterator[Client]:
    """A client whose server acts as an agent."""
    agent_id = team.caller(name).agent.agent_id
    who = ("--session-id", team.session.session_id, "--agent-id", agent_id)
    command, *words = command_line("mcp", *who)
    server = StdioServerParameters(
        command=command, args=words, env=environment(registry_path)
    )
    async with Client(server) as client:
        yield client


async def called(client: Client, tool: str, **arguments: Any) -> tuple[str, bool]:
    """What a tool said, and whether it was refused."""
    result = await client.call_tool(tool, arguments)
    (content,) = result.content
    return content.text, bool(result.is_error)  # type: ignore[union-attr]


async def test_messages_are_sent_read_followed_and_acked(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    async with serving(registry_path, team, "alice") as alice:
        sent, refused = await called(
            alice, "send", to=["bob", "Director"], text="--json\nöä '$(id)'"
        )
        assert not refused
        assert sent.startswith("Message sent.\n")
        assert "bob" in (await called(alice, "members"))[0]
        (task,) = inbox.poll(registry, team.others["bob"])
        assert task.text == "--json\nöä '$(id)'"
        answer = send.send(
            *(registry, team.others["bob"], [team.others["alice"]], "done"),
            reply_to=task.task_id,
        )
        polled, _ = await called(alice, "poll", wait=5)
        assert "done" in polled
        acked, _ = await called(alice, "ack", ids=[answer.task.task_id])
        assert acked == "Acked 1 message."
        status, _ = await called(alice, "status", id=task.task_id)
        assert "bob input_required" in status
    assert inbox.poll(registry, team.others["alice"]) == []


async def test_it_refuses_what_the_command_line_refuses_in_the_same_words(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    mail = send.send(registry, team.director, [team.others["bob"]], "bob's").task
    who = ("--session-id", team.session.session_id, "--agent-id", "alice")
    refusals = {
        ("ack", "ids"): ("message", "ack", *who, "--task-id"),
        ("status", "id"): ("message", "status", *who, "--task-id"),
    }
    async with serving(registry_path, team, "alice") as alice:
        for (tool, parameter), command in refusals.items():
            for task_id in (mail.task_id, "ffffffff"):
                value = [task_id] if parameter == "ids" else task_id
                words, refused = await called(alice, tool, **{parameter: value})
                assert refused
                assert (
                    words.strip()
                    == cafleet(registry_path, *command, task_id).err.strip()
                )
        empty = await called(alice, "send", to=["bob"], text=" ")
        assert empty[0].startswith("Error: the message is empty")
        nobody = await called(alice, "send", to=["carol"], text="x")
        assert nobody[1]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("poll", {"wait": -1}),
        ("poll", {"wait": "long"}),
        ("poll", {"file": "/etc/passwd"}),
        ("send", {"to": ["bob"]}),
        ("send", {"to": [{"a": 1}], "text": "x"}),
        ("send", {"to": ["bob"], "text": "a\0b"}),
        ("ack", {"ids": [True]}),
        ("nothing", {}),
    ],
)
def test_what_no_tool_takes_is_refused(tool: str, arguments: dict[str, Any]) -> None:
    answer = mcp_tools.carry_out(tool, arguments)
    assert answer.refused
    assert answer.words.startswith("Error: ")


def test_all_schemas_are_short() -> None:
    document = mcp_server.listed().model_dump(by_alias=True, exclude_none=True)
    assert len(json.dumps(document)) < LARGEST
    assert set(mcp_tools.TOOLS) == {"poll", "ack", "send", "status", "members"}


def test_every_parameter_is_an_option_of_its_command() -> None:
    for tool in mcp_tools.TOOLS.values():
        assert set(tool.options) == set(tool.schemas)
        assert set(tool.required) <= set(tool.options)


def test_without_the_package_it_says_what_to_install(
    registry_path: Path, tmp_path: Path
) -> None:
    (tmp_path / "mcp_types.py").write_text("raise ImportError")
    ran = cafleet(registry_path, "mcp", PYTHONPATH=str(tmp_path))
    assert (ran.code, ran.err.splitlines()[0]) == (
        *(1, "Error: cafleet mcp needs a package: install cafleet[mcp]."),
    )
