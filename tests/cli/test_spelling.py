"""The accepted spellings: aliases, options anywhere, ids in part; and the exit codes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cafleet_core import __version__
from cafleet_core.broker.delivery import pending
from cafleet_core.broker.directory import sessions
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.cli import command_table
from cafleet_core.cli.error_hints import BY_CODE
from tests.cli.conftest import Prompt
from tests.team import Team
from tests.terminal import cafleet

BROKEN = "Error: internal error: ZeroDivisionError"


def test_a_fleet_is_a_session(cli: Prompt, team: Team) -> None:
    assert cli("fleet", "list", "--json").out == cli("session", "list", "--json").out
    listed = cli("--fleet-id", team.session.session_id, "agent", "list")
    assert listed == cli("--session-id", team.session.session_id, "agent", "list")


def test_flat_verbs_are_aliases(cli: Prompt, registry: Registry, team: Team) -> None:
    task = send.send(registry, team.director, [team.others["alice"]], "hi").task
    who = ("--session-id", team.session.session_id, "--agent-id", "alice")
    for flat, grouped in [
        (("agents",), ("agent", "list")),
        (("agents", "--id", "bob"), ("agent", "show", "--id", "bob")),
        (("poll",), ("message", "poll")),
        (
            ("get-task", "--task-id", task.task_id),
            ("message", "show", "--task-id", task.task_id),
        ),
    ]:
        aliased, spelled = cli(*who, *flat), cli(*who, *grouped)
        assert aliased == spelled
        assert spelled.code == 0
    assert cli(*who, "send", "--to", "bob", "--text", "hi").code == 0
    assert cli(*who, "broadcast", "--text", "hi").code == 0
    assert cli(*who, "ack", "--task-id", task.task_id).code == 0
    new = cli(*who, "register", "--name", "c", "--description", "d").out.strip()
    assert cli(*who, "deregister", "--agent-id", new).code == 0


@pytest.mark.parametrize("position", range(3))
@pytest.mark.parametrize("verb", [("message", "poll"), ("agent", "list")])
def test_the_shared_options_go_anywhere(
    cli: Prompt, team: Team, position: int, verb: tuple[str, str]
) -> None:
    shared = ["--session-id", team.session.session_id, "--agent-id", "alice", "--json"]
    words = [*verb]
    words[position:position] = shared
    answer = cli(*words)
    assert (answer.code, answer.err) == (0, "")
    assert isinstance(answer.document, list)


@pytest.mark.parametrize(
    "command",
    [
        ("session", "list"),
        ("session", "show", "{session}"),
        ("db", "init"),
    ],
)
def test_the_shared_options_are_ignored_where_they_have_no_use(
    cli: Prompt, team: Team, command: tuple[str, ...]
) -> None:
    words = [word.format(session=team.session.session_id) for word in command]
    assert cli("--session-id", "whatever", *words, "--agent-id", "x").code == 0


def test_ids_may_be_cut_and_agents_named(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    task = send.send(registry, team.director, [team.others["alice"]], "hi").task
    for reference in (task.task_id[:4], task.task_id[:13], task.task_id):
        assert as_agent("alice", "get-task", "--task-id", reference).code == 0
    short = as_agent("alice", "get-task", "--task-id", task.task_id[:3])
    assert short.refusal == (1, "", f"Error: Task {task.task_id[:3]} not found\n")
    alice = team.others["alice"].agent_id
    for reference in ("alice", alice[:8], alice):
        assert as_agent("bob", "agent", "show", "--id", reference).code == 0


def test_an_ambiguous_id_lists_what_it_may_mean(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    for number in (1, 2):
        sent = send.send(registry, team.director, [team.others["alice"]], "secret")
        with registry.write():
            registry.execute(
                "UPDATE tasks SET task_id = ? WHERE task_id = ?",
                (f"cafe000{number}", sent.task.task_id),
            )
    refused = as_agent("alice", "get-task", "--task-id", "cafe")
    assert refused == (
        *(1, ""),
        "Error: 'cafe' may mean any of these tasks:\n  cafe0001\n  cafe0002\n"
        f"{BY_CODE['ambiguous']}\n",
    )
    as_json = as_agent("alice", "get-task", "--task-id", "cafe", "--json")
    assert (as_json.code, as_json.error["code"]) == (1, "ambiguous")


def test_who_calls_may_come_from_the_environment(
    registry_path: Path, team: Team
) -> None:
    alice = team.others["alice"].agent_id
    env = {
        "CAFLEET_SESSION_ID": team.session.session_id,
        "CAFLEET_AGENT_ID": alice,
    }
    sent = cafleet(
        registry_path, "send", "--json", "--to", "bob", "--text", "hi", **env
    )
    assert sent.document["task"]["from"] == alice
    bob = cafleet(
        registry_path,
        *("send", "--json", "--to", "alice", "--text", "hi", "--agent-id", "bob"),
        **env,
    )
    assert bob.document["task"]["from"] == team.others["bob"].agent_id


def test_without_any_identity_the_command_says_what_to_pass(
    cli: Prompt, team: Team
) -> None:
    assert cli("message", "poll").refusal == (
        *(1, ""),
        "Error: --session-id <id> is required for this subcommand."
        " Create a session with 'cafleet session create' and pass its id.\n",
    )
    refused = cli("--session-id", team.session.session_id, "--json", "message", "poll")
    assert (refused.code, refused.error["code"]) == (1, "caller_unknown")
    assert "--agent-id <id> is required" in refused.error["message"]


@pytest.mark.parametrize(
    "wrong",
    [
        ("nonsense",),
        ("message", "nonsense"),
        ("message", "poll", "--nonsense"),
        ("session", "show"),
        ("message", "poll", "--limit", "many"),
    ],
)
def test_wrong_usage_is_exit_2(cli: Prompt, wrong: tuple[str, ...]) -> None:
    refused = cli(*wrong)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("Error: ")
    as_json = cli("--json", *wrong)
    assert (as_json.code, as_json.error["code"]) == (2, "usage")
    assert len(as_json.err.splitlines()) == 1


def test_version_and_help(registry_path: Path) -> None:
    version = cafleet(registry_path, "--version")
    assert version == (0, f"cafleet {__version__}\n", "")
    helped = cafleet(registry_path, "--help")
    assert (helped.code, helped.err) == (0, "")
    for group in ("session", "agent", "message", "member", "db", "doctor", "tui"):
        assert f"  {group} " in helped.out
    assert not registry_path.exists()


@pytest.mark.sqlite
def test_an_error_of_the_program_is_one_line_and_no_traceback(
    cli: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("SELECT secret")

    monkeypatch.setattr(sessions, "summaries", broken)
    refused = cli("session", "list")
    story = Path(os.environ["XDG_STATE_HOME"], "cafleet", "crash.txt")
    assert refused.refusal == (1, "", f"{BROKEN}; the whole story is in {story}\n")
    assert "ZeroDivisionError: SELECT secret" in story.read_text()
    assert story.stat().st_mode & 0o077 == 0


@pytest.mark.sqlite  # beside a server no command goes without that folder
def test_an_error_of_which_the_story_cannot_be_kept_is_one_line_too(
    cli: Prompt, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(sessions, "summaries", lambda *_: 1 / 0)
    assert cli("session", "list").refusal == (1, "", f"{BROKEN}\n")


@pytest.mark.parametrize("option", ["--session-id", "--agent-id"])
def test_an_empty_id_is_nobody_s_and_not_the_caller_s_own(
    cli: Prompt, team: Team, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    monkeypatch.setenv("CAFLEET_SESSION_ID", team.session.session_id)
    monkeypatch.setenv("CAFLEET_AGENT_ID", "alice")
    assert cli("poll").code == 0
    for words in ((option, "", "deregister"), ("deregister", option, "")):
        refused = cli(*words)
        assert (refused.code, refused.out) == (1, "")
        assert "not found" in refused.err
    assert cli("poll").code == 0


def test_what_goes_wrong_after_the_command_is_no_traceback_either(
    cli: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(pending, "unsettled", broken)
    story = Path(os.environ["XDG_STATE_HOME"], "cafleet", "crash.txt")
    expected = f"{BROKEN}; the whole story is in {story}\n"
    assert cli("session", "list").refusal == (1, "No sessions found.\n", expected)


def needs() -> list[tuple[str, str]]:
    """The commands that need an option, each with one that it needs."""
    return [
        (words, option.names[0])
        for words, command in command_table.everything().items()
        for option in command.options
        if option.required
    ]


@pytest.mark.parametrize(("words", "option"), needs())
def test_what_a_command_needs_is_missing_without_it(
    cli: Prompt, team: Team, words: str, option: str
) -> None:
    command = command_table.everything()[words]
    others = [
        word
        for each in command.options
        if each.required and option not in each.names
        for word in (each.names[0], (*each.choices, "1")[0])
    ]
    others += ["--", "x"] if command.argument and command.argument.required else []
    refused = cli("--agent-id", "alice", *words.split(), *others)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith(f"Error: Missing option '{option}'.")
