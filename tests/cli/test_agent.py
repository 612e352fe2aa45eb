"""`agent`: whoever sends and receives, by the words of the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from tests.cli.conftest import Prompt
from tests.cli.test_session import ID
from tests.team import Team
from tests.terminal import Terminal, cafleet, eventually, turns


def test_register_prints_the_id_alone(as_agent: Prompt, team: Team) -> None:
    new = as_agent("Director", "agent", "register", "--name", "c", "--description", "d")
    assert (new.code, new.err) == (0, "")
    assert re.fullmatch(ID + "\n", new.out)
    shown = as_agent("Director", "agent", "show", "--id", "c", "--json").document
    assert (shown["agent_id"], shown["kind"]) == (new.out.strip(), "agent")


def test_register_keeps_skills_as_json(cli: Prompt, team: Team) -> None:
    who = ("--session-id", team.session.session_id, "--json")
    skills = '{"langs": ["py", "日本"]}'
    made = cli(
        *who, "register", "--name", "c", "--description", "d", "--skills", skills
    )
    assert set(made.document) == {"agent_id", "name", "registered_at"}
    shown = cli(*who, "agent", "show", "--id", "c").document
    assert shown["skills"] == {"langs": ["py", "日本"]}
    bad = cli(*who, "register", "--name", "e", "--description", "d", "--skills", "{")
    assert (bad.code, bad.error["code"]) == (2, "invalid_input")


@pytest.mark.parametrize(
    ("name", "code", "why"),
    [
        ("alice", 1, "an active agent named 'alice' exists"),
        ("all", 2, "'all' cannot be a name"),
        ("Everyone", 2, "'Everyone' cannot be a name"),
        ("\u2800", 2, "'\u2800' cannot be a name"),
        ("al\u0456ce", 1, "an active agent named 'alice' exists"),
        ("Direct\u043er", 1, "an active agent named 'Director' exists"),
        ("\u0391lice", 1, "an active agent named 'alice' exists"),
        ("d\u0435ad", 2, "reads as the beginning of an id"),
        ("-x", 2, "'-x' cannot be a name"),
        ("a\nb", 2, "a name is one line"),
        ("", 2, "1 to 64 characters"),
    ],
)
def test_an_unusable_name_is_refused(
    as_agent: Prompt, name: str, code: int, why: str
) -> None:
    register = ("agent", "register", f"--name={name}", "--description", "d")
    refused = as_agent("Director", *register)
    assert (refused.code, refused.out) == (code, "")
    assert refused.err.startswith("Error: ")
    assert why in refused.err


def test_names_that_differ_in_case_alone_are_the_same_in_every_script(
    as_agent: Prompt,
) -> None:
    register = ("agent", "register", "--description", "d", "--name")
    assert as_agent("Director", *register, "Вася").code == 0
    refused = as_agent("Director", *register, "вася")
    assert (refused.code, refused.out) == (1, "")
    assert as_agent("Director", *register, "валя").code == 0


def test_a_deleted_session_takes_nobody(cli: Prompt, team: Team) -> None:
    session_id = team.session.session_id
    cli("session", "delete", session_id)
    refused = cli(
        *("agent", "register", "--session-id", session_id),
        *("--name", "c", "--description", "d"),
    )
    assert refused.refusal == (1, "", f"Error: session {session_id} is deleted\n")


def test_list_is_a_table(cli: Prompt, team: Team) -> None:
    listed = cli("--session-id", team.session.session_id, "agent", "list")
    header, *rows = listed.out.splitlines()
    assert header.split() == ["agent_id", "name", "kind", "description"]
    assert {tuple(row.split()[1:3]) for row in rows} == {
        ("Director", "director"),
        ("Administrator", "administrator"),
        ("alice", "agent"),
        ("bob", "agent"),
    }
    assert {row.index(row.split()[1]) for row in rows} == {header.index("name")}


def test_show_cannot_be_forged_by_a_description(as_agent: Prompt) -> None:
    description = "kind\nstatus:           deregistered"
    as_agent(
        *("Director", "agent", "register", "--name", "c"),
        *("--description", description),
    )
    shown = as_agent("Director", "agent", "show", "--id", "c")
    keys = [line.split(":")[0] for line in shown.out.splitlines()]
    assert keys.count("status") == 1
    assert "description:      kind⏎status:" in shown.out


def test_deregister_tells_the_senders(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    task = send.send(registry, team.director, [team.others["alice"]], "to do").task
    left = as_agent("alice", "agent", "deregister")
    assert left == (0, "Agent deregistered successfully.\n", "")
    shown = as_agent("Director", "message", "show", "--task-id", task.task_id, "--json")
    assert shown.document["task"]["state"] == "failed"
    alice = team.others["alice"].agent_id
    again = as_agent("alice", "agent", "deregister")
    assert again.refusal == (1, "", f"Error: Agent {alice} is deregistered\n")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (
            "Director",
            "cannot deregister the root Director;"
            " use 'cafleet session delete' instead.",
        ),
        ("Administrator", "Administrator cannot be deregistered"),
    ],
)
def test_the_built_in_agents_stay(as_agent: Prompt, name: str, why: str) -> None:
    assert as_agent(name, "agent", "deregister").refusal == (1, "", f"Error: {why}\n")


def test_here_makes_the_calling_pane_its_home(
    terminal: Terminal, registry_path: Path, team: Team, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    pane = terminal.standin(log)
    who = ("--session-id", team.session.session_id)
    register = (*who, "register", "--name", "c", "--description", "d", "--here")
    outside = cafleet(registry_path, *register)
    assert (outside.code, outside.out) == (1, "")
    assert outside.err.startswith("Error: --here needs a tmux pane")
    inside = terminal.inside(pane)
    assert cafleet(registry_path, *register, **inside).code == 0
    sent = cafleet(
        registry_path, *who, "send", "--agent-id", "bob", "--to", "c", "--text", "hi"
    )
    assert "push: delivered" in sent.out
    eventually(lambda: turns(log))
    assert turns(log)[0].endswith("\nhi")


@pytest.mark.parametrize(
    "skills", ["NaN", "[1e999]", "[" * 100_000, "{"], ids=lambda skills: skills[:9]
)
def test_skills_that_are_no_json_are_refused(as_agent: Prompt, skills: str) -> None:
    register = ("agent", "register", "--name", "c", "--description", "d")
    refused = as_agent("alice", *register, "--skills", skills)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("Error: --skills is not JSON: ")


def test_nobody_is_called_by_another_s_id(as_agent: Prompt, team: Team) -> None:
    for name in (team.director.agent_id, team.director.agent_id.upper()):
        register = ("agent", "register", "--name", name, "--description", "d")
        refused = as_agent("alice", *register)
        assert refused.code == 2
        assert f"'{name}' reads as the beginning of an id" in refused.err
